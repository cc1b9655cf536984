/* Who has a record open. Opening claims it, a heartbeat every third of the lease keeps it, leaving gives it back.
 *
 * 1. `lease` is what the server said last; `mine` is true only while the heartbeat is answered.
 * 2. Held by another: nothing is taken; `take(true)` takes it over, and the other is told so by his next heartbeat.
 * 3. An answer from before the lease was taken, given back or the page left says nothing any more.
 * 4. A lost lease never touches what is on the screen: the page keeps its text and says who has it now.
 */
import { computed, onBeforeUnmount, ref, shallowRef, type ComputedRef, type Ref, type ShallowRef } from 'vue';
import { api } from '@/api/client';
import { Problem } from '@/api/problem';
import type { Lease } from '@/api/types';

type Kind = 'report' | 'article';

export interface HeldLease {
  lease: ShallowRef<Lease | null>;
  mine: ComputedRef<boolean>;
  /** Another took it over while it was open here. */
  lost: Ref<boolean>;
  problem: ShallowRef<Problem | null>;
  take: (force?: boolean) => Promise<boolean>;
  give: () => Promise<void>;
}

const CLAIM = { report: 'POST /desk/reports/{id}/claim', article: 'POST /articles/{id}/claim' } as const;
const BEAT = { report: 'POST /desk/reports/{id}/heartbeat', article: 'POST /articles/{id}/heartbeat' } as const;
const GIVE = { report: 'DELETE /desk/reports/{id}/claim', article: 'DELETE /articles/{id}/claim' } as const;

function beatPause(lease: Lease, asked_ms: number): number {
  const length = Math.max(lease.expires_ms - Math.max(lease.since_ms, asked_ms), 15_000);
  return Math.min(Math.max(length / 3, 5_000), 60_000);
}

export function useLease(kind: Kind, id: number): HeldLease {
  const lease = shallowRef<Lease | null>(null);
  const lost = ref(false);
  const problem = shallowRef<Problem | null>(null);
  const mine = computed(() => lease.value?.mine === true);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let over = false;

  function beatLater(pause: number): void {
    clearTimeout(timer);
    if (!over) timer = setTimeout(() => void beat(), pause);
  }
  async function beat(): Promise<void> {
    if (over || !mine.value) return;
    const asked_ms = Date.now();
    const before = lease.value;
    try {
      const got = await api(BEAT[kind], { path: { id }, quiet_401: true });
      if (lease.value !== before) return;
      lease.value = got;
      if (lease.value.mine) beatLater(beatPause(lease.value, asked_ms));
      else lost.value = true;
    } catch (error) {
      if (lease.value !== before) return;
      const why = Problem.from(error);
      if (why.offline || why.status >= 500 || why.status === 429 || why.status === 401) {
        beatLater(10_000);
        return;
      }
      lease.value = lease.value ? { ...lease.value, mine: false } : null;
      lost.value = true;
      problem.value = why;
    }
  }
  async function take(force = false): Promise<boolean> {
    const asked_ms = Date.now();
    try {
      const got = await api(CLAIM[kind], { path: { id }, body: { force } });
      lease.value = got;
      if (over) {
        await give();
        return false;
      }
      lost.value = false;
      problem.value = null;
      if (got.mine) beatLater(beatPause(got, asked_ms));
      return got.mine;
    } catch (error) {
      problem.value = Problem.from(error);
      return false;
    }
  }
  async function give(): Promise<void> {
    clearTimeout(timer);
    if (!mine.value) return;
    lease.value = null;
    await api(GIVE[kind], { path: { id }, quiet_401: true }).catch(() => undefined);
  }
  onBeforeUnmount(() => {
    over = true;
    void give();
  });
  return { lease, mine, lost, problem, take, give };
}
