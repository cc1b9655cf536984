/* Drafts on this device and how they reach the server.
 *
 * Invariants:
 * 1. A change is in IndexedDB before anything is sent; it leaves the device only when the server holds the same
 *    text or the author has given it up.
 * 2. One draft is sent by one call at a time, across tabs too (Web Locks).
 * 3. An answer marks a draft as saved only if nothing was typed since (`edits`).
 * 4. The server's text is never overwritten unseen: 412 reads it again. A field changed on one side only takes
 *    that side's words (`base` is the text both grew from); a field changed on both is chosen by the author,
 *    who sees both.
 * 5. Sending twice is harmless: creating carries client_key, submitting the same text gives the same receipt.
 */
import { reactive } from 'vue';
import { api, newKey } from '@/api/client';
import { connection, onReconnect } from '@/api/connection';
import { Problem } from '@/api/problem';
import { session } from '@/api/session';
import type { Receipt, Report } from '@/api/types';
import { say } from '@/shared/composables/useSay';
import { keep, kept, localDb } from '@/shared/local-db';
import { sendFile, waitingFiles } from './files';
import { bodyOf, emptyFields, fieldsOf, sameFields, type DraftFields, type LocalDraft } from './local';
import { locked } from './locked';

/** Drafts opened on this page, by client_key; what is shown is what is here. */
const opened = reactive(new Map<string, LocalDraft>());
const timers = new Map<string, ReturnType<typeof setTimeout>>();
const sending = new Map<string, Promise<Receipt | null>>();
const SAVE_PAUSE_MS = 1500;

/** Drafts submitted since this page was opened: client_key to report id. */
export const sent = reactive(new Map<string, number>());

function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/** False when the browser lets nothing be kept here (some private windows): only the server's copy counts then. */
export const device = reactive({ keeps: true });

async function store(draft: LocalDraft): Promise<void> {
  if (draft.account_id !== session.me?.id) return; // signed out meanwhile: nothing of him is left here
  try {
    await (await localDb()).put('drafts', plain(draft));
    device.keeps = true;
  } catch {
    device.keeps = false;
  }
}

async function stored(client_key: string): Promise<LocalDraft | undefined> {
  try {
    return await (await localDb()).get('drafts', client_key);
  } catch {
    device.keeps = false;
    return undefined;
  }
}

export async function localDrafts(): Promise<LocalDraft[]> {
  const account = session.me?.id;
  if (!account) return [];
  try {
    const list = await (await localDb()).getAllFromIndex('drafts', 'account', account);
    return list.sort((a, b) => b.updated_ms - a.updated_ms);
  } catch {
    return [];
  }
}

/** Drafts and files whose latest words are only on this device. */
export async function unsentDrafts(): Promise<number> {
  const list = await localDrafts();
  return list.filter((draft) => draft.state !== 'saved' || draft.send_wanted).length;
}

export async function newDraft(): Promise<LocalDraft> {
  const last = await kept<Partial<DraftFields>>('draft-defaults');
  const draft: LocalDraft = {
    client_key: newKey(), account_id: session.me?.id ?? 0, report_id: null, version: null,
    fields: { ...emptyFields(), ...last }, base: null, theirs: null, theirs_version: null, state: 'local', problem: '',
    edits: 0, updated_ms: Date.now(), send_wanted: false, returned: false,
  };
  opened.set(draft.client_key, draft);
  return opened.get(draft.client_key) ?? draft;
}

/** The draft of that key, from this page or this device. */
export async function openDraft(client_key: string): Promise<LocalDraft | null> {
  const here = opened.get(client_key);
  if (here) return here;
  const found = await stored(client_key);
  if (!found || found.account_id !== session.me?.id) return null;
  opened.set(client_key, found);
  return opened.get(client_key) ?? null;
}

/** A report of the server to be edited here: the copy of this device if there is one with words not yet saved, or
 * saved since the report was read. */
export async function adoptReport(report: Report): Promise<LocalDraft> {
  const list = await localDrafts();
  const found = list.find((draft) => draft.report_id === report.id);
  const newer = found?.state === 'saved' ? (found.version ?? 0) > report.version : found && found.state !== 'gone';
  if (found && newer) return (await openDraft(found.client_key)) ?? found;
  const fields = fieldsOf(report);
  const draft: LocalDraft = {
    client_key: found?.client_key ?? newKey(), account_id: session.me?.id ?? 0, report_id: report.id,
    version: report.version, fields, base: plain(fields), theirs: null, theirs_version: null, state: 'saved',
    problem: '', edits: 0, updated_ms: report.updated_ms, send_wanted: false, returned: report.status === 'returned',
  };
  await store(draft);
  opened.set(draft.client_key, draft);
  return opened.get(draft.client_key) ?? draft;
}

export async function dropDraft(client_key: string): Promise<void> {
  clearTimeout(timers.get(client_key));
  opened.delete(client_key);
  if (!device.keeps) return;
  const db = await localDb();
  await db.delete('drafts', client_key);
  for (const key of await db.getAllKeysFromIndex('files', 'draft', client_key)) await db.delete('files', key);
}

