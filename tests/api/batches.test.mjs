// Batches and scans over HTTP: a selection of papers as one zip made in the background, by the real worker; what a print's
// code leads to; a photo of a printed page that is offered to its record.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { Office, key, ok, refused, root, sha256, until } from '../harness.mjs';

const SITE = 'https://minyi.example';
let office, editor, clerk, chair, officer, city, folder, issues;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'minyi-batches-'));
  mkdirSync(join(folder, 'temporary'));
  office = await Office.start({ reports: 30, flags: [`--public-url=${SITE}`], env: { TMPDIR: join(folder, 'temporary') } });
  [editor, clerk, chair, officer, city] = await Promise.all(['editor', 'clerk', 'vice_chair', 'officer', 'city_editor'].map((role) => office.as(role)));
  issues = ok(await editor.get('/issues?limit=100')).items;
});
after(async () => {
  await office.stop();
  rmSync(folder, { recursive: true, force: true });
});

const get = (client, id) => client.get(`/paper-batches/${id}`).then((reply) => ok(reply));
const left = () => readdirSync(join(folder, 'temporary')).filter((name) => name.startsWith('minyi-batch-'));

const ended = (client, id) => until(() => get(client, id), 'the batch ends', (batch) => batch.finished_ms);

/** The entries of a zip, name to bytes. */
function unzipped(bytes) {
  const at = mkdtempSync(join(folder, 'zip-'));
  writeFileSync(join(at, 'a.zip'), bytes);
  return new Map(JSON.parse(execFileSync('python3', ['-c', `
import zipfile, json, base64, sys
z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None
print(json.dumps([[n, base64.b64encode(z.read(n)).decode()] for n in z.namelist()]))`, join(at, 'a.zip')], { encoding: 'utf8', maxBuffer: 1 << 30 }))
    .map(([name, text]) => [name, Buffer.from(text, 'base64')]));
}

/** The cells of the tables of a Word document, row by row. */
const rowsOf = (docx) => unzipped(docx).get('word/document.xml').toString().split('<w:tr>').slice(1)
  .map((row) => row.split('</w:tc>').slice(0, -1).map((cell) => [...cell.matchAll(/<w:t[ >][^<]*/g)].map(([text]) => text.replace(/^[^>]*>/, '')).join('')));

test('a batch of issues: made in the background, each file the one that is taken by itself, with an index', async () => {
  const chosen = issues.slice(0, 3);
  assert.equal(chosen.length, 3, 'the demo office has issues');
  const items = chosen.map(({ id }) => ({ kind: 'issue', id }));
  const once = key();
  const made = ok(await editor.post('/paper-batches', { items, formats: ['pdf', 'docx'] }, { headers: once }), 201);
  assert.equal(ok(await editor.post('/paper-batches', { items, formats: ['pdf', 'docx'] }, { headers: once }), 201).id, made.id);
  assert.ok(['waiting', 'running'].includes(made.status));
  const batch = await ended(editor, made.id);
  assert.equal(batch.status, 'done', JSON.stringify(batch));
  assert.deepEqual([batch.done, batch.total], [3, 3]);
  const reply = await editor.get(`/paper-batches/${made.id}/file`);
  assert.equal(reply.headers.get('content-type'), 'application/zip');
  assert.equal(reply.body.length, batch.size);
  const files = unzipped(reply.body);
  assert.equal(files.size, 8);
  for (const item of batch.items) {
    const same = (await editor.get(`/papers/issue/${item.record_id}/file?format=pdf`)).body;
    const info = ok(await editor.get(`/papers/issue/${item.record_id}`));
    assert.ok(files.has(item.file), `${item.file} is in the zip`);
    assert.equal(sha256(files.get(item.file)), sha256(same), 'a batch prints what a reader prints');
    assert.equal(item.pages, info.pages);
    assert.ok(files.get(item.file.replace(/\.pdf$/, '.docx')), 'and Word');
  }
  const index = files.get('目录.csv').toString('utf8');
  assert.equal(index.charCodeAt(0), 0xfeff);
  const lines = index.slice(1).trim().split('\r\n');
  assert.equal(lines.length, 7);
  assert.equal(lines[0], '序号,文书,标题,文件,页数,字节数,SHA-256,说明');
  for (const [name, bytes] of files) if (!name.startsWith('目录')) {
    const line = lines.find((one) => one.includes(`,${name},`));
    assert.ok(line?.includes(`,${bytes.length},${sha256(bytes)},`), `${name}: ${line}`);
  }
  const rows = rowsOf(files.get('目录.docx'));
  assert.deepEqual(rows[0], ['序号', '标题', '文件', '页数']);
  assert.deepEqual(rows.slice(1), batch.items.map((item) =>
    [String(item.position), item.title, item.file.replace(/\.(docx|pdf)$/, batch.formats[0] === 'pdf' ? '.pdf、.docx' : '.docx、.pdf'), String(item.pages)]), 'a row an item');
  const notices = ok(await editor.get('/notices?limit=5')).items;
  assert.ok(notices.some((one) => one.link === '/papers/batches' && one.title.includes(batch.name)));
  assert.deepEqual(left(), [], 'nothing is left behind');
});

