/* Permissions in the order of the work, as the screens group them. */
import type { PermissionItem } from '@/api/types';

const GROUPS: [string, string[]][] = [
  ['报送', ['report.write', 'report.unit_read', 'report.unit_sign']],
  ['来稿审核', ['report.read', 'report.review', 'report.grade', 'report.decide', 'report.on_behalf', 'gate.override']],
  ['编辑与审签', ['article.read', 'article.edit', 'signoff.sign']],
  ['刊物与办理', ['issue.read', 'issue.manage', 'dispatch.manage', 'dispatch.answer', 'instruction.write']],
  ['系统管理', ['account.manage', 'unit.manage', 'setting.manage']],
  ['安全管理', ['role.manage', 'session.manage']],
  ['审计', ['audit.read']],
];
/** The three administrations: no role and no account holds two of them. */
export const APART = ['account.manage', 'role.manage', 'audit.read'];

export interface PermissionGroup { name: string; items: PermissionItem[] }

export function grouped(permissions: PermissionItem[]): PermissionGroup[] {
  const left = new Map(permissions.map((one) => [one.code, one]));
  const out: PermissionGroup[] = [];
  for (const [name, codes] of GROUPS) {
    const items = codes.map((code) => left.get(code)).filter((one) => one !== undefined);
    for (const one of items) left.delete(one.code);
    if (items.length) out.push({ name, items });
  }
  if (left.size) out.push({ name: '其他', items: [...left.values()] });
  return out;
}
