/* The desk's words and the arithmetic it shows while one types. */
import type { Criterion, GateResult, GateView, Grade } from '@/api/types';

export const GATE_LETTER: Record<string, GateResult | null> = { P: 'pass', F: 'fail', N: 'not_applicable', O: 'override', '-': null };

/** A gate is closed by pass, not applicable or override for the text that is there now. */
export function isClosed(gate: GateView): boolean {
  return !gate.stale && gate.result !== null && gate.result !== 'fail';
}

/** Why the gates do not let a text pass; empty when they do. */
export function openGatesText(gates: GateView[]): string {
  const open = gates.filter((gate) => !isClosed(gate));
  return open.length ? `${open.map((gate) => gate.name).join('、')}还没有通过` : '';
}

/** Total of a grading, hundredths of a point of 100, as grade_total() of the server. */
export function gradeTotal(criteria: Criterion[], marks: Map<number, number>): number {
  let weights = 0;
  let sum = 0;
  for (const one of criteria) {
    weights += one.weight;
    sum += one.weight * (marks.get(one.id) ?? 0);
  }
  return weights ? Math.floor((sum * 2000 + Math.floor(weights / 2)) / weights) : 0;
}

/** The grade of a total by the usual bounds; the server's own bounds decide. */
export function gradeOf(total: number): Grade {
  if (total >= 8500) return 'excellent';
  if (total >= 7000) return 'good';
  return total >= 6000 ? 'fair' : 'poor';
}

/** 8650 as 86.5. */
export function points(total: number): string {
  return String(Math.round(total / 10) / 10);
}
