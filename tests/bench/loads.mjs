// Loads and references. A load with one refused or broken request ends the run: its figures would not be about the
// work.
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build, CONNECTIONS, folder, here, SECONDS, start } from './common.mjs';

export const run = promisify(execFile);

const lua = (value) => Array.isArray(value) ? `{${value.map(lua).join(',')}}`
  : typeof value === 'object' ? `{${Object.entries(value).map(([k, v]) => `${k}=${lua(v)}`).join(',')}}` : JSON.stringify(value);

/** Microseconds of processor time that a process has taken; with ALL also what its ended children have. */
export function cpu(pid, all = false) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ').map(Number);
  return (fields[11] + fields[12] + (all ? fields[13] + fields[14] : 0)) * 10000;
}

let files = 0;

async function wrk(script, url, name, actors, connections, threads) {
  const load = join(folder, `load-${++files}.lua`);
  writeFileSync(load, `return ${lua({ ...actors, run: name })}\n`);
  const { stdout } = await run('wrk', [`-t${threads}`, `-c${connections}`, `-d${SECONDS}s`, '--timeout', '10s', '-s', join(here, `${script}.lua`), url],
    { encoding: 'utf8', env: { ...process.env, MINYI_BENCH_LUA: here, MINYI_BENCH_LOAD: load } });
  const result = JSON.parse(/^RESULT (.*)$/m.exec(stdout)[1]);
  if (result.refused + result.broken > 0) throw new Error(`${script}: ${result.refused} refused, ${result.broken} broken\n${stdout}`);
  return { requests: result.requests, rate: result.requests * 1e6 / result.us, p50: result.p50 / 1000, p99: result.p99 / 1000 };
}

/** SCRIPT on one or several services, the connections parted between them; cpu: µs of all of them for a request.
 *  DATABASE_CPU, when given, tells the processor time that the database server has taken so far. */
export async function load(script, services, name, actors, databaseCpu = () => 0) {
  const spent = () => [...new Set(services.map(({ pid }) => pid))].reduce((sum, pid) => sum + cpu(pid), 0);
  const before = spent(), before_db = databaseCpu();
  const parts = await Promise.all(services.map(({ url }, i) =>
    wrk(script, url, `${name}-${i}`, actors, CONNECTIONS / services.length, services.length > 1 ? 1 : 2)));
  const requests = parts.reduce((sum, part) => sum + part.requests, 0);
  return {
    rate: parts.reduce((sum, part) => sum + part.rate, 0),
    p50: parts.reduce((sum, part) => sum + part.p50, 0) / parts.length,
    p99: Math.max(...parts.map((part) => part.p99)),
    cpu: (spent() - before) / requests,
    database: (databaseCpu() - before_db) / requests,
  };
}

/** Bare libmicrohttpd answering a constant of that many bytes. */
export async function constant(bytes, name, actors) {
  const child = start(join(build, 'tests/bench_http'), ['0', String(bytes), '16'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const port = await new Promise((done) => child.stdout.once('data', (text) => done(Number(text))));
  const result = await load('constant', [{ url: `http://127.0.0.1:${port}`, pid: child.pid }], name, actors);
  child.stdin.end();
  await child.ended;
  return result;
}

/** Bare SQLite writing into a copy of the same database. */
export async function bareRows(copy) {
  const { stdout } = await run(join(build, 'tests/bench_row'), [copy, String(SECONDS / 3)], { encoding: 'utf8' });
  return stdout.trim().split('\n').map((line) => line.split('\t')).map(([name, rate]) => [name, { rate: Number(rate) }]);
}