/** Something was typed: to the device at once, to the server after a pause. */
export async function changed(draft: LocalDraft): Promise<void> {
  draft.edits++;
  draft.updated_ms = Date.now();
  draft.problem = '';
  if (draft.state !== 'conflict' && draft.state !== 'gone') draft.state = 'local';
  clearTimeout(timers.get(draft.client_key));
  timers.set(draft.client_key, setTimeout(() => void sync(draft.client_key), SAVE_PAUSE_MS));
  await store(draft);
  const { source, target_level } = draft.fields;
  void keep('draft-defaults', { source, target_level });
}

/** Takes over what another tab has done with this draft. Words typed here and there apart are left apart: the
 * server's version then tells them from one another (invariant 4). */
async function catchUp(draft: LocalDraft): Promise<void> {
  const row = await stored(draft.client_key);
  const same_words = row?.updated_ms === draft.updated_ms && row.edits === draft.edits;
  if (row && (same_words || draft.state === 'saved')) Object.assign(draft, row);
}

/** True when it was sent or deleted, here or in another tab: its copy on the device is gone. */
async function goneElsewhere(draft: LocalDraft): Promise<boolean> {
  return !(await stored(draft.client_key)) && device.keeps;
}

/** Brings the server's copy up to date. Comes back when it is, or when it cannot be now. */
export async function sync(client_key: string): Promise<LocalDraft | null> {
  clearTimeout(timers.get(client_key));
  return locked(client_key, async () => {
    const draft = await openDraft(client_key);
    if (draft && (await goneElsewhere(draft))) return null;
    if (draft) await catchUp(draft);
    if (!draft || draft.state === 'conflict' || draft.state === 'gone') return draft;
    try {
      for (let round = 0; round < 5 && draft.state !== 'saved'; round++) {
        if (!(await push(draft))) break;
      }
    } catch (error) {
      await refused(draft, Problem.from(error));
    }
    await store(draft);
    return draft;
  });
}

/** One call; false when another would not help. */
async function push(draft: LocalDraft): Promise<boolean> {
  const edits = draft.edits;
  const sent = plain(draft.fields);
  if (draft.report_id === null) {
    const made = await api('POST /reports', { body: { ...bodyOf(sent), client_key: draft.client_key } });
    draft.report_id = made.id;
    took(draft, made, edits);
    return true;
  }
  try {
    took(draft, await api('PUT /reports/{id}', { path: { id: draft.report_id }, version: draft.version, body: bodyOf(sent) }), edits);
    return true;
  } catch (error) {
    if (Problem.from(error).status !== 412) throw error;
  }
  return merge(draft, await api('GET /reports/{id}', { path: { id: draft.report_id } }));
}

function took(draft: LocalDraft, report: Report, edits: number): void {
  draft.version = report.version;
  draft.base = fieldsOf(report);
  draft.state = draft.edits === edits && sameFields(draft.base, draft.fields) ? 'saved' : 'local';
}

/** The server's copy changed since it was read here. */
function merge(draft: LocalDraft, now: Report): boolean {
  const theirs = fieldsOf(now);
  if (!now.can_edit) {
    draft.state = 'gone';
    draft.problem = '这份信息已在别处报送或删除，不能再改。';
    return false;
  }
  if (sameFields(theirs, draft.fields)) {
    draft.version = now.version;
    draft.base = theirs;
    draft.state = 'saved';
    return false;
  }
  if (draft.base && joined(draft, draft.base, theirs)) {
    draft.version = now.version;
    draft.base = theirs;
    return true;
  }
  draft.theirs = theirs;
  draft.theirs_version = now.version;
  draft.state = 'conflict';
  return false;
}

/** Takes over the fields that only the server's side changed; false when a field was changed on both. */
function joined(draft: LocalDraft, base: DraftFields, theirs: DraftFields): boolean {
  const keys = Object.keys(theirs) as (keyof DraftFields)[];
  const differ = (a: DraftFields, b: DraftFields, key: keyof DraftFields) => !sameFields(a, { ...a, [key]: b[key] });
  const foreign = keys.filter((key) => differ(base, theirs, key));
  if (foreign.some((key) => differ(base, draft.fields, key) && differ(draft.fields, theirs, key))) return false;
  if (foreign.length) {
    Object.assign(draft.fields, plain(Object.fromEntries(foreign.map((key) => [key, theirs[key]]))));
    draft.edits++;
  }
  return true;
}

async function refused(draft: LocalDraft, problem: Problem): Promise<void> {
  if (problem.offline || problem.status >= 500 || problem.status === 401 || problem.status === 429) {
    draft.problem = problem.offline ? '' : problem.text;
    return;
  }
  const over = problem.status === 404 || problem.code === 'illegal_transition';
  draft.state = over ? 'gone' : 'refused';
  draft.problem = over ? '这份信息在服务器上已不能修改（可能已在别处报送或删除）。' : problem.text;
}