test('what one may not see is refused when it is asked for, and others\' batches do not exist', async () => {
  const foreign = [{ kind: 'issue', id: issues[0].id }, { kind: 'issue', id: 987654321 }];
  const reply = await editor.post('/paper-batches', { items: foreign, formats: ['pdf'] });
  refused(reply, 404, 'not_found');
  assert.equal(reply.body.field, 'items[1]');
  refused(await city.post('/paper-batches', { items: foreign.slice(0, 1), formats: ['pdf'] }), 404, 'not_found');
  refused(await editor.post('/paper-batches', { items: [], formats: ['pdf'] }), 422, 'too_short');
  refused(await editor.post('/paper-batches', { items: foreign.slice(0, 1), formats: ['exe'] }), 422, 'not_allowed_value');
  refused(await editor.post('/paper-batches', { items: Array.from({ length: 501 }, (_, i) => ({ kind: 'issue', id: i + 1 })), formats: ['pdf'] }), 422, 'too_long');
  const own = ok(await editor.get('/paper-batches')).items[0];
  for (const other of [clerk, chair, city, await office.as('system_admin')]) {
    refused(await other.get(`/paper-batches/${own.id}`), 404, 'not_found');
    refused(await other.get(`/paper-batches/${own.id}/file`), 404, 'not_found');
    refused(await other.post(`/paper-batches/${own.id}/cancel`), 404, 'not_found');
    refused(await other.del(`/paper-batches/${own.id}`), 404, 'not_found');
  }
});

test('papers of every kind together; one that is not to be had is told, the others come', async () => {
  const report = ok(await editor.get('/desk/reports?status=published&limit=1')).items[0].id;
  const article = ok(await editor.get('/articles?status=signed&limit=1')).items[0].id;
  const dispatch = ok(await editor.get('/dispatches?status=closed&limit=1')).items[0].id;
  const items = [['report', report], ['review', article], ['adoption', report], ['certificate', report], ['dispatch_list', issues[0].id], ['urging', dispatch]]
    .map(([kind, id]) => ({ kind, id }));
  const batch = await ended(editor, ok(await editor.post('/paper-batches', { items, formats: ['pdf'] }), 201).id);
  assert.equal(batch.status, 'done', JSON.stringify(batch));
  assert.deepEqual(batch.items.map((one) => Boolean(one.file)), [true, true, true, true, true, false], JSON.stringify(batch.items));
  assert.match(batch.items[5].error, /催办/);
  const files = unzipped((await editor.get(`/paper-batches/${batch.id}/file`)).body);
  assert.equal(files.size, 7);
  assert.match(files.get('目录.csv').toString(), /催办/);
  assert.match(rowsOf(files.get('目录.docx')).at(-1)[2], /催办/, 'why there is none');
});

test('cancelled in the middle, and begun again after a restart in the middle', async () => {
  const items = [...issues.map(({ id }) => ({ kind: 'issue', id })), ...issues.map(({ id }) => ({ kind: 'dispatch_list', id }))].slice(0, 60);
  const underWay = async () => {
    const id = ok(await editor.post('/paper-batches', { items, formats: ['docx', 'pdf'] }), 201).id;
    const batch = await until(() => get(editor, id), 'the batch begins', ({ status }) => status !== 'waiting');
    assert.equal(batch.status, 'running');
    return id;
  };
  let id = await underWay();
  refused(await editor.del(`/paper-batches/${id}`), 409, 'illegal_transition');
  assert.equal(ok(await editor.post(`/paper-batches/${id}/cancel`)).status, 'cancelled');
  refused(await editor.get(`/paper-batches/${id}/file`), 404, 'not_found');
  assert.equal((await editor.del(`/paper-batches/${id}`)).status, 204);

  id = await underWay();
  const end = await office.kill();
  assert.equal(end.code, 0, 'an orderly stop');
  assert.deepEqual(left(), []);
  await office.serve();
  for (const client of [editor, clerk, chair, officer, city]) client.url = office.url;
  const batch = await ended(editor, id);
  assert.equal(batch.status, 'done', JSON.stringify(batch));
  assert.equal(batch.done, items.length);
  const files = unzipped((await editor.get(`/paper-batches/${id}/file`)).body);
  assert.equal(files.size, 2 * batch.items.filter((one) => one.file).length + 2);
});

