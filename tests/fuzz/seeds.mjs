// Writes what the fuzz targets begin with: node seeds.mjs FOLDER [SAMPLES], SAMPLES being a folder that docx_tool filled.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync, crc32 as nodeCrc } from 'node:zlib';
import { unzip } from '../paper/docx.mjs';

const [folder, samples] = process.argv.slice(2);
const seed = (target, name, bytes) => {
  mkdirSync(join(folder, target), { recursive: true });
  writeFileSync(join(folder, target, name), bytes);
};

// ---- papers: a byte for the kind, then texts that end with ETX ----
const body = '一、基本情况\n（一）补助方式单一。现行补助以建设补助为主，每点一次性5万元。\n1. 由省民政厅会同省财政厅制定办法。\n（1）每点4.2 km；\n'
  + '地区\t个数\t人次\n东部\t612\t18400\n甲|乙|丙\n［图：现场.jpg｜图注］\n“引文”——破折号……\nA very long line of Latin words 100% & <b>';
const hostile = ['\u202e反向\u202c\u200b', '😀👩‍👧𠮷\ufffe', 'W'.repeat(3000), '\t\t\t|\n|||', '（'.repeat(200), '，'.repeat(200), 'ا'.repeat(50) + 'שלום', '1'.repeat(500), '2026年2月30日',
  '\u0301'.repeat(100), '［图：｜｜］［图：', '一、\n（一）\n1.\n（1）\n', ' \u3000\u00a0', '\n'.repeat(500), '\ue000\u{10fffd}\u0600'];
for (let kind = 0; kind < 7; kind++) {
  seed('paper', `kind${kind}`, Buffer.concat([Buffer.from([kind]), Buffer.from(body)]));
  seed('paper', `hostile${kind}`, Buffer.concat([Buffer.from([kind]), Buffer.from([body, ...hostile].join('\x03'))]));
}
hostile.forEach((text, index) => seed('paper', `text${index}`, Buffer.concat([Buffer.from([0]), Buffer.from(`${text}\x03${text}`)])));

// ---- templates: kind, number of changed styles, elements ----
const element = (kind, style, amount, text = '', right = '') => Buffer.concat([Buffer.from([kind, style, amount]), Buffer.from(`${text}\x03${right}\x03`)]);
for (let kind = 0; kind < 7; kind++)
  for (let first = 0; first < 13; first++)
    seed('template', `t${kind}-${first}`, Buffer.concat([Buffer.from([kind, first % 3, 2, 1, 1, 2, 3, 5, 0, 0, 0, 4]), element(first, 0, 4, '{标题}'), element(3, 20, 0),
      element((first + 1) % 13, 1, 5, '《{刊物名称}》{期号}', '{签发日期}'), element(9, 18, 0, '{不存在', '}')]));

// ---- names ----
seed('archive', 'names', '目录.txt\n2026年第12期/正文.pdf\n../../etc/passwd\n/a\na//b\na/./b\nc:\\x\n.\n..\n...\na\u202eb\n');
seed('archive', 'broken', Buffer.from([0x61, 0xff, 0x0a, 0xed, 0xa0, 0x80, 0x0a, 0x61, 0x00, 0x62, 0x0a]));

// ---- scanned PDFs ----
const photo = (keys) => `%PDF-1.4\n1 0 obj<</Subtype/Image${keys}>>stream\n\xff\xd8 a picture \xff\xd9\nendstream\nendobj\n`;
[photo('/Filter/DCTDecode/Length 15'), photo('/Filter [ /DCTDecode ] /Length 2 0 R'), photo('/Filter/DCTDecode/Length 99999999999'), photo('/Filter[/FlateDecode/DCTDecode]'),
  `${photo('/Filter/DCTDecode')}trailer<</Encrypt 9 0 R>>`, photo('/Filter/DCTDecode').repeat(20), photo('/Filter/DCTDecode').slice(0, -20)].forEach((text, index) => seed('pdf', `pdf${index}`, Buffer.from(text, 'latin1')));

