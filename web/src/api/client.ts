/* The one door to the server.
 *
 *   const report = await api('GET /reports/{id}', { path: { id: 7 } });
 *   await api('PUT /reports/{id}', { path: { id: 7 }, version: report.version, body: { title } });
 *
 * 1. The route string picks the types of path, query, body and answer (see types.ts). A body with a member that the
 *    route does not list is an error of types (client.check.ts).
 * 2. `version` becomes If-Match, `key` becomes Idempotency-Key; the CSRF token goes with every write.
 * 3. Whatever is not an answer of success is thrown as Problem.
 * 4. 401 opens the sign-in panel over the page and, once signed in again, the call is made once more: the
 *    page keeps its state.
 * 5. Reads are tried again with growing pauses when no answer comes; writes are never repeated by themselves.
 * 6. `file('GET /…')` is the same for routes that answer with a file.
 */
import { wentOffline, wentOnline } from './connection';
import { Problem, type ProblemBody } from './problem';
import type { Routes } from './types';

const ROOT = '/api/v1';
const READ_PAUSES_MS = [400, 1200, 3000];

type Names<P extends string> = P extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
type PathOf<K extends keyof Routes> = [Names<K>] extends [never] ? { path?: undefined } : { path: Record<Names<K>, number | string> };
type QueryOf<K extends keyof Routes> = Routes[K] extends { query: infer Q } ? { query?: Q } : { query?: undefined };
type BodyOf<K extends keyof Routes> = Routes[K] extends { body: infer B } ? B : never;
type RoutesWithBody = { [K in keyof Routes]: Routes[K] extends { body: unknown } ? K : never }[keyof Routes];

/** Names in Given, at any depth, that Wanted does not list: the server refuses a body that holds one. */
type Strangers<Given, Wanted> = Wanted extends readonly (infer W)[]
  ? Given extends readonly (infer G)[] ? Strangers<NonNullable<G>, NonNullable<W>> : never
  : Wanted extends object
    ? Given extends object
      ? Exclude<keyof Given, keyof Wanted> | { [N in keyof Given & keyof Wanted]: Strangers<NonNullable<Given[N]>, NonNullable<Wanted[N]>> }[keyof Given & keyof Wanted]
      : never
    : never;
type NoStrangers<Given, Wanted> = [Strangers<Given, Wanted>] extends [never] ? unknown : { not_in_the_api: Strangers<Given, Wanted> };

export interface CallOptions {
  /** Version the caller read: sent as If-Match. */
  version?: number | null;
  /** Idempotency-Key: keep it for a repeat of the same act. */
  key?: string;
  signal?: AbortSignal;
  /** Throw at once on 401 instead of asking to sign in again. */
  quiet_401?: boolean;
  /** No repeats of a read. */
  once?: boolean;
  /** How long to wait for an answer; long for what the server has to make first. */
  limit_ms?: number;
}
type Options<K extends keyof Routes> = CallOptions & PathOf<K> & QueryOf<K>;
type Arguments<K extends keyof Routes> = Record<never, never> extends Options<K> ? [options?: Options<K> & { body?: undefined }] : [options: Options<K> & { body?: undefined }];

interface Hooks {
  csrf: () => string;
  /** Asks the person to sign in again; false when he would not. */
  signInAgain: () => Promise<boolean>;
}
let hooks: Hooks = { csrf: () => '', signInAgain: () => Promise.resolve(false) };

/** Given by the session module, so that the client knows nothing of accounts. */
export function useHooks(given: Hooks): void {
  hooks = given;
}

