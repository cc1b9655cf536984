// A database that does not answer for a while: requests do not pile up. Who finds no free connection hears 503 with
// Retry-After after a short wait, pages that need no database go on, and afterwards everything works by itself.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, test } from 'node:test';
import { onlyOn, psql } from '../engine.mjs';
import { Office, until } from '../harness.mjs';

const REQUESTS = 40;

let office;
before(async () => { if (!onlyOn('postgres').skip) office = await Office.start({ flags: ['--store-connections=2'] }); });
after(() => office?.stop());

/** Holds the table of reports from outside, so that every read of it waits; resolves when it is held. */
async function holdReports() {
  const holder = spawn(psql, ['-qAtX', '-d', office.store], { stdio: ['pipe', 'pipe', 'inherit'] });
  const held = new Promise((done) => holder.stdout.once('data', done));
  const ended = new Promise((done) => holder.on('exit', done));
  holder.stdin.write('BEGIN; LOCK TABLE report IN ACCESS EXCLUSIVE MODE; SELECT 1;\n');
  await held;
  return async () => { holder.stdin.end('ROLLBACK;\n'); await ended; };
}

test('a held table: short waits, 503 with Retry-After, no pile-up, and back by itself', { ...onlyOn('postgres'), timeout: 300_000 }, async () => {
  const officer = await office.as('officer');
  const path = '/reports';
  assert.equal((await officer.get(path)).status, 200);
  const release = await holdReports();
  const busy = [];
  const asked = Promise.all(Array.from({ length: REQUESTS }, async () => {
    const reply = await officer.get(path);
    if (reply.status === 503) busy.push(reply);
    return reply;
  }));
  try {
    // Behind the first answer all have been accepted. (A thread takes ten at a time and serves them in turn.)
    await until(() => busy.length > 0, 'the first is refused');
    const quick = await office.client().get('/openapi.json');
    assert.equal(quick.status, 200, 'what needs no database waits for nobody');
    await until(() => busy.length >= REQUESTS / 4, 'who finds no connection hears so while the table is held');
  } finally { await release(); }
  const replies = await asked;
  for (const reply of busy) {
    assert.equal(reply.body.code, 'store_busy');
    assert.ok(Number(reply.headers.get('retry-after')) > 0);
  }
  for (const reply of replies) assert.ok([200, 503].includes(reply.status), `${reply.status}`);
  for (let i = 0; i < 10; i++) assert.equal((await officer.get(path)).status, 200);
});
