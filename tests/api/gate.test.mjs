// The gate: what it refuses before any feature is asked, and in which words.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { Office, Client, key } from '../harness.mjs';

let office, officer;
before(async () => {
  office = await Office.start({ reports: 6 });
  officer = await office.as('officer');
});
after(async () => { await office.stop(); });

/** The reply is a problem with this status, code and field, in Chinese, with a request id. */
function problem(reply, status, code, field) {
  assert.equal(reply.status, status, JSON.stringify(reply.body));
  assert.match(reply.headers.get('content-type'), /^application\/problem\+json/);
  assert.equal(reply.body.code, code);
  if (field !== undefined) assert.equal(reply.body.field, field);
  assert.match(reply.body.title, /[一-龥]/);
  assert.equal(reply.body.request_id, reply.headers.get('x-request-id'));
  assert.equal(reply.body.status, status);
}

test('unknown paths, methods and query parameters', async () => {
  problem(await officer.get('/nothing'), 404, 'not_found');
  problem(await officer.get('/reports/abc'), 404, 'not_found');
  problem(await officer.get('/reports/1e3'), 404, 'not_found');
  problem(await officer.request('PATCH', '/reports'), 405, 'method_not_allowed');
  problem(await officer.get('/reports?colour=red'), 422, 'unknown_field', 'colour');
  problem(await officer.get('/reports?limit=5&limit=6'), 400, 'duplicate_field', 'limit');
  problem(await officer.get('/reports?after=zzz'), 400, 'bad_cursor', 'after');
  problem(await officer.get('/reports?limit=many'), 422, 'wrong_type', 'limit');
});

test('without a session everything but the public routes is 401', async () => {
  const nobody = office.client();
  problem(await nobody.get('/reports'), 401, 'signed_out');
  problem(await nobody.post('/reports', {}), 401, 'signed_out');
  const wrong = office.client();
  wrong.cookie = 'minyi_session=' + 'A'.repeat(43);
  problem(await wrong.get('/reports'), 401, 'signed_out');
  problem(await wrong.post('/session', { login: 'nobody', password: 'x' }), 401, 'bad_credentials');
});

test('a write needs the session\'s CSRF token and our own origin', async () => {
  const body = { title: '一' };
  problem(await officer.request('POST', '/reports', { body, headers: { 'X-CSRF-Token': '' } }), 403, 'bad_csrf');
  problem(await officer.request('POST', '/reports', { body, headers: { 'X-CSRF-Token': 'a'.repeat(64) } }), 403, 'bad_csrf');
  problem(await officer.request('POST', '/reports', { body, headers: { Origin: 'https://evil.example' } }), 403, 'bad_origin');
  problem(await officer.request('POST', '/reports', { body, headers: { Origin: 'null' } }), 403, 'bad_origin');
  problem(await officer.request('POST', '/reports', { body, headers: { 'Sec-Fetch-Site': 'cross-site' } }), 403, 'bad_origin');
  const fine = await officer.request('POST', '/reports', { body, headers: { Origin: office.url, ...key() } });
  assert.equal(fine.status, 201);
});

test('bodies: type, size, JSON, fields', async () => {
  problem(await officer.request('POST', '/reports', { raw: 'title=x', headers: { 'Content-Type': 'text/plain' } }), 415, 'unsupported_media_type');
  problem(await officer.post('/reports', '{"title":'), 400, 'bad_json');
  problem(await officer.post('/reports', '{"title":"a","title":"b"}'), 400, 'duplicate_field', 'title');
  problem(await officer.post('/reports', { colour: 'red' }), 422, 'unknown_field', 'colour');
  problem(await officer.post('/reports', { title: 5 }), 422, 'wrong_type', 'title');
  problem(await officer.post('/reports', { title: '字'.repeat(101) }), 422, 'too_long', 'title');
  problem(await officer.post('/reports', { title: 'a\u0007' }), 422, 'bad_text', 'title');
  problem(await officer.post('/reports', { title: 'a\u202eb' }), 422, 'bad_text', 'title');
  problem(await officer.post('/reports', '{"title":"a\\u0000"}'), 422, 'bad_text', 'title');
  problem(await officer.request('POST', '/reports', { raw: Buffer.from('{"title":"\xff"}', 'latin1'), headers: { 'Content-Type': 'application/json' } }), 422, 'bad_text', 'title');
  problem(await officer.post('/reports', { category_id: 999999 }), 422, 'not_allowed_value', 'category_id');
  const huge = await officer.post('/session', { login: 'x', password: 'x'.repeat(100 * 1024) });
  assert.equal(huge.status, 413);
  assert.equal(huge.body.code, 'too_large');
});

