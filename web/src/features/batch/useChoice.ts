/* Which issues are ticked, over pages and filters. */
import { computed, shallowRef } from 'vue';
import { api } from '@/api/client';
import type { IssueItem } from '@/api/types';

/** The server's limit for one batch. */
export const CHOSEN_MAX = 500;

export interface IssueFilter { publication_id?: number; year?: number }

export function useChoice() {
  const chosen = shallowRef(new Map<number, IssueItem>());
  const count = computed(() => chosen.value.size);

  function put(items: readonly IssueItem[], on: boolean): void {
    const next = new Map(chosen.value);
    for (const one of items) {
      if (!on) next.delete(one.id);
      else if (next.size < CHOSEN_MAX) next.set(one.id, one);
    }
    chosen.value = next;
  }
  /** All issues of a filter whose number lies between; how many there are. */
  async function putRange(filter: IssueFilter, from: number, to: number): Promise<number> {
    let after: string | null = null, found = 0;
    do {
      const page: { items: IssueItem[]; next: string | null } = await api('GET /issues', { query: { ...filter, limit: 100, after } });
      const fit = page.items.filter((one) => one.number >= from && one.number <= to);
      found += fit.length;
      put(fit, true);
      after = page.next;
    } while (after && count.value < CHOSEN_MAX);
    return found;
  }
  return { chosen, count, put, putRange, clear: () => (chosen.value = new Map()) };
}
