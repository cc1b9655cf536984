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

// ---- pages as a child draws them ----
const page = (width, height, most = 255) => `P5\n${width} ${height}\n${most}\n${'\x80'.repeat(Math.max(0, Math.min(width * height, 2000)))}`;
[page(3, 2), page(3, 2) + page(40, 30), page(300, 1), page(301, 1), page(0, 5), page(-1, 5), page(2, 2, 65535), page(3, 2).slice(0, -1), page(3, 2).replace('P5', 'P6'), 'P5\n# 3\n3 2\n255\n',
  `P5\n${'9'.repeat(300)} 1\n255\n`].forEach((text, index) => seed('pgm', `pgm${index}`, Buffer.from(text, 'latin1')));

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
