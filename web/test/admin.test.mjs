// Pure parts of administration, loaded as the build sees them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './pages.mjs';

const bytes = (...parts) => new Uint8Array(Buffer.concat(parts.map((part) => Buffer.from(part))));

test('a table is read as UTF-8, GBK or UTF-16, and a workbook is refused', async () => {
  const { readTable } = await load('/src/features/account/table-file.ts');
  assert.deepEqual(readTable(bytes('\ufeff姓名,登录名\r\n王一,w1\r\n')).table, { text: '姓名,登录名\r\n王一,w1\r\n', encoding: 'UTF-8', lines: 1 });
  const gbk = readTable(bytes([0xd0, 0xd5, 0xc3, 0xfb, 0x2c, 0xb5, 0xc7, 0xc2, 0xbc, 0xc3, 0xfb, 10, 0xcd, 0xf5, 0x2c, 0x77, 10]));
  assert.deepEqual(gbk.table, { text: '姓名,登录名\n王,w\n', encoding: 'GBK', lines: 1 });
  const tabs = readTable(bytes([0xff, 0xfe], Buffer.from('姓名\t职务\n王一\t甲,乙', 'utf16le')));
  assert.equal(tabs.table.text, '姓名,职务\r\n王一,"甲,乙"');
  assert.match(readTable(bytes([0x50, 0x4b, 3, 4, 0])).wrong, /工作簿/);
  assert.match(readTable(bytes('  \n')).wrong, /空的/);
});

test('moving a row changes two places, or numbers rows that share one', async () => {
  const { moved } = await load('/src/features/admin/order.ts');
  const places = (list, id, by) => moved(list, list.find((one) => one.id === id), by).map(({ row, position }) => [row.id, position]);
  const apart = [{ id: 1, position: 10 }, { id: 2, position: 20 }, { id: 3, position: 30 }];
  assert.deepEqual(places(apart, 2, -1), [[2, 10], [1, 20]]);
  assert.deepEqual(places(apart, 1, -1), []);
  assert.deepEqual(places([{ id: 1, position: 0 }, { id: 2, position: 0 }], 2, -1), [[2, 1], [1, 2]]);
});

test('fonts: what is missing before the one that serves, and names that cannot be added', async () => {
  const { familyFlaw, missingBefore, sameOrder } = await load('/src/features/admin/fonts.ts');
  const wanted = (...families) => families.map((family) => ({ family: family.replace('*', ''), present: family.endsWith('*') }));
  assert.deepEqual(missingBefore({ family: 'c', wanted: wanted('a', 'b', 'c*', 'd') }), ['a', 'b']);
  assert.deepEqual(missingBefore({ family: 'a', wanted: wanted('a*', 'b') }), []);
  assert.deepEqual(missingBefore({ family: 'x', wanted: wanted('a', 'b') }), ['a', 'b']);
  assert.equal(familyFlaw(['楷体'], ' 华文楷体 '), '');
  assert.match(familyFlaw(['楷体'], ' '), /请写/);
  assert.match(familyFlaw(['楷体'], '楷体，仿宋'), /一次写一种/);
  assert.match(familyFlaw(['KaiTi'], 'kaiti'), /已经在列/);
  assert.match(familyFlaw(Array.from({ length: 20 }, (_, i) => `f${i}`), '楷体'), /最多 20 种/);
  assert.equal(sameOrder(['a', 'b'], ['a', 'b']), true);
  assert.equal(sameOrder(['a', 'b'], ['b', 'a']), false);
  assert.equal(sameOrder(['a'], ['a', 'b']), false);
});

test('the orders of fonts are not among the settings', async () => {
  const { groupsOf } = await load('/src/features/admin/settings.ts');
  const setting = (key) => ({ key, value: '', name: key, kind: 'text', minimum: 0, maximum: 400, version: 1, updated_ms: null });
  assert.deepEqual(groupsOf([setting('paper.font.kaiti'), setting('office.name')]).map((group) => group.key), ['office']);
});
