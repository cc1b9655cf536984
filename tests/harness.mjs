// Starts the real program on a private database (engine.mjs) and a free port, and speaks to it as its users do.
import assert from 'node:assert/strict';
import { spawn, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, readFileSync, existsSync, openSync, closeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { dropStore, freshStore } from './engine.mjs';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** Asks until HOLDS of the answer, and returns it. How long that takes is the machine's affair: no machine needs two minutes. */
export async function until(ask, what, holds = Boolean) {
  for (const end = Date.now() + 120_000; ;) {
    const found = await ask();
    if (holds(found)) return found;
    if (Date.now() > end) assert.fail(`waited in vain: ${what}: ${JSON.stringify(found)}`);
    await sleep(20);
  }
}

export const PASSWORD = '青石板上-雨声-7391';

/** The binary under test: MINYI_BINARY, else the sanitized build, else the release build. */
export function binary() {
  const candidates = [process.env.MINYI_BINARY, join(root, 'build/asan/minyi'), join(root, 'build/release/minyi')];
  const found = candidates.find((path) => path && existsSync(path));
  if (!found) throw new Error('no minyi binary: run ./dev test build first');
  return found;
}

/** Runs a command of the program; returns {code, stdout, stderr}. */
export function cli(args, options = {}) {
  try {
    const stdout = execFileSync(options.binary ?? binary(), args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], ...options });
    return { code: 0, stdout, stderr: '' };
  } catch (error) {
    return { code: error.status, stdout: error.stdout ?? '', stderr: error.stderr ?? '' };
  }
}

/** One user at one browser: keeps the cookie and the CSRF token, throws nothing, returns {status, body, headers}. */
export class Client {
  constructor(url) {
    this.url = url;
    this.cookie = '';
    this.csrf = '';
  }

  async request(method, path, { body, headers = {}, raw, json = true } = {}) {
    const all = { ...headers };
    if (this.cookie) all.Cookie = this.cookie;
    if (this.csrf && method !== 'GET' && !('X-CSRF-Token' in all)) all['X-CSRF-Token'] = this.csrf;
    if (body !== undefined && !('Content-Type' in all)) all['Content-Type'] = 'application/json';
    const reply = await fetch(this.url + (path.startsWith('/api') || !json ? path : '/api/v1' + path), {
      method,
      headers: all,
      body: raw ?? (body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)),
      redirect: 'manual',
    });
    for (const cookie of reply.headers.getSetCookie()) {
      const [pair] = cookie.split(';');
      this.cookie = pair.endsWith('=') ? '' : pair;
    }
    const type = reply.headers.get('content-type') ?? '';
    if (type.startsWith('text/event-stream')) { // does not end by itself
      await reply.body?.cancel();
      return { status: reply.status, body: '', headers: reply.headers };
    }
    const bytes = Buffer.from(await reply.arrayBuffer());
    const parsed = type.includes('json') && bytes.length ? JSON.parse(bytes.toString('utf8')) : bytes;
    return { status: reply.status, body: parsed, headers: reply.headers };
  }

  get(path, options) { return this.request('GET', path, options); }
  post(path, body = {}, options = {}) { return this.request('POST', path, { body, ...options }); }
  put(path, body = {}, version, options = {}) {
    const headers = version === undefined ? {} : { 'If-Match': `"${version}"` };
    return this.request('PUT', path, { body, ...options, headers: { ...headers, ...options.headers } });
  }
  act(path, body, version) {
    return this.request('POST', path, { body, headers: { 'If-Match': `"${version}"` } });
  }
  del(path, version) { return this.request('DELETE', path, version === undefined ? {} : { headers: { 'If-Match': `"${version}"` } }); }

  /** First sign-in by a single-use link. */
  async redeem(link, password = PASSWORD) {
    const token = link.split('/first/')[1];
    const reply = await this.post('/links/redeem', { token, password });
    if (reply.status === 200) { this.csrf = reply.body.csrf; this.me = reply.body.account; }
    return reply;
  }

  async signIn(login, password = PASSWORD) {
    const reply = await this.post('/session', { login, password });
    if (reply.status === 200) { this.csrf = reply.body.csrf; this.me = reply.body.account; }
    return reply;
  }
}

