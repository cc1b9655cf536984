// Pure parts of the papers' pages, loaded as the build sees them.
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';
import { createServer } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
let vite;
before(async () => {
  vite = await createServer({
    root, configFile: false, logLevel: 'error', appType: 'custom', server: { middlewareMode: true, hmr: false, ws: false, watch: null },
    resolve: { alias: { '@': `${root}src` } }, optimizeDeps: { noDiscovery: true },
  });
});
after(() => vite.close());
const load = (path) => vite.ssrLoadModule(path);

test('the flowing text has the levels that the pages have', async () => {
  const { blocksOf } = await load('/src/features/issue/body.ts');
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
  const { blocksOf } = await load('/src/features/issue/body.ts');
  const table = (body) => blocksOf(body).filter((one) => one.kind === 'table').map((one) => one.rows);
  assert.deepEqual(table('乡镇\t学校\n白鹭\t17\n'), [[['乡镇', '学校'], ['白鹭', '17']]]);
  assert.deepEqual(table('前\n| 乡镇 | 学校 |\n|---|---|\n| 白鹭 | |\n后'), [[['乡镇', '学校'], ['白鹭', '']]]);
  assert.deepEqual(table('只有\t一行\n下一段'), [], 'one row is no table');
  assert.deepEqual(table('\t\t甲\t乙\n\t\t丙\t丁'), [[['甲', '乙'], ['丙', '丁']]], 'columns without a word are left out');
  assert.deepEqual(blocksOf('［图：现场.jpg｜4月5日，白鹭县］'), [{ kind: 'photo', name: '现场.jpg', caption: '4月5日，白鹭县' }]);
  assert.deepEqual(blocksOf('[图:a.png|]'), [{ kind: 'photo', name: 'a.png', caption: '' }]);
  assert.equal(blocksOf('见［图：现场.jpg］')[0].kind, 'text', 'within a line it is text');
});

