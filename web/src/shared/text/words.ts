/* 字数 as WPS and Word count it: the same ranges and rules as utf8_words() of the server, so that the number
 * beside the text is the one the rules are held against. */

type Range = readonly [number, number];

const BLANKS: readonly Range[] = [
  [0x09, 0x0d], [0x20, 0x20], [0x85, 0x85], [0xa0, 0xa0], [0x1680, 0x1680],
  [0x2000, 0x200a], [0x2028, 0x2029], [0x202f, 0x202f], [0x205f, 0x205f], [0x3000, 0x3000],
];
const EXTENSIONS: readonly Range[] = [
  [0x0300, 0x036f], [0x200b, 0x200f], [0x2060, 0x2060], [0xfe00, 0xfe0f], [0xfeff, 0xfeff], [0xe0100, 0xe01ef],
];
const ALONE: readonly Range[] = [
  [0x2010, 0x27ff], [0x2e80, 0x2fff], [0x3001, 0xa4cf], [0xa960, 0xa97f], [0xac00, 0xd7a3],
  [0xf900, 0xfaff], [0xfe10, 0xfe1f], [0xfe30, 0xfe6f], [0xff01, 0xffdc], [0xffe0, 0xffe6],
  [0x1b000, 0x1b2ff], [0x1f000, 0x1faff], [0x20000, 0x3fffd],
];

function within(ranges: readonly Range[], code: number): boolean {
  for (const [first, last] of ranges) {
    if (first > code) return false;
    if (code <= last) return true;
  }
  return false;
}

/** An apostrophe or a hyphen between two letters belongs to the word. */
function joins(code: number, next: number | undefined): boolean {
  if (code !== 0x2019 && code !== 0x2010 && code !== 0x2011) return false;
  return next !== undefined && !within(BLANKS, next) && !within(ALONE, next);
}

export function countWords(text: string): number {
  const codes = Array.from(text, (char) => char.codePointAt(0) ?? 0);
  let count = 0;
  let in_run = false;
  codes.forEach((code, i) => {
    if (within(BLANKS, code)) {
      in_run = false;
    } else if (within(EXTENSIONS, code) || (in_run && joins(code, codes[i + 1]))) {
      return;
    } else if (within(ALONE, code)) {
      in_run = false;
      count++;
    } else {
      if (!in_run) count++;
      in_run = true;
    }
  });
  return count;
}

/** Characters (code points) of a text: what field limits count. */
export function countCharacters(text: string): number {
  let count = 0;
  for (const char of text) if (char) count++;
  return count;
}
