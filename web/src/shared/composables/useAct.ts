/* One act at a time, with its Problem: `const { run, busy, problem } = useAct()`, `await run(() => api(…))`. */
import { ref, shallowRef, type Ref, type ShallowRef } from 'vue';
import { Problem } from '@/api/problem';

export interface Act {
  busy: Ref<boolean>;
  problem: ShallowRef<Problem | null>;
  /** True when it went well. A second press while busy does nothing. */
  run: (act: () => Promise<unknown>) => Promise<boolean>;
}

export function useAct(): Act {
  const busy = ref(false);
  const problem = shallowRef<Problem | null>(null);
  async function run(act: () => Promise<unknown>): Promise<boolean> {
    if (busy.value) return false;
    busy.value = true;
    problem.value = null;
    try {
      await act();
      return true;
    } catch (error) {
      problem.value = Problem.from(error);
      return false;
    } finally {
      busy.value = false;
    }
  }
  return { busy, problem, run };
}
