// Reads printed papers back: words with their boxes (pdftotext), rules from the pages' own instructions, fonts,
// properties and outline. All lengths are millimetres from the page's top left.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inflateSync } from 'node:zlib';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const MM = 25.4 / 72;

/** The program that writes the samples: MINYI_PAPER_TOOL, else the sanitized build's. */
export const tool = process.env.MINYI_PAPER_TOOL ?? join(root, 'build/asan/tests/paper_tool');

export const folder = mkdtempSync(join(tmpdir(), 'minyi-paper-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** What a program says. */
export const run = (program, args) => execFileSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 28 });

/** Runs the tool: {code, lines of its answer by their first word, stderr}. */
export function ask(...args) {
  if (!existsSync(tool)) throw new Error(`${tool} is not built`);
  const { status, signal, error, stdout, stderr } = spawnSync(tool, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status === null) throw new Error(`${args.join(' ')}: ${signal ?? error}\n${stderr}`);
  const said = {};
  for (const line of stdout.split('\n')) {
    const [, word, rest] = line.match(/^(\w+) (.*)$/) ?? [];
    if (word) (said[word] ??= []).push(rest);
  }
  return { code: status, said, stdout, stderr };
}

let number = 0;

const printed = new Map();

/** A sample as PDF: {file, pages, title, missing, bytes}; made once, or AFRESH. */
export function print(name, afresh = false) {
  if (!afresh && printed.has(name)) return printed.get(name);
  const file = join(folder, `${++number}.pdf`);
  const { code, said, stderr } = ask('pdf', name, file);
  if (code !== 0) throw new Error(`${name}: ${said.result} ${stderr}`);
  const result = {
    file, pages: Number(said.pages[0]), title: Number(said.title[0]), missing: said.missing ?? [], fonts: said.fonts[0],
    bytes: readFileSync(file),
  };
  printed.set(name, result);
  return result;
}

export const paperText = (name) => ask('text', name).stdout;
export const info = (file) => run('pdfinfo', [file]);
export const fonts = (file) => run('pdffonts', [file]).trim().split('\n').slice(2).map((line) => {
  const [name, ...rest] = line.split(/\s+/);
  const flags = rest.join(' ').match(/(yes|no) (yes|no) (yes|no)/);
  return { name, embedded: flags[1] === 'yes', subset: flags[2] === 'yes', unicode: flags[3] === 'yes' };
});
/** [{page, text, depth}] */
export function outline(file) {
  const xml = run('pdftohtml', ['-xml', '-stdout', '-i', file]);
  const found = [];
  let depth = 0;
  for (const [, tag, page, text] of xml.matchAll(/<(outline|\/outline|item page="(\d+)")>([^<]*)/g)) {
    if (tag === 'outline') depth++;
    else if (tag === '/outline') depth--;
    else found.push({ page: Number(page), text: unescape(text), depth });
  }
  return found;
}
export const unescape = (text) => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"')
  .replaceAll('&#39;', "'").replaceAll('&apos;', "'").replaceAll('&amp;', '&');

/** Per page its words: {text, x0, x1, y0, y1}; y0 … y1 is the em box of the type. */
export function words(file) {
  const pages = run('pdftotext', ['-bbox', file, '-']).split('<page ').slice(1);
  return pages.map((page) => [...page.matchAll(/<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)<\/word>/g)]
    .map(([, x0, y0, x1, y1, text]) => ({ text: unescape(text), x0: x0 * MM, y0: y0 * MM, x1: x1 * MM, y1: y1 * MM })));
}

