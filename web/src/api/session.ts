/* Who is signed in on this page.
 *
 * The account read last is kept on the device, so that the pages open without a signal. Rights shown here are
 * only for what the screens offer; the server decides each time.
 */
import { reactive, readonly } from 'vue';
import { keep, kept, localDb } from '@/shared/local-db';
import { api, useHooks, type CallOptions } from './client';
import { Problem } from './problem';
import type { Me, PermissionCode, Session } from './types';

interface State {
  me: Me | null;
  csrf: string;
  /** The session is over while a page is open: the sign-in panel is shown over it. */
  asking: boolean;
}
const state = reactive<State>({ me: null, csrf: '', asking: false });
/* Questions who is signed in are numbered; an answer from before one that was heard, before a sign-in or a sign-out says
 * nothing any more. */
let asked = 0;
let heard = 0;
/** How often the number of unread notices was said by itself. */
let said = 0;
let answered: ((again: boolean) => void)[] = [];

export const session = readonly(state);

export function csrfToken(): string {
  return state.csrf;
}

/** True when the account holds the permission, or any of those given. No permission asked: true. */
export function may(permission?: PermissionCode | readonly PermissionCode[]): boolean {
  if (!permission) return true;
  const list = typeof permission === 'string' ? [permission] : permission;
  return list.some((code) => state.me?.permissions.includes(code) ?? false);
}

async function adopt(given: Session, question = ++asked): Promise<void> {
  if (question < heard) return;
  heard = question;
  state.me = given.account;
  state.csrf = given.csrf;
  await keep('session', given);
}

async function reread(options: CallOptions): Promise<void> {
  const question = ++asked, before = said;
  const given = await api('GET /session', options);
  if (said !== before && state.me?.id === given.account.id) given.account.unread = state.me.unread;
  await adopt(given, question);
}

/** Reads the session. Kept on the device: comes back at once and is refreshed behind. */
export async function startSession(): Promise<void> {
  useHooks({ csrf: csrfToken, signInAgain });
  const last = await kept<Session>('session');
  if (last?.account && last.csrf) {
    state.me = last.account;
    state.csrf = last.csrf;
    void refreshSession();
    return;
  }
  await refreshSession(true);
}

export async function refreshSession(first = false): Promise<void> {
  try {
    await reread({ quiet_401: first, once: first });
  } catch (error) {
    const problem = Problem.from(error);
    if (first && problem.status === 401) await keep('session', null);
  }
}

/** Reads the session once; throws a Problem. */
export async function readSession(): Promise<void> {
  await reread({ quiet_401: true, once: true });
}

export async function signIn(login: string, password: string): Promise<void> {
  await adopt(await api('POST /session', { body: { login, password }, quiet_401: true }));
}

export async function redeemLink(token: string, password: string): Promise<void> {
  await adopt(await api('POST /links/redeem', { body: { token, password }, quiet_401: true }));
}

/** Ends the session here and forgets what this device kept of the account. */
export async function signOut(everywhere = false): Promise<void> {
  try {
    await api(everywhere ? 'DELETE /sessions' : 'DELETE /session', { quiet_401: true });
  } catch (error) {
    const problem = Problem.from(error);
    if (problem.status !== 401) throw problem;
  }
  await forgetDevice();
}

async function forgetDevice(): Promise<void> {
  heard = ++asked;
  state.me = null;
  state.csrf = '';
  try {
    const db = await localDb();
    await Promise.all([db.clear('kept'), db.clear('drafts'), db.clear('files')]);
  } catch {
    /* Nothing was kept. */
  }
}

export function setUnread(count: number): void {
  said++;
  if (state.me) state.me.unread = Math.max(0, count);
}

/* ---- the session ended while a page was open ---- */

function signInAgain(): Promise<boolean> {
  if (!state.me) return Promise.resolve(false); // signed out meanwhile
  state.asking = true;
  return new Promise((resolve) => answered.push(resolve));
}

/** The panel over the page was answered. */
export function endAsking(again: boolean): void {
  state.asking = false;
  const list = answered;
  answered = [];
  for (const resolve of list) resolve(again);
}
