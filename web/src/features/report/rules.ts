/* What a report needs before it can be sent, as the server will check it. Drafts may break all of it. */
import type { ReportRules } from '@/api/types';
import { countCharacters, countWords } from '@/shared/text/words';
import { tidy, type DraftFields } from './local';

export type Step = 'subject' | 'situation' | 'analysis' | 'suggestion' | 'files' | 'check';
export const STEPS: { step: Step; name: string }[] = [
  { step: 'subject', name: '标题和类别' },
  { step: 'situation', name: '情况' },
  { step: 'analysis', name: '原因' },
  { step: 'suggestion', name: '建议' },
  { step: 'files', name: '附件与署名' },
  { step: 'check', name: '检查与报送' },
];

/** Rules used before the office's own were ever read on this device. */
export const DEFAULT_RULES: ReportRules = {
  max_words: 1500, title_max: 40, analysis_required: false, suggestion_required: true,
  attachment_max_bytes: 20 * 1024 * 1024, attachment_max_count: 10, not_accepted: [],
  classified_warning: '本系统不得录入、传输涉密信息。',
};

export interface Fault {
  field: string;
  step: Step;
  text: string;
}

/** Words of the three elements together: what the limit is held against. */
export function bodyWords(fields: DraftFields): number {
  return countWords(fields.situation) + countWords(fields.analysis) + countWords(fields.suggestion);
}

/** CAN_CHOOSE: the categories have been read, so one can be asked for. */
export function faultsOf(fields: DraftFields, rules: ReportRules, can_choose = true): Fault[] {
  const faults: Fault[] = [];
  const title = tidy(fields.title);
  if (!title) faults.push({ field: 'title', step: 'subject', text: '请填写标题' });
  else if (countCharacters(title) > rules.title_max) faults.push({ field: 'title', step: 'subject', text: `标题超过 ${rules.title_max} 字，请精简` });
  if (can_choose && !fields.category_id) faults.push({ field: 'category_id', step: 'subject', text: '请选择类别' });
  if (!tidy(fields.situation)) faults.push({ field: 'situation', step: 'situation', text: '请写情况' });
  if (rules.analysis_required && !tidy(fields.analysis)) faults.push({ field: 'analysis', step: 'analysis', text: '请写原因' });
  if (rules.suggestion_required && !tidy(fields.suggestion)) faults.push({ field: 'suggestion', step: 'suggestion', text: '请写建议' });
  const over = bodyWords(fields) - rules.max_words;
  if (over > 0) faults.push({ field: 'situation', step: 'situation', text: `全文超过 ${rules.max_words} 字，请精简 ${over} 字` });
  if (!fields.name_public && !tidy(fields.name_public_reason)) faults.push({ field: 'name_public_reason', step: 'files', text: '请说明不公开署名的原因' });
  return faults;
}

/** The page on which a field of the server's answer is. */
export function stepOf(field: string): Step {
  if (/^(title|category_id|urgency|source|target_level)/.test(field)) return 'subject';
  if (field.startsWith('situation') || field === 'words') return 'situation';
  if (field.startsWith('analysis')) return 'analysis';
  if (field.startsWith('suggestion')) return 'suggestion';
  return 'files';
}
