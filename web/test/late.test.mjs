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

/** The server of leases: every call waits to be answered. */
async function leases(context) {
  const { asked, ask } = questions();
  const calls = [];
  context.mock.method(globalThis, 'fetch', async (url, { method }) => {
    calls.push(`${method} ${url.split('/').pop()}`);
    const body = await ask();
    return new Response(body === undefined ? null : JSON.stringify(body), { status: body === undefined ? 204 : 200 });
  });
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
