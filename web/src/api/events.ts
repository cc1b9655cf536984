/* What the server tells at once: the number of unread notices, by one EventSource while the page is in view.
 *
 * 1. Open only while somebody is signed in, the page is in view and the server answers: a page in the background
 *    holds no connection. Its first event after a return is the re-reading.
 * 2. The browser's own reconnecting is not used: a stream that ends is opened again after a pause that doubles, and
 *    only one that lasted a minute makes the pause short again. So pages that push each other out (there are at most
 *    four streams for an account) come to rest.
 * 3. Refused (too many, an old server, a proxy): the number is read once and otherwise stays as the pages read it.
 */
import { reactive, readonly, ref, watch } from 'vue';
import { connection } from './connection';
import { Problem } from './problem';
import { readSession, session, setUnread } from './session';

const FIRST_PAUSE_MS = 2000;
const LAST_PAUSE_MS = 120_000;
const LASTED_MS = 60_000;

const state = reactive({ live: false });
/** `live`: the number of unread notices is kept by the server itself. */
export const events = readonly(state);

const listeners = new Set<() => void>();
const in_view = ref(!document.hidden);
let source: EventSource | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
let pause_ms = FIRST_PAUSE_MS;
let opened_at = 0;
let reread = false;

/** Runs FN when there are new notices, or old ones were read elsewhere; returns how to stop. */
export function onNotices(fn: () => void): () => void {
  listeners.add(fn);
  return () => listeners.delete(fn);
}

function close(): void {
  clearTimeout(timer);
  source?.close();
  source = null;
  state.live = false;
}

/** The number, read once without a stream; true when it makes sense to try the stream again. */
async function readOnce(): Promise<boolean> {
  if (reread) return true;
  reread = true;
  try {
    await readSession();
    return true;
  } catch (error) {
    return Problem.from(error).status !== 401;
  }
}

async function ended(): Promise<void> {
  const told = state.live;
  close();
  pause_ms = told && Date.now() - opened_at >= LASTED_MS ? FIRST_PAUSE_MS : Math.min(pause_ms * 2, LAST_PAUSE_MS);
  if (!told && !(await readOnce())) return;
  if (source || !wanted()) return;
  timer = setTimeout(open, pause_ms * (0.75 + Math.random() / 2));
}

function told(event: MessageEvent<string>): void {
  const { unread } = JSON.parse(event.data) as { unread: number };
  const first = !state.live;
  const changed = unread !== session.me?.unread;
  state.live = true;
  setUnread(unread);
  if (first && !changed) return;
  for (const run of listeners) run();
}

function open(): void {
  close();
  if (!wanted()) return;
  opened_at = Date.now();
  source = new EventSource('/api/v1/events');
  source.addEventListener('unread', told);
  source.addEventListener('error', () => void ended());
}

function wanted(): boolean {
  return in_view.value && connection.online && !session.asking && !!session.me;
}

export function watchEvents(): void {
  if (typeof EventSource === 'undefined') return;
  document.addEventListener('visibilitychange', () => {
    in_view.value = !document.hidden;
  });
  window.addEventListener('pagehide', () => {
    in_view.value = false;
  });
  window.addEventListener('pageshow', () => {
    in_view.value = !document.hidden;
  });
  watch(() => (wanted() ? session.me?.id : undefined), (account) => {
    pause_ms = FIRST_PAUSE_MS / 2; /* doubled before its first use */
    reread = false;
    if (account === undefined) close();
    else open();
  }, { immediate: true, flush: 'sync' });
}
