// The service that is measured, and who signs in on it.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, cli } from '../harness.mjs';
import { folder, median, OFFICERS, program, start } from './common.mjs';

const MIB = 1024;

/** Resident memory of a process in MiB: now, at most, its own, shared with files. */
export function memory(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kb = (name) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)[1]);
  return { rss: kb('VmRSS') / MIB, most: kb('VmHWM') / MIB, own: kb('RssAnon') / MIB, file: kb('RssFile') / MIB };
}

let started = 0;

/** Starts the service; ready_ms is from the start of the process to the first answer of /readyz. */
export async function serve(store) {
  const portFile = join(folder, `port-${++started}`);
  rmSync(portFile, { force: true });
  const from = performance.now();
  const child = start(program, ['serve', `--store=${store}`, '--listen=127.0.0.1:0', `--port-file=${portFile}`,
    '--rate-limits=no', '--log-level=off', '--threads=16'], { stdio: ['ignore', 'inherit', 'inherit'] });
  for (;;) {
    if (child.exitCode !== null) throw new Error('the service did not start');
    const port = existsSync(portFile) && Number(readFileSync(portFile, 'utf8'));
    const reply = port && await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null);
    if (reply?.ok) return { child, port, pid: child.pid, url: `http://127.0.0.1:${port}`, ready_ms: performance.now() - from };
    if (performance.now() - from > 20000) throw new Error('the service is not ready after 20 s');
    await sleep(2);
  }
}

export async function stop(service) {
  service.child.kill('SIGTERM');
  await service.child.ended;
}

/** Median of five starts to /readyz. */
export async function startTime(store) {
  const times = [];
  for (let i = 0; i < 5; i++) {
    const service = await serve(store);
    times.push(service.ready_ms);
    await stop(service);
  }
  return median(times);
}

async function signIn(service, login, link) {
  const client = new Client(service.url);
  const reply = await client.redeem(link);
  if (reply.status !== 200) throw new Error(`${login} cannot sign in: ${JSON.stringify(reply.body)}`);
  return client;
}

/** Ids of all reports of a client, page by page. */
async function ownReports(client) {
  const ids = [];
  for (let after = ''; ;) {
    const page = await client.get(`/reports?limit=100${after && `&after=${after}`}`);
    if (page.status !== 200) throw new Error(`list of reports: ${page.status}`);
    ids.push(...page.body.items.map((item) => item.id));
    if (!page.body.next) return ids;
    after = encodeURIComponent(page.body.next);
  }
}

/** Signs everybody in on a service of its own, so that hashing passwords does not count as memory of the load. */
export async function people(store) {
  const logins = [...Array.from({ length: OFFICERS }, (_, i) => `load-${i}`), 'bianji-0'];
  const links = logins.map((login) => {
    const made = cli(['account', 'link', login, `--store=${store}`], { binary: program });
    if (made.code !== 0) throw new Error(`link of ${login}: ${made.stderr}`);
    return made.stdout.trim();
  });
  const service = await serve(store);
  const clients = [];
  for (const [i, login] of logins.entries()) clients.push(await signIn(service, login, links[i]));
  const officers = [];
  for (const client of clients.slice(0, OFFICERS))
    officers.push({ cookie: client.cookie, csrf: client.csrf, account: client.me.id, ids: await ownReports(client) });
  await stop(service);
  const [editor] = clients.slice(-1);
  return { officers, editor: { cookie: editor.cookie, csrf: editor.csrf, account: editor.me.id } };
}

const sizeOf = async (service, cookie, path) => {
  const reply = await fetch(service.url + path, { headers: { Cookie: cookie } });
  if (reply.status !== 200) throw new Error(`${path}: ${reply.status}`);
  return (await reply.arrayBuffer()).byteLength;
};

/** Bytes of the replies that the loads ask for. */
export async function replySizes(service, { officers: [officer], editor }) {
  return {
    one: await sizeOf(service, officer.cookie, `/api/v1/reports/${officer.ids[0]}`),
    list: await sizeOf(service, officer.cookie, '/api/v1/reports'),
    queue: await sizeOf(service, editor.cookie, '/api/v1/desk/reports'),
  };
}
