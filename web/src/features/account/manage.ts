/* What the pages of account administration share. */
import { shallowRef } from 'vue';
import type { AccountCreated, Profile, ProfileFieldsManaged, Role, Standing } from '@/api/types';
import { STANDING } from '@/shared/text/format';

export const STATUS: Record<string, string> = { invited: '待首次登录', active: '正常', disabled: '停用' };

/** What a role may hold that an account manager gives; all others are granted by the security administrator. */
const AUTHORS: Record<string, string> = {
  'report.write': '撰写并报送信息', 'report.unit_read': '查看本单位的信息', 'report.unit_sign': '单位审签', 'dispatch.answer': '签收并答复转送件',
};
export function givable(role: Role): boolean {
  return role.permissions.length > 0 && role.permissions.every((permission) => permission in AUTHORS);
}
export function givesWhat(role: Role): string {
  return role.permissions.map((permission) => AUTHORS[permission]).filter(Boolean).join('，');
}

/** A link made a moment ago: its page shows it once, then it is gone. */
export const freshLink = shallowRef<AccountCreated | null>(null);

export interface ProfileForm {
  post: string; employer: string; sector: string; party: string; expertise: string; phone: string; email: string;
  standing: Standing | ''; term: string; appointed_from: string; appointed_to: string;
}
type Key = keyof ProfileForm;
export interface ProfileField { key: Key; name: string; hint?: string; type?: 'text' | 'tel' | 'email' | 'date' | 'standing' }
export const PROFILE: ProfileField[] = [
  { key: 'standing', name: '身份', type: 'standing' },
  { key: 'post', name: '职务' },
  { key: 'employer', name: '工作单位' },
  { key: 'sector', name: '界别' },
  { key: 'party', name: '党派' },
  { key: 'expertise', name: '专长' },
  { key: 'phone', name: '电话', type: 'tel' },
  { key: 'email', name: '电子邮箱', type: 'email' },
  { key: 'term', name: '届次' },
  { key: 'appointed_from', name: '聘任起', type: 'date' },
  { key: 'appointed_to', name: '聘任止', type: 'date' },
];

export function profileForm(from?: Profile | null): ProfileForm {
  return Object.fromEntries(PROFILE.map(({ key }) => [key, from?.[key] ?? ''])) as unknown as ProfileForm;
}
export function profileBody(form: ProfileForm): ProfileFieldsManaged {
  return Object.fromEntries(PROFILE.map(({ key }) => [key, form[key].trim() || null])) as ProfileFieldsManaged;
}
export function profileText(key: Key, value: string | null | undefined): string {
  if (!value) return '';
  return key === 'standing' ? STANDING[value as Standing] : value;
}
