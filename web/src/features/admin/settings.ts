/* Settings in groups by the first part of their key, each with what it means in the office's words. A key not
 * named here is shown with the server's own name. */
import type { Setting } from '@/api/types';

const GROUPS: [string, string][] = [
  ['office', '本机构'], ['report', '来稿'], ['attachment', '附件'], ['desk', '审核工作台'], ['dispatch', '办理'], ['grade', '评分等次'],
  ['session', '登录保持'], ['signin', '登录保护'], ['account', '账号'],
];
interface Words { unit?: string; hint?: string; name?: string }
const WORDS: Record<string, Words> = {
  'office.name': { hint: '显示在页面、回执和给信息员的文字里。' },
  'report.max_words': { unit: '字', hint: '情况、原因、建议合计，按 WPS 的字数统计。超过时不能报送，草稿不受限制。' },
  'report.title_max': { unit: '字', hint: '超过时不能报送。' },
  'report.analysis_required': { hint: '开启后，没有写原因分析的不能报送。' },
  'report.suggestion_required': { hint: '关闭后，只反映问题、不提建议的也可以报送。' },
  'report.unit_signing': { hint: '开启后，所有来稿先由作者单位的审签人同意，再到信息处。' },
  'report.not_accepted': { hint: '写信息的人开始前会看到，每行一条。' },
  'report.classified_warning': { hint: '写信息和报送前显示，报送时须勾选确认。' },
  'attachment.max_bytes': { unit: 'MB', name: '单个附件大小上限', hint: '较大的附件在信号不好时很难传完。' },
  'attachment.max_count': { unit: '个', hint: '填 0 表示不收附件。' },
  'attachment.max_unsent_bytes': { unit: 'MB', name: '每人未报送来稿的附件合计上限', hint: '草稿、退回和撤回的来稿合在一起算；报送以后不再计算。' },
  'desk.lease_seconds': { unit: '秒', hint: '一人打开后，别人在这段时间内看到“正由某某处理”；页面开着会自动续。' },
  'desk.first_look_days': { unit: '个工作日' },
  'desk.decision_days': { unit: '个工作日', hint: '超过时计入工作台的“逾期”。' },
  'dispatch.answer_days': { unit: '天', hint: '发出时没有另定日期的，按这个算答复期限。' },
  'grade.excellent': { unit: '分' },
  'grade.good': { unit: '分' },
  'grade.fair': { unit: '分', hint: '低于这个分的评为“差”。三档应由高到低。' },
  'session.idle_minutes': { unit: '分钟', hint: '超过后要重新输入密码，页面上写的内容不会丢。' },
  'session.absolute_hours': { unit: '小时', hint: '即使一直在用，到时也要重新登录。' },
  'signin.max_failures': { unit: '次' },
  'signin.lock_minutes': { unit: '分钟', hint: '安全管理员可以提前解除锁定。' },
  'account.link_hours': { unit: '小时', hint: '一次性登录链接过时作废，可以重新生成。' },
};
const MB = 1024 * 1024;

export interface SettingView {
  setting: Setting;
  name: string;
  hint: string;
  unit: string;
  /** How many of the stored unit one of the shown unit is. */
  factor: number;
  minimum: number | null;
  maximum: number | null;
}
export interface SettingGroup { key: string; name: string; items: SettingView[] }

export function viewOf(setting: Setting): SettingView {
  const words = WORDS[setting.key] ?? {};
  const factor = setting.key.endsWith('_bytes') && words.unit === 'MB' ? MB : 1;
  const scale = (bound: number | null) => (bound === null || setting.kind !== 'integer' ? bound : bound / factor);
  return {
    setting,
    name: words.name ?? (words.unit ? setting.name.replace(/（[^）]*）$/, '') : setting.name),
    hint: words.hint ?? '',
    unit: words.unit ?? '',
    factor,
    minimum: scale(setting.minimum),
    maximum: scale(setting.maximum),
  };
}

export function groupsOf(settings: Setting[]): SettingGroup[] {
  const left = new Map<string, SettingView[]>();
  for (const setting of settings) {
    if (setting.key.startsWith('paper.font.')) continue; // on the page of fonts
    const prefix = setting.key.split('.')[0] ?? '';
    left.set(prefix, [...(left.get(prefix) ?? []), viewOf(setting)]);
  }
  const out: SettingGroup[] = [];
  for (const [key, name] of GROUPS) {
    const items = left.get(key);
    left.delete(key);
    if (items) out.push({ key, name, items });
  }
  for (const [key, items] of left) out.push({ key, name: '其他', items });
  return out;
}

export function boundsText(view: SettingView): string {
  const { minimum, maximum } = view;
  if (minimum === null && maximum === null) return '';
  const what = view.setting.kind === 'integer' ? '' : ' 个字';
  return minimum !== null && maximum !== null ? `${minimum} 至 ${maximum}${what}` : minimum !== null ? `不少于 ${minimum}${what}` : `不超过 ${maximum}${what}`;
}

/** What is shown for a stored value, and back. */
export function shownValue(view: SettingView, value: string): string {
  return view.factor === 1 ? value : String(Math.round((Number(value) / view.factor) * 100) / 100);
}
export function storedValue(view: SettingView, shown: string): string {
  const text = view.setting.kind === 'long_text' ? shown.replace(/\s+$/, '') : shown.trim();
  return view.factor === 1 ? text : String(Math.round(Number(text) * view.factor));
}

/** What is wrong with a value before it is sent; '' when nothing is. */
export function flawOf(view: SettingView, shown: string): string {
  const { kind } = view.setting;
  if (kind === 'flag') return '';
  const text = shown.trim();
  const bounds = boundsText(view);
  if (kind === 'integer') {
    if (!/^\d+$/.test(text)) return '请填写整数';
    const number = Number(text);
    return (view.minimum !== null && number < view.minimum) || (view.maximum !== null && number > view.maximum) ? `应在 ${bounds} 之间` : '';
  }
  const length = [...text].length;
  return (view.minimum !== null && length < view.minimum) || (view.maximum !== null && length > view.maximum) ? `应为 ${bounds}，现在 ${length} 个字` : '';
}
