// Two nodes on one database: whichever is asked, it is one office.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Office, PASSWORD, key, until } from '../harness.mjs';
import { onlyOn } from '../engine.mjs';
import { openStream } from '../stream.mjs';

const several = onlyOn('postgres');
let here, there;
before(async () => {
  if (several.skip) return;
  here = await Office.start({ reports: 60 });
  there = await Office.start({ demo: false, store: here.store });
});
after(async () => {
  await there?.stop();
  await here?.stop();
});

/** The same person at the other node: the cookie is good there too. */
function at(office, client) {
  return Object.assign(new Client(office.url), { cookie: client.cookie, csrf: client.csrf, me: client.me });
}
async function metric(office, name) {
  const text = (await office.client().request('GET', '/metrics', { json: false })).body.toString();
  return Number(text.match(new RegExp(`^${name} (\\S+)$`, 'm'))[1]);
}

test('a session and what is written are good at both at once', several, async () => {
  const officer = await here.as('officer'), again = at(there, officer);
  assert.equal((await again.get('/session')).status, 200);
  const idempotency = key();
  const made = await officer.post('/reports', { title: '关于两处办理的建议' }, { headers: idempotency });
  assert.equal(made.status, 201);
  const read = await again.get(`/reports/${made.body.id}`);
  assert.equal(read.body.title, '关于两处办理的建议');
  const repeated = await again.post('/reports', { title: '关于两处办理的建议' }, { headers: idempotency });
  assert.equal(repeated.body.id, made.body.id, 'sent again to the other node it is the same');
  assert.equal(repeated.headers.get('idempotent-replay'), 'true');
  assert.equal((await again.put(`/reports/${made.body.id}`, { title: '改过的标题' }, read.body.version)).status, 200);
  assert.equal((await officer.put(`/reports/${made.body.id}`, { title: '旧的页面' }, read.body.version)).status, 412);
});

test('who holds a report at one node holds it at the other', several, async () => {
  const editor = await here.as('editor'), clerk = at(there, await here.as('clerk'));
  const item = (await editor.get('/articles?status=editing')).body.items[0];
  assert.ok(item, 'an article to edit');
  assert.equal((await editor.post(`/articles/${item.id}/claim`, { force: true })).status, 200);
  const other = at(there, await here.as('editor2'));
  assert.equal((await other.post(`/articles/${item.id}/claim`, {})).body.mine ?? false, false);
  assert.equal((await other.get(`/articles/${item.id}`)).body.lease.name, editor.me.name);
  assert.equal((await clerk.get('/session')).status, 200);
});

test('what happens at one node is on the pages of the other at once', several, async () => {
  const clerk = await here.as('clerk'), editor = at(there, await here.as('editor'));
  const mine = await openStream(clerk), far = await openStream(at(there, clerk));
  const before_it = (await mine.next()).data.unread;
  assert.equal((await far.next()).data.unread, before_it);
  let given = 0;
  for (const item of (await editor.get('/desk/reports?status=in_review&limit=100')).body.items) {
    given = (await editor.post(`/desk/reports/${item.id}/assign`, { account_id: clerk.me.id })).status;
    if (given === 200) break;
  }
  assert.equal(given, 200, 'a report to assign');
  const began = Date.now();
  assert.equal((await mine.next()).data.unread, before_it + 1);
  assert.equal((await far.next()).data.unread, before_it + 1);
  assert.ok(Date.now() - began < 20_000, `${Date.now() - began} ms`); // a heartbeat finds it after 25 s
  await mine.close();
  await far.close();
});

test('signed out at one node is signed out at the other, streams too', several, async () => {
  const admin = await here.as('system_admin');
  const made = await admin.post('/accounts', { login: 'liangchu', name: '两处登录', unit_id: admin.me.unit_id }, { headers: key() });
  const client = here.client();
  assert.equal((await client.redeem(made.body.link)).status, 200);
  const stream = await openStream(client);
  await stream.next();
  await sleep(100);
  assert.equal((await at(there, client).del('/session')).status, 204);
  assert.equal(await stream.next(), null);
  assert.equal((await client.get('/session')).status, 401);
  const second = here.client();
  assert.equal((await second.signIn('liangchu', PASSWORD)).status, 200);
  const again = await openStream(second);
  await again.next();
  assert.equal((await at(there, admin).post(`/accounts/${second.me.id}/disable`)).status, 200);
  assert.equal(await again.next(), null);
});

test('failed sign-ins at both nodes are counted together', several, async () => {
  const admin = await here.as('system_admin');
  const made = await admin.post('/accounts', { login: 'shibai', name: '密码记错', unit_id: admin.me.unit_id }, { headers: key() });
  assert.equal((await here.client().redeem(made.body.link)).status, 200);
  const codes = [];
  for (let i = 0; i < 6; i++)
    codes.push((await (i % 2 ? here : there).client().post('/session', { login: 'shibai', password: `错误-${i}-abcdef` })).body.code);
  assert.equal(codes.filter((code) => code === 'bad_credentials').length, 5, codes.join());
  assert.equal((await there.client().post('/session', { login: 'shibai', password: PASSWORD })).body.code, 'sign_in_locked');
});

test('one node leads; when it is killed the other does', several, async () => {
  const leads = async () => [await metric(here, 'minyi_leader'), await metric(there, 'minyi_leader')];
  await until(leads, 'a leader', ([a, b]) => a + b === 1);
  for (let i = 0; i < 10; i++, await sleep(100)) assert.equal((await leads()).reduce((a, b) => a + b), 1);
  const [first] = await leads();
  const leader = first ? here : there, other = first ? there : here;
  await leader.kill('SIGKILL');
  await until(() => metric(other, 'minyi_leader'), 'the other takes over');
  await leader.serve();
  await sleep(1500);
  assert.equal(await metric(leader, 'minyi_leader'), 0, 'it stays with the other');
});

test('two nodes together give about one node\'s budget', several, async () => {
  const nodes = [];
  for (let i = 0; i < 2; i++) nodes.push(await Office.start({ demo: false, store: here.store, flags: ['--rate-limits=yes'] }));
  const flood = async (count) => {
    let given = 0;
    await Promise.all(nodes.map(async (node) => {
      for (let i = 0; i < count; i++) {
        const reply = await node.client().post('/links/check', { token: 'A'.repeat(43) });
        if (reply.status !== 429) given++;
      }
    }));
    return given;
  };
  try {
    const began = Date.now(), seconds = () => (Date.now() - began) / 1000;
    let given = await flood(200);
    assert.ok(given >= 120 && given <= 2 * (120 + 2 * (seconds() + 1)), `${given} in ${seconds()} s`);
    // Once both know, what was too much is paid back: alone each would give another four in these two seconds.
    await until(async () => {
      let more = 0;
      for (const end = Date.now() + 2000; Date.now() < end;) more += await flood(20);
      given += more;
      return more === 0 || given <= 120 + 2 * seconds() + 4;
    }, 'one budget for both');
  } finally {
    for (const node of nodes) await node.stop();
  }
});
