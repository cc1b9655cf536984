// What is printed is what was signed: the text read back from the PDFs, the rules of Chinese lines on hundreds of
// published proposals, and what becomes of texts that nobody should write.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask, bare, folder, lines, paperText, plainText, print, rawText, root } from './pdf.mjs';

const FILE = process.env.MINYI_PROPOSALS ?? join(root, '../shared/data/proposals.csv');
const missing = existsSync(FILE) ? false : 'the published proposals are not here';
const BATCH = 64;

/** Rows of a CSV file with quoted fields. */
function rows(text) {
  const all = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    all.at(-1).push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end !== ',') all.push([]);
  }
  return all.filter((row) => row.length > 4);
}

let batches;
/** Samples of many proposals each. */
function proposals() {
  if (batches) return batches;
  const all = rows(readFileSync(FILE, 'utf8')).slice(1);
  assert.equal(all.length, 509);
  batches = [];
  for (let start = 0; start < all.length; start += BATCH) {
    const file = join(folder, `proposals-${start}.txt`);
    writeFileSync(file, all.slice(start, start + BATCH).map((row) => `${row[1]}\n${row[4]}`).join('\n'));
    batches.push(`file:${file}`);
  }
  return batches;
}

test('the text of the PDF is the text of the paper', () => {
  for (const name of ['one', 'many', 'full', 'over', 'grid', 'foot', 'foot-tall', 'titles', 'photo', 'keeps', 'longest'])
    assert.equal(plainText(print(name).file), bare(paperText(name)), name);
});

test('no blank is read between Chinese and Latin, none is lost between Latin words', () => {
  const text = rawText(print('many').file).replaceAll('\n', '');
  for (const words of ['2026年第12期 总第380期', '2024年至2026年共完成改造项目312个，惠及居民15.6万户，改造面积1280万平方米',
    '由GDP核算部门会同API平台（https://example.gov.cn/path）按20 kg标准执行，并使用Linux系统。', '2026年11月21日印发'])
    assert.ok(text.includes(words), words);
  assert.match(paperText('many'), /20 kg标准/);
});

test('509 published proposals: the text comes back whole', { skip: missing }, () => {
  for (const name of proposals()) {
    const [got, wanted] = [plainText(print(name).file), bare(paperText(name))];
    if (got === wanted) continue;
    let at = 0;
    while (got[at] === wanted[at]) at++;
    assert.fail(`${name}: "${got.slice(at - 20, at + 20)}" for "${wanted.slice(at - 20, at + 20)}"`);
  }
});

test('509 published proposals: pages of 22 lines, lines of 28 characters from edge to edge', { skip: missing }, () => {
  let full = 0, counted = 0, whole = 0, exact = 0;
  for (const name of proposals())
    lines(print(name).file).forEach((page, index) => {
      assert.ok(page.length <= 22, `${page.length} lines on page ${index + 1}`);
      full += index > 0 && page.length === 22;
      const left = index % 2 ? 26 : 28;
      for (const line of page) {
        counted++;
        assert.ok(line.x0 > left - 3 && line.x1 < left + 156 + 3, line.text);
        if (line.size > 6 || /[\u0020-\u00FF]/.test(line.text) || line.x0 > left + 1 || line.x1 < left + 155) continue;
        whole++;
        exact += [...line.text].length === 28;
        assert.ok([...line.text].length <= 31, line.text);
      }
    });
  assert.ok(counted > 20000 && full > 500, `${counted} lines, ${full} full pages`);
  assert.ok(whole > 5000 && exact > whole * 0.75, `${exact} of ${whole} lines have 28 characters`);
});

test('509 published proposals: no mark stands where none may', { skip: missing }, () => {
  const wrong = [];
  for (const name of proposals()) {
    const all = lines(print(name).file).flat();
    all.forEach((line, index) => {
      const next = all[index + 1]?.text ?? '';
      if (/^[，。、；：？！）》」』】〕〉”’％%‰℃…·]/.test(line.text)) wrong.push(`begins: ${line.text}`);
      if (/[（《「『【〔〈“‘]$/.test(line.text)) wrong.push(`ends: ${line.text}`);
      if (/—$/.test(line.text) && /^—/.test(next)) wrong.push(`parted: ${line.text}|${next}`);
      if (/\d$/.test(line.text) && /^[\d年月日万亿元个%]/.test(next) && !/[\d.%]{25}/.test(line.text.slice(-25) + next.slice(0, 25))) wrong.push(`number: ${line.text}|${next}`);
      if (/[A-Za-z]$/.test(line.text) && /^[a-z]/.test(next) && !/[/.@_-]/.test(line.text.slice(-20) + next.slice(0, 20)))
        wrong.push(`word: ${line.text}|${next}`);
    });
  }
  assert.deepEqual(wrong, []);
});

test('509 published proposals: every title on at most three lines', { skip: missing }, () => {
  const all = rows(readFileSync(FILE, 'utf8')).slice(1);
  const file = join(folder, 'title.txt');
  const counts = [0, 0, 0, 0];
  const longest = all.map((row) => row[1]).sort((a, b) => b.length - a.length).slice(0, 25);
  for (const title of longest) {
    writeFileSync(file, `${title}\n`);
    const count = print(`file:${file}`, true).title;
    assert.ok(count >= 1 && count <= 3, title);
    counts[count]++;
  }
  assert.ok(counts[2] > 0, counts.join());
});

test('hostile texts have a defined result', () => {
  const { missing: boxes, pages, file } = print('hostile');
  assert.ok(pages > 5 && pages < 300);
  for (const character of ['ส', '👨', '\u{3FFF0}', '\uE123'])
    assert.ok(boxes.includes(character), `${character} is reported`);
  assert.ok(!boxes.includes('罕'));
  const text = lines(file)[0].map((line) => line.text).join('');
  assert.doesNotMatch(text, /[\u200B-\u200F\u202A-\u202E\u2066-\u2069\uFEFF\u00AD\u0001\u007F]/);
  assert.ok(text.includes('方向号与零宽，控制符，软连字。'), text);
});

test('an empty paper is one page; one that is too long is refused with its length', () => {
  assert.equal(print('empty').pages, 1);
  for (const name of ['endless', 'huge']) {
    const { code, said } = ask('pdf', name, join(folder, 'refused.pdf'));
    assert.equal(code, 1);
    assert.deepEqual([said.result, said.pages], [['too_long'], ['301']]);
    assert.ok(!existsSync(join(folder, 'refused.pdf')));
  }
});

test('a page as a picture; a page that is not there', () => {
  const file = join(folder, 'page.png');
  assert.equal(ask('png', 'many', '2', '800', file).code, 0);
  const png = readFileSync(file);
  assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [800, 1131]);
  assert.equal(ask('png', 'damaged', '1', '400', file).code, 0);
  for (const [page, width] of [[0, 800], [99, 800], [1, 199], [1, 2481]])
    assert.equal(ask('png', 'many', String(page), String(width), file).said.result[0], 'out_of_range');
});

test('without a folder of fonts, without any font', () => {
  const { said } = (() => {
    const before = process.env.MINYI_FONTS;
    delete process.env.MINYI_FONTS;
    try { return ask('pdf', 'grid', join(folder, 'system.pdf')); }
    finally { if (before !== undefined) process.env.MINYI_FONTS = before; }
  })();
  assert.deepEqual(said.pages, ['4'], 'the grid does not depend on the font');
});