test('If-Match is required, well-formed, and guards against a stale version', async () => {
  const { body: draft } = await officer.post('/reports', { title: '关于版本的建议' }, { headers: key() });
  problem(await officer.put(`/reports/${draft.id}`, { title: 'x' }), 428, 'precondition_required', 'If-Match');
  problem(await officer.request('PUT', `/reports/${draft.id}`, { body: {}, headers: { 'If-Match': '3' } }), 400, 'bad_request', 'If-Match');
  const saved = await officer.put(`/reports/${draft.id}`, { title: '第一次修改' }, draft.version);
  assert.equal(saved.status, 200);
  assert.equal(saved.headers.get('etag'), `"${saved.body.version}"`);
  problem(await officer.put(`/reports/${draft.id}`, { title: '旧的页面' }, draft.version), 412, 'precondition_failed');
  assert.equal((await officer.get(`/reports/${draft.id}`)).body.title, '第一次修改');
});

test('Idempotency-Key: once done, twice answered; another body is refused', async () => {
  const headers = key();
  const first = await officer.post('/reports', { title: '重复提交' }, { headers });
  const again = await officer.post('/reports', { title: '重复提交' }, { headers });
  assert.equal(first.status, 201);
  assert.equal(again.status, 201);
  assert.equal(again.body.id, first.body.id);
  assert.equal(again.headers.get('idempotent-replay'), 'true');
  problem(await officer.post('/reports', { title: '另一件' }, { headers }), 409, 'idempotency_mismatch');
  problem(await officer.post('/reports', {}, { headers: { 'Idempotency-Key': 'short' } }), 400, 'bad_request', 'Idempotency-Key');
  const parallel = key();
  const replies = await Promise.all(Array.from({ length: 8 }, () => officer.post('/reports', { title: '并发' }, { headers: parallel })));
  assert.equal(new Set(replies.map((r) => r.body.id)).size, 1);
});

test('a one-time link is in the answer once, and in no kept answer', async () => {
  const manager = await office.as('system_admin');
  const headers = key();
  const body = { login: 'newcomer', name: '何新', unit_id: officer.me.unit_id, role_codes: ['officer'] };
  const first = await manager.post('/accounts', body, { headers });
  assert.equal(first.status, 201);
  assert.match(first.body.link, /\/first\/.{43}$/);
  const again = await manager.post('/accounts', body, { headers });
  assert.equal(again.body.id, first.body.id);
  assert.equal(again.body.link, '');
});

test('security headers on every kind of reply', async () => {
  for (const path of ['/', '/api/v1/reports', '/api/v1/nothing', '/healthz']) {
    const reply = await new Client(office.url).request('GET', path, { json: false });
    const csp = reply.headers.get('content-security-policy') ?? '';
    assert.match(csp, /default-src 'none'/, path);
    assert.doesNotMatch(csp, /script-src[^;]*unsafe/, path);
    assert.equal(reply.headers.get('x-content-type-options'), 'nosniff', path);
    assert.equal(reply.headers.get('referrer-policy'), 'no-referrer', path);
  }
});

test('health, readiness, metrics', async () => {
  const client = office.client();
  assert.equal((await client.get('/healthz', { json: false })).status, 200);
  assert.equal((await client.get('/readyz', { json: false })).status, 200);
  const metrics = (await client.get('/metrics', { json: false })).body.toString();
  assert.match(metrics, /^minyi_requests_total\{operation="report_create",status="2xx"\} \d+$/m);
  assert.match(metrics, /^minyi_store_writes_total \d+$/m);
  for (const line of metrics.trim().split('\n')) assert.match(line, /^(# (HELP|TYPE) .+|\w+(\{[^}]*\})? [-+.\deE]+)$/);
  problem(await client.request('POST', '/metrics', { json: false, body: {} }), 405, 'method_not_allowed');
});

test('an officer cannot use the desk; what is not his does not exist', async () => {
  problem(await officer.get('/desk/reports'), 403, 'forbidden');
  problem(await officer.get('/audit'), 403, 'forbidden');
  problem(await officer.get('/reports/999999999'), 404, 'not_found');
});
