// A steady load on both nodes, as the pages make it: what fails with 503, or without an answer, is sent again with the
// same key until it is answered. Every answer is recorded; what was acknowledged goes into a ledger that audit.mjs
// holds against the database afterwards.
//
// 1. Every wait has an end: an answer that takes longer than the pages would wait counts as a hang.
// 2. A request without an answer goes on at the other node; a refused one is sent to the same node again.
// 3. Nothing is counted as acknowledged but a 2xx, or, after an answer was lost, the same text found in its place.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

/* As web/src/api/client.ts gives up. */
const DEADLINE = { GET: 20000, other: 60000 };
const AGAIN_MS = 400;

/** Somebody signed in; the session is the same on every node. */
export class User {
  constructor(recorder, node) {
    this.recorder = recorder;
    this.node = node;
    this.cookie = '';
    this.csrf = '';
  }

  /** One attempt at one node: {status, body, headers}, status 0 without an answer. */
  async once(method, path, { body, version, key } = {}) {
    const headers = {};
    if (this.cookie) headers.Cookie = this.cookie;
    if (this.csrf && method !== 'GET') headers['X-CSRF-Token'] = this.csrf;
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    if (version !== undefined) headers['If-Match'] = `"${version}"`;
    if (key) headers['Idempotency-Key'] = key;
    const node = this.node, began = performance.now();
    const entry = { node, method, at: began };
    let reply = { status: 0, body: null };
    try {
      const answer = await fetch(`${this.recorder.urls[node]}/api/v1${path}`, { method, headers,
        body: body === undefined ? undefined : JSON.stringify(body), signal: AbortSignal.timeout(DEADLINE[method] ?? DEADLINE.other) });
      for (const cookie of answer.headers.getSetCookie()) this.cookie = cookie.split(';')[0];
      const text = await answer.text();
      reply = { status: answer.status, body: text ? JSON.parse(text) : null };
      entry.retryAfter = answer.headers.get('retry-after');
    } catch (error) {
      entry.why = error.name === 'TimeoutError' ? 'hang' : 'connection';
      entry.text = error.cause?.code ?? error.message;
    }
    entry.ms = performance.now() - began;
    entry.status = reply.status;
    entry.code = reply.status >= 400 ? reply.body?.code : undefined;
    entry.path = path;
    this.recorder.add(entry);
    return { ...reply, entry };
  }

  /** Until it is answered. `unsure`: an earlier attempt may have happened. */
  async send(method, path, options = {}) {
    let unsure = false;
    for (;;) {
      const reply = await this.once(method, path, options);
      if (reply.status !== 0 && reply.status !== 503) return { ...reply, unsure };
      if (this.recorder.given_up) throw new Abandoned();
      unsure = true;
      if (reply.status === 0) this.node = 1 - this.node;
      await sleep(AGAIN_MS);
    }
  }

  async must(method, path, options) {
    const reply = await this.send(method, path, options);
    if (reply.status < 200 || reply.status > 299)
      throw new Error(`${method} ${path}: ${reply.status} ${JSON.stringify(reply.body)}${reply.unsure ? ' after an unanswered attempt' : ''}`);
    return reply.body;
  }

  /** A change of what LOOK reads, made from VERSION. When an earlier attempt went unanswered and this one is refused,
   * what is there tells whether it has happened. Returns what the change answered, or what LOOK found. */
  async change(method, path, body, version, look) {
    const reply = await this.send(method, path, { body, version });
    if (reply.status >= 200 && reply.status <= 299) return reply.body;
    if (reply.unsure && [403, 409, 412].includes(reply.status)) {
      const now = await this.must('GET', look);
      if (now.version === version + 1) {
        reply.entry.replay = true; // refused because it had already been done
        return now;
      }
      throw new Error(`${method} ${path}: sent from version ${version}, found version ${now.version}: not once`);
    }
    throw new Error(`${method} ${path}: ${reply.status} ${JSON.stringify(reply.body)}`);
  }

  async redeem(link, password) {
    const reply = await this.must('POST', '/links/redeem', { body: { token: link.split('/first/')[1], password } });
    this.csrf = reply.csrf;
    this.me = reply.account;
    return this;
  }

  /** The same session for another pair of hands. */
  twin(node) { return Object.assign(new User(this.recorder, node), { cookie: this.cookie, csrf: this.csrf, me: this.me }); }
}

export class Abandoned extends Error {}

/** All answers, and what was acknowledged. */
export class Recorder {
  constructor(urls) {
    this.urls = urls;
    this.entries = [];
    this.writes = [];          // {at, node} of acknowledged writes
    this.reads = [];
    this.reports = new Map();  // id → {title, version, status, remarks, receipt}
    this.tried = new Set();    // titles sent, acknowledged or not
    this.issues = new Map();   // issue id → {article, number_text}
    this.troubles = [];        // what must not be
    this.given_up = false;
  }

  add(entry) {
    this.entries.push(entry);
    if (entry.status < 200 || entry.status > 299) return;
    (entry.method === 'GET' ? this.reads : this.writes).push({ at: entry.at + entry.ms, node: entry.node });
  }

  /** Acknowledged writes since MOMENT at both nodes? */
  writing(moment) { return this.urls.every((_, node) => this.writes.some((each) => each.node === node && each.at >= moment)); }
}

const PARAGRAPH = '走访的四个村里有三个反映,冬季用水要到两公里外去挑,老人尤其吃力。';

/** One writer: a draft, its text, its submission, and again, until recorder.stopping. */
export async function write(user, number, taken) {
  const { recorder } = user, home = user.node;
  for (let turn = 0; !recorder.stopping; turn++) {
    user.node = home;
    const title = `关于切换演练的建议 ${number}-${turn}-${randomUUID().slice(0, 6)}`;
    const text = { title, situation: PARAGRAPH.repeat(4 + turn % 5), analysis: PARAGRAPH, suggestion: '建议由县水利局接通管网。' };
    const keyed = turn % 2 === 0; // the device's own number, or a key of the request: either makes it one report
    recorder.tried.add(title);
    try {
      const made = await user.must('POST', '/reports', keyed ? { body: { ...text, client_key: randomUUID() } } : { body: text, key: randomUUID() });
      const entry = { title, situation: text.situation, version: made.version, status: 'draft', remarks: null };
      recorder.reports.set(made.id, entry);
      await sleep(120);
      const remarks = `第 ${turn} 次修改 ${randomUUID().slice(0, 8)}`;
      const saved = await user.change('PUT', `/reports/${made.id}`, { ...text, remarks }, made.version, `/reports/${made.id}`);
      Object.assign(entry, { version: saved.version, remarks });
      await sleep(120);
      if (turn % 4 === 3) continue; // some stay drafts
      const receipt = await user.must('POST', `/reports/${made.id}/submit`, { body: { confirm_not_classified: true }, version: saved.version });
      Object.assign(entry, { version: receipt.version, status: 'submitted', receipt: receipt.receipt });
      taken?.push(made.id);
    } catch (error) {
      if (error instanceof Abandoned) return;
      recorder.troubles.push(error.message);
    }
    await sleep(120);
  }
}

/** Somebody who reads lists. */
export async function read(user) {
  const { recorder } = user, home = user.node;
  while (!recorder.stopping) {
    user.node = home;
    try {
      const list = await user.must('GET', '/reports?limit=20');
      if (!Array.isArray(list.items)) recorder.troubles.push('a list without items');
    } catch (error) {
      if (error instanceof Abandoned) return;
      recorder.troubles.push(error.message);
    }
    await sleep(250);
  }
}
