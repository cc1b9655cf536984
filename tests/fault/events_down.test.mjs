// The database goes away while pages are open: their streams stay, and when it is back they know what they missed.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Office, until } from '../harness.mjs';
import { Server, freshStore, onlyOn } from '../engine.mjs';
import { openStream } from '../stream.mjs';

const down = onlyOn('postgres');
let server, office;
before(async () => {
  if (down.skip) return;
  server = Server.start('--durable');
  office = await Office.start({ reports: 24, store: freshStore('', { server: server.url }), logLevel: 'off' });
});
after(async () => {
  await office?.stop();
  server?.stop();
});

test('streams outlive the database, and hear what came when it is back', down, async () => {
  const clerk = await office.as('clerk'), editor = await office.as('editor');
  const stream = await openStream(clerk);
  const before_it = (await stream.next()).data.unread;
  server.kill();
  await sleep(3000);
  assert.equal((await clerk.get('/session')).status, 503);
  assert.equal(stream.waiting(), 0);
  server.up();
  await until(async () => (await clerk.get('/session')).status === 200, 'the service answers again');
  const item = (await editor.get('/desk/reports?status=in_review&limit=100')).body.items[0];
  await until(async () => (await editor.post(`/desk/reports/${item.id}/assign`, { account_id: clerk.me.id })).status === 200, 'a write');
  await until(async () => stream.waiting() > 0, 'the event');
  assert.equal((await stream.next()).data.unread, before_it + 1);
  const metrics = async () => (await office.client().request('GET', '/metrics', { json: false })).body.toString();
  await until(async () => /^minyi_leader 1$/m.test(await metrics()), 'it leads again');
  await clerk.del('/session');
  assert.equal(await stream.next(), null);
});
