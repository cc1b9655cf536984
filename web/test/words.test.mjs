// The office's words for values of the API are said by the server on paper and in messages, and by the pages on screen:
// they are the same words for the same values.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { load } from './pages.mjs';

const features = fileURLToPath(new URL('../../src/features', import.meta.url));
const sources = readdirSync(features, { recursive: true }).filter((name) => name.endsWith('.c')).map((name) => readFileSync(join(features, name), 'utf8'));

/** Every `const struct code_name NAME_names[] = {{"code", "zh"}, …}` of the server: NAME → { code: zh }. */
function tables() {
  const found = {};
  for (const source of sources) {
    for (const [, name, rows] of source.matchAll(/^const struct code_name (\w+)_names\[\] =\s*\{([^;]*)\};/gm)) {
      found[name] = Object.fromEntries([...rows.matchAll(/\{"([^"]*)",\s*"([^"]*)"\}/g)].map(([, code, zh]) => [code, zh]));
    }
  }
  return found;
}

/* The server's table and the pages' one. Paper says the class of an answer before its words; of main and copy the pages
 * make whole sentences. */
const SAME = {
  standing: 'STANDING', report_channel: 'CHANNEL', urgency: 'URGENCY', gate_result: 'GATE_RESULT', grade: 'GRADE', version_reason: 'VERSION_REASON',
  signoff_act: 'SIGNOFF_ACT', rating: 'RATING', answer_result: 'ANSWER',
};

test('a kind of paper has one name, on its template and on screen', async () => {
  const { PAPER_NAME: { article, ...names } } = await load('/src/features/paper/papers.ts');
  const source = readFileSync(fileURLToPath(new URL('../../src/files/template_kind.c', import.meta.url)), 'utf8');
  const kinds = [...source.matchAll(/\[PAPER_KIND_\w+\] = \{"(\w+)", "([^"]+)"/g)].map(([, code, zh]) => [code, zh]);
  assert.equal(kinds.length, 7);
  assert.deepEqual(names, Object.fromEntries(kinds));
  assert.equal(article, '稿件');
});

test('a role of fonts has one name', async () => {
  const { FONT } = await load('/src/features/audit/detail.ts');
  const source = readFileSync(fileURLToPath(new URL('../../src/files/font_role.c', import.meta.url)), 'utf8');
  const found = (form) => Object.fromEntries([...source.matchAll(form)].map(([, role, text]) => [role, text]));
  const codes = found(/\[(FONT_\w+)\] = "(\w+)"/g), names = found(/\[(FONT_\w+)\] = \{"([^"]+)"/g);
  assert.deepEqual(FONT, Object.fromEntries(Object.entries(codes).map(([role, code]) => [code, names[role]])));
});

test('one value has one name, on paper and on screen', async () => {
  const format = await load('/src/shared/text/format.ts');
  const server = tables();
  assert.deepEqual(Object.keys(server).sort(), [...Object.keys(SAME), 'dispatch_kind'].sort());
  for (const [name, words] of Object.entries(SAME)) {
    const said = name === 'answer_result' ? Object.fromEntries(Object.entries(format[words]).map(([code, zh]) => [code, `${code} ${zh}`])) : format[words];
    assert.deepEqual(said, server[name], words);
  }
});
