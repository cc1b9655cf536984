// Pure parts of the page of templates, loaded as the build sees them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './pages.mjs';

const rows = await load('/src/features/template/rows.ts');

const info = (code, more = {}) => ({ code, name: code, style: false, text: false, right: false, foot: false, least: 0, most: 0, ...more });
const KINDS = {
  items: [{ code: 'review', name: '核稿单', words: [], tables: ['五关', '评分'], body: false }],
  elements: [info('text', { style: true, text: true }), info('pair', { style: true, text: true, right: true }), info('rule', { style: true, least: 50, most: 3000 }), info('table', { text: true }),
    info('space', { least: 1, most: 200 }), info('foot', { style: true, text: true, foot: true }), info('foot_rule', { foot: true, least: 50, most: 3000 }), info('body'), info('folio')],
  styles: [], fonts: [],
};
const of = (code) => KINDS.elements.find((one) => one.code === code);

test('a row is sent without what its element does not have', () => {
  const row = { key: 1, element: 'body', style: 'title', text: 'x', right: 'y', amount: 5 };
  assert.deepEqual(rows.elementOf(row, of('body')), { element: 'body', style: '', text: '', right: '', amount: null });
  assert.deepEqual(rows.elementOf({ ...row, element: 'pair' }, of('pair')), { element: 'pair', style: 'title', text: 'x', right: 'y', amount: null });
  assert.deepEqual(rows.elementOf({ ...row, element: 'space' }, of('space')), { element: 'space', style: '', text: '', right: '', amount: 5 });
});

test('a new row is one that may stand', () => {
  const made = (element) => { const { key, ...row } = rows.newRow(element, KINDS, 'review'); assert.ok(key > 0); return row; };
  assert.deepEqual(made('space'), { element: 'space', style: '', text: '', right: '', amount: 10 });
  assert.deepEqual(made('rule'), { element: 'rule', style: 'body', text: '', right: '', amount: 350 });
  assert.deepEqual(made('table'), { element: 'table', style: '', text: '五关', right: '', amount: null });
  assert.equal(made('foot').style, 'foot');
  assert.notEqual(rows.newRow('text', KINDS, 'review').key, rows.newRow('text', KINDS, 'review').key);
});

test('rows say what they are', () => {
  const say = (row) => rows.summaryOf({ style: '', text: '', right: '', amount: null, ...row }, of(row.element));
  assert.equal(say({ element: 'space', amount: 25 }), '2.5 行');
  assert.equal(say({ element: 'rule', amount: 350 }), '0.35 毫米');
  assert.equal(say({ element: 'foot_rule' }), '粗细按国家标准');
  assert.equal(say({ element: 'pair', text: '甲', right: '乙' }), '甲 ｜ 乙');
  assert.equal(say({ element: 'pair', right: '乙' }), '乙');
});

test('the place of a fault', () => {
  assert.deepEqual(rows.placeOf('elements[3].text'), { list: 'elements', index: 3, member: 'text' });
  assert.deepEqual(rows.placeOf('styles[0].size'), { list: 'styles', index: 0, member: 'size' });
  for (const field of ['elements', 'name', 'elements[x].text', '']) assert.equal(rows.placeOf(field), null, field);
});

test('the styles to choose are those on the paper; what changes nothing is not sent', () => {
  const list = [{ element: 'text', style: 'title' }, { element: 'rule', style: 'head' }, { element: 'body', style: '' }, { element: 'text', style: 'title' }, { element: 'folio', style: '' }];
  assert.deepEqual(rows.stylesUsed(list, true), ['title', 'body', 'level_1', 'level_2', 'level_3', 'level_4', 'piece', 'table', 'caption', 'folio']);
  const none = { font: null, color: null, align: null, size: null };
  assert.deepEqual(rows.changesOf([{ style: 'a', ...none }, { style: 'b', ...none, size: 2200 }, { style: 'c', ...none, font: '' }]), [{ style: 'b', ...none, size: 2200 }]);
  assert.equal(rows.sizeName(1600), '三号');
  assert.equal(rows.sizeName(1750), '17.5磅');
});
