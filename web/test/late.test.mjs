// Answers that come late: what they must not undo.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRenderer } from 'vue';
import { load } from './pages.mjs';

/** Calls that wait until they are answered, in any order. */
function questions() {
  const asked = [];
  const ask = () => new Promise((answer, refuse) => { asked.push({ answer, refuse }); });
  return { asked, ask };
}
const turn = () => new Promise((done) => { setImmediate(done); });

/** What COMPOSABLE gives within a component that shows nothing; leave() unmounts it. */
function mounted(composable) {
  const node = () => ({}), nothing = () => undefined, none = () => null;
  const { createApp } = createRenderer({ createComment: node, createText: node, createElement: node, insert: nothing, remove: nothing, parentNode: none, nextSibling: none });
  let made;
  const app = createApp({ setup() { made = composable(); return () => null; } });
  app.mount({});
  return { ...made, leave: () => app.unmount() };
}

test('an answer from before an act on the page does not undo it: it is asked again', async () => {
  const { useLoad } = await load('/src/shared/composables/useLoad.ts');
  const { asked, ask } = questions();
  const { data, loading, reload } = mounted(() => useLoad(ask, false));
  const done = reload();
  data.value = ['made here'];
  asked[0].answer([]);
  await turn();
  assert.deepEqual(data.value, ['made here']);
  assert.equal(asked.length, 2);
  assert.equal(loading.value, true);
  asked[1].answer(['made here', 'made there']);
  await done;
  assert.deepEqual(data.value, ['made here', 'made there']);
  assert.equal(loading.value, false);
});

test('of two readings the later wins, whichever answer comes last', async () => {
  const { useLoad } = await load('/src/shared/composables/useLoad.ts');
  const { asked, ask } = questions();
  const { data, reload } = mounted(() => useLoad(ask, false));
  const both = [reload(), reload()];
  asked[1].answer('new');
  await turn();
  asked[0].answer('old');
  await Promise.all(both);
  assert.equal(data.value, 'new');
  assert.equal(asked.length, 2, 'and the earlier is not asked again');
});

/** A list of pages of two, whose reading waits to be answered. */
async function pages() {
  const { usePages } = await load('/src/shared/composables/usePages.ts');
  const { asked, ask } = questions();
  const keys = [];
  const list = mounted(() => usePages((page) => { keys.push(page.after ?? ''); return ask(); }, () => 2, () => undefined));
  const rows = () => list.items.value.map(({ id, text }) => `${id}${text ?? ''}`).join(' ');
  const answer = async (at, ids, next = null) => {
    asked[at].answer({ items: ids.map((id) => (typeof id === 'number' ? { id } : id)), next });
    await turn();
  };
  void list.reload();
  await answer(0, [4, 3], 'after 3');
  return { asked, keys, rows, answer, list };
}

test('a list read before a row was changed or taken out does not bring the old one back', async () => {
  for (const how of ['reload', 'look']) {
    const { asked, rows, answer, list } = await pages();
    const done = list[how]();
    await turn();
    list.put({ id: 4, text: ' new' });
    list.remove(3);
    await answer(1, [4, 3], 'after 3');
    assert.equal(rows(), '4 new', how);
    assert.equal(asked.length, 3, `${how}: asked again`);
    await answer(2, [{ id: 4, text: ' newer' }], null);
    await done;
    assert.equal(rows(), '4 newer', how);
  }
});

test('of two looks the later counts, and the earlier says so', async () => {
  const { rows, answer, list } = await pages();
  const earlier = list.look().catch((error) => error.name);
  await turn();
  const later = list.look();
  await turn();
  await answer(2, [{ id: 4, text: ' new' }, 3]);
  await answer(1, [{ id: 4, text: ' old' }, 3]);
  assert.equal(await earlier, 'AbortError');
  assert.deepEqual(await later, []);
  assert.equal(rows(), '4 new 3');
});

