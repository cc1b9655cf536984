/* Running text as the server's typesetter reads it (template_body): levels 一、（一）1.（1）, rows with tabs or "|" as a
 * table, ［图：name｜caption］ as a photo, ［篇：title］ as the title of a piece, blank lines dropped. The rules are those of src/files/template_body.c. */

export type Level = 0 | 1 | 2 | 3 | 4;
export type Block =
  | { kind: 'text'; /** In the face of LEVEL. */ lead: string; rest: string; level: Level }
  | { kind: 'table'; rows: string[][] }
  | { kind: 'photo'; name: string; caption: string }
  | { kind: 'piece'; title: string };

const SENTENCE_MAX = 60;
const CELLS_MAX = 30;

const LEVELS: readonly [RegExp, Level][] = [
  [/^[一二三四五六七八九十百]{1,4}、./u, 1],
  [/^[（(][一二三四五六七八九十百]{1,4}[）)]./u, 2],
  [/^[0-9０-９]{1,3}(?:[．、].|\.[^0-9０-９])/u, 3],
  [/^[（(][0-9０-９]{1,3}[）)]./u, 4],
];

function text(line: string): Block {
  const level = LEVELS.find(([form]) => form.test(line))?.[1] ?? 0;
  if (!level) return { kind: 'text', lead: '', rest: line, level };
  const signs = Array.from(line);
  const end = signs.slice(0, SENTENCE_MAX).findIndex((sign) => '。！？；：!?;:'.includes(sign));
  if (end >= 0) return { kind: 'text', lead: signs.slice(0, end + 1).join(''), rest: signs.slice(end + 1).join(''), level };
  return signs.length <= SENTENCE_MAX ? { kind: 'text', lead: line, rest: '', level } : { kind: 'text', lead: '', rest: line, level: 0 };
}

const PHOTO = /^[［[]图[：:]([^｜|]*)(?:[｜|](.*))?[］\]]$/u;

const PIECE = /^[［[]篇[：:]\s*(\S.*?)\s*[］\]]$/u;
const isCall = (line: string) => PHOTO.test(line) || /^[［[]篇[：:].*[］\]]$/u.test(line);

/** The cells of a row: between "|", else between tabs; null when it is none. */
function cellsOf(line: string): string[] | null {
  const bars = line.includes('|');
  if (!bars && !line.includes('\t')) return null;
  const cells = bars ? line.trim().replace(/^\|/, '').replace(/\|$/, '').split('|') : line.split('\t');
  return cells.length < 2 || cells.length > CELLS_MAX ? null : cells.map((cell) => cell.trim());
}
const isRule = (cells: string[]) => cells.some(Boolean) && cells.every((cell) => /^[-:]*$/.test(cell));
function rowOf(line: string, later: boolean): string[] | null {
  if (!line.trim() || isCall(line.trim())) return null;
  const cells = cellsOf(line);
  if (!cells) return null;
  return cells.filter(Boolean).length >= 2 || (later && (Boolean(cells[0]) || isRule(cells))) ? cells : null;
}

/** The table that begins at FROM, and how many lines it takes; null when none stands there. */
function tableAt(lines: string[], from: number): { rows: string[][]; taken: number } | null {
  const rows: string[][] = [];
  let taken = 0, dashed = false;
  for (; from + taken < lines.length; taken++) {
    const row = rowOf(lines[from + taken] ?? '', rows.length > 0);
    if (!row || (!rows.length && isRule(row))) break;
    if (rows.length === 1 && !dashed && isRule(row)) dashed = true; // the line below a head in Markdown
    else rows.push(row);
  }
  if (rows.length < 2) return null;
  const first = Math.min(...rows.map((row) => row.findIndex(Boolean)).filter((at) => at >= 0));
  const last = Math.max(...rows.map((row) => row.findLastIndex(Boolean)));
  return { rows: rows.map((row) => Array.from({ length: last - first + 1 }, (_, i) => row[first + i] ?? '')), taken };
}

export function blocksOf(body: string): Block[] {
  const lines = body.split('\n');
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = (lines[at] ?? '').trim();
    if (!line) continue;
    const photo = PHOTO.exec(line);
    const piece = PIECE.exec(line);
    const table = photo || piece ? null : tableAt(lines, at);
    if (piece) {
      blocks.push({ kind: 'piece', title: piece[1] ?? '' });
    } else if (photo) {
      blocks.push({ kind: 'photo', name: (photo[1] ?? '').trim(), caption: (photo[2] ?? '').trim() });
    } else if (table) {
      blocks.push({ kind: 'table', rows: table.rows });
      at += table.taken - 1;
    } else {
      blocks.push(text(line));
    }
  }
  return blocks;
}
