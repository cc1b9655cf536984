/* The rows of a dictionary on its page: which is picked, saving one, moving one up or down. */
import { computed, ref } from 'vue';
import { Problem } from '@/api/problem';
import { forgetCatalog } from '@/shared/catalog';
import { useAct } from '@/shared/composables/useAct';
import { useLoad } from '@/shared/composables/useLoad';
import { say } from '@/shared/composables/useSay';
import type { Entry, EntryValues } from './EntryForm.vue';
import { inOrder, lastPlace, moved, type Placed } from './order';

interface Dictionary<Row> {
  /** What its rows are called. */
  name: string;
  /** All rows, as the server has them. */
  read: () => Promise<Row[]>;
  /** Those that stand in one order with each other; all when not given. */
  among?: (row: Row) => boolean;
  add: (values: EntryValues & { position: number }, key: string) => Promise<Row>;
  change: (id: number, version: number, values: Omit<EntryValues, 'code'> & { position: number }) => Promise<Row>;
}

export function useEntries<Row extends Entry & Placed>({ name, read, among = () => true, add, change }: Dictionary<Row>) {
  const { data, problem, reload } = useLoad(read);
  const rows = computed(() => inOrder((data.value ?? []).filter((row) => among(row as Row)) as Row[]));
  const picked = ref<number | 'new' | null>(null);
  const entry = computed(() => rows.value.find((row) => row.id === picked.value));
  const act = useAct();

  function save({ name, text, code, active }: EntryValues, version: number, key: string): Promise<Row> {
    const one = entry.value;
    if (!one) return add({ name, text, code, active, position: lastPlace(rows.value) }, key);
    return change(one.id, version, { name, text, active, position: one.position });
  }
  async function reread(): Promise<Row> {
    const now = (await read()).find((row) => row.id === picked.value);
    if (!now) throw new Error('gone');
    return now;
  }
  async function saved(now: Entry): Promise<void> {
    picked.value = null;
    forgetCatalog();
    say(`“${now.name}”已保存`);
    await reload();
  }
  async function move(row: Row, by: -1 | 1): Promise<void> {
    await act.run(async () => {
      for (const { row: { id, version, name, text = '', active }, position } of moved(rows.value, row, by)) await change(id, version, { name, text, active, position });
    });
    if (act.problem.value?.status === 412) act.problem.value = new Problem(412, { title: `有人刚改过这些${name}，已读入最新的顺序，请再调整一次。` });
    forgetCatalog();
    await reload();
  }
  return { data, problem, reload, rows, picked, entry, act, save, reread, saved, move };
}
