/* What makes a password good enough, said while it is typed: the server's rules (src/text/passwords.c) as far as
 * a page can know them. Common words it alone knows. */
export interface PasswordHint {
  text: string;
  met: boolean;
}

const MIN = 10;
const BESIDES = 8;
const WALKS = ['abcdefghijklmnopqrstuvwxyz', '1234567890-=', '0987654321', 'qwertyuiop', 'asdfghjkl;', 'zxcvbnm,./', '!@#$%^&*()'];

function isRepetition(text: string): boolean {
  for (let period = 1; period < MIN && period * 2 <= text.length; period++) {
    if (text.slice(period) === text.slice(0, text.length - period)) return true;
  }
  return new Set(text).size < 4;
}

function stepOn(walk: string, a: string, b: string): number {
  const at = walk.indexOf(a);
  if (at < 0) return 0;
  if (walk[at + 1] === b) return 1;
  return at > 0 && walk[at - 1] === b ? -1 : 0;
}

/** Signs from AT on that are equal or follow one another on a walk. */
function runLength(text: string, at: number): number {
  let longest = 1;
  let same = 1;
  while (text[at + same] === text[at]) same++;
  longest = Math.max(longest, same);
  for (const walk of WALKS) {
    const direction = stepOn(walk, text[at] ?? '', text[at + 1] ?? '');
    let length = 1;
    while (direction && stepOn(walk, text[at + length - 1] ?? '', text[at + length] ?? '') === direction) length++;
    longest = Math.max(longest, length);
  }
  return longest;
}

/** Characters when each run of three or more counts two. */
function worth(text: string): number {
  let sum = 0;
  for (let at = 0; at < text.length; ) {
    const run = runLength(text, at);
    sum += run >= 3 ? 2 : 1;
    at += run >= 3 ? run : 1;
  }
  return sum;
}

export function passwordHints(password: string, login: string): PasswordHint[] {
  const folded = password.toLowerCase();
  const mostlyLogin = login.length >= 3 && folded.includes(login.toLowerCase()) && folded.length < login.length + BESIDES;
  const some = password !== '';
  return [
    { text: `至少 ${MIN} 个字符`, met: Array.from(password).length >= MIN },
    { text: '不能只用数字', met: some && !/^[0-9]+$/.test(password) },
    { text: '不是登录名或姓名加几个字符', met: some && !mostlyLogin },
    { text: '不是重复或连续的字母、数字、键盘顺序', met: some && !isRepetition(folded) && worth(folded) >= 9 },
  ];
}

export function passwordFine(password: string, login: string): boolean {
  return passwordHints(password, login).every((hint) => hint.met);
}