/** Per page its lines of one height, from top to bottom, without the folio: {text, x0, x1, y0, y1, middle, size}. */
export function lines(file) {
  return words(file).map((page) => {
    const rows = [];
    for (const word of page) {
      if (word.y0 > 262) continue;
      const middle = (word.y0 + word.y1) / 2;
      let row = rows.find((other) => Math.abs(other.middle - middle) < 1);
      if (!row) rows.push(row = { middle, words: [] });
      row.words.push(word);
    }
    rows.sort((a, b) => a.middle - b.middle);
    return rows.map((row) => {
      row.words.sort((a, b) => a.x0 - b.x0);
      const [first, last] = [row.words[0], row.words.at(-1)];
      return { text: row.words.map((word) => word.text).join(''), x0: first.x0, x1: last.x1, y0: first.y0, y1: first.y1,
        middle: row.middle, size: first.y1 - first.y0 };
    });
  });
}

/** The folio of each page, or undefined. */
export const folios = (file) => words(file).map((page) => {
  const found = page.filter((word) => word.y0 > 262).sort((a, b) => a.x0 - b.x0);
  return found.length ? { text: found.map((word) => word.text).join(' '), x0: found[0].x0, x1: found.at(-1).x1,
    y0: found[0].y0, y1: found[0].y1 } : undefined;
});

/** The middle of what is black between these edges: looked at with 50 dots a millimetre. */
export function inkMiddle(file, page, x0, x1, y0, y1) {
  const scale = 50, [x, y, width, height] = [x0, y0, x1 - x0, y1 - y0].map((length) => Math.round(length * scale));
  const image = execFileSync('pdftoppm', ['-gray', '-r', String(25.4 * scale), '-f', String(page), '-l', String(page),
    '-x', String(x), '-y', String(y), '-W', String(width), '-H', String(height), file], { maxBuffer: 1 << 28 });
  const head = image.toString('latin1').match(/^P5\s+(\d+)\s+(\d+)\s+255\s/);
  const [columns, rows] = [Number(head[1]), Number(head[2])];
  const dark = [];
  for (let row = 0; row < rows; row++)
    if (image.subarray(head[0].length + row * columns, head[0].length + (row + 1) * columns).some((value) => value < 128))
      dark.push(row);
  return y0 + (dark[0] + dark.at(-1) + 1) / 2 / scale;
}

/** Per page what its instructions fill: {x, y, width, height, color}. */
export function rules(bytes) {
  const text = bytes.toString('latin1');
  const pages = [];
  for (const match of text.matchAll(/stream\r?\n/g)) {
    const start = match.index + match[0].length;
    const end = text.indexOf('endstream', start);
    let content;
    try { content = inflateSync(bytes.subarray(start, end)).toString('latin1'); } catch { continue; }
    if (!/^1 0 0 -1 0 841\.\d+ cm/.test(content)) continue;
    const found = [];
    let color = '0 0 0';
    const n = '([\\d.-]+)';
    const marks = new RegExp(`(${n} ${n} ${n}) rg|${n} g\\b|${n} ${n} ${n} ${n} re(?! W)` +
      `|${n} ${n} m ${n} ${n} l\\s${n} ${n} l ${n} ${n} l h`, 'g');
    for (const [, rgb, , , , gray, ...sides] of content.replace(/\s+/g, ' ').matchAll(marks)) {
      const [x, y, width, height, x0, y0, x1, , , y2] = sides.map(Number);
      if (rgb) color = rgb;
      else if (gray) color = `${gray} ${gray} ${gray}`;
      else if (sides[0] !== undefined) found.push({ x: x * MM, y: y * MM, width: width * MM, height: height * MM, color });
      else found.push({ x: x0 * MM, y: y0 * MM, width: (x1 - x0) * MM, height: (y2 - y0) * MM, color });
    }
    pages.push(found);
  }
  return pages;
}

/** The text of a PDF as readers take it out. */
export const rawText = (file) => run('pdftotext', ['-raw', file, '-']);

/** The text of a PDF without folios, blanks and line ends. */
export function plainText(file) {
  return bare(rawText(file).replace(/^[—\s]*\d+[—\s]*(?=\f|$)/gm, ''));
}
export const bare = (text) => text.replace(/[\s\u00A0\u3000]+/g, '');