test('a look while the list is read waits for it, and one that a reading overtakes changes nothing', async () => {
  const { keys, rows, answer, list } = await pages();
  void list.reload();
  const look = list.look();
  await turn();
  assert.equal(keys.length, 2, 'the look has not asked yet');
  await answer(1, [5, 4], 'after 4');
  await answer(2, [6, 5], 'after 5');
  assert.deepEqual(await look, [{ id: 6 }], 'what came after the list was read is news');
  const overtaken = list.look().catch((error) => error.name);
  await turn();
  void list.reload();
  await answer(4, [7, 6], 'after 6');
  await answer(3, [{ id: 6, text: ' old' }, 5], 'after 5');
  assert.equal(await overtaken, 'AbortError');
  assert.equal(rows(), '7 6');
});

test('a page stands in the list once: a row that moved on, a reading that failed and is tried again', async () => {
  const { asked, keys, rows, answer, list } = await pages();
  void list.more();
  await answer(1, [3, 2], null);
  assert.equal(rows(), '4 3 2', 'a row that moved to the next page');
  void list.reload();
  asked[2].refuse(new Error('no answer'));
  await turn();
  assert.ok(list.problem.value);
  void list.again();
  await answer(3, [5, 4], 'after 4');
  assert.equal(rows(), '5 4', 'the reading that failed is made again, not a longer list');
  assert.deepEqual(keys, ['', 'after 3', '', '']);
});

/** A server whose every call waits to be answered; 401 when it is refused. */
function server(context) {
  const { asked, ask } = questions();
  const calls = [];
  context.mock.method(globalThis, 'fetch', async (url, { method }) => {
    calls.push(`${method} ${url.split('/').pop()}`);
    const body = await ask().catch(() => null);
    if (body === null) return Response.json({ code: 'signed_out' }, { status: 401 });
    return new Response(body === undefined ? null : JSON.stringify(body), { status: body === undefined ? 204 : 200 });
  });
  return { asked, calls };
}

/** Calls READ, and before its answer is there AGAIN, after something has changed. */
async function changedMeanwhile({ asked }, read, again, shown, older, newer) {
  const first = read();
  await turn();
  const second = again();
  asked[0].answer(older);
  await turn();
  assert.notDeepEqual(shown(), older.items ?? older, 'the older one is not shown');
  assert.equal(asked.length, 2, 'it is asked again, once for both');
  asked[1].answer(newer);
  await Promise.all([first, second]);
  assert.deepEqual(shown(), newer.items ?? newer);
  assert.equal(asked.length, 2);
}

test('units read before a change are asked for again', async (context) => {
  const { loadUnits, units } = await load('/src/features/unit/units.ts');
  await changedMeanwhile(server(context), () => loadUnits(), () => loadUnits(true), () => units.value, { items: [{ id: 1 }] }, { items: [{ id: 1 }, { id: 2 }] });
});

test('a catalog read before a change is asked for again', async (context) => {
  const { catalog, forgetCatalog, loadCatalog } = await load('/src/shared/catalog.ts');
  await changedMeanwhile(server(context), loadCatalog, () => { forgetCatalog(); return loadCatalog(); }, () => catalog.value, { gates: ['old'] }, { gates: ['new'] });
});

const account = (name, more) => ({ account: { id: 1, name, unread: 5, permissions: ['report.read'], ...more }, csrf: `of ${name}` });
/** Somebody who has just signed in. */
async function signedIn(context) {
  const { asked, calls } = server(context);
  const api = await load('/src/api/session.ts');
  const started = api.startSession();
  await turn();
  asked[0].refuse();
  await started;
  const done = api.signIn('jia', 'secret');
  asked[1].answer(account('甲'));
  await done;
  asked.splice(0);
  calls.splice(0);
  return { asked, calls, ...api };
}

