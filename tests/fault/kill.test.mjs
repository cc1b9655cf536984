// Durability: the service is killed with SIGKILL at random moments under load. Whatever was acknowledged is
// there after the restart; the database passes its checks; the audit chain is whole.
import { test, after } from 'node:test';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import { Office, Client, cli, until } from '../harness.mjs';
import { engine } from '../engine.mjs';

const ROUNDS = Number(process.env.MINYI_KILL_ROUNDS ?? (engine === 'sqlite' ? 200 : 60));
const CLIENTS = 8;
let office;
after(async () => { await office?.stop(); });

/** Writes reports until the service goes away; every answer it got is put down in ACKNOWLEDGED. */
async function write(client, acknowledged) {
  for (;;) {
    const title = `关于保全测试的建议 ${randomUUID().slice(0, 8)}`;
    const draft = { client_key: randomUUID(), title, situation: '情况。'.repeat(40), analysis: '', suggestion: '建议。'.repeat(20) };
    try {
      const created = await client.post('/reports', draft);
      if (created.status !== 201) throw new Error(`create: ${created.status} ${JSON.stringify(created.body)}`);
      const entry = { title, version: created.body.version, status: 'draft' };
      acknowledged.set(created.body.id, entry);
      const saved = await client.put(`/reports/${created.body.id}`, { ...draft, remarks: '已改' }, created.body.version);
      if (saved.status !== 200) throw new Error(`save: ${saved.status} ${JSON.stringify(saved.body)}`);
      entry.version = saved.body.version;
      entry.remarks = '已改';
      const sent = await client.act(`/reports/${created.body.id}/submit`, { confirm_not_classified: true }, saved.body.version);
      if (sent.status !== 200) throw new Error(`submit: ${sent.status} ${JSON.stringify(sent.body)}`);
      Object.assign(entry, { version: sent.body.version, status: 'submitted', receipt: sent.body.receipt });
    } catch (error) {
      if (error instanceof TypeError) return; // fetch failed: the service is gone
      throw error;
    }
  }
}

async function check(client, acknowledged) {
  for (const [id, entry] of acknowledged) {
    const reply = await client.get(`/reports/${id}`);
    assert.equal(reply.status, 200, `report ${id} was acknowledged and is lost`);
    assert.equal(reply.body.title, entry.title);
    assert.ok(reply.body.version >= entry.version, `report ${id} fell back to version ${reply.body.version} < ${entry.version}`);
    if (entry.remarks) assert.equal(reply.body.remarks, entry.remarks);
    if (entry.receipt) {
      assert.equal(reply.body.status, 'submitted');
      assert.equal(reply.body.receipt, entry.receipt);
    }
  }
}

test(`${ROUNDS} rounds of SIGKILL under load lose no acknowledged write`, async (t) => {
  office = await Office.start({ reports: 4, flags: ['--threads=8'] });
  const officer = await office.as('officer');
  let total = 0, submitted = 0;
  const receipts = new Set();
  for (let round = 0; round < ROUNDS; round++) {
    const acknowledged = new Map();
    const writers = Array.from({ length: CLIENTS }, () => {
      const client = new Client(office.url);
      client.cookie = officer.cookie;
      client.csrf = officer.csrf;
      return write(client, acknowledged);
    });
    await until(() => acknowledged.size > 1, 'the first writes of the round');
    await sleep(Math.random() * 300);
    await office.kill('SIGKILL');
    await Promise.all(writers);
    await office.serve();
    officer.url = office.url;
    await check(officer, acknowledged);
    total += acknowledged.size;
    for (const entry of acknowledged.values())
      if (entry.receipt) {
        assert.ok(!receipts.has(entry.receipt), `receipt ${entry.receipt} was given twice`);
        receipts.add(entry.receipt);
        submitted++;
      }
  }
  t.diagnostic(`${total} reports acknowledged, ${submitted} submitted, none lost`);
  assert.ok(submitted > 0 && total > ROUNDS, `only ${total} writes in ${ROUNDS} rounds: that is no load`);
});

test('afterwards the database passes its checks and the audit chain is whole', async () => {
  let store = office.store;
  if (engine === 'sqlite') { // the backup checks every page
    const copy = join(office.folder, 'copy.db');
    const backup = cli(['backup', `--store=${store}`, copy]);
    assert.equal(backup.code, 0, backup.stderr);
    store = `sqlite:${copy}`;
  }
  const audit = cli(['audit', 'verify', `--store=${store}`]);
  assert.equal(audit.code, 0, audit.stderr);
  assert.equal((await office.stop()).code, 0);
  office = undefined;
});
