/* What makes a password good enough, said while it is typed. The server's rule is the one that counts; these
 * hints are the same ones in words. */
export interface PasswordHint {
  text: string;
  met: boolean;
}

const COMMON = ['123456', '111111', '000000', 'password', 'qwerty', 'abc123', '888888', 'admin'];

export function passwordHints(password: string, login: string): PasswordHint[] {
  const lower = password.toLowerCase();
  const varied = new Set(password).size >= 5;
  const common = COMMON.some((word) => lower.includes(word)) && password.length < 16;
  return [
    { text: '至少 10 个字符', met: Array.from(password).length >= 10 },
    { text: '至少有 5 个不同的字符', met: varied },
    { text: '不含登录名', met: password !== '' && (login.length < 3 || !lower.includes(login.toLowerCase())) },
    { text: '不是 123456、111111 这类常见密码', met: password !== '' && !common },
  ];
}

export function passwordFine(password: string, login: string): boolean {
  return passwordHints(password, login).every((hint) => hint.met);
}