test('numbers of the rail read before an act are asked for again', async (context) => {
  const told = await signedIn(context);
  const { counts, refreshCounts } = await load('/src/shared/shell/counts.ts');
  await changedMeanwhile(told, refreshCounts, refreshCounts, () => counts.value, { submitted: 2 }, { submitted: 1 });
});

test('who was signed in before a sign-in or a sign-out does not come back', async (context) => {
  const { asked, session, csrfToken, refreshSession, signIn, signOut } = await signedIn(context);
  const read = refreshSession(), entered = signIn('yi', 'secret');
  await turn();
  asked[1].answer(account('乙', { id: 2 }));
  await entered;
  asked[0].answer(account('甲'));
  await read;
  assert.deepEqual([session.me.name, csrfToken()], ['乙', 'of 乙']);

  const late = refreshSession(), refused = refreshSession(), left = signOut();
  await turn();
  asked[4].answer();
  await left;
  asked[2].answer(account('乙', { id: 2 }));
  await late;
  assert.equal(session.me, null);
  asked[3].refuse();
  await turn();
  await turn();
  assert.equal(session.asking, false, 'nobody is asked to sign in again who has signed out');
  await refused;
});

test('of two answers who is signed in the later question counts; the number of notices said meanwhile stays', async (context) => {
  const { asked, session, readSession, refreshSession, setUnread } = await signedIn(context);
  const older = refreshSession(), newer = readSession();
  asked[1].answer(account('甲', { unit_name: 'new' }));
  await newer;
  asked[0].answer(account('甲', { unit_name: 'old' }));
  await older;
  assert.equal(session.me.unit_name, 'new');
  const read = refreshSession();
  setUnread(0);
  asked[2].answer(account('甲', { unit_name: 'newer' }));
  await read;
  assert.deepEqual([session.me.unit_name, session.me.unread], ['newer', 0]);
});

test('under one name one goes after the other, also where the browser has no locks', async (context) => {
  const own = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
  Object.defineProperty(globalThis, 'navigator', { value: {}, configurable: true });
  context.after(() => (own ? Object.defineProperty(globalThis, 'navigator', own) : delete globalThis.navigator));
  const { locked } = await load('/src/features/report/locked.ts');
  const { asked, ask } = questions();
  const first = locked('a', ask), second = locked('a', ask), other = locked('b', ask);
  await turn();
  assert.equal(asked.length, 2, 'the second of a waits');
  asked[0].refuse(new Error('no'));
  await assert.rejects(first);
  await turn();
  asked[2].answer('second');
  asked[1].answer('other');
  assert.deepEqual([await second, await other], ['second', 'other']);
});

/** The server of leases. */
async function leases(context) {
  const { asked, calls } = server(context);
  const { useLease } = await load('/src/features/review/useLease.ts');
  return { asked, calls, held: mounted(() => useLease('report', 7)) };
}
const lease = () => ({ mine: true, name: '甲', since_ms: Date.now(), expires_ms: Date.now() + 90_000 });

test('a page left before its claim was answered gives the report back', async (context) => {
  const { asked, calls, held } = await leases(context);
  const taken = held.take();
  held.leave();
  asked[0].answer(lease());
  await turn();
  assert.deepEqual(calls, ['POST claim', 'DELETE claim']);
  asked[1].answer();
  assert.equal(await taken, false);
  assert.equal(held.mine.value, false);
});

test('a heartbeat answered after the report was given back does not take it again', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const { asked, calls, held } = await leases(context);
  const taken = held.take();
  asked[0].answer(lease());
  assert.equal(await taken, true);
  context.mock.timers.tick(60_000);
  const given = held.give();
  asked[2].answer();
  await given;
  asked[1].answer(lease());
  await turn();
  await turn();
  assert.equal(held.mine.value, false);
  context.mock.timers.tick(600_000);
  assert.deepEqual(calls, ['POST claim', 'POST heartbeat', 'DELETE claim'], 'and it does not beat on');
  held.leave();
});
