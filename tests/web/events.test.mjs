// What happens in the office is on the page by itself: the number beside 消息, the list of notices; a page in the
// background holds no connection; without the stream the pages work as they would.
import { test as run, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { DESK, House, until } from './browser.mjs';

let house, editor, clerk_id;
const test = (name, steps) => run(name, (...rest) => house.step(steps)(...rest));
before(async () => {
  house = await House.start({ reports: 60 });
  editor = await house.office.as('editor');
  clerk_id = (await house.office.as('clerk')).me.id;
});
after(async () => { await house?.stop(); });

/** Gives the clerk a report to look after: he gets a notice of it. */
async function assign() {
  for (const item of (await editor.get('/desk/reports?status=in_review&limit=100')).body.items) {
    const reply = await editor.post(`/desk/reports/${item.id}/assign`, { account_id: clerk_id });
    if (reply.status !== 200) continue;
    await editor.post(`/desk/reports/${item.id}/assign`, {});
    return item;
  }
  return assert.fail('nothing to assign');
}
const unread = async () => (await (await house.office.as('clerk')).get('/session')).body.account.unread;
async function streams() {
  const text = (await house.office.client().request('GET', '/metrics', { json: false })).body.toString();
  return Number(text.match(/^minyi_event_streams (\d+)$/m)[1]);
}

/** As when another tab is brought to the front, and back. */
const setHidden = (window, hidden) => window.page.evaluate((value) => {
  Object.defineProperty(document, 'hidden', { configurable: true, get: () => value });
  Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => (value ? 'hidden' : 'visible') });
  document.dispatchEvent(new Event('visibilitychange'));
}, hidden);
const shown = (window, count) => window.page.locator('nav .count').filter({ hasText: new RegExp(`^${count}条未读$`) });

test('the number beside 消息 moves by itself', async () => {
  const window = await house.windowOf('clerk', DESK);
  await window.open('/me');
  await until(async () => (await streams()) === 1, 'the stream');
  const before_it = await unread();
  await assign();
  const began = Date.now();
  await shown(window, before_it + 1).waitFor();
  assert.ok(Date.now() - began < 20_000, `${Date.now() - began} ms`);
  await window.calm('the number');
  await (await house.office.as('clerk')).post('/notices/read-all'); // at another desk
  await window.page.locator('nav .count').waitFor({ state: 'detached' });
  await window.context.close();
  await until(async () => (await streams()) === 0, 'the stream of a closed window goes');
});

test('the open list takes new notices without moving under the reader', async () => {
  const window = await house.windowOf('clerk', DESK);
  await window.open('/inbox');
  await until(async () => (await streams()) === 1, 'the stream');
  const items = window.page.getByRole('list', { name: '消息' }).getByRole('listitem');
  const had = await items.count();
  await assign();
  await until(async () => (await items.count()) === had + 1, 'the new notice at the head');
  await window.sound('a notice came');

  await items.first().hover(); // somebody is in the list
  await assign();
  const offer = window.button(/有 1 条新消息/);
  await offer.waitFor();
  assert.equal(await items.count(), had + 1, 'nothing moved');
  await window.sound('a notice is offered');
  await offer.click();
  await until(async () => (await items.count()) === had + 2, 'the offered notice');
  assert.equal(await offer.count(), 0);
  await window.button('全部标为已读').click();
  await until(async () => (await unread()) === 0, 'all read');
  await window.page.locator('nav .count').waitFor({ state: 'detached' });
  await window.context.close();
});

test('a page in the background holds no connection, and knows the number again on return', async () => {
  const window = await house.windowOf('clerk', DESK);
  await window.open('/me');
  await until(async () => (await streams()) === 1, 'the stream');
  await setHidden(window, true);
  await until(async () => (await streams()) === 0, 'no stream in the background');
  await assign();
  await setHidden(window, false);
  await shown(window, 1).waitFor();
  await until(async () => (await streams()) === 1, 'the stream is back');
  await window.calm('back in view');
  await window.context.close();
});

test('signing out ends the stream, and none is opened without a session', async () => {
  const window = await house.windowOf('clerk', DESK);
  await window.open('/me');
  await until(async () => (await streams()) === 1, 'the stream');
  await window.button('退出登录').click();
  await window.page.getByRole('dialog').getByRole('button', { name: '退出登录' }).click();
  await window.page.waitForURL(/\/sign-in/);
  await until(async () => (await streams()) === 0, 'the stream ends');
  await window.page.waitForTimeout(2500);
  assert.equal(await streams(), 0);
  await window.context.close();
});

test('the server starts anew: the stream comes back by itself', async () => {
  const window = await house.windowOf('clerk', DESK);
  window.allow(/ERR_CONNECTION_REFUSED|^failed: |ERR_INCOMPLETE_CHUNKED/);
  await window.open('/me');
  await until(async () => (await streams()) === 1, 'the stream');
  const { port } = house.office;
  await house.office.kill();
  house.office.flags = [...house.office.flags, `--listen=127.0.0.1:${port}`];
  await house.office.serve();
  await until(async () => (await streams()) === 1, 'the stream after the restart');
  await window.context.close();
});

test('refused, the pages work as they would without it', async () => {
  await house.office.kill();
  house.office.flags = [...house.office.flags, '--streams=0'];
  await house.office.serve();
  await (await house.office.as('clerk')).post('/notices/read-all');
  await assign();
  const window = await house.windowOf('clerk', DESK);
  window.allow(/^503 GET \S+\/events$/, /status of 503.*\/events$/);
  await window.open('/me');
  await shown(window, 1).waitFor();
  await window.open('/inbox');
  await window.page.getByRole('list', { name: '消息' }).getByRole('listitem').first().click();
  await until(async () => (await unread()) === 0, 'read');
  await window.page.locator('nav .count').waitFor({ state: 'detached' });
  await window.calm('refused');
  await window.context.close();
});
