// Pure parts of the papers' pages, loaded as the build sees them.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { load } from './pages.mjs';

test('the flowing text has the levels that the pages have', async () => {
  const { blocksOf } = await load('/src/shared/text/body.ts');
  const level = (line) => { const [block] = blocksOf(line); return [block.level, block.lead, block.rest]; };
  assert.deepEqual(level('一、基本情况'), [1, '一、基本情况', '']);
  assert.deepEqual(level('（二）由县里统一配送。每周三次。'), [2, '（二）由县里统一配送。', '每周三次。']);
  assert.deepEqual(level('1.先算账，后定价；再公示'), [3, '1.先算账，后定价；', '再公示']);
  assert.deepEqual(level('（1）食堂'), [4, '（1）食堂', '']);
  for (const plain of ['一是加强统筹。', '1.5万人受影响', '3月8日', '一、', '二〇二六年', '（见附件）']) assert.equal(level(plain)[0], 0, plain);
  const long = `一、${'长'.repeat(70)}`;
  assert.deepEqual(level(long), [0, '', long], 'too long for a heading');
  assert.deepEqual(blocksOf(' \n\n一\n　\n二').map((one) => one.rest), ['一', '二'], 'blank lines are no paragraphs');
});

test('the flowing text has the tables and photos that the pages have', async () => {
  const { blocksOf } = await load('/src/shared/text/body.ts');
  const table = (body) => blocksOf(body).filter((one) => one.kind === 'table').map((one) => one.rows);
  assert.deepEqual(table('乡镇\t学校\n白鹭\t17\n'), [[['乡镇', '学校'], ['白鹭', '17']]]);
  assert.deepEqual(table('前\n| 乡镇 | 学校 |\n|---|---|\n| 白鹭 | |\n后'), [[['乡镇', '学校'], ['白鹭', '']]]);
  assert.deepEqual(table('只有\t一行\n下一段'), [], 'one row is no table');
  assert.deepEqual(table('\t\t甲\t乙\n\t\t丙\t丁'), [[['甲', '乙'], ['丙', '丁']]], 'columns without a word are left out');
  assert.deepEqual(blocksOf('［图：现场.jpg｜4月5日，白鹭县］'), [{ kind: 'photo', name: '现场.jpg', caption: '4月5日，白鹭县' }]);
  assert.deepEqual(blocksOf('[图:a.png|]'), [{ kind: 'photo', name: 'a.png', caption: '' }]);
  assert.equal(blocksOf('见［图：现场.jpg］')[0].kind, 'text', 'within a line it is text');
});

// The typesetter's own test (tests/unit/test_template_body.c) reads the same lines.
test('lines that call a photo or name a piece are read as the typesetter reads them', async () => {
  const { blocksOf } = await load('/src/shared/text/body.ts');
  const table = readFileSync(new URL('../../tests/unit/called_lines.tsv', import.meta.url), 'utf8');
  const cases = table.split('\n').filter((line) => line && !line.startsWith('#')).map((line) => line.split('\t'));
  assert.ok(cases.length >= 19);
  for (const [kind, line, name, caption] of cases) {
    const wanted = { photo: { kind, name, caption }, piece: { kind, title: name }, text: { kind, lead: '', rest: line, level: 0 } }[kind];
    assert.deepEqual(blocksOf(line), [wanted], line);
  }
});

test('a photo becomes a line of its own at the cursor', async () => {
  const { insertLine, photoLine } = await load('/src/features/article/photos.ts');
  assert.equal(photoLine('现场.jpg', ' 4月5日，\n白鹭县 '), '［图：现场.jpg｜4月5日， 白鹭县］');
  assert.equal(photoLine('a.png', ''), '［图：a.png］');
  assert.equal(photoLine('a.png', '甲｜乙［丙］'), '［图：a.png｜甲，乙（丙）］', 'nothing in a caption ends it');
  assert.deepEqual(insertLine('前后', 1, 'L'), { text: '前\nL\n后', cursor: 4 });
  assert.deepEqual(insertLine('前\n后', 2, 'L'), { text: '前\nL\n后', cursor: 4 });
  assert.deepEqual(insertLine('前\n后', 1, 'L'), { text: '前\nL\n后', cursor: 4 });
  assert.deepEqual(insertLine('', 0, 'L'), { text: 'L\n', cursor: 2 });
  assert.deepEqual(insertLine('前', 99, 'L'), { text: '前\nL\n', cursor: 4 });
  const { blocksOf } = await load('/src/shared/text/body.ts');
  const { text } = insertLine('第一段。\n第二段。', 2, photoLine('现场.jpg', '注'));
  assert.deepEqual(blocksOf(text).map((one) => one.kind), ['text', 'photo', 'text', 'text']);
});

test('what will not print is named, and not all of a long list', async () => {
  const { missingText } = await load('/src/features/paper/papers.ts');
  assert.equal(missingText([]), '');
  assert.match(missingText(['𠮷', '𡈼']), /^有 2 个字没有字体：𠮷（编码 20BB7）、𡈼（编码 2123C）。/);
  assert.match(missingText(Array.from({ length: 50 }, (_, i) => String(i))), /^至少有 50 个字没有字体：0（编码 30）、1（.*、11（编码 31） 等。/);
});

test('a page is asked for as sharp as it is shown, in few sizes', async () => {
  const { pixelsFor } = await load('/src/features/paper/papers.ts');
  assert.equal(pixelsFor(358, 1), 400);
  assert.equal(pixelsFor(358, 3), 1200);
  assert.equal(pixelsFor(807, 2), 2000);
  assert.equal(pixelsFor(1588, 2), 2480);
});

test('a fingerprint is known however it is written; the name of a file is read from the answer', async () => {
  const { tidyHash, sha256Of } = await load('/src/features/paper/papers.ts');
  const hash = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  assert.equal(await sha256Of(new Blob(['abc'])), hash);
  assert.equal(tidyHash(` ${hash.toUpperCase().replace(/(..)/g, '$1 ')}\n`), hash);
  assert.equal(tidyHash('abc'), '');
  const { nameIn } = await load('/src/api/client.ts');
  assert.equal(nameIn(`attachment; filename="attachment"; filename*=UTF-8''%E6%9C%9F%20%22a%22.pdf`), '期 "a".pdf');
  assert.equal(nameIn("attachment; filename*=UTF-8''%E6%9"), '');
  assert.equal(nameIn(null), '');
});
