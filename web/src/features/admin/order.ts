/* Rows in the order of the office: moving one up or down, and writing every place that is another afterwards. */
export interface Placed { id: number; position: number }

export function inOrder<T extends Placed>(list: readonly T[]): T[] {
  return [...list].sort((a, b) => a.position - b.position || a.id - b.id);
}

/** The rows whose place changes when ROW goes by BY, with the new place: two that change places, or, where places
 * are not told apart yet, all that have to be numbered. */
export function moved<T extends Placed>(list: readonly T[], row: T, by: -1 | 1): { row: T; position: number }[] {
  const all = inOrder(list);
  const at = all.findIndex((one) => one.id === row.id);
  const other = all[at + by];
  if (at < 0 || !other) return [];
  if (new Set(all.map((one) => one.position)).size === all.length) {
    return [{ row, position: other.position }, { row: other, position: row.position }];
  }
  all[at] = other;
  all[at + by] = row;
  return all.map((one, i) => ({ row: one, position: i + 1 })).filter(({ row: one, position }) => one.position !== position);
}

export function lastPlace(list: readonly Placed[]): number {
  return Math.max(0, ...list.map((one) => one.position)) + 1;
}

/** A code not used yet: PREFIX and the next number. */
export function freeCode(prefix: string, used: readonly string[]): string {
  let n = used.length + 1;
  while (used.includes(`${prefix}_${n}`)) n++;
  return `${prefix}_${n}`;
}
