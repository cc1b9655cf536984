/* A draft as this device holds it. See README.md: the device's copy is written at every key, the server's a
 * moment later; `base` is the server's text this copy grew from. */
import type { Report, ReportAuthorInput, ReportDraft, ReportSource, TargetLevel, Urgency } from '@/api/types';

/** What an author types. All texts; nothing is absent. */
export interface DraftFields {
  title: string;
  situation: string;
  analysis: string;
  suggestion: string;
  category_id: number | null;
  source: ReportSource;
  urgency: Urgency;
  target_level: TargetLevel;
  writer: string;
  name_public: boolean;
  name_public_reason: string;
  suggested_recipients: string;
  remarks: string;
  authors: ReportAuthorInput[];
}

export type DraftState =
  | 'local' /* only here, the server is next */
  | 'saved' /* the same on the server */
  | 'conflict' /* both changed */
  | 'gone' /* deleted or sent on elsewhere: the server takes no more changes */
  | 'refused'; /* the server refused the text (problem says why) */

export interface LocalDraft {
  client_key: string;
  account_id: number;
  report_id: number | null;
  version: number | null;
  fields: DraftFields;
  base: DraftFields | null;
  theirs: DraftFields | null;
  theirs_version: number | null;
  state: DraftState;
  problem: string;
  /** Grows with every change; tells whether what was sent is still what is here. */
  edits: number;
  updated_ms: number;
  /** Pressed 报送 without a signal: sent as soon as there is one. */
  send_wanted: boolean;
  returned: boolean;
}

export interface LocalFile {
  key: string;
  client_key: string;
  name: string;
  size: number;
  blob: Blob;
  problem: string;
}

export function emptyFields(): DraftFields {
  return {
    title: '', situation: '', analysis: '', suggestion: '', category_id: null, source: 'member', urgency: 'normal',
    target_level: 'province', writer: '', name_public: true, name_public_reason: '', suggested_recipients: '',
    remarks: '', authors: [],
  };
}

export function fieldsOf(report: Report): DraftFields {
  return {
    title: report.title, situation: report.situation, analysis: report.analysis, suggestion: report.suggestion,
    category_id: report.category_id, source: report.source, urgency: report.urgency, target_level: report.target_level,
    writer: report.writer ?? '', name_public: report.name_public, name_public_reason: report.name_public_reason ?? '',
    suggested_recipients: report.suggested_recipients ?? '', remarks: report.remarks ?? '',
    authors: authorsOf(report),
  };
}

/** The author alone is no list: the server puts him first by itself. */
function authorsOf(report: Report): ReportAuthorInput[] {
  const [only] = report.authors;
  if (report.authors.length === 1 && only?.account_id === report.author_id) return [];
  return report.authors.map(({ account_id, name, unit_name, post, standing, contact }) => ({
    account_id, name, unit_name, post, standing, contact,
  }));
}

export function bodyOf(fields: DraftFields): ReportDraft {
  return {
    ...fields,
    writer: fields.writer || null,
    name_public_reason: fields.name_public ? null : fields.name_public_reason || null,
    suggested_recipients: fields.suggested_recipients || null,
    remarks: fields.remarks || null,
  };
}

/** As the server keeps a text: line ends folded, blanks at the ends gone (utf8_tidy). */
export function tidy(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/^[ \t\n\u00a0\u3000\ufeff]+|[ \t\n\u00a0\u3000\ufeff]+$/g, '');
}

/** True when both would be the same on the server. */
export function sameFields(a: DraftFields, b: DraftFields): boolean {
  return comparable(a) === comparable(b);
}

function comparable(fields: DraftFields): string {
  return JSON.stringify([
    tidy(fields.title), tidy(fields.situation), tidy(fields.analysis), tidy(fields.suggestion), fields.category_id,
    fields.source, fields.urgency, fields.target_level, tidy(fields.writer), fields.name_public,
    fields.name_public ? '' : tidy(fields.name_public_reason), tidy(fields.suggested_recipients), tidy(fields.remarks),
    fields.authors.map((author) =>
      // What the server knows of an account it fills in itself.
      author.account_id ?? [tidy(author.name), tidy(author.unit_name ?? ''), tidy(author.post ?? ''), author.standing ?? null, tidy(author.contact ?? '')],
    ),
  ]);
}
