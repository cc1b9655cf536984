/* A list read page by page with the key of its last item, renewed and changed while it is in sight.
 *
 * 1. The list is read anew or lengthened by one reading at a time: a later one ends the earlier.
 * 2. An answer from before an act on the list (put, remove) does not undo it: it is asked for again (readBeside).
 * 3. An item stands in the list once, wherever the pages had it when they were read.
 * 4. look() waits for what is being read. A later look, or the list read anew, ends it: it throws what isAbort() knows.
 */
import { onBeforeUnmount, ref, shallowRef } from 'vue';
import { isAbort } from '@/api/client';
import { onReconnect } from '@/api/connection';
import { Problem } from '@/api/problem';
import type { Page } from '@/api/types';
import { readBeside } from './useLoad';

export type ReadPage<T> = (page: { after?: string; limit: number }, signal: AbortSignal) => Promise<Page<T>>;

export function usePages<T extends { id: number }>(read: ReadPage<T>, size: () => number, loaded: (items: T[]) => void) {
  const items = shallowRef<T[]>([]);
  const next = ref<string | null>(null);
  const problem = shallowRef<Problem | null>(null);
  const loading = ref(false);
  const read_once = ref(false);
  const acts = ref(0);
  let current: AbortController | undefined;
  let looking: AbortController | undefined;
  let running = Promise.resolve();
  let lengthening = false;

  const pageAfter = (after: string | null, limit: number, signal: AbortSignal) =>
    readBeside(acts, () => read({ after: after ?? undefined, limit }, signal), signal);
  function missing(among: T[]): T[] {
    const shown = new Set(items.value.map((item) => item.id));
    return among.filter((item) => !shown.has(item.id));
  }

  async function begin(): Promise<void> {
    current?.abort();
    if (!lengthening) looking?.abort();
    const mine = new AbortController();
    const more = lengthening;
    current = mine;
    loading.value = true;
    problem.value = null;
    try {
      const page = await pageAfter(more ? next.value : null, size(), mine.signal);
      if (mine !== current) return;
      items.value = more ? [...items.value, ...missing(page.items)] : page.items;
      next.value = page.next;
      read_once.value = true;
      loaded(items.value);
    } catch (error) {
      if (mine !== current || isAbort(error)) return;
      problem.value = Problem.from(error);
    } finally {
      if (mine === current) loading.value = false;
    }
  }
  /** What was read last and failed is read once more. */
  function again(): Promise<void> {
    running = begin();
    return running;
  }
  function reload(): Promise<void> {
    lengthening = false;
    return again();
  }
  function more(): Promise<void> {
    lengthening = next.value !== null;
    return again();
  }
  /** Nothing of what is shown holds any more. */
  function restart(): Promise<void> {
    items.value = [];
    next.value = null;
    read_once.value = false;
    return reload();
  }

  /** Reads the first LIMIT again without a sign of it: items in sight are renewed where they stand, new ones come
   * back, to be shown with add(). */
  async function look(limit = size()): Promise<T[]> {
    looking?.abort();
    const mine = new AbortController();
    looking = mine;
    await running;
    mine.signal.throwIfAborted();
    if (!read_once.value) return [];
    const page = await pageAfter(null, limit, mine.signal);
    mine.signal.throwIfAborted();
    const renewed = new Map(page.items.map((item) => [item.id, item]));
    items.value = items.value.map((item) => renewed.get(item.id) ?? item);
    return missing(page.items);
  }
  /** Puts items at the head; when they are a whole page there may be more in between, and the list is read anew. */
  async function add(fresh: T[]): Promise<void> {
    const rest = missing(fresh);
    if (rest.length >= size()) await reload();
    else items.value = [...rest, ...items.value];
  }

  /** Replaces one item after an act on it. */
  function put(item: T): void {
    acts.value++;
    items.value = items.value.map((one) => (one.id === item.id ? item : one));
  }
  function remove(id: number): void {
    acts.value++;
    items.value = items.value.filter((one) => one.id !== id);
  }

  const stop = onReconnect(() => {
    if (problem.value?.offline) void again();
  });
  onBeforeUnmount(() => {
    stop();
    current?.abort();
    looking?.abort();
  });
  return { items, next, problem, loading, read_once, again, reload, more, restart, look, add, put, remove };
}
