/* The text of an article as it is typed, and its copy on this device.
 *
 * 1. What is typed is on the device before it is sent; it leaves the device when the server holds the same text.
 * 2. The server's text is never overwritten unseen: a save says which version it grew from; when that is gone, and
 *    the text really differs, both are shown and the editor chooses.
 */
import { session } from '@/api/session';
import type { Article, ArticleSave } from '@/api/types';
import { keep, kept } from '@/shared/local-db';

export interface ArticleText { title: string; editor_note: string; situation: string; analysis: string; suggestion: string }
export type ArticleField = keyof ArticleText;

export const FIELD_NAMES: Record<ArticleField, string> = { title: '标题', editor_note: '编者按', situation: '情况', analysis: '原因', suggestion: '建议' };
export const FIELDS = Object.keys(FIELD_NAMES) as ArticleField[];

export function textOf(from: ArticleText): ArticleText {
  const { title, editor_note, situation, analysis, suggestion } = from;
  return { title: title ?? '', editor_note: editor_note ?? '', situation: situation ?? '', analysis: analysis ?? '', suggestion: suggestion ?? '' };
}

const tidy = (text: string) => text.replace(/\r\n?/g, '\n').trim();
export function sameText(a: ArticleText, b: ArticleText): boolean {
  return FIELDS.every((field) => tidy(a[field]) === tidy(b[field]));
}
export function bodyOf(text: ArticleText): ArticleSave {
  return {
    title: text.title, situation: text.situation, editor_note: text.editor_note || null, analysis: text.analysis || null,
    suggestion: text.suggestion || null,
  };
}
/** The body text, for counting as the server does. */
export function countedText(text: ArticleText): string {
  return [text.situation, text.analysis, text.suggestion].join('\n');
}

/** A text on this device that the server does not have yet. */
export interface KeptText { text: ArticleText; base: ArticleText; version: number; at_ms: number }

const keyOf = (id: number) => `article-${session.me?.id ?? 0}-${id}`;
export function keepText(id: number, value: KeptText | null): Promise<void> {
  return keep(keyOf(id), value);
}
export async function keptText(article: Article): Promise<KeptText | null> {
  const found = await kept<KeptText>(keyOf(article.id));
  if (!found || sameText(found.text, textOf(article))) return null;
  return found;
}