/** A demo office on a private database with the service running. Call stop() at the end. */
export class Office {
  static async start({ reports = 24, flags = [], demo = true, store, logLevel = 'error', env = {}, program } = {}) {
    const office = new Office();
    office.folder = mkdtempSync(join(tmpdir(), 'minyi-test-'));
    office.store = store ?? freshStore(office.folder);
    office.ownsStore = store === undefined;
    office.flags = flags;
    office.program = program;
    office.env = { ...process.env, ...env };
    office.logLevel = logLevel;
    if (demo) {
      const links = join(office.folder, 'links.json');
      const made = cli(['demo', `--store=${office.store}`, `--reports=${reports}`, `--links=${links}`]);
      if (made.code !== 0) throw new Error(`demo failed: ${made.stderr}`);
      office.links = JSON.parse(readFileSync(links, 'utf8'));
    }
    await office.serve();
    return office;
  }

  async serve() {
    const portFile = join(this.folder, 'port');
    rmSync(portFile, { force: true });
    this.log = join(this.folder, 'log');
    const log = openSync(this.log, 'a');
    this.process = spawn(this.program ?? binary(), ['serve', `--store=${this.store}`, '--listen=127.0.0.1:0', `--port-file=${portFile}`,
      `--log-level=${this.logLevel}`, '--rate-limits=no', ...this.flags], { stdio: ['ignore', log, log], env: this.env });
    closeSync(log);
    this.exited = new Promise((done) => this.process.on('exit', (code, signal) => done({ code, signal })));
    this.port = Number(await until(() => {
      if (this.process.exitCode !== null) throw new Error(`service did not start: ${readFileSync(this.log, 'utf8')}`);
      return existsSync(portFile) && readFileSync(portFile, 'utf8').trim();
    }, 'the service starts'));
    this.url = `http://127.0.0.1:${this.port}`;
  }

  client() { return new Client(this.url); }

  /** A signed-in client of a role; each role's link is used once and the client kept. */
  async as(role) {
    this.clients ??= {};
    if (this.clients[role]) return this.clients[role];
    const link = this.links[role];
    if (!link) throw new Error(`no demo link for ${role}: ${Object.keys(this.links)}`);
    const client = this.client();
    const reply = await client.redeem(link.url);
    if (reply.status !== 200) throw new Error(`${role} cannot sign in: ${JSON.stringify(reply.body)}`);
    return (this.clients[role] = client);
  }

  async kill(signal = 'SIGTERM') {
    this.process.kill(signal);
    return this.exited;
  }

  async stop() {
    const end = this.process.exitCode === null && this.process.signalCode === null ? await this.kill() : await this.exited;
    const log = existsSync(this.log) ? readFileSync(this.log, 'utf8') : '';
    rmSync(this.folder, { recursive: true, force: true });
    if (this.ownsStore) dropStore(this.store);
    if (/ERROR: (Address|Leak|Undefined)Sanitizer|runtime error:/.test(log)) throw new Error(`sanitizer: ${log.slice(-8000)}`);
    return end;
  }
}

/** The body of an answer that is as it should be; fails with the problem otherwise. */
export function ok(reply, status = 200) {
  assert.equal(reply.status, status, JSON.stringify(reply.body));
  return reply.body;
}

/** The answer is this problem. */
export function refused(reply, status, code) {
  assert.equal(reply.status, status, JSON.stringify(reply.body));
  assert.equal(reply.body.code, code);
}

export const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** A key for a request that creates. */
export const key = () => ({ 'Idempotency-Key': randomUUID() });
