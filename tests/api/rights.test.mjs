// Every route as every role: without the permission 403, with it never 401, 403 or 5xx; and every route that names
// a record, tried with another committee's records by somebody who holds the permission at home: never there.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { Office } from '../harness.mjs';

const ROLES = ['officer', 'unit_liaison', 'unit_signer', 'clerk', 'editor', 'section_head', 'secretary_general', 'vice_chair',
  'department_handler', 'leader_reader', 'system_admin', 'security_admin', 'audit_admin', 'city_editor', 'city_section_head'];
// Ends the very session the test works with.
const ENDS_SESSION = new Set(['session_delete', 'session_end_all']);

let office, operations, schemas;
before(async () => {
  office = await Office.start({ reports: 80 });
  const document = (await office.client().get('/openapi.json')).body;
  schemas = document.components.schemas;
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, ...operation })));
});
after(async () => { await office.stop(); });

function call(client, operation, path, body) {
  const options = { headers: { 'If-Match': '"1"' } };
  const content = operation.requestBody?.content ?? {};
  if (content['application/json']) options.body = body ?? {};
  else if (content['application/octet-stream']) {
    options.raw = Buffer.from('这是一段说明文字。');
    options.headers['Content-Type'] = 'application/octet-stream';
  }
  return client.request(operation.method, path, options);
}

const nowhere = (operation) => operation.path.replace('{key}', 'no.such.key').replace(/\{[^}]+\}/g, '987654321')
  + (operation.operationId === 'attachment_add' ? '?name=a.txt' : '');

test('nobody gets past a route that is not public', async () => {
  for (const operation of operations) {
    const reply = await call(office.client(), operation, nowhere(operation));
    if (operation['x-permission'] === 'public') assert.notEqual(reply.body?.code, 'signed_out', operation.operationId);
    else assert.equal(reply.body.code, 'signed_out', `${operation.operationId}: ${reply.status} ${JSON.stringify(reply.body)}`);
  }
});

for (const role of ROLES)
  test(`${role}: exactly the routes of its permissions`, async () => {
    const client = await office.as(role);
    const held = new Set(client.me.permissions);
    assert.ok(held.size > 0);
    let granted = 0, denied = 0;
    for (const operation of operations) {
      if (ENDS_SESSION.has(operation.operationId)) continue;
      const needs = operation['x-permission'];
      const reply = await call(client, operation, nowhere(operation));
      const said = `${role} ${operation.operationId}: ${reply.status} ${JSON.stringify(reply.body?.code ?? '')}`;
      assert.ok(reply.status < 500, said);
      if (needs === 'public' || needs === 'signed_in' || held.has(needs)) {
        granted++;
        assert.notEqual(reply.body?.code, 'signed_out', said);
        if (needs !== 'signed_in') assert.notEqual(reply.body?.code, 'forbidden', said);
      } else {
        denied++;
        assert.equal(reply.status, 403, said);
        assert.equal(reply.body.code, 'forbidden', said);
      }
    }
    assert.ok(granted > 10 && denied > 10, `${granted} granted, ${denied} denied`);
  });

// What somebody who is allowed at home would send. An operation on a record of the office's work that is missing here
// fails the test: a new route has to be thought of.
const TEXT = { title: '关于越权测试的建议', situation: '情况。', analysis: '', suggestion: '建议。' };
const SHA = '0'.repeat(64);
const BODIES = {
  article_edit: TEXT, article_sign: {}, article_signoff_return: { reason_code: 'x', note: '不同意' }, article_send: {}, article_claim: {},
  article_gate_save: { result: 'pass', checked: [], text_sha256: SHA }, report_gate_save: { result: 'pass', checked: [], text_sha256: SHA },
  grading_save: { marks: [{ criterion_id: 1, mark: 3 }], text_sha256: SHA }, report_return: { reason_code: 'x', text: '请补充' }, report_keep: { reason_code: 'x', text: '留存' },
  report_redirect: { reason_code: 'x', text: '转办' }, report_adopt: { publication_id: 1 }, report_assign: {}, desk_claim: {},
  dispatch_answer: { result: 'A', text: '已办' }, rating_save: { rating: 'satisfied' },
  issue_recipients_save: { main: [], copy: [] }, issue_void: { reason: '作废' }, issue_send: {},
  instruction_add: { leader: '某领导', rank: 'city', dated_on: '2026-03-08', text: '请办', shown_to_author: false },
  instruction_save: { leader: '某领导', rank: 'city', dated_on: '2026-03-08', text: '请办', shown_to_author: false },
  recipient_save: { kind: 'leader', name: '某人', active: true }, report_save: TEXT, report_submit: { confirm_not_classified: true },
  report_unit_sign: { approve: true },
};
// What each kind of paper is of.
const PAPERS = {
  issue: 'issue', dispatch_list: 'issue', report: 'report', adoption: 'report', certificate: 'report', review: 'article', article: 'article', urging: 'dispatch',
};
const KINDS = [
  ...Object.entries(PAPERS).map(([kind, of]) => [new RegExp(`^/papers/${kind}/\\{id\\}`), of]),
  [/^\/(desk\/)?reports\/\{id\}/, 'report'], [/^\/articles\/\{id\}/, 'article'], [/^\/issues\/\{id\}/, 'issue'],
  [/^\/dispatches\/\{id\}/, 'dispatch'], [/^\/instructions\/\{id\}/, 'instruction'], [/^\/recipients\/\{id\}/, 'recipient'],
];

