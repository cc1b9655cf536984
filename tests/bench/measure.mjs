// Measures the service beside its references and prints one table. Called by run.sh.
//
//   node measure.mjs BUILD DATABASE… [--seconds=5] [--rounds=3]
//
// Every figure is the median of the rounds; a reference runs in the same round as what it is compared with, so
// that a busy moment of the machine meets both. A load with one refused or broken request ends the run: its
// figures would not be about the work.
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, constants, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, cli } from '../harness.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const option = (name, fallback) => Number(process.argv.findLast((a) => a.startsWith(`--${name}=`))?.split('=')[1] ?? fallback);
const [build, ...databases] = process.argv.slice(2).filter((a) => !a.startsWith('--'));
const SECONDS = option('seconds', 5), ROUNDS = option('rounds', 3);
const CONNECTIONS = 64, OFFICERS = 16;
const program = join(build, 'minyi');
const folder = mkdtempSync(join(dirname(databases[0]), 'run-'));
const store = join(folder, 'office.db');
const load = join(folder, 'load.lua');

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
const children = new Set();
function start(path, args, options) {
  const child = spawn(path, args, options);
  children.add(child);
  child.ended = new Promise((done) => child.on('exit', () => { children.delete(child); done(); }));
  return child;
}

// ---- The service

function memory(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kb = (name) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)[1]);
  return { rss: kb('VmRSS') / 1024, most: kb('VmHWM') / 1024, own: kb('RssAnon') / 1024, file: kb('RssFile') / 1024 };
}

