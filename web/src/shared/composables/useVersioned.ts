/* Saving a record that others may have changed since it was read.
 *
 *   const edit = useVersioned({ save: (version) => api('PUT …', { version, body }), reread: () => api('GET …') });
 *   if (await edit.save(record.version)) …
 *
 * After a 412 `theirs` holds the record as it is now, beside what was typed: show both in a ConflictPanel.
 */
import { computed, shallowRef, type ComputedRef, type ShallowRef } from 'vue';
import type { FormError } from '@/shared/components/ErrorSummary.vue';
import { useAct, type Act } from './useAct';

interface Options<R> {
  save: (version: number) => Promise<R>;
  reread: () => Promise<R>;
  /** id of the control of a field the server names. */
  id_of?: (field: string) => string | undefined;
}
export interface Versioned<R> {
  act: Act;
  theirs: ShallowRef<R | null>;
  /** The record as saved, or null when it was not. */
  save: (version: number) => Promise<R | null>;
  /** Gives the other record and ends the conflict. */
  takeTheirs: () => R | null;
  errors: ComputedRef<FormError[]>;
  /** The server's word about one field. */
  errorOf: (field: string) => string;
}

export function useVersioned<R>(options: Options<R>): Versioned<R> {
  const act = useAct();
  const theirs = shallowRef<R | null>(null) as ShallowRef<R | null>;

  async function save(version: number): Promise<R | null> {
    let saved: R | null = null;
    const ok = await act.run(async () => {
      saved = await options.save(version);
    });
    if (ok) {
      theirs.value = null;
    } else if (act.problem.value?.status === 412) {
      const now = shallowRef<R | null>(null) as ShallowRef<R | null>;
      if (await act.run(async () => { now.value = await options.reread(); })) theirs.value = now.value;
    }
    return ok ? saved : null;
  }
  function takeTheirs(): R | null {
    const given = theirs.value;
    theirs.value = null;
    act.problem.value = null;
    return given;
  }
  const errors = computed<FormError[]>(() => {
    const wrong = act.problem.value;
    if (!wrong) return [];
    return [{ id: wrong.field ? options.id_of?.(wrong.field) : undefined, text: wrong.text }];
  });
  function errorOf(field: string): string {
    return act.problem.value?.field === field ? act.problem.value.text : '';
  }
  return { act, theirs, save, takeTheirs, errors, errorOf };
}
