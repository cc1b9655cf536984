// The PostgreSQL server goes away under load: killed with all its processes, stopped at once, restarted, its
// connections cut. What the clients then see is a 503 that says whether to come again; who repeats his request with
// its key is served exactly once; nothing acknowledged is lost; the audit chain is whole; the service goes on by
// itself. The server syncs as a real one does.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import { Office, Client, cli, key, until } from '../harness.mjs';
import { freshStore, databaseOf, onlyOn, Server, sql } from '../engine.mjs';

const option = onlyOn('postgres');
const SCALE = Number(process.env.MINYI_DOWN_SCALE ?? 1); // of the rounds below
const CLIENTS = 8;
const RETRYABLE = new Set(['store_unreachable', 'store_unknown', 'store_busy', 'unavailable']);
let server, office, officer;

before(async () => {
  if (option.skip) return;
  server = Server.start('--durable');
  office = await Office.start({ reports: 4, store: freshStore('', { server: server.url }), flags: ['--threads=12'] });
  officer = await office.as('officer');
});
after(async () => {
  try { await office?.stop(); } finally { server?.stop(); }
});

function another() {
  const client = new Client(office.url);
  client.cookie = officer.cookie;
  client.csrf = officer.csrf;
  return client;
}

/** One refused try: in Chinese, retryable, with the time to wait. */
function isRetryable(reply) {
  assert.equal(reply.status, 503, `${reply.status} ${JSON.stringify(reply.body)}`);
  assert.ok(RETRYABLE.has(reply.body.code), JSON.stringify(reply.body));
  assert.match(reply.body.title, /[一-龥]/);
  assert.ok(Number(reply.headers.get('retry-after')) > 0, `no Retry-After: ${reply.body.code}`);
}

/** Sends one request until it is answered by more than "come again"; the codes of the tries it took. */
const insist = (send, codes) => until(async () => {
  const reply = await send();
  if (reply.status !== 503) return reply;
  isRetryable(reply);
  codes.set(reply.body.code, (codes.get(reply.body.code) ?? 0) + 1);
  await sleep(Math.random() * 100);
  return null;
}, 'an answer');

/** Creates and submits reports until STOP; every answer is put down. */
async function write(client, kept, codes, state) {
  while (!state.stop) {
    const title = `关于保全测试的建议 ${randomUUID().slice(-12)}`, headers = key();
    const draft = { client_key: randomUUID(), title, situation: '情况。'.repeat(40), analysis: '', suggestion: '建议。'.repeat(20) };
    const created = await insist(() => client.post('/reports', draft, { headers }), codes);
    assert.equal(created.status, 201, JSON.stringify(created.body));
    const entry = { title, id: created.body.id };
    kept.push(entry);
    const sent = await insist(() => client.act(`/reports/${entry.id}/submit`, { confirm_not_classified: true }, created.body.version), codes);
    // A try whose outcome nobody knew may have succeeded: then the version has moved on.
    if (sent.status === 200) entry.receipt = sent.body.receipt;
    else assert.equal(sent.status, 412, JSON.stringify(sent.body));
    state.done++;
  }
}

const injuries = [
  ['kill -9 of the server', 8, () => { server.kill(); server.up(); }],
  ['a server that stays away for two seconds', 4, async () => { server.kill(); await sleep(2000); server.up(); }],
  ['every connection cut', 20, () => sql(server.admin, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = 'minyi'")],
];

for (const [name, times, injure] of injuries) {
  const rounds = Math.ceil(times * SCALE);
  test(`${name}, ${rounds} times under load: nothing acknowledged is lost, nothing is done twice`, option, async (t) => {
    const kept = [], codes = new Map(), gaps = [];
    for (let round = 0; round < rounds; round++) {
      const state = { stop: false, done: 0 };
      const writers = Array.from({ length: CLIENTS }, () => write(another(), kept, codes, state));
      const ended = Promise.all(writers).catch((error) => { state.error = error; });
      await sleep(100 + Math.random() * 250);
      const began = Date.now();
      await injure();
      const before = state.done;
      await until(() => state.error || state.done >= before + CLIENTS, 'all are served again');
      gaps.push(Date.now() - began);
      state.stop = true;
      await ended;
      if (state.error) throw state.error;
    }
    // Each title is there once, whatever happened to the answer; a receipt is given once and kept.
    const rows = new Map();
    for (const line of sql(office.store, "SELECT title, count(*), max(coalesce(receipt, '')), max(status) FROM report GROUP BY title").split('\n')) {
      const [title, count, receipt, status] = line.split('|');
      rows.set(title, { count, receipt, status });
    }
    const receipts = new Set();
    for (const entry of kept) {
      const row = rows.get(entry.title);
      assert.ok(row, `report ${entry.id} was acknowledged and is lost`);
      assert.equal(row.count, '1', entry.title);
      assert.equal(row.status, 'submitted', entry.title);
      if (entry.receipt) assert.equal(row.receipt, entry.receipt);
      assert.ok(!receipts.has(row.receipt), `receipt ${row.receipt} was given twice`);
      receipts.add(row.receipt);
    }
    const audit = cli(['audit', 'verify', `--store=${office.store}`]);
    assert.equal(audit.code, 0, audit.stderr);
    assert.equal(office.process.exitCode, null, 'the service ended');
    assert.ok(kept.length > rounds * CLIENTS, `only ${kept.length} writes: that is no load`);
    t.diagnostic(`${kept.length} reports kept; refused and repeated: ${JSON.stringify([...codes])}; all clients served again after ${Math.max(...gaps)} ms at most`);
  });
}

test('while the server is away: reads and writes are 503 within seconds, /readyz says so, /healthz lives', option, async () => {
  server.kill();
  try {
    for (const send of [() => officer.get('/reports'), () => officer.post('/reports', { title: '一' }, { headers: key() })]) {
      const began = Date.now();
      isRetryable(await send());
      assert.ok(Date.now() - began < 30_000, `${Date.now() - began} ms`);
    }
    assert.equal((await office.client().request('GET', '/healthz', { json: false })).status, 200);
    assert.equal((await office.client().request('GET', '/readyz', { json: false })).status, 503);
  } finally { server.up(); }
  const again = await insist(() => officer.get('/reports'), new Map());
  assert.equal(again.status, 200);
  await until(() => office.client().request('GET', '/readyz', { json: false }), 'ready again', (reply) => reply.status === 200);
});

test('the sequence of receipts has no gap', option, async () => {
  const numbers = sql(office.store, "SELECT receipt FROM report WHERE receipt IS NOT NULL AND title LIKE '关于保全测试%' ORDER BY receipt").split('\n').map((receipt) => Number(receipt.split('-')[1]));
  numbers.forEach((number, i) => assert.equal(number, numbers[0] + i));
});
