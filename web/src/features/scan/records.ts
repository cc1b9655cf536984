/* The kinds of paper a scan may be of, and the records of each that can be chosen by hand. */
import { api } from '@/api/client';
import { may } from '@/api/session';
import type { PaperRecord, PermissionCode } from '@/api/types';
import { PAPER_NAME, type RecordKind } from '@/features/paper/papers';

export interface Choice { id: number; number: string; title: string }
export interface ChoicePage { items: Choice[]; next: string | null }

interface Kind { permission: PermissionCode; of: 'issue' | 'article' | 'dispatch' | 'report' }
/* In the order in which they are offered. */
const KINDS: Record<RecordKind, Kind> = {
  issue: { permission: 'issue.manage', of: 'issue' },
  review: { permission: 'article.edit', of: 'article' },
  dispatch_list: { permission: 'dispatch.manage', of: 'issue' },
  urging: { permission: 'dispatch.manage', of: 'dispatch' },
  report: { permission: 'report.review', of: 'report' },
  adoption: { permission: 'report.review', of: 'report' },
  certificate: { permission: 'report.review', of: 'report' },
};
/** What one needs, any of them, to file scans at all. */
export const filers = [...new Set(Object.values(KINDS).map((one) => one.permission))];
/** Those that this account may file scans with. */
export const kindsToFile = () => (Object.keys(KINDS) as RecordKind[]).filter((kind) => may(KINDS[kind].permission)).map((kind) => ({ kind, name: PAPER_NAME[kind] }));

export const recordOf = (kind: RecordKind) => KINDS[kind].of;

const LIMIT = 50;
const READ: Record<Kind['of'], (after: string | null, signal: AbortSignal) => Promise<ChoicePage>> = {
  issue: async (after, signal) => {
    const { items, next } = await api('GET /issues', { query: { after, limit: LIMIT }, signal });
    return { items: items.map((one) => ({ id: one.id, number: `${one.publication_name} ${one.number_text}`, title: one.title })), next };
  },
  article: async (after, signal) => {
    const { items, next } = await api('GET /articles', { query: { after, limit: LIMIT }, signal });
    return { items: items.map((one) => ({ id: one.id, number: `${one.publication_name}，${one.status_text}`, title: one.title })), next };
  },
  dispatch: async (after, signal) => {
    const { items, next } = await api('GET /dispatches', { query: { after, limit: LIMIT }, signal });
    return { items: items.map((one) => ({ id: one.id, number: `${one.recipient_name}，${one.issue_number_text}`, title: one.issue_title })), next };
  },
  report: async (after, signal) => {
    const { items, next } = await api('GET /desk/reports', { query: { after, limit: LIMIT }, signal });
    return { items: items.map((one) => ({ id: one.id, number: `${one.receipt ?? ''} ${one.author_name}，${one.status_text}`, title: one.title })), next };
  },
};
export const readChoices = (kind: RecordKind, after: string | null, signal: AbortSignal) => READ[KINDS[kind].of](after, signal);

const PAGE: Record<Kind['of'], string> = { issue: '/issues', article: '/articles', dispatch: '/dispatches', report: '/desk/reports' };
/** The page on which the scans of this record are, for those who file them. */
export const pageOf = (kind: RecordKind, id: number) => `${PAGE[KINDS[kind].of]}/${id}`;

export type Named = Pick<PaperRecord, 'number' | 'title' | 'kind' | 'kind_name'>;
/** "《政协社情民意信息》2026年第12期" of an issue and what belongs to it; '' where the title is the name. */
function issueName({ number, kind }: Named): string {
  const { of } = KINDS[kind];
  const [publication, ...rest] = (of === 'issue' || of === 'dispatch') && number ? number.split(' ') : [];
  return publication && rest.length ? `《${publication}》${rest.join(' ')}` : '';
}
/** "《政协社情民意信息》2026年第12期（报送清单）", "《关于……的建议》（核稿单）": as said in a sentence. */
export const paperName = (record: Named) => `${issueName(record) || `《${record.title}》`}（${record.kind_name}）`;
/** The title where the name does not hold it. */
export const paperTitle = (record: Named) => (issueName(record) ? record.title : '');
