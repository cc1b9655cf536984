/* Papers of records: what they are called, how they are read, kept and printed. */
import { api, file, type Received } from '@/api/client';
import type { PaperInfo, PaperRecord, PaperStandIn, Rendering, RenderingFound, Report } from '@/api/types';

export type { PaperInfo, PaperStandIn, Rendering, RenderingFound };

/** What a paper is of: review and article are of an article, dispatch_list of an issue, urging of a dispatch, adoption and
 * certificate of a report. An article is only looked at before it is signed: it has pages and no file. */
export type PaperKind = RecordKind | 'article';
export type RecordKind = PaperRecord['kind'];
export type PaperFormat = 'pdf' | 'docx';

/** One paper: its kind, and the record it is of. */
export interface PaperRef { kind: PaperKind; id: number }

export const PAPER_NAME: Record<PaperKind, string> = {
  issue: '刊物', report: '来稿', review: '核稿单', adoption: '采用通知', certificate: '采用证书', dispatch_list: '报送清单', urging: '催办函', article: '稿件',
};
/** Of a file that a batch made: whether it has been handed out with the zip since; "" of one that was taken by itself. */
export function batchText({ batch_id, taken_ms }: Pick<Rendering, 'batch_id' | 'taken_ms'>): string {
  return batch_id === null ? '' : `在批量导出 ${batch_id} 中生成，${taken_ms === null ? '压缩包没有下载过' : '已随压缩包下载'}`;
}
/** Who took a file, where the one who asks is not told the name: that may be the office, a leader, another recipient. */
export const OTHERS = '其他人员';
export const formatName = (format: string) => (format === 'docx' ? 'Word' : 'PDF');
export const isPaperKind = (text: unknown): text is PaperKind => typeof text === 'string' && Object.hasOwn(PAPER_NAME, text);

/** The papers of a report: as received, and for its authors and the office what says that it was printed. */
export function papersOfReport({ id, status, submitted_ms }: Pick<Report, 'id' | 'status' | 'submitted_ms'>, honours: boolean): { kind: RecordKind; id: number }[] {
  if (!submitted_ms || ['draft', 'unit_signing', 'withdrawn'].includes(status)) return [];
  const kinds: RecordKind[] = honours && ['published', 'closed'].includes(status) ? ['report', 'adoption', 'certificate'] : ['report'];
  return kinds.map((kind) => ({ kind, id }));
}

/** Width of A4 at 96 dots an inch, in px of the page: 100 %. */
export const PAGE_WIDTH = 794;
const WIDTHS = [400, 800, 1200, 1600, 2000, 2480];

/** The width to ask for, so that a page of CSS_WIDTH px is sharp: few different ones. */
export function pixelsFor(css_width: number, density = window.devicePixelRatio || 1): number {
  const wanted = css_width * Math.min(density, 3);
  return WIDTHS.find((one) => one >= wanted) ?? 2480;
}

export function readPaper({ kind, id }: PaperRef, signal?: AbortSignal): Promise<PaperInfo> {
  return api('GET /papers/{kind}/{id}', { path: { kind, id }, signal, limit_ms: 60000 });
}
export async function readPage({ kind, id }: PaperRef, page: number, width: number, signal?: AbortSignal): Promise<Blob> {
  return (await file('GET /papers/{kind}/{id}/pages/{page}', { path: { kind, id, page }, query: { width }, signal, limit_ms: 60000 })).blob;
}
export function readFile({ kind, id }: PaperRef, format: PaperFormat): Promise<Received> {
  return file('GET /papers/{kind}/{id}/file', { path: { kind, id }, query: { format } });
}

/** Gives a file to the browser to keep. */
export function saveAs({ blob, name }: Received): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name || 'minyi';
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
}

/** Whether this browser shows PDF by itself, and so can print one. */
export const printsPdf = () => navigator.pdfViewerEnabled === true;

let frame: HTMLIFrameElement | undefined;
/** Opens the browser's print dialogue for a PDF; false when the browser would not. */
export async function printPdf(pdf: Blob): Promise<boolean> {
  frame?.remove();
  const own = document.createElement('iframe');
  frame = own;
  own.className = 'print-frame';
  own.title = '打印';
  own.setAttribute('aria-hidden', 'true');
  own.tabIndex = -1;
  const url = URL.createObjectURL(new Blob([pdf], { type: 'application/pdf' }));
  const loaded = new Promise<boolean>((done) => {
    own.onload = () => done(true);
    own.onerror = () => done(false);
    setTimeout(() => done(false), 20000);
  });
  own.src = url;
  document.body.append(own);
  try {
    if (!(await loaded)) throw new Error('not shown');
    own.contentWindow?.focus();
    own.contentWindow?.print();
    return true;
  } catch {
    own.remove();
    URL.revokeObjectURL(url);
    return false;
  }
}

/* The server names no more than these. */
const MISSING_MAX = 50;
/** The screen may have no font for it either: its number tells which one it is. */
const numbered = (sign: string) => `${sign}（编码 ${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase()}）`;

/** "有 2 个字没有字体：𠮷（编码 20BB7）、𡈼（编码 2123C）…", or "". */
export function missingText(missing: readonly string[]): string {
  if (!missing.length) return '';
  const shown = missing.slice(0, 12).map(numbered).join('、') + (missing.length > 12 ? ' 等' : '');
  return `${missing.length >= MISSING_MAX ? '至少' : ''}有 ${missing.length} 个字没有字体：${shown}。打印时会显示为带编号的方框，请换用别的字，或请管理员安装字体。`;
}

/* Characters of the extensions, which few screens have, and radicals, which look like characters: told with their number. */
const rare = (code: number) => (code >= 0x2e80 && code <= 0x2fdf) || (code >= 0x3400 && code <= 0x4dbf) || code >= 0x20000;
const shown = (sign: string) => (rare(sign.codePointAt(0) ?? 0) ? numbered(sign) : sign);
const STAND_INS_MAX = 50;

/** "有 2 个字由其他字体代排：仿宋缺镕、䶮（编码 4DAE），用 Noto Serif CJK SC；小标宋缺镕，用 …", or "". */
export function standInText(stand_ins: readonly PaperStandIn[]): string {
  if (!stand_ins.length) return '';
  const groups = new Map<string, string[]>();
  for (const { text, role_name, family } of stand_ins.slice(0, 12)) {
    const key = `${role_name}缺\n，用 ${family}`;
    groups.set(key, [...(groups.get(key) ?? []), shown(text)]);
  }
  const told = [...groups].map(([key, signs]) => key.replace('\n', signs.join('、'))).join('；');
  const count = new Set(stand_ins.map((one) => one.text)).size;
  return `${stand_ins.length >= STAND_INS_MAX ? '至少' : ''}有 ${count} 个字由其他字体代排：${told}${stand_ins.length > 12 ? '；等等' : ''}。`;
}

/* ---- proving a file ---- */

export const canHash = () => typeof crypto !== 'undefined' && Boolean(crypto.subtle);
export const HASH_MAX_BYTES = 200 * 1024 * 1024;

/** SHA-256 of a file's bytes, computed here: the file does not leave the computer. */
export async function sha256Of(chosen: Blob): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await chosen.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
/** A fingerprint as people paste it (blanks, capitals), or "" when it is none. */
export function tidyHash(text: string): string {
  const hex = text.replace(/[\s:]/g, '').toLowerCase();
  return /^[0-9a-f]{64}$/.test(hex) ? hex : '';
}
