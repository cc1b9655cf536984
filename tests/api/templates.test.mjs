// Templates over HTTP: what the wire says of a broken one, versions, pictures and PDF of the preview, whose they are.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { Office, ok } from '../harness.mjs';

let office, admin, draft;
before(async () => {
  office = await Office.start({ reports: 8 });
  admin = await office.as('system_admin');
});
after(async () => { await office?.stop(); });

const put = (body, version = draft.version, client = admin) => client.request('PUT', `/paper-templates/${draft.id}`, { body, headers: { 'If-Match': `"${version}"` } });
const act = (path, version, client = admin) => client.request('POST', `/paper-templates/${draft.id}/${path}`, { headers: { 'If-Match': `"${version}"` } });
const rows = (...list) => list.map(([element, style, text]) => ({ element, style, text }));
const SOUND = rows(['text', 'title', '{标题}'], ['body'], ['folio']);

test('what may be written is said: kinds, words, elements, styles, fonts', async () => {
  const kinds = ok(await admin.get('/paper-kinds'));
  assert.deepEqual(kinds.items.map((one) => one.code), ['issue', 'report', 'review', 'adoption', 'certificate', 'dispatch_list', 'urging']);
  const issue = kinds.items[0];
  for (const word of ['刊物名称', '期号', '编者按', '主送', '抄送', '印发机关', '份数', '作废说明']) assert.ok(issue.words.some((one) => one.name === word), word);
  assert.deepEqual(kinds.items[2].tables, ['五关', '评分', '版本', '审签']);
  assert.equal(kinds.styles.find((one) => one.code === 'title').size, 2200);
  assert.equal(kinds.fonts.length, 5);
});

test('a draft begins as what is in force', async () => {
  assert.equal(ok(await admin.get('/paper-templates?kind=issue')).items.length, 1);
  draft = ok(await admin.post('/paper-templates', { kind: 'issue', name: '我们的版式' }), 201);
  const own = ok(await admin.get('/paper-templates/0?kind=issue'));
  assert.deepEqual(draft.elements, own.elements);
  assert.equal(draft.status, 'draft');
  const got = await admin.get(`/paper-templates/${draft.id}`);
  assert.equal(got.headers.get('etag'), '"1"');
});

test('a broken one is refused with the row and the field; the draft stays as it was', async () => {
  const refused = async (elements, field, part) => {
    const reply = await put({ name: '我们的版式', elements });
    assert.equal(reply.status, 422, JSON.stringify(reply.body));
    assert.equal(reply.body.field, field);
    assert.match(reply.body.detail ?? reply.body.title, part);
  };
  await refused(rows(['text', 'title', '{标题}'], ['text', 'number', '{期数}'], ['body']), 'elements[1].text', /第2行“期号”：没有“{期数}”这个词，是不是“{期号}”/);
  await refused(rows(['text', 'title', '{标题'], ['body']), 'elements[0].text', /第1行“标题”：花括号没有成对/);
  await refused(rows(['text', 'bold', 'x'], ['body']), 'elements[0].style', /没有名为“bold”的样式/);
  await refused(rows(['body']), 'elements', /没有标题/);
  await refused(rows(['text', 'title', 'x']), 'elements', /没有正文/);
  await refused([...SOUND, { element: 'rule', style: 'head', amount: 4000 }], 'elements[3].amount', /0\.05毫米到3毫米/);
  await refused(rows(['image', '', ''], ['body']), 'elements[0].element', /./);
  await refused(rows(['text', 'title', '甲'.repeat(501)], ['body']), 'elements[0].text', /./);
  await refused(Array.from({ length: 61 }, () => ({ element: 'text', style: 'title', text: 'x' })), 'elements', /最多60行/);
  const size = await put({ name: '我们的版式', elements: SOUND, styles: [{ style: 'title', size: 99999 }] });
  assert.equal(size.status, 422);
  assert.equal(size.body.field, 'styles[0].size');
  assert.match(size.body.detail, /第1项样式“标题”：字号应在5磅到90磅之间/);
  assert.equal(ok(await admin.get(`/paper-templates/${draft.id}`)).version, 1);
});