test('a photo of a printed page is offered to its record, and filed there by one who manages it', async () => {
  const issue = issues[0];
  const page = (await editor.get(`/papers/issue/${issue.id}/pages/1?width=1200`)).body;
  const upload = (client, name, bytes) => client.request('POST', `/scans?name=${encodeURIComponent(name)}`, { raw: bytes, headers: { 'Content-Type': 'application/octet-stream' } });
  const scan = ok(await upload(editor, '签批件.png', page));
  assert.equal(scan.suggestion?.kind, 'issue', 'its code is read');
  assert.equal(scan.suggestion.id, issue.id);
  assert.equal(scan.suggestion.link, `/issues/${issue.id}`);
  assert.equal(scan.suggestion.can_file, true);
  assert.equal(ok(await upload(officer, '签批件.png', page)).suggestion, null, 'an author does not see the issue');
  assert.equal(ok(await upload(chair, '签批件.png', page)).suggestion.can_file, false);
  refused(await upload(editor, 'a.html', Buffer.from('<html><script>1</script></html>')), 415, 'unsupported_media_type');
  refused(await clerk.get(`/scans/${scan.id}/file`), 404, 'not_found');
  refused(await editor.put(`/scans/${scan.id}/record`, { kind: 'issue', record_id: issue.id }), 428, 'precondition_required');
  const filed = ok(await editor.put(`/scans/${scan.id}/record`, { kind: 'issue', record_id: issue.id }, scan.version));
  assert.deepEqual([filed.kind, filed.record_id], ['issue', issue.id]);
  assert.equal(ok(await editor.get('/scans')).items.length, 0);
  const there = ok(await clerk.get(`/papers/issue/${issue.id}/scans`)).items;
  assert.deepEqual(there.map((one) => [one.id, one.name, one.can_delete]), [[scan.id, '签批件.png', false]]);
  assert.equal(sha256((await clerk.get(`/scans/${scan.id}/file`)).body), sha256(page));
  refused(await officer.get(`/scans/${scan.id}/file`), 404, 'not_found');
  refused(await city.get(`/papers/issue/${issue.id}/scans`), 404, 'not_found');
  const handler = await office.as('department_handler');
  const sent = ok(await handler.get('/dispatches?limit=1')).items[0].issue_id;
  ok(await handler.get(`/issues/${sent}`));
  refused(await handler.get(`/papers/issue/${sent}/scans`), 404, 'not_found');
});

test('a code is read at any resolution a scanner has, and wrong ones lead nowhere', async () => {
  const issue = issues[1];
  for (const width of [1000, 1240, 1654, 2000, 2480]) { // 120 to 300 dots an inch
    const page = (await editor.get(`/papers/issue/${issue.id}/pages/1?width=${width}`)).body;
    const scan = ok(await editor.request('POST', '/scans?name=scan.png', { raw: page, headers: { 'Content-Type': 'application/octet-stream' } }));
    assert.equal(scan.suggestion?.id, issue.id, `${width} px`);
    refused(await editor.del(`/scans/${scan.id}`), 428, 'precondition_required');
    assert.equal((await editor.del(`/scans/${scan.id}`, scan.version)).status, 204);
  }
  for (const code of ['i1-00000000', 'x', `i${issue.id}-${'0'.repeat(8)}`, '%E2%80%8B']) refused(await editor.get(`/codes/${code}`), 404, 'not_found');
  refused(await office.client().get('/codes/i1-00000000'), 401, 'signed_out');
});

test('a printed page that a scanner made black and white is offered to its record', async () => {
  const issue = issues[2];
  const upload = async (name, raw) => ok(await editor.request('POST', `/scans?name=${name}`, { raw, headers: { 'Content-Type': 'application/octet-stream' } }));
  const print = join(folder, 'print.pdf');
  writeFileSync(print, (await editor.get(`/papers/issue/${issue.id}/file?format=pdf`)).body);
  for (const [dpi, k] of [[200, -1], [300, -1], [600, -1], [300, 0], [300, 4]]) {
    const page = execFileSync('pdftoppm', ['-mono', '-r', String(dpi), '-l', '1', print], { maxBuffer: 1 << 28 });
    const pdf = execFileSync(join(root, 'build/asan/tests/fax_tool'), [String(k)], { input: page, maxBuffer: 1 << 28 });
    const scan = await upload('scan.pdf', pdf);
    assert.equal(scan.mime, 'application/pdf');
    assert.equal(scan.suggestion?.kind, 'issue', `${dpi} dpi, K ${k}`);
    assert.equal(scan.suggestion.id, issue.id);
    assert.equal((await editor.del(`/scans/${scan.id}`, scan.version)).status, 204);
    if (dpi !== 200) continue;
    const other = await upload('other.pdf', pdf.subarray(0, 300));
    assert.equal(other.suggestion, null, 'what cannot be read is taken, and filed by hand');
    assert.equal((await editor.del(`/scans/${other.id}`, other.version)).status, 204);
  }
});

test('a PDF of ours that another program changed is offered to its record: its pages are drawn', async () => {
  const issue = issues[2];
  const pdf = (await editor.get(`/papers/issue/${issue.id}/file?format=pdf`)).body;
  const scan = ok(await editor.request('POST', '/scans?name=signed.pdf', { raw: Buffer.concat([pdf, Buffer.from('\n% signed\n')]), headers: { 'Content-Type': 'application/octet-stream' } }));
  assert.equal(scan.suggestion?.id, issue.id);
  assert.equal((await editor.del(`/scans/${scan.id}`, scan.version)).status, 204);
});
