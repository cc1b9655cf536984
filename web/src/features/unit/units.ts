/* The tree of units: read once a visit, in the order of the office, with the depth of each. */
import { shallowRef } from 'vue';
import { api } from '@/api/client';
import type { Unit, UnitKind } from '@/api/types';
import { oneReading } from '@/shared/composables/useLoad';

export const UNIT_KIND: Record<UnitKind, string> = {
  nation: '全国政协', province: '省级政协', city: '市级政协', county: '县级政协', office: '机关处室',
  special_committee: '专门委员会', party_group: '党派团体', department: '承办单位', work_room: '委员工作室',
};
const LEVELS: UnitKind[] = ['nation', 'province', 'city', 'county'];

/** Kinds that may stand below a unit: committees only below a higher committee, all else anywhere. */
export function kindsBelow(parent: UnitKind): UnitKind[] {
  const above = LEVELS.indexOf(parent);
  const lower = above < 0 ? [] : LEVELS.slice(above + 1);
  return [...lower, 'office', 'special_committee', 'party_group', 'department', 'work_room'];
}

export interface UnitNode {
  unit: Unit;
  depth: number;
  /** Names from the top, joined. */
  path: string;
  children: number;
}

export const units = shallowRef<Unit[] | null>(null);
const { read, outdate } = oneReading(() => api('GET /units'), (answer) => { units.value = answer.items; });

/** Makes `units` hold the tree; AGAIN: as it is after a change. */
export async function loadUnits(again = false): Promise<void> {
  if (again) outdate();
  if (again || !units.value) await read();
}

function inOrder(a: Unit, b: Unit): number {
  return a.position - b.position || a.id - b.id;
}

/** The units that share its place in the tree and its committee, in order: those of another committee are ordered
 * by their own administrators. */
export function siblings(list: Unit[], unit: Unit): Unit[] {
  return list.filter((one) => one.parent_id === unit.parent_id && one.committee_id === unit.committee_id).sort(inOrder);
}

/** Units in the order of the office; a unit whose parent is not in the list stands at the top. */
export function flatten(list: Unit[]): UnitNode[] {
  const known = new Set(list.map((unit) => unit.id));
  const below = new Map<number | null, Unit[]>();
  for (const unit of list) {
    const parent = unit.parent_id !== null && known.has(unit.parent_id) ? unit.parent_id : null;
    below.set(parent, [...(below.get(parent) ?? []), unit]);
  }
  const out: UnitNode[] = [];
  const walk = (parent: number | null, depth: number, path: string) => {
    for (const unit of (below.get(parent) ?? []).sort(inOrder)) {
      const own = path ? `${path} › ${unit.name}` : unit.name;
      out.push({ unit, depth, path: own, children: below.get(unit.id)?.length ?? 0 });
      walk(unit.id, depth + 1, own);
    }
  };
  walk(null, 0, '');
  return out;
}