// One picture in four ways of coding it.
const faxes = [
  ['/K -1', 'lxkdlx5WYQRQ5WeR7DCHI9/wgv8+H/iwX8inxwnjt40UOEFjuPGLcuiPgk5HRdEfuwkEENhEdMmdIIIEeAT3xQSl3t2UOwgVBFOEFq4jaSVnweXHSbBDIQ8rN2R5vkewyh2XV/wkinDb/0kEUOch8dphEdF0R0ONdhCMREcAEAE='],
  ['', 'C3GO3GrdYh90OsSt0PDqFCHh0rdDw6HQ6hDw68PzoeHVp0PDrxTusTsdYpi0cY6HQ6HHMSZ0PVie6Hx6MdOh+gToT8FCHRzO6H34X5yo6tXux9BThDsdDodOh0OiB+fHTp/wfnGOh50cId1iH8x7glHQ8OoQ5OuCzdDw6Hx05TC+6Hh0Oh0Oh8gPzrE6hDp0OlbjH4ToCCwsAEAEAEAEAEAE'],
  ['/K 4/EndOfLine true', 'ABhYAIuMjsuOAClZhBFDlZgAsj2GEOR7gA3Q8Oh0OoQ8OvD8AC/Fgv5FOACxwnjtwAUaKHCCx3ABnQ9WJ4AIuiPgk5HRdEfuACYSCCGwiOmTOACSCCBHgE9wAbq1e7H0FMAEyh2ECoIpwgtXABCNpJWfB4AIuOk2CGQhwAbrEP5j3BKAAsj2GUOy6uAC/CSKcNuAC/pIIoc5DgA3WJ1CHTodKwAUa7CEYAIREYAKADABgAwAYAMAGA=='],
  ['/K -1/EncodedByteAlign true', 'gC4yOy44lZhBFDlZgMj2GEOR7vwgv8+HgPxYL+RTgMcJ47eNFDhBY7geMW4uiPgk5HRdEfuAYSCCGwiOmTOASCCBHgE9wMUEpd7cZQ7CBUEU4QWrgBG0krPg8C46TYIZCHCVm7I83Mj2GUOy6uD8JIpw24D+kgihzkOAx2mER0XRHQyNdhCMERGAgAgAgA=='],
];
const fax = (keys, bytes) => Buffer.concat([Buffer.from(`%PDF-1.4\n1 0 obj<</Subtype/Image/Width 48/Height 24/Filter/CCITTFaxDecode/DecodeParms<</Columns 48${keys}>>/Length ${bytes.length}>>stream\n`),
  bytes, Buffer.from('\nendstream\nendobj\n')]);
faxes.forEach(([keys, bytes], index) => seed('pdf', `fax${index}`, fax(keys, Buffer.from(bytes, 'base64'))));
seed('pdf', 'fax-vast', fax('/K -1/Columns 60000/Rows 60000', Buffer.alloc(400, 0xff)));
seed('pdf', 'fax-and-photo', Buffer.concat([fax('/K -1', Buffer.from(faxes[0][1], 'base64')), Buffer.from(photo('/Filter/DCTDecode'), 'latin1')]));

// ---- pictures ----
const crc = nodeCrc ?? ((bytes) => {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  return (value ^ 0xffffffff) >>> 0;
});
const chunk = (type, data) => {
  const bytes = Buffer.alloc(12 + data.length);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, 'latin1');
  data.copy(bytes, 8);
  bytes.writeUInt32BE(crc(bytes.subarray(4, 8 + data.length)), 8 + data.length);
  return bytes;
};
function png(width, height, color, depth, channels, interlace = 0) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([depth, color, 0, 0, interlace], 8);
  const row = 1 + Math.ceil(width * channels * depth / 8), data = Buffer.alloc(Math.min(row * height, 1 << 16), 0);
  for (let i = 0; i < data.length; i++) data[i] = i % row === 0 ? 0 : (i * 37) & 255;
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk('IHDR', head), chunk('IDAT', deflateSync(data)), chunk('IEND', Buffer.alloc(0))]);
}
seed('image', 'gray.png', png(8, 8, 0, 8, 1));
seed('image', 'rgb.png', png(9, 5, 2, 8, 3));
seed('image', 'alpha16.png', png(5, 5, 6, 16, 4));
seed('image', 'interlaced.png', png(9, 9, 2, 8, 3, 1));
seed('image', 'vast.png', png(30000, 30000, 0, 1, 1));
seed('image', 'webp', Buffer.from('UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA', 'base64'));
seed('image', 'gif', Buffer.from('R0lGODlhAQABAAAAACw=', 'base64'));
if (samples)
  for (const file of readdirSync(samples).filter((name) => name.endsWith('.docx')))
    for (const [name, bytes] of unzip(join(samples, file)))
      if (/media\/.*\.(png|jpg)$/.test(name) && bytes.length < 20000) seed('image', `${file}-${name.replaceAll('/', '-')}`, bytes);
