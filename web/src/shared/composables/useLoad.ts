/* Reading what a page shows: loading, failed with a Problem, or there. A later call wins over an earlier one, and
 * what an act on the page put there meanwhile is not undone by an answer from before it (readBeside). What all pages
 * show is read for all of them at once (oneReading). */
import { onBeforeUnmount, ref, shallowRef, type Ref, type ShallowRef } from 'vue';
import { isAbort } from '@/api/client';
import { onReconnect } from '@/api/connection';
import { Problem } from '@/api/problem';

export interface Loaded<T> {
  data: ShallowRef<T | null>;
  problem: ShallowRef<Problem | null>;
  loading: Ref<boolean>;
  reload: () => Promise<void>;
}

/** What READ answers, asked again for as long as SHOWN was replaced while the answer was on its way. */
export async function readBeside<T>(shown: Ref<unknown>, read: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (;;) {
    const before = shown.value;
    const answer = await read();
    if (shown.value === before || signal?.aborted) return answer;
  }
}

/** A reading for whoever asks: those who come while it is under way wait for the same answer. After outdate() an
 * answer that is on its way is from before a change, and asked for again. */
export function oneReading<T>(ask: () => Promise<T>, took: (answer: T) => void): { read: () => Promise<void>; outdate: () => void } {
  const changes = ref(0);
  let running: Promise<void> | undefined;
  function read(): Promise<void> {
    running ??= readBeside(changes, ask).then(took).finally(() => {
      running = undefined;
    });
    return running;
  }
  return { read, outdate: () => void changes.value++ };
}

export function useLoad<T>(read: (signal: AbortSignal) => Promise<T>, immediately = true): Loaded<T> {
  const data = shallowRef<T | null>(null);
  const problem = shallowRef<Problem | null>(null);
  const loading = ref(false);
  let current: AbortController | undefined;

  async function reload(): Promise<void> {
    current?.abort();
    const mine = new AbortController();
    current = mine;
    loading.value = true;
    try {
      const read_now = await readBeside(data, () => read(mine.signal), mine.signal);
      if (mine !== current) return;
      data.value = read_now;
      problem.value = null;
    } catch (error) {
      if (mine !== current || isAbort(error)) return;
      problem.value = Problem.from(error);
    } finally {
      if (mine === current) loading.value = false;
    }
  }

  const stop = onReconnect(() => {
    if (problem.value?.offline) void reload();
  });
  onBeforeUnmount(() => {
    stop();
    current?.abort();
  });
  if (immediately) void reload();
  return { data, problem, loading, reload };
}
