/* The kinds of paper a scan may be of, and the records of each that can be chosen by hand. */
import { api } from '@/api/client';
import { may } from '@/api/session';
import type { PaperRecord, PermissionCode } from '@/api/types';

export type PaperKind = PaperRecord['kind'];
export interface Choice { id: number; number: string; title: string }
export interface ChoicePage { items: Choice[]; next: string | null }

interface Kind { kind: PaperKind; name: string; permission: PermissionCode; of: 'issue' | 'article' | 'dispatch' | 'report' }
const KINDS: Kind[] = [
  { kind: 'issue', name: '刊物', permission: 'issue.manage', of: 'issue' },
  { kind: 'review', name: '核稿单', permission: 'article.edit', of: 'article' },
  { kind: 'dispatch_list', name: '报送清单', permission: 'dispatch.manage', of: 'issue' },
  { kind: 'urging', name: '催办函', permission: 'dispatch.manage', of: 'dispatch' },
  { kind: 'report', name: '来稿', permission: 'report.review', of: 'report' },
  { kind: 'adoption', name: '采用通知', permission: 'report.review', of: 'report' },
  { kind: 'certificate', name: '采用证书', permission: 'report.review', of: 'report' },
];
/** Those that this account may file scans with. */
export const kindsToFile = () => KINDS.filter((one) => may(one.permission));
export const kindOf = (kind: PaperKind) => KINDS.find((one) => one.kind === kind);

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
export const readChoices = (kind: PaperKind, after: string | null, signal: AbortSignal) => READ[kindOf(kind)?.of ?? 'issue'](after, signal);

const PAGE: Record<Kind['of'], string> = { issue: '/issues', article: '/articles', dispatch: '/dispatches', report: '/desk/reports' };
/** The page on which the scans of this record are, for those who file them. */
export const pageOf = (kind: PaperKind, id: number) => `${PAGE[kindOf(kind)?.of ?? 'issue']}/${id}`;

export type Named = Pick<PaperRecord, 'number' | 'title' | 'kind' | 'kind_name'>;
/** "《政协社情民意信息》2026年第12期" of an issue and what belongs to it; '' where the title is the name. */
function issueName({ number, kind }: Named): string {
  const of = kindOf(kind)?.of;
  const [publication, ...rest] = (of === 'issue' || of === 'dispatch') && number ? number.split(' ') : [];
  return publication && rest.length ? `《${publication}》${rest.join(' ')}` : '';
}
/** "《政协社情民意信息》2026年第12期（报送清单）", "《关于……的建议》（核稿单）": as said in a sentence. */
export const paperName = (record: Named) => `${issueName(record) || `《${record.title}》`}（${record.kind_name}）`;
/** The title where the name does not hold it. */
export const paperTitle = (record: Named) => (issueName(record) ? record.title : '');