/** A new Idempotency-Key or client key. Works without a secure context too. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

interface LooseOptions extends CallOptions {
  path?: Record<string, number | string>;
  query?: object;
  body?: unknown;
}

export function urlOf(template: string, options: LooseOptions = {}): string {
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(options.path?.[name] ?? '')));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(options.query ?? {})) {
    if (value !== undefined && value !== null && value !== '') query.set(name, String(value));
  }
  const text = query.toString();
  return ROOT + path + (text ? `?${text}` : '');
}

async function problemOf(answer: Response): Promise<Problem> {
  let body: ProblemBody = {};
  if ((answer.headers.get('content-type') ?? '').includes('json')) {
    body = (await answer.json().catch(() => ({}))) as ProblemBody;
  }
  const after = Number(answer.headers.get('retry-after'));
  if (!body.retry_after_s && after > 0) body.retry_after_s = after;
  return new Problem(answer.status, body);
}

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

async function send(method: string, template: string, options: LooseOptions): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (method !== 'GET') headers['X-CSRF-Token'] = hooks.csrf();
  if (options.version !== undefined && options.version !== null) headers['If-Match'] = `"${options.version}"`;
  if (options.key) headers['Idempotency-Key'] = options.key;
  const init: RequestInit = { method, headers, credentials: 'same-origin', cache: 'no-store' };
  if (options.body !== undefined) {
    headers['Content-Type'] = 'application/json';
    init.body = JSON.stringify(options.body);
  }
  const limit = AbortSignal.timeout(options.limit_ms ?? (method === 'GET' ? 20000 : 60000));
  init.signal = options.signal ? AbortSignal.any([options.signal, limit]) : limit;
  return fetch(urlOf(template, options), init);
}

/** Sends, and for reads sends again while no answer comes. */
async function sendPatiently(method: string, template: string, options: LooseOptions): Promise<Response> {
  const pauses = method === 'GET' && !options.once ? READ_PAUSES_MS : [];
  for (let tried = 0; ; tried++) {
    const wait = pauses[tried];
    try {
      const answer = await send(method, template, options);
      const busy = answer.status === 502 || answer.status === 503 || answer.status === 504;
      if (!busy || wait === undefined) {
        if (answer.status < 500) wentOnline();
        return answer;
      }
    } catch (error) {
      if (options.signal?.aborted) throw error;
      if (wait === undefined || !navigator.onLine) {
        wentOffline();
        throw Problem.offline();
      }
    }
    await pause((wait ?? 0) * (0.75 + Math.random() / 2));
  }
}

/** The answer of success, asking to sign in again where that is needed. */
async function answered(method: string, template: string, options: LooseOptions): Promise<Response> {
  let answer = await sendPatiently(method, template, options);
  if (answer.status === 401 && !options.quiet_401) {
    const problem = await problemOf(answer.clone());
    if (problem.code === 'signed_out' && (await hooks.signInAgain())) {
      answer = await sendPatiently(method, template, options);
    }
  }
  if (!answer.ok) throw await problemOf(answer);
  return answer;
}

export async function call(method: string, template: string, options: LooseOptions = {}): Promise<unknown> {
  const answer = await answered(method, template, options);
  if (answer.status === 204) return undefined;
  return answer.json();
}

/** A file that the server sent, with the name it is to have. */
export interface Received { blob: Blob; name: string }

/** The name in a Content-Disposition, as RFC 8187 writes it. */
export function nameIn(disposition: string | null): string {
  const found = /filename\*=UTF-8''([^;]+)/i.exec(disposition ?? '')?.[1];
  try {
    return found ? decodeURIComponent(found) : '';
  } catch {
    return '';
  }
}

/** Reads a route that answers with a file. */
export async function file<K extends Extract<keyof Routes, `GET ${string}`>>(route: K, ...args: Arguments<K>): Promise<Received> {
  const options: LooseOptions = { limit_ms: 120000, ...(args[0] as LooseOptions | undefined) };
  const answer = await answered('GET', route.slice('GET '.length), options);
  try {
    return { blob: await answer.blob(), name: nameIn(answer.headers.get('content-disposition')) };
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw Problem.offline();
  }
}

/* A value whose type has more members than the route's body is an error too, not only a literal: TypeScript alone lets a
 * variable with members too many through. */
export function api<K extends RoutesWithBody, B extends BodyOf<K>>(route: K, options: Options<K> & { body: B & NoStrangers<B, BodyOf<K>> }): Promise<Routes[K]['out']>;
export function api<K extends Exclude<keyof Routes, RoutesWithBody>>(route: K, ...args: Arguments<K>): Promise<Routes[K]['out']>;
export async function api(route: string, ...args: unknown[]): Promise<unknown> {
  const [method = 'GET', template = '/'] = route.split(' ');
  return call(method, template, (args[0] ?? {}) as LooseOptions);
}

/** True for the error of a call that its own page gave up. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}