/** The author chose in a conflict, field by field; a field not named is taken from here. */
export async function settle(draft: LocalDraft, choice: Record<string, 'mine' | 'theirs'>): Promise<void> {
  if (!draft.theirs) return;
  const theirs = plain(draft.theirs);
  const taken = (Object.keys(theirs) as (keyof DraftFields)[]).filter((key) => choice[key] === 'theirs');
  Object.assign(draft.fields, Object.fromEntries(taken.map((key) => [key, theirs[key]])));
  draft.version = draft.theirs_version;
  draft.base = theirs;
  draft.theirs = null;
  draft.theirs_version = null;
  draft.state = sameFields(theirs, draft.fields) ? 'saved' : 'local';
  draft.edits++;
  await store(draft);
  await sync(draft.client_key);
}

/** Text that the server takes no more becomes a new draft. */
export async function asNew(draft: LocalDraft): Promise<LocalDraft> {
  const copy = await newDraft();
  copy.fields = plain(draft.fields);
  await changed(copy);
  await dropDraft(draft.client_key);
  return copy;
}

/** Saves, sends the files that wait, submits. Throws the Problem that stopped it. Without a signal the wish is
 * kept and done later: null then. */
export function sendDraft(draft: LocalDraft): Promise<Receipt | null> {
  const running = sending.get(draft.client_key);
  if (running) return running;
  // A wish already on the device is not written again: another tab may have fulfilled it and removed the row.
  const wished = draft.send_wanted ? Promise.resolve() : store(Object.assign(draft, { send_wanted: true }));
  const now = wished
    .then(() => locked(`${draft.client_key}-send`, () => sendNow(draft)))
    .finally(() => sending.delete(draft.client_key));
  sending.set(draft.client_key, now);
  return now;
}

async function sendNow(draft: LocalDraft): Promise<Receipt | null> {
  if (!connection.online) return null;
  if (await goneElsewhere(draft)) {
    const id = await kept<number>(`sent-${draft.client_key}`);
    if (id) sent.set(draft.client_key, id);
    else draft.state = 'gone';
    draft.send_wanted = false;
    draft.problem = '这份草稿已在另一个窗口删除。';
    return null;
  }
  const now = await sync(draft.client_key);
  if (now?.state !== 'saved' || now.report_id === null) {
    if (now && now.state === 'local' && !now.problem) return null;
    await giveUpSending(draft);
    throw new Problem(409, { code: 'not_saved', title: now?.problem || '文字还没有保存到服务器，请先处理保存的问题。' });
  }
  try {
    await sendFiles(draft);
    const receipt = await api('POST /reports/{id}/submit', {
      path: { id: now.report_id }, version: (await freshVersion(now)), body: { confirm_not_classified: true },
    });
    await keep(`sent-${draft.client_key}`, receipt.id);
    await dropDraft(draft.client_key);
    sent.set(draft.client_key, receipt.id);
    return receipt;
  } catch (error) {
    const problem = Problem.from(error);
    if (problem.offline) return null;
    await giveUpSending(draft);
    throw problem;
  }
}

/** Attachments may have moved the version on. */
async function freshVersion(draft: LocalDraft): Promise<number | null> {
  if (draft.report_id === null) return null;
  const report = await api('GET /reports/{id}', { path: { id: draft.report_id } });
  if (report.can_edit && !sameFields(fieldsOf(report), draft.fields)) {
    merge(draft, report);
    throw new Problem(409, { code: 'not_saved', title: '这份信息在别处也改过，请先对照两份文字。' });
  }
  draft.version = report.version;
  return report.version;
}

/** The author would rather go on writing. */
export const cancelSending = giveUpSending;

async function giveUpSending(draft: LocalDraft): Promise<void> {
  draft.send_wanted = false;
  await store(draft);
}

/** Files chosen without a signal go up one by one. */
async function sendFiles(draft: LocalDraft): Promise<void> {
  if (!device.keeps) return;
  for (const file of await waitingFiles(draft.client_key)) {
    if (draft.report_id === null) return;
    try {
      await sendFile(file.key, draft.report_id);
    } catch (error) {
      const problem = Problem.from(error);
      if (problem.offline) throw problem;
      throw new Problem(problem.status, { code: problem.code, field: 'attachments', title: `附件“${file.name}”没有传上：${problem.text} 请去掉这个附件再报送。` });
    }
  }
}

/** Everything of this account that the server does not have yet. */
export async function syncAll(): Promise<void> {
  if (!session.me || !connection.online) return;
  for (const found of await localDrafts()) {
    const draft = await openDraft(found.client_key);
    if (!draft) continue;
    if (draft.send_wanted) await sendWaiting(draft);
    else if (draft.state === 'local') await sync(draft.client_key);
  }
}

async function sendWaiting(draft: LocalDraft): Promise<void> {
  const title = draft.fields.title;
  try {
    const receipt = await sendDraft(draft);
    if (receipt) say(`“${title}”已报送，编号 ${receipt.receipt}`);
  } catch (error) {
    say(`“${title}”没有报送：${Problem.from(error).text}`);
  }
}

let started = false;
/** Begins to send what waits: now, whenever the server is reached again, and when the page is left. */
export function startSync(): void {
  if (started) return;
  started = true;
  onReconnect(() => void syncAll());
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) void syncAll();
  });
  void syncAll();
}
