/* A table of people as a text, read in the browser: whatever Excel or WPS saved as CSV.
 *
 * 1. UTF-8 is tried first and strictly; what is not valid UTF-8 is read as GB18030 (of which GBK is a part).
 * 2. A workbook (.xlsx, .xls) is not text: the person is told how to save it.
 */
export const FILE_MAX = 1_000_000;
export const COLUMNS = ['姓名', '登录名', '单位代码', '职务', '工作单位', '界别', '党派', '身份', '专长', '电话', '邮箱', '届次', '聘任起', '聘任止'];

export interface TableText {
  text: string;
  /** Name of the encoding, for the screen. */
  encoding: string;
  lines: number;
}
export type TableResult = { table: TableText } | { wrong: string };

function startsWith(bytes: Uint8Array, head: number[]): boolean {
  return head.every((byte, i) => bytes[i] === byte);
}
function decode(bytes: Uint8Array, encoding: string): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

export function readTable(bytes: Uint8Array): TableResult {
  if (startsWith(bytes, [0x50, 0x4b, 3, 4]) || startsWith(bytes, [0xd0, 0xcf, 0x11, 0xe0])) {
    return { wrong: '这是工作簿文件，不是 CSV。请在 WPS 或 Excel 中另存为“CSV（逗号分隔）”后再选。' };
  }
  const tries: [string, string][] = startsWith(bytes, [0xff, 0xfe])
    ? [['utf-16le', 'UTF-16']]
    : [['utf-8', 'UTF-8'], ['gb18030', 'GBK']];
  for (const [encoding, name] of tries) {
    const text = decode(bytes, encoding);
    if (text === null || text.includes('\0')) continue;
    if (!text.trim()) return { wrong: '文件是空的。第一行应是列名，以下每行一人。' };
    if (new TextEncoder().encode(text).length > FILE_MAX) return { wrong: '表格太大，一次最多 1 MB，约 2000 人。请分成几个文件。' };
    return { table: { text: withCommas(text), encoding: name, lines: countLines(text) } };
  }
  return { wrong: '认不出文件的文字编码。请在 WPS 或 Excel 中重新另存为“CSV（逗号分隔）”。' };
}

/** Lines with something in them, the header not counted. */
function countLines(text: string): number {
  return Math.max(0, text.split(/\r\n|\r|\n/).filter((line) => line.replace(/[,\t\s"]/g, '')).length - 1);
}

/** What was copied out of a sheet, or saved as "Unicode text", is divided by tabs: made CSV. */
function withCommas(text: string): string {
  const head = text.split(/\r\n|\r|\n/, 1)[0] ?? '';
  if (!head.includes('\t') || head.includes(',')) return text;
  return text.split(/\r\n|\r|\n/).map((line) => line.split('\t').map(quoted).join(',')).join('\r\n');
}
function quoted(cell: string): string {
  return /^".*"$/.test(cell) || !/[",]/.test(cell) ? cell : `"${cell.replaceAll('"', '""')}"`;
}

/** An empty table with the columns and one line to look at; with a mark, so that Excel reads it as UTF-8. */
export function templateBlob(): Blob {
  const example = ['张三', 'zhangsan', '', '主任医师', '示例医院', '医药卫生', '', '特邀信息员', '基层医疗', '', '', '第十三届', '2026-03-01', '2028-03-01'];
  return new Blob([`\ufeff${COLUMNS.join(',')}\r\n${example.join(',')}\r\n`], { type: 'text/csv;charset=utf-8' });
}
