// Makes the sample papers as Word documents and looks inside: the zip, its parts, LibreOffice's opinion of them.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { bare as packed, folder, MM, root, run, unescape } from './pdf.mjs';

/** The program that writes the samples: MINYI_DOCX_TOOL, else the sanitized build's. */
const tool = process.env.MINYI_DOCX_TOOL ?? join(root, 'build/asan/tests/docx_tool');

/** Writes the samples into a new folder: all, docx or named, as the tool knows them. Returns the folder. */
export function makeSamples(name, wanted) {
  const made = join(folder, name);
  mkdirSync(made);
  if (!existsSync(tool)) throw new Error(`${tool} is not built`);
  const { status, stderr } = spawnSync(tool, [made, wanted], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`docx_tool: ${status} ${stderr}`);
  return made;
}

export const namesIn = (where) => readdirSync(where).filter((file) => file.endsWith('.docx')).map((file) => file.slice(0, -5)).sort();

/** The entries of a zip in their order: Map of name → Buffer (APPNOTE.TXT 4.3.12). */
export function unzip(file) {
  const zip = readFileSync(file), entries = new Map();
  let at = zip.length - 22;
  while (zip.readUInt32LE(at) !== 0x06054b50) at--;
  const count = zip.readUInt16LE(at + 10);
  for (let i = 0, next = zip.readUInt32LE(at + 16); i < count; i++) {
    const method = zip.readUInt16LE(next + 10), size = zip.readUInt32LE(next + 20), start = zip.readUInt32LE(next + 42);
    const name = zip.subarray(next + 46, next + 46 + zip.readUInt16LE(next + 28)).toString('utf8');
    const data = start + 30 + zip.readUInt16LE(start + 26) + zip.readUInt16LE(start + 28);
    const raw = zip.subarray(data, data + size);
    if (entries.has(name)) throw new Error(`${file}: ${name} stands twice`);
    entries.set(name, method === 8 ? inflateRawSync(raw) : raw);
    next += 46 + zip.readUInt16LE(next + 28) + zip.readUInt16LE(next + 30) + zip.readUInt16LE(next + 32);
  }
  return entries;
}

/** What xmllint, a strict parser, says of a part; "" when it is well-formed. */
export function xmlFlaw(bytes) {
  const { status, stderr, error } = spawnSync('xmllint', ['--noout', '--nonet', '-'], { input: bytes, encoding: 'utf8' });
  if (error) throw error;
  return status === 0 ? '' : stderr;
}

/** A well-formed part as a tree: {name, attributes, children, text}. Good enough for what we write ourselves. */
export function tree(bytes) {
  const top = { name: '', attributes: {}, children: [], text: '' }, stack = [top];
  for (const [, close, name, words, empty, text] of bytes.toString('utf8').replace(/^<\?xml[^>]*\?>/, '')
    .matchAll(/<(\/?)([\w:]+)((?:\s+[\w:]+="[^"]*")*)\s*(\/?)>|([^<]+)/g)) {
    if (text !== undefined) { stack.at(-1).text += unescape(text); continue; }
    if (close) { stack.pop(); continue; }
    const node = { name, attributes: {}, children: [], text: '' };
    for (const [, key, value] of words.matchAll(/([\w:]+)="([^"]*)"/g)) node.attributes[key] = unescape(value);
    stack.at(-1).children.push(node);
    if (!empty) stack.push(node);
  }
  return top.children[0];
}

export function* all(node, name) {
  if (node.name === name) yield node;
  for (const child of node.children) yield* all(child, name);
}
export const one = (node, name) => all(node, name).next().value;
export const child = (node, name) => node?.children.find((each) => each.name === name);
export const value = (node, name) => child(node, name)?.attributes['w:val'];

/** The words of a paragraph, line breaks and tabs as such. */
export function words(paragraph) {
  let text = '';
  for (const run of all(paragraph, 'w:r'))
    for (const piece of run.children)
      text += piece.name === 'w:t' ? piece.text : piece.name === 'w:br' ? '\n' : piece.name === 'w:tab' ? '\t' : '';
  return text;
}

/** Converts every .docx of a folder to PDF in one run of LibreOffice with a profile of its own. */
export function convert(where) {
  const made = join(folder, 'libreoffice'), fonts = join(folder, 'fonts.conf');
  const further = (process.env.MINYI_FONTS ?? '').split(':').filter(Boolean).map((path) => `<dir>${path}</dir>`).join('');
  writeFileSync(fonts, `<?xml version="1.0"?><fontconfig><include>/etc/fonts/fonts.conf</include>${further}</fontconfig>`);
  const { status, stderr, error } = spawnSync('soffice', [`-env:UserInstallation=file://${join(folder, 'profile')}`, '--headless', '--convert-to',
    'pdf', '--outdir', made, ...namesIn(where).map((name) => join(where, `${name}.docx`))],
  { encoding: 'utf8', timeout: 300_000, env: { ...process.env, FONTCONFIG_FILE: fonts, HOME: folder } });
  if (error || status !== 0) throw error ?? new Error(stderr);
  return made;
}

export const pages = (pdf) => Number(run('pdfinfo', [pdf]).match(/Pages:\s+(\d+)/)[1]);

/** The lines of each page, from top to bottom: [[{text, x0, x1, y0, y1}]] in millimetres. */
export function lines(pdf) {
  return run('pdftotext', ['-bbox-layout', pdf, '-']).split('<page ').slice(1).map((page) =>
    [...page.matchAll(/<line xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)<\/line>/gs)].map(([, x0, y0, x1, y1, inside]) => ({
      x0: x0 * MM, y0: y0 * MM, x1: x1 * MM, y1: y1 * MM,
      text: [...inside.matchAll(/<word[^>]*>(.*?)<\/word>/g)].map(([, word]) => unescape(word)).join(''),
    })).sort((a, b) => a.y0 - b.y0));
}

/** A text without blanks and page numbers. */
export const bare = (text) => packed(text.replace(/—\s*\d+\s*—/g, ''));
export const textOf = (pdf) => run('pdftotext', ['-layout', pdf, '-']);
