// Real input: published proposals imported as reports, and one of them carried to a numbered issue. Runs when the file
// lies beside the repository (../shared/data/proposals.csv); it is never part of it.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Office, cli, key, ok, root } from '../harness.mjs';

const FILE = process.env.MINYI_PROPOSALS ?? join(root, '../shared/data/proposals.csv');
const missing = existsSync(FILE) ? false : 'the published proposals are not here';

let office;
before(async () => { if (!missing) office = await Office.start({ reports: 4 }); });
after(async () => { await office?.stop(); });


test('the import says of every row whether it went in; again, nothing is doubled', { skip: missing }, () => {
  const first = cli(['import', 'reports', FILE, `--store=${office.store}`, '--author=xinxiyuan1']);
  assert.ok([0, 5].includes(first.code), first.stderr);
  const [, added, there, refused] = first.stdout.match(/已导入 (\d+) 件，已有 (\d+) 件，未导入 (\d+) 行/).map(Number);
  assert.equal(there, 0);
  assert.equal(added + refused, 509);
  assert.equal(first.stdout.match(/^第 \d+ 行未导入：/gm)?.length ?? 0, refused);
  assert.ok(added >= 500, `${added} of 509 could be split`);
  const again = cli(['import', 'reports', FILE, `--store=${office.store}`, '--author=xinxiyuan1']);
  assert.match(again.stdout, new RegExp(`已导入 0 件，已有 ${added} 件`));
});

test('the three elements carry no heading and lose no text', { skip: missing }, async () => {
  const officer = await office.as('officer');
  let after, seen = 0;
  do {
    const page = ok(await officer.get(`/reports?limit=100${after ? `&after=${after}` : ''}`));
    after = page.next;
    for (const item of page.items.slice(0, 12)) {
      const report = ok(await officer.get(`/reports/${item.id}`));
      if (report.channel !== 'import') continue;
      seen++;
      assert.doesNotMatch(report.situation, /^(调研情况|问题分析)[：:]/);
      assert.ok(report.situation.length > 0 && report.suggestion.length > 0, report.title);
      assert.equal(report.status, 'submitted');
    }
  } while (after);
  assert.ok(seen > 30, `${seen} imported reports looked at`);
});

test('an imported report goes through gates, article and sign-off to its number', { skip: missing }, async () => {
  const [editor, head, secretary] = [await office.as('editor'), await office.as('section_head'), await office.as('secretary_general')];
  const catalog = ok(await editor.get('/catalog'));
  const queue = ok(await editor.get('/desk/reports?status=submitted&limit=100')).items;
  const officer = await office.as('officer');
  let id;
  for (const item of queue)
    if (ok(await editor.get(`/reports/${item.id}`)).channel === 'import') { id = item.id; break; }
  assert.ok(id, 'the queue shows imported reports');
  ok(await editor.post(`/desk/reports/${id}/claim`, {}));
  let view = ok(await editor.get(`/desk/reports/${id}`));
  for (const gate of view.gates)
    ok(await editor.put(`/desk/reports/${id}/gates/${gate.gate_id}`, { result: 'pass', checked: [1], text_sha256: view.report.text_sha256 }));
  const publication = catalog.publications.find((one) => one.kind === 'forward' && one.committee_id === view.report.committee_id);
  const { article_id } = ok(await editor.request('POST', `/desk/reports/${id}/adopt`,
    { body: { publication_id: publication.id }, headers: { 'If-Match': `"${view.report.version}"`, ...key() } }), 201);
  let signed, article = ok(await editor.get(`/articles/${article_id}`));
  ok(await editor.act(`/articles/${article_id}/send`, {}, article.version));
  for (const signer of [head, secretary]) {
    article = ok(await signer.get(`/articles/${article_id}`));
    signed = ok(await signer.act(`/articles/${article_id}/sign`, {}, article.version));
  }
  assert.match(signed.issue_number_text, /第\d+期/);
  assert.equal(ok(await officer.get(`/reports/${id}`)).status, 'published');
});