test('what belongs to another committee does not exist, on every route that can name it', async () => {
  const editor = await office.as('editor');
  const ids = {
    report: (await editor.get('/desk/reports?status=published&limit=1')).body.items[0].id,
    article: (await editor.get('/articles?limit=1')).body.items[0].id,
    issue: (await editor.get('/issues?limit=1')).body.items[0].id,
    dispatch: (await editor.get('/dispatches?limit=1')).body.items[0].id,
    recipient: (await editor.get('/recipients')).body.items[0].id,
  };
  const made = await editor.post(`/issues/${ids.issue}/instructions`, BODIES.instruction_add);
  assert.equal(made.status, 201, JSON.stringify(made.body));
  ids.instruction = made.body.id;
  const before = JSON.stringify(await snapshot(editor, ids));
  let tried = 0;
  for (const role of ['city_editor', 'city_section_head', 'city_officer', 'department_handler', 'leader_reader']) {
    const client = await office.as(role);
    for (const operation of operations.flatMap(eachPaper)) {
      const kind = KINDS.find(([pattern]) => pattern.test(operation.path))?.[1];
      if (!kind) continue;
      // These two are of the same committee: what they may read of it is theirs.
      if (['department_handler', 'leader_reader'].includes(role) && ['issue', 'dispatch', 'instruction'].includes(kind)) continue;
      const schema = operation.requestBody?.content?.['application/json']?.schema?.$ref?.split('/').at(-1);
      assert.ok(!schema?.length || !schemas[schema].required?.length || BODIES[operation.operationId], `no body for ${operation.operationId}`);
      const path = operation.path.replace('{id}', ids[kind]).replace(/\{[^}]+\}/g, '1')
        + (operation.operationId === 'attachment_add' ? '?name=a.txt' : operation.operationId === 'article_diff' ? '?from=0'
          : operation.operationId === 'paper_file' ? '?format=pdf' : '');
      const reply = await call(client, operation, path, BODIES[operation.operationId]);
      const said = `${role} ${operation.operationId}: ${reply.status} ${JSON.stringify(reply.body)}`;
      assert.ok(reply.status === 404 || (reply.status === 403 && reply.body.code === 'forbidden'), said);
      tried++;
    }
  }
  assert.ok(tried > 100, `${tried} tried`);
  assert.equal(JSON.stringify(await snapshot(editor, ids)), before, 'nothing was changed');
});

function eachPaper(operation) {
  if (!operation.path.startsWith('/papers/{kind}/')) return [operation];
  return Object.keys(PAPERS).map((kind) => ({ ...operation, path: operation.path.replace('{kind}', kind) }));
}

async function snapshot(client, ids) {
  const report = (await client.get(`/reports/${ids.report}`)).body;
  const article = (await client.get(`/articles/${ids.article}`)).body;
  const issue = (await client.get(`/issues/${ids.issue}`)).body;
  const dispatch = (await client.get(`/dispatches/${ids.dispatch}`)).body;
  return [report.version, report.status, article.version, article.status, issue.version, issue.status, dispatch.version, dispatch.status];
}

test('lists never show a foreign row', async () => {
  const own = (await office.as('city_editor')).me.committee_id;
  const client = await office.as('city_editor');
  for (const path of ['/desk/reports?limit=100', '/desk/reports?limit=100&status=published', '/articles?limit=100', '/issues?limit=100', '/dispatches?limit=100']) {
    const items = (await client.get(path)).body.items;
    for (const item of items.slice(0, 20)) {
      const detail = path.startsWith('/desk') ? `/reports/${item.id}` : `${path.split('?')[0]}/${item.id}`;
      const reply = await client.get(detail);
      assert.equal(reply.status, 200, `${detail} is listed but cannot be opened`);
      if (reply.body.committee_id) assert.equal(reply.body.committee_id, own);
    }
  }
  const officer = await office.as('city_officer');
  for (const item of (await officer.get('/reports?limit=100')).body.items)
    assert.equal((await officer.get(`/reports/${item.id}`)).status, 200);
});
