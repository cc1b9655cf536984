/* Whether the server can be reached. One truth for all pages: set by the client from what really happened,
 * because navigator.onLine only knows about the network card. */
import { reactive, readonly } from 'vue';

const state = reactive({ online: true, since_ms: 0 });
const waiting = new Set<() => void>();
let timer: ReturnType<typeof setTimeout> | undefined;
let delay_ms = 0;

export const connection = readonly(state);

export function wentOnline(): void {
  clearTimeout(timer);
  delay_ms = 0;
  if (state.online) return;
  state.online = true;
  state.since_ms = Date.now();
  for (const run of waiting) run();
}

export function wentOffline(): void {
  if (state.online) {
    state.online = false;
    state.since_ms = Date.now();
  }
  delay_ms = Math.min(delay_ms ? delay_ms * 2 : 4000, 60000);
  clearTimeout(timer);
  timer = setTimeout(() => void probe(), delay_ms);
}

/** Asks the server for a sign of life; true when it gave one. */
export async function probe(): Promise<boolean> {
  try {
    const answer = await fetch('/healthz', { cache: 'no-store', signal: AbortSignal.timeout(8000) });
    if (!answer.ok) throw new Error('not ready');
    wentOnline();
    return true;
  } catch {
    wentOffline();
    return false;
  }
}

/** Runs FN each time the server is reached again; returns how to stop. */
export function onReconnect(fn: () => void): () => void {
  waiting.add(fn);
  return () => waiting.delete(fn);
}

export function watchConnection(): void {
  window.addEventListener('offline', wentOffline);
  window.addEventListener('online', () => void probe());
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden && !state.online) void probe();
  });
}