/** Starts the service; ready_ms is from the start of the process to the first answer of /readyz. */
async function serve() {
  const portFile = join(folder, 'port');
  rmSync(portFile, { force: true });
  const from = performance.now();
  const child = start(program, ['serve', `--store=sqlite:${store}`, '--listen=127.0.0.1:0', `--port-file=${portFile}`,
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

async function stop(service) {
  service.child.kill('SIGTERM');
  await service.child.ended;
}

// ---- Who acts

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
async function people() {
  const logins = [...Array.from({ length: OFFICERS }, (_, i) => `load-${i}`), 'bianji-0'];
  const links = logins.map((login) => {
    const made = cli(['account', 'link', login, `--store=sqlite:${store}`], { binary: program });
    if (made.code !== 0) throw new Error(`link of ${login}: ${made.stderr}`);
    return made.stdout.trim();
  });
  const service = await serve();
  const clients = [];
  for (const [i, login] of logins.entries()) clients.push(await signIn(service, login, links[i]));
  const officers = [];
  for (const client of clients.slice(0, OFFICERS))
    officers.push({ cookie: client.cookie, csrf: client.csrf, account: client.me.id, ids: await ownReports(client) });
  await stop(service);
  const [editor] = clients.slice(-1);
  return { officers, editor: { cookie: editor.cookie, csrf: editor.csrf } };
}

const lua = (value) => Array.isArray(value) ? `{${value.map(lua).join(',')}}`
  : typeof value === 'object' ? `{${Object.entries(value).map(([k, v]) => `${k}=${lua(v)}`).join(',')}}` : JSON.stringify(value);

// ---- Loads

/** Microseconds of processor time that a process has taken. */
function cpu(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10000;
}

function wrk(script, { url, pid }, run, actors) {
  const before = cpu(pid);
  writeFileSync(load, `return ${lua({ ...actors, run })}\n`);
  const out = execFileSync('wrk', ['-t2', `-c${CONNECTIONS}`, `-d${SECONDS}s`, '-s', join(here, `${script}.lua`), url],
    { encoding: 'utf8', env: { ...process.env, MINYI_BENCH_LUA: here, MINYI_BENCH_LOAD: load } });
  const result = JSON.parse(/^RESULT (.*)$/m.exec(out)[1]);
  if (result.refused + result.broken > 0) throw new Error(`${script}: ${result.refused} refused, ${result.broken} broken\n${out}`);
  return { rate: result.requests * 1e6 / result.us, p50: result.p50 / 1000, p99: result.p99 / 1000,
    cpu: (cpu(pid) - before) / result.requests };
}

/** Bare libmicrohttpd answering a constant of that many bytes. */
async function constant(bytes, run, actors) {
  const child = start(join(build, 'tests/bench_http'), ['0', String(bytes), '16'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const port = await new Promise((done) => child.stdout.once('data', (text) => done(Number(text))));
  const result = wrk('constant', { url: `http://127.0.0.1:${port}`, pid: child.pid }, run, actors);
  child.stdin.end();
  await child.ended;
  return result;
}

/** Bare SQLite writing into a copy of the same database. */
function bareRows(copy) {
  const out = execFileSync(join(build, 'tests/bench_row'), [copy, String(SECONDS / 3)], { encoding: 'utf8' });
  return out.trim().split('\n').map((line) => line.split('\t')).map(([name, rate]) => [name, { rate: Number(rate) }]);
}

const sizeOf = async (service, cookie, path) => {
  const reply = await fetch(service.url + path, { headers: { Cookie: cookie } });
  if (reply.status !== 200) throw new Error(`${path}: ${reply.status}`);
  return (await reply.arrayBuffer()).byteLength;
};

const READS = [
  (m) => ['constant one', constant(m.bytes.one, m.run, m.actors)], (m) => ['read', wrk('read', m.service, m.run, m.actors)],
  (m) => ['constant list', constant(m.bytes.list, m.run, m.actors)], (m) => ['list', wrk('list', m.service, m.run, m.actors)],
  (m) => ['constant queue', constant(m.bytes.queue, m.run, m.actors)], (m) => ['queue', wrk('queue', m.service, m.run, m.actors)],
  (m) => ['filter', wrk('filter', m.service, m.run, m.actors)],
];
const WRITES = [
  (m) => ['create', wrk('create', m.service, `${m.run}-c`, m.actors)], (m) => ['submit', wrk('submit', m.service, `${m.run}-s`, m.actors)],
];

/** All rounds of some loads on a running service, added to ALL: {name: [result of each round]}. */
async function rounds(m, steps, all) {
  for (let round = 0; round < ROUNDS; round++) {
    m.run = `${Date.now()}-${round}`;
    for (const step of steps) {
      const [name, result] = step(m);
      (all[name] ??= []).push(await result);
    }
    if (steps === WRITES) for (const [name, result] of bareRows(m.bare)) (all[name] ??= []).push(result);
    process.stderr.write(`  ${round + 1}/${ROUNDS}\n`);
  }
}

const medians = (all) => Object.fromEntries(Object.entries(all).map(([name, results]) =>
  [name, Object.fromEntries(Object.keys(results[0]).map((key) => [key, median(results.map((r) => r[key]))]))]));

async function measure(database) {
  const bare = join(folder, 'bare.db');
  copyFileSync(database, store, constants.COPYFILE_FICLONE);
  execFileSync(program, ['migrate', `--store=sqlite:${store}`]);
  copyFileSync(store, bare, constants.COPYFILE_FICLONE);
  const actors = await people();
  const service = await serve();
  await sleep(1000);
  const rest = memory(service.pid);
  const [officer] = actors.officers;
  const bytes = {
    one: await sizeOf(service, officer.cookie, `/api/v1/reports/${officer.ids[0]}`),
    list: await sizeOf(service, officer.cookie, '/api/v1/reports'),
    queue: await sizeOf(service, actors.editor.cookie, '/api/v1/desk/reports'),
  };
  /* Reads come first: the thousands of drafts that the writes leave with sixteen people are no office's list. */
  const all = {}, m = { service, actors, bytes, bare };
  await rounds(m, READS, all);
  await rounds(m, WRITES, all);
  const figures = medians(all);
  const busy = memory(service.pid);
  await stop(service);
  const starts = [];
  for (let i = 0; i < 5; i++) {
    const again = await serve();
    starts.push(again.ready_ms);
    await stop(again);
  }
  for (const file of [store, bare]) for (const suffix of ['', '-wal', '-shm', '-lock']) rmSync(file + suffix, { force: true });
  return { figures, bytes, rest, busy, start: median(starts) };
}

// ---- The table

const number = (value) => Math.round(value).toLocaleString('en');
const ms = (value) => value >= 10 ? value.toFixed(0) : value.toFixed(1);
const mark = (good) => good ? '✓' : '✗';

/** One row: what, its rate, latencies, the reference's rate, their ratio, the target and whether it is met. */
function row(name, f, reference, target, part = 1, p99 = Infinity) {
  const ratio = reference ? f.rate * part / reference.rate : NaN;
  const met = ratio >= target && f.p99 <= p99;
  return [name, number(f.rate * part), ms(f.p50), ms(f.p99), number(f.cpu), reference ? number(reference.rate) : '', reference?.cpu ? number(reference.cpu) : '', reference ? ratio.toFixed(2) : '',
    target ? `≥ ${target}${p99 < Infinity ? `，p99 ≤ ${p99} ms` : ''}` : '', target ? mark(met) : ''];
}

function sizeRows({ figures: f, bytes }) {
  return [
    row(`读一件（${number(bytes.one)} B）`, f.read, f['constant one'], 0.5),
    row(`本人列表 20 件（${number(bytes.list)} B）`, f.list, f['constant list'], 0.2),
    row(`审核队列 20 件（${number(bytes.queue)} B）`, f.queue, f['constant queue'], 0.2),
    row('审核队列，留存件按类别', f.filter, f['constant queue'], 0.2),
    row('存草稿（一次落盘）', f.create, f['row 64'], 0.5, 1, 25),
    row('新建并提交（两次落盘），每秒件数', f.submit, f['row 64'], 0.5, 0.5, 25),
    row('…与写全部相关行的 SQLite 相比', f.submit, f['rows 16'], 0, 0.5),
  ];
}

const table = (head, rows) => [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

function print(results) {
  const lines = [`${cpus().length} × ${cpus()[0].model.trim()}，wrk 2 线程 ${CONNECTIONS} 连接，${ROUNDS} 轮取中位数，每项 ${SECONDS} 秒，synchronous=FULL`];
  for (const { reports, size, ...result } of results) {
    lines.push('', `### ${number(reports)} 件来稿（数据库 ${number(size / 1048576)} MB）`, '',
      table(['负载', '每秒', 'p50 ms', 'p99 ms', 'CPU µs', '参照每秒', '参照 CPU µs', '比值', '目标', ''], sizeRows(result)), '',
      table(['其他', '测得', '目标', ''], [
        ['启动到 /readyz 应答', `${number(result.start)} ms`, '≤ 300 ms', mark(result.start <= 300)],
        ['内存，启动后', `${number(result.rest.rss)} MB（自有 ${number(result.rest.own)}）`, '≤ 40 MB', mark(result.rest.rss <= 40)],
        ['内存，负载中最高', `${number(result.busy.most)} MB（自有 ${number(result.busy.own)}）`, '≤ 200 MB', mark(result.busy.most <= 200)],
      ]));
  }
  if (results.length > 1) {
    const [small, large] = [results[0].figures, results.at(-1).figures];
    const names = { read: '读一件', list: '本人列表', queue: '审核队列', filter: '队列，按类别', create: '存草稿', submit: '新建并提交' };
    const rows = Object.entries(names).map(([key, name]) => {
      const times = large[key].cpu / small[key].cpu;
      return [name, (small[key].rate / large[key].rate).toFixed(2), times.toFixed(2), '≤ 1.3', mark(times <= 1.3)];
    });
    lines.push('', '### 增长：件数最多时一次的代价是最少时的几倍', '', table(['负载', '按每秒次数', '按 CPU 时间', '目标（CPU）', ''], rows));
  }
  console.log(lines.join('\n'));
}

try {
  const results = [];
  for (const database of databases) {
    const reports = Number(/(\d+)\.db$/.exec(database)[1]);
    process.stderr.write(`${reports}\n`);
    results.push({ reports, size: statSync(database).size, ...await measure(database) });
  }
  print(results);
} finally {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}
