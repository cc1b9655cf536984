/* What the editor of templates works on: rows with a key of their own, in the units that people use (lines are
 * millimetres thick, spaces are so many lines high), and the words for sizes and places. */
import type { PaperElement, PaperKinds, PaperTemplate, PaperTemplateElement, PaperTemplateStyle } from '@/api/types';

export interface Row extends PaperTemplateElement { key: number }
export type Align = NonNullable<PaperTemplateStyle['align']>;
export type Color = NonNullable<PaperTemplateStyle['color']>;

let last_key = 0;
export function rowOf(from: PaperTemplateElement): Row {
  return { ...from, key: ++last_key };
}
export function rowsOf(template: Pick<PaperTemplate, 'elements'>): Row[] {
  return template.elements.map(rowOf);
}

/** A row as it is sent: without its key, and without what this element does not have. */
export function elementOf(row: Row, info: PaperElement | undefined): PaperTemplateElement {
  const has_text = info?.text ?? true;
  return {
    element: row.element, style: info?.style === false ? '' : row.style, text: has_text ? row.text : '', right: info?.right ? row.right : '',
    amount: info?.most ? row.amount : null,
  };
}

/** A new row of this element that the server would not refuse, as far as one can know. */
export function newRow(element: PaperTemplateElement['element'], kinds: PaperKinds, kind: string): Row {
  const info = kinds.elements.find((one) => one.code === element);
  const tables = kinds.items.find((one) => one.code === kind)?.tables ?? [];
  let style = '';
  if (info?.style) style = info.foot ? 'foot' : element === 'rule' ? 'body' : element === 'pair' ? 'office' : 'plain';
  return rowOf({ element, style, text: element === 'table' ? tables[0] ?? '' : '', right: '', amount: element === 'space' ? 10 : element === 'rule' ? 350 : null });
}

/** What a row is, in a few words. */
export function summaryOf(row: Row, info: PaperElement | undefined): string {
  if (row.element === 'space') return `${(row.amount ?? 0) / 10} 行`;
  if (info?.most) return row.amount ? `${row.amount / 1000} 毫米` : '粗细按国家标准';
  if (info?.right) return [row.text, row.right].filter(Boolean).join(' ｜ ');
  if (row.element === 'body') return '正文的各段，层次、表格和照片自动排';
  if (row.element === 'photos') return '正文没有用到的照片';
  if (row.element === 'contents') return '各篇的题目，两篇以上才排';
  if (row.element === 'folio') return '单页居右，双页居左';
  if (row.element === 'code') return '首页右上角，扫码查看原件';
  return row.text;
}

/** Row and member that the server means by "elements[3].text"; the row alone by "elements". */
export function placeOf(field: string): { list: 'elements' | 'styles'; index: number; member: string } | null {
  const found = /^(elements|styles)\[(\d+)\]\.(\w+)$/.exec(field);
  return found ? { list: found[1] as 'elements' | 'styles', index: Number(found[2]), member: found[3] ?? '' } : null;
}

/** The Chinese sizes of type and those of red heads, in hundredths of a point. */
export const SIZES: [number, string][] = [
  [7200, '72磅'], [6000, '60磅'], [5200, '52磅'], [4800, '48磅'], [4200, '初号'], [3600, '小初'], [2600, '一号'], [2400, '小一'], [2200, '二号'], [1800, '小二'],
  [1600, '三号'], [1500, '小三'], [1400, '四号'], [1200, '小四'], [1050, '五号'], [900, '小五'],
];
export const sizeName = (size: number) => SIZES.find(([one]) => one === size)?.[1] ?? `${size / 100}磅`;
export const COLORS: Record<Color, string> = { black: '黑色', red: '红色' };
export const ALIGNS: Record<Align, string> = { justify: '两端对齐', left: '居左', center: '居中', right: '居右' };

/** Styles in the order in which they are met on the paper; those of running text too when the kind has any. */
export function stylesUsed(rows: readonly Row[], has_body: boolean): string[] {
  const used = new Set<string>();
  for (const row of rows) {
    if (row.style && row.element !== 'rule') used.add(row.style);
    if (row.element === 'body' && has_body) for (const one of ['body', 'level_1', 'level_2', 'level_3', 'level_4', 'piece', 'table', 'caption']) used.add(one);
    if (row.element === 'table') used.add('table');
    if (row.element === 'photos') used.add('caption');
    if (row.element === 'contents') used.add('contents');
    if (row.element === 'folio') used.add('folio');
  }
  return [...used];
}

/** Changed styles without those that change nothing. */
export function changesOf(styles: readonly PaperTemplateStyle[]): PaperTemplateStyle[] {
  return styles.filter((one) => one.font || one.color || one.align || one.size).map(({ style, font, color, align, size }) => ({ style, font: font || null, color: color || null, align: align || null, size: size || null }));
}