test('it is saved by its version only', async () => {
  const styles = [{ style: 'title', font: 'kaiti', size: 2600 }];
  assert.equal((await admin.request('PUT', `/paper-templates/${draft.id}`, { body: { name: 'x', elements: SOUND } })).status, 428);
  assert.equal((await put({ name: 'x', elements: SOUND }, 9)).status, 412);
  draft = ok(await put({ name: '新名', elements: SOUND, styles }));
  assert.equal(draft.version, 2);
  assert.deepEqual(draft.styles, [{ style: 'title', font: 'kaiti', color: null, align: null, size: 2600 }]);
  assert.equal(draft.elements[1].element, 'body');
});

test('the preview is pictures and a PDF', async () => {
  const about = ok(await admin.get(`/paper-templates/${draft.id}/pages`));
  assert.ok(about.pages >= 1);
  assert.deepEqual([about.missing, about.stand_ins], [[], []]);
  const fetched = async (path) => {
    const reply = await fetch(`${office.url}/api/v1${path}`, { headers: { Cookie: admin.cookie } });
    return { status: reply.status, type: reply.headers.get('content-type'), bytes: Buffer.from(await reply.arrayBuffer()) };
  };
  const png = await fetched(`/paper-templates/${draft.id}/pages/1?width=600`);
  assert.equal(png.status, 200);
  assert.equal(png.type, 'image/png');
  assert.equal(png.bytes.readUInt32BE(16), 600);
  assert.ok(Math.abs(png.bytes.readUInt32BE(20) - (600 * 297) / 210) < 1.5);
  assert.equal((await fetched(`/paper-templates/${draft.id}/pages/${about.pages + 1}`)).status, 404);
  assert.equal((await fetched(`/paper-templates/${draft.id}/pages/1?width=9999`)).status, 422);
  const pdf = await fetched(`/paper-templates/${draft.id}/preview`);
  assert.equal(pdf.type, 'application/pdf');
  assert.equal(pdf.bytes.subarray(0, 5).toString(), '%PDF-');
  assert.deepEqual((await fetched(`/paper-templates/${draft.id}/preview`)).bytes, pdf.bytes, 'the same again');
  for (const { kind } of ok(await admin.get('/paper-templates')).items.filter((one) => one.id === null))
    assert.equal((await fetched(`/paper-templates/0/pages/1?kind=${kind}&width=300`)).status, 200, kind);
});

test('the preview tells what another font lends', async () => {
  const serving = Object.fromEntries(ok(await admin.get('/paper-fonts')).roles.map((one) => [one.role, one.family]));
  const made = ok(await admin.post('/paper-templates', { kind: 'issue', name: '堃县版式' }), 201);
  const elements = [{ element: 'text', style: 'head', text: '堃县信息' }, ...SOUND];
  ok(await admin.put(`/paper-templates/${made.id}`, { name: made.name, elements }, made.version));
  const { stand_ins } = ok(await admin.get(`/paper-templates/${made.id}/pages`));
  assert.deepEqual(stand_ins, serving.xiaobiaosong === 'FandolSong' ? [{ text: '堃', role: 'xiaobiaosong', role_name: '小标宋', family: 'Noto Serif CJK SC' }] : []);
  assert.equal((await admin.request('DELETE', `/paper-templates/${made.id}`, { headers: { 'If-Match': `"${made.version + 1}"` } })).status, 204);
});

test('what comes into force is used, is not changed and does not go', async () => {
  assert.equal((await act('activate', 1)).status, 412);
  const active = ok(await act('activate', 2));
  assert.equal(active.status, 'active');
  assert.equal((await put({ name: 'x', elements: SOUND }, active.version)).status, 409);
  assert.equal((await admin.request('DELETE', `/paper-templates/${draft.id}`, { headers: { 'If-Match': `"${active.version}"` } })).status, 409);
  const next = ok(await admin.post('/paper-templates', { kind: 'issue', name: '下一个' }), 201);
  assert.deepEqual(next.elements, active.elements, 'a copy of what is in force');
  assert.equal((await admin.request('DELETE', `/paper-templates/${next.id}`, { headers: { 'If-Match': '"1"' } })).status, 204);
  assert.equal((await admin.get(`/paper-templates/${next.id}`)).status, 404);
  const retired = ok(await act('retire', active.version));
  assert.equal(retired.status, 'retired');
  assert.equal((await act('retire', retired.version)).status, 409);
});

test('who manages no settings is refused', async () => {
  const editor = await office.as('editor');
  assert.equal((await editor.get('/paper-templates')).status, 403);
  assert.equal((await editor.get(`/paper-templates/${draft.id}/pages/1`)).status, 403);
  assert.equal((await put({ name: 'x', elements: SOUND }, 1, editor)).status, 403);
});
