// Pure parts of the pages, loaded as the build sees them.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { load } from './pages.mjs';

// The cases of the server's own test: both must count alike.
function serverCases() {
  const source = readFileSync(new URL('../../tests/unit/test_utf8.c', import.meta.url), 'utf8');
  const start = source.indexOf('cases[] = {', source.indexOf('words;'));
  const table = source.slice(start, source.indexOf('};', start));
  return [...table.matchAll(/\{((?:\s*"(?:[^"\\]|\\.)*")+),\s*(\d+)\}/g)].map(([, text, words]) => {
    const bytes = [];
    for (const [, literal] of text.matchAll(/"((?:[^"\\]|\\.)*)"/g)) {
      for (const [token] of literal.matchAll(/\\x[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\\.|[^\\]+/g)) {
        if (token.startsWith('\\x')) bytes.push(parseInt(token.slice(2), 16));
        else if (token.startsWith('\\u')) bytes.push(...Buffer.from(String.fromCodePoint(parseInt(token.slice(2), 16))));
        else bytes.push(...Buffer.from(token.startsWith('\\') ? JSON.parse(`"${token}"`) : token));
      }
    }
    return { text: Buffer.from(bytes).toString('utf8'), words: Number(words) };
  });
}

test('words are counted as the server counts them', async () => {
  const { countWords } = await load('/src/shared/text/words.ts');
  const cases = serverCases();
  assert.ok(cases.length >= 10, `only ${cases.length} cases were found in test_utf8.c`);
  for (const { text, words } of cases) assert.equal(countWords(text), words, JSON.stringify(text));
});

test('times are said as people say them', async () => {
  const { ago, dateTime, plainDate } = await load('/src/shared/text/format.ts');
  const china = (...when) => Date.UTC(...when) - 8 * 3_600_000;
  const now = china(2026, 2, 8, 14, 5);
  assert.equal(ago(now - 30_000, now), '刚刚');
  assert.equal(ago(now - 5 * 60_000, now), '5分钟前');
  assert.equal(ago(now - 3 * 3_600_000, now), '3小时前');
  assert.equal(ago(china(2026, 2, 7, 23, 0), now), '昨天 23:00');
  assert.equal(ago(china(2026, 2, 5, 14, 0), now), '3天前');
  assert.equal(ago(china(2026, 1, 1), now), '2月1日');
  assert.equal(ago(china(2025, 1, 1), now), '2025年2月1日');
  assert.equal(dateTime(china(2026, 2, 8, 9, 7), now), '3月8日 09:07');
  assert.equal(plainDate('not a date'), 'not a date');
});

test('two texts are the same when the server would keep them alike', async () => {
  const { emptyFields, sameFields, tidy } = await load('/src/features/report/local.ts');
  const mine = { ...emptyFields(), title: '　标题 \r\n', situation: 'a\r\nb' };
  assert.ok(sameFields(mine, { ...mine, title: '标题', situation: 'a\nb' }));
  assert.ok(!sameFields(mine, { ...mine, title: '标题二' }));
  assert.ok(!sameFields(mine, { ...mine, category_id: 1 }));
  const one = { account_id: 7, name: '甲', unit_name: '旧单位' };
  assert.ok(sameFields({ ...mine, authors: [one] }, { ...mine, authors: [{ ...one, unit_name: '新单位', post: '职务' }] }));
  assert.equal(tidy('\ufeff a\r '), 'a');
});

test('what a report still lacks is named with its page', async () => {
  const { faultsOf, DEFAULT_RULES } = await load('/src/features/report/rules.ts');
  const { emptyFields } = await load('/src/features/report/local.ts');
  const steps = (fields) => faultsOf(fields, DEFAULT_RULES).map((fault) => fault.field);
  assert.deepEqual(steps(emptyFields()), ['title', 'category_id', 'situation', 'suggestion']);
  const whole = { ...emptyFields(), title: '关于某事的建议', category_id: 1, situation: '情况', suggestion: '建议' };
  assert.deepEqual(steps(whole), []);
  assert.deepEqual(steps({ ...whole, title: '字'.repeat(41) }), ['title']);
  assert.deepEqual(steps({ ...whole, situation: '字'.repeat(1500) }), ['situation']);
  assert.deepEqual(steps({ ...whole, name_public: false }), ['name_public_reason']);
});

test('weak passwords miss a hint', async () => {
  const { passwordFine } = await load('/src/features/account/password.ts');
  assert.ok(passwordFine('lamp-river-51x', 'chenxm'));
  for (const weak of ['short1', '19850312198503', 'chenxm123456', 'abcdefghijklm', 'qwertyuiop12', 'ababababababab']) {
    assert.ok(!passwordFine(weak, 'chenxm'), weak);
  }
});
