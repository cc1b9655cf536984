/* The details of an entry in the office's words. They are written for machines ("kind=issue from=-1"): what is known here
 * is said, numbers that say nothing to a reader and what is not known are left out. The entry's own text stands in full
 * below it, when it is opened. */
import { formatName, PAPER_NAME } from '@/features/paper/papers';
import { CHANNEL, GATE_RESULT, GRADE, RANK, RATING, RECIPIENT_KIND } from '@/shared/text/format';

/** The word for a value that may be any text; undefined when it is none of the set. */
const of = (words: Record<string, string>, value: string): string | undefined => (Object.hasOwn(words, value) ? words[value] : undefined);
const STATUS: Record<string, string> = {
  draft: '草稿', unit_signing: '单位审签中', submitted: '已提交', in_review: '审核中', returned: '退回补充', kept: '留存', merged: '并入',
  redirected: '转其他渠道', adopted: '采用', published: '已刊发', closed: '办结', withdrawn: '已撤回', editing: '编辑中', in_signoff: '送审中',
  signed: '已签发', dispatched: '已发出', void: '作废', pending: '待发', sent: '已发出', received: '已签收', answered: '已答复', waiting: '等待生成',
  running: '正在生成', cancelled: '已取消',
};
const WHY: Record<string, string> = { locked: '已锁定', password: '密码不对', disabled: '账号已停用' };
const FORMATS = ['pdf', 'docx'];
export const FONT: Record<string, string> = { xiaobiaosong: '小标宋', fangsong: '仿宋', kaiti: '楷体', heiti: '黑体', songti: '宋体' };

const CHINESE = /\p{Script=Han}/u;
const HASH = /^[0-9a-f]{64}$/;
const fingerprint = (text: string) => (HASH.test(text) ? `指纹 ${text.slice(0, 8)}` : '');
const named = (name: string, words: Record<string, string>) => (value: string) => { const word = of(words, value); return word ? `${name}${word}` : ''; };
const counted = (name: string, unit: string) => (value: string) => (/^\d+$/.test(value) ? `${name} ${value} ${unit}`.trim() : '');
const yesNo = (yes: string, no: string) => (value: string) => (value === '1' ? yes : value === '0' ? no : '');

/** key of "key=value" → its words, or "" to leave it out. */
const SAY: Record<string, (value: string) => string> = {
  kind: (value) => of(PAPER_NAME, value) ?? of(RECIPIENT_KIND, value) ?? '', result: (value) => of(GATE_RESULT, value) ?? (/^[ABC]$/.test(value) ? `${value} 类` : ''),
  grade: named('等次', GRADE), total: counted('合计', '分'), rating: named('', RATING), rank: named('', RANK), why: named('', WHY), text: fingerprint,
  main: counted('主送', '个'), copy: counted('抄送', '个'), elements: counted('', '行'), styles: counted('改动样式', '种'), count: counted('', '项'),
  hours: counted('有效', '小时'), step: counted('第', '环节'), active: yesNo('启用', '停用'), shown: yesNo('作者可见', '作者不可见'),
  done: counted('', '件'), left: (value) => (value === '0' ? '' : counted('没有导出', '件')(value)), zip: fingerprint,
  due: (value) => (/^\d{4}-\d\d-\d\d$/.test(value) ? `期限 ${value}` : ''),
};

function pairs(detail: string): string {
  const found = Object.fromEntries(detail.split(' ').map((one) => { const at = one.indexOf('='); return [one.slice(0, at), one.slice(at + 1)]; }));
  if (STATUS[found.from ?? ''] && STATUS[found.to ?? '']) return `${STATUS[found.from ?? '']} → ${STATUS[found.to ?? '']}`;
  if (found.year && found.number) return `${found.year}年第${found.number}期`;
  return Object.entries(found).map(([key, value]) => SAY[key]?.(value) ?? (CHINESE.test(value) ? value : '')).filter(Boolean).join('，');
}

export function detailOf(detail: string): string {
  const arrow = /^(\w+) → (\w+)$/.exec(detail);
  if (arrow) return `${STATUS[arrow[1] ?? ''] ?? '？'} → ${STATUS[arrow[2] ?? ''] ?? '？'}`;
  const fonts = /^key=paper\.font\.(\w+) before=(.*) after=(.*)$/.exec(detail);
  if (fonts) return `${of(FONT, fonts[1] ?? '') ?? ''}的次序 ${fonts[2] || '程序自带的'} → ${fonts[3] || '程序自带的'}`;
  if (/^\w+=\S*( \w+=\S*)*$/.test(detail)) return pairs(detail);
  const filed = /^(\w+) (\d+) ([0-9a-f]{64})$/.exec(detail);
  if (filed) return `${of(PAPER_NAME, filed[1] ?? '') ?? ''} ${filed[2]}，${fingerprint(filed[3] ?? '')}`;
  const batch = /^(\d+) ([a-z ]+)$/.exec(detail);
  if (batch) return `${batch[1]} 件，${(batch[2] ?? '').split(' ').filter((one) => FORMATS.includes(one)).map(formatName).join('、')}`;
  const words = detail.split(' ').map((word) => {
    const [kind = '', format = ''] = word.split('.');
    const name = of(PAPER_NAME, kind);
    const paper = name && FORMATS.includes(format) ? `${name} ${formatName(format)}` : '';
    const made_for = /^batch=(\d+)$/.exec(word);
    return paper || (made_for && `在批量导出 ${made_for[1]} 中`) || of(CHANNEL, word) || fingerprint(word);
  });
  return words.filter(Boolean).join('，');
}
