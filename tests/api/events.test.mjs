// The stream of events: what happens in the office is on the page at once, and on nobody else's.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Office, PASSWORD, key } from '../harness.mjs';
import { openStream as open } from '../stream.mjs';

let office, editor, clerk;
before(async () => {
  office = await Office.start({ reports: 24 });
  editor = await office.as('editor');
  clerk = await office.as('clerk');
});
after(async () => { await office.stop(); });

/** Gives the clerk a report to look after: he gets a notice of it. */
async function assign() {
  const items = (await editor.get('/desk/reports?status=in_review&limit=100')).body.items;
  for (const item of items) {
    const reply = await editor.post(`/desk/reports/${item.id}/assign`, { account_id: clerk.me.id });
    if (reply.status === 200) {
      await editor.post(`/desk/reports/${item.id}/assign`, {});
      return;
    }
  }
  assert.fail('nothing to assign');
}

test('a notice is on the page at once, and on nobody else\'s', async () => {
  const mine = await open(clerk), other = await open(await office.as('city_editor'));
  const before = (await mine.next()).data.unread;
  const others = (await other.next()).data.unread;
  await assign();
  const began = Date.now();
  assert.equal((await mine.next()).data.unread, before + 1);
  assert.ok(Date.now() - began < 20_000, `${Date.now() - began} ms`); // a heartbeat finds it after 25 s
  assert.equal((await clerk.get('/session')).body.account.unread, before + 1);
  await sleep(300);
  assert.equal(other.waiting(), 0);
  assert.equal((await (await office.as('city_editor')).get('/session')).body.account.unread, others);
  await clerk.post('/notices/read-all');
  assert.equal((await mine.next()).data.unread, 0);
  await mine.close();
  await other.close();
});

test('the answer is an event stream that no one keeps', async () => {
  const stream = await open(clerk);
  assert.equal(stream.status, 200);
  assert.match(stream.headers.get('content-type'), /^text\/event-stream/);
  assert.equal(stream.headers.get('cache-control'), 'no-store');
  assert.equal(stream.headers.get('x-accel-buffering'), 'no');
  assert.equal((await stream.next()).event, 'unread');
  await stream.close();
});

test('the rules of reading hold: a session, GET, no parameters', async () => {
  assert.equal((await office.client().get('/events')).body.code, 'signed_out');
  assert.equal((await clerk.post('/events')).status, 405);
  assert.equal((await clerk.get('/events?since=1')).body.code, 'unknown_field');
  const foreign = await clerk.get('/events', { headers: { Origin: 'https://evil.example' } });
  assert.equal(foreign.headers.get('access-control-allow-origin'), null); // another site's page cannot read it
  assert.equal(foreign.headers.get('cross-origin-resource-policy'), 'same-origin');
  const head = await clerk.request('HEAD', '/events');
  assert.equal(head.status, 200);
});

test('the document says that it is a stream, and of what', async () => {
  const { paths, components } = (await office.client().get('/openapi.json')).body;
  const answer = paths['/events'].get.responses['200'];
  assert.match(answer.description, /unread/);
  assert.deepEqual(Object.keys(answer.content), ['text/event-stream']);
  assert.equal(answer.content['text/event-stream'].schema.$ref, '#/components/schemas/NoticeUnread');
  assert.equal(components.schemas.NoticeUnread.properties.unread.type, 'integer');
});

test('it ends with the session: signing out, another place, an account switched off', async () => {
  const admin = await office.as('system_admin');
  const login = 'tuixi-ceshi';
  const made = await admin.post('/accounts', { login, name: '退席测试', unit_id: admin.me.unit_id }, { headers: key() });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const here = office.client(), there = office.client();
  assert.equal((await here.redeem(made.body.link)).status, 200);
  assert.equal((await there.signIn(login, PASSWORD)).status, 200);
  const one = await open(here), two = await open(there);
  await one.next();
  await two.next();
  await sleep(100);
  await here.del('/session');
  assert.equal(await one.next(), null);
  assert.equal(two.waiting(), 0);
  assert.equal((await admin.post(`/accounts/${there.me.id}/disable`)).status, 200);
  assert.equal(await two.next(), null);
});

test('four for an account: the oldest makes room', async () => {
  const streams = [];
  for (let i = 0; i < 5; i++) {
    streams.push(await open(clerk));
    await streams[i].next();
  }
  assert.equal(await streams[0].next(), null);
  await sleep(100);
  for (const stream of streams.slice(1)) await stream.close();
});

test('a reader that reads nothing holds up nobody', async () => {
  const stuck = net.connect(office.port, '127.0.0.1');
  stuck.pause();
  stuck.write(`GET /api/v1/events HTTP/1.1\r\nHost: x\r\nCookie: ${clerk.cookie}\r\n\r\n`);
  const stream = await open(clerk);
  const before = (await stream.next()).data.unread;
  for (let i = 1; i <= 5; i++) {
    await assign();
    assert.equal((await stream.next()).data.unread, before + i);
  }
  await stream.close();
  stuck.destroy();
});

test('a stop of the service ends streams at once', async () => {
  const stream = await open(clerk);
  await stream.next();
  const began = Date.now();
  const end = await office.kill();
  assert.equal(end.code, 0);
  assert.ok(Date.now() - began < 15_000, `${Date.now() - began} ms`); // its grace is 20 s
  assert.equal(await stream.next(), null);
  await office.serve();
});
