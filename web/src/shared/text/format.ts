/* Dates, sizes and the office's words for the values of the API. Those that are printed too are the server's words
 * (struct code_name; test/words.test.mjs holds them together). */
import type {
  AnswerResult, GateResult, Grade, InstructionRank, Rating, RecipientKind, ReportChannel, ReportSource, SignoffActKind, Standing, TargetLevel, Urgency,
  VersionReason,
} from '@/api/types';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/* The office's time wherever the device is: China Standard Time has had no daylight saving since 1991, so eight hours
   on top of UTC, read with the UTC getters, are its wall clock. The server's dates are the same. */
const wall = (ms: number) => new Date(ms + 8 * HOUR);
const two = (n: number) => String(n).padStart(2, '0');

/** 3月8日 14:05; another year is named. */
export function dateTime(ms: number, now = Date.now()): string {
  return `${day(ms, now)} ${clock(ms)}`;
}

export function clock(ms: number): string {
  const at = wall(ms);
  return `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;
}

/** 3月8日; another year is named. */
export function day(ms: number, now = Date.now()): string {
  const at = wall(ms);
  const text = `${at.getUTCMonth() + 1}月${at.getUTCDate()}日`;
  return at.getUTCFullYear() === wall(now).getUTCFullYear() ? text : `${at.getUTCFullYear()}年${text}`;
}

/** 2026年3月8日 14:05:09, for the title of a time. */
export function exactTime(ms: number): string {
  const at = wall(ms);
  return `${at.getUTCFullYear()}年${at.getUTCMonth() + 1}月${at.getUTCDate()}日 ${clock(ms)}:${two(at.getUTCSeconds())}`;
}

/** 刚刚, 5分钟前, 3小时前, 昨天 14:05, 3天前; older than a week: the date. */
export function ago(ms: number, now = Date.now()): string {
  const gone = now - ms;
  if (gone < -MINUTE) return dateTime(ms, now);
  if (gone < MINUTE) return '刚刚';
  if (gone < HOUR) return `${Math.floor(gone / MINUTE)}分钟前`;
  const midnight = now - ((now + 8 * HOUR) % DAY);
  if (ms >= midnight) return `${Math.floor(gone / HOUR)}小时前`;
  if (ms >= midnight - DAY) return `昨天 ${clock(ms)}`;
  const days = Math.ceil((midnight - ms) / DAY);
  return days <= 7 ? `${days}天前` : day(ms, now);
}

/** Today as "2026-03-08". */
export function today(now = Date.now()): string {
  return wall(now).toISOString().slice(0, 10);
}

/** "2026-03-08" as 3月8日. */
export function plainDate(date: string | null | undefined): string {
  if (!date) return '';
  const [year, month, dayOfMonth] = date.split('-').map(Number);
  if (!year || !month || !dayOfMonth) return date;
  return day(Date.UTC(year, month - 1, dayOfMonth) - 8 * HOUR);
}

export function fileSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} 字节`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  const mega = bytes / 1024 / 1024;
  return `${mega < 10 ? Math.round(mega * 10) / 10 : Math.round(mega)} MB`;
}

export const URGENCY: Record<Urgency, string> = { normal: '普通', urgent: '急', express: '特急' };
export const LEVEL: Record<TargetLevel, string> = { national: '全国', province: '省级', city: '市级', county: '县级' };
export const SOURCE: Record<ReportSource, string> = {
  member: '委员', party_group: '党派团体', special_committee: '专委会', sector: '界别', lower_committee: '下级政协',
  public: '社会征集', office: '机关处室', work_room: '委员工作室',
};
export const STANDING: Record<Standing, string> = {
  national_member: '全国政协委员', province_member: '省政协委员', city_member: '市政协委员', county_member: '县（市、区）政协委员',
  special_officer: '特邀信息员', key_officer: '骨干信息员', party_officer: '党派团体信息员', other: '其他',
};
export const CHANNEL: Record<ReportChannel, string> = { form: '网上填报', on_behalf: '代录', unit: '单位报送', import: '历史导入' };
export const GATE_RESULT: Record<GateResult, string> = { pass: '通过', fail: '不通过', not_applicable: '不适用', override: '越过' };
export const VERSION_REASON: Record<VersionReason, string> = { adopt: '采用', edit: '编辑', sign: '审签时修改' };
export const SIGNOFF_ACT: Record<SignoffActKind, string> = { send: '送审', sign: '签发', edit_sign: '修改后签发', return: '退回', recall: '撤回送审' };
export const RECIPIENT_KIND: Record<RecipientKind, string> = { leader: '领导', department: '部门', upper: '上级政协' };
export const ANSWER: Record<AnswerResult, string> = {
  A: '已解决或基本解决', B: '列入计划拟解决', C: '因条件所限暂不能解决，留作参考',
};
export const RATING: Record<Rating, string> = { satisfied: '满意', mostly: '基本满意', unsatisfied: '不满意' };
export const GRADE: Record<Grade, string> = { excellent: '优', good: '良', fair: '中', poor: '差' };
export const RANK: Record<InstructionRank, string> = {
  nation: '国家级', province: '省级', department: '厅局级', city: '市级', county: '县级',
};
