/* The fonts of papers: what each role is for, and the rules of an order before it is sent. */
import type { PaperFontRole } from '@/api/types';

export const ROLE_USES: Record<string, string> = {
  xiaobiaosong: '发文机关标志、标题',
  fangsong: '正文、主送、版记',
  kaiti: '二级标题、编者按、图注',
  heiti: '一级标题、密级',
  songti: '页码',
};

/** The families that would go before the one that serves and are not installed; all of them when none serves. */
export function missingBefore(role: Pick<PaperFontRole, 'wanted' | 'family'>): string[] {
  const served = role.wanted.findIndex((one) => one.present);
  return (served < 0 ? role.wanted : role.wanted.slice(0, served)).filter((one) => !one.present).map((one) => one.family);
}

export function sameOrder(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((family, i) => family === other[i]);
}

export const FAMILIES_MAX = 20;

/** Why NAME cannot be added to ORDER; '' when it can. */
export function familyFlaw(order: readonly string[], name: string): string {
  const family = name.trim();
  if (!family) return '请写字体的名称';
  if (/[,;，、；]/.test(family)) return '一次写一种，名称中没有逗号、顿号或分号';
  if (order.some((one) => one.toLowerCase() === family.toLowerCase())) return '已经在列';
  if (order.length >= FAMILIES_MAX) return `最多 ${FAMILIES_MAX} 种，请先删去用不到的`;
  return '';
}
