// PostgreSQL for the benchmark: a private durable cluster, the office in it, references that run the program's own
// main statements, and what the server has done.
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BIN, databaseOf, Server, sql } from '../engine.mjs';
import { cli } from '../harness.mjs';
import { build, CONNECTIONS, folder, OFFICERS, program, SECONDS } from './common.mjs';
import { run } from './loads.mjs';

const READERS = 8; // connections of a node's pool by default
const FIRST_OWN = 40; // reports of each officer that are at known places (bench_generate.c)
/* The settings that the driver gives to its own sessions, as far as they change plans. */
const SESSION = '-c jit=off -c join_collapse_limit=4 -c from_collapse_limit=4 -c random_page_cost=1.1 -c enable_mergejoin=off';

/** As docs/operations.md recommends, as far as it matters on one machine. */
export function startServer() {
  return Server.start('--durable', '--set=shared_buffers=256MB', '--set=max_wal_size=4GB', '--set=checkpoint_timeout=15min',
    '--set=shared_preload_libraries=pg_stat_statements', '--set=pg_stat_statements.track=none');
}

// ---- The office

/** A database with the reports of the file, copied once and kept as a dump, and a copy of it for the references. */
export async function office(server, file, reports) {
  const dump = file.replace(/\.db$/, '.pgdump'), stamp = `${dump}.made-from`;
  const name = `reports_${reports}`, store = databaseOf(server.url, name);
  const made = `${readFileSync(`${file}.made-by`, 'utf8')}${statSync(file).mtimeMs}`;
  sql(server.url, `CREATE DATABASE ${name}`);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === made) {
    await run(join(BIN, 'pg_restore'), ['--no-owner', '--dbname', store, dump]);
  } else {
    const copied = cli(['copy', `--from=sqlite:${file}`, `--to=${store}`], { binary: program });
    if (copied.code !== 0) throw new Error(`copy: ${copied.stderr}`);
    await run(join(BIN, 'pg_dump'), ['--format=custom', '--compress=1', `--file=${dump}`, store]);
    writeFileSync(stamp, made);
  }
  const admin = databaseOf(server.admin, name);
  for (const text of ['CREATE EXTENSION pg_stat_statements', 'VACUUM (ANALYZE)', 'CHECKPOINT']) sql(admin, text);
  const copy = `${name}_raw`;
  sql(server.url, `CREATE DATABASE ${copy} TEMPLATE ${name} STRATEGY file_copy`);
  sql(databaseOf(server.url, copy), `SELECT setval(pg_get_serial_sequence('audit', 'id'), 1000000000)`);
  return { store, copy };
}

// ---- What the server does

/** Microseconds of processor time of the server with all its processes, also the ended ones. */
export function serverCpu(server) {
  const main = Number(readFileSync(join(server.run('folder'), 'data/postmaster.pid'), 'utf8').split('\n')[0]);
  return () => {
    const children = readFileSync(`/proc/${main}/task/${main}/children`, 'utf8').trim().split(' ');
    return children.reduce((sum, pid) => sum + ticks(pid, 0), ticks(main, 2)) * 10000;
  };
}

function ticks(pid, ended) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ').map(Number);
    return fields[11] + fields[12] + (ended ? fields[13] + fields[14] : 0);
  } catch {
    return 0; // ended meanwhile
  }
}

const CONTROL = `query ~ '^(BEGIN|SAVEPOINT|RELEASE|SELECT pg_advisory|INSERT INTO write_mark|SET|SELECT set_config|SELECT pg_encoding)'`;

/** Statements and round trips of one request: asks COUNT of them one after the other, nothing else running. Begins,
 *  savepoints, the lock and the mark travel with the next statement; a read does not wait for its end. */
export async function roundTrips(server, store, ask, count = 50) {
  const admin = databaseOf(server.admin, new URL(store).pathname.slice(1));
  const track = (what) => sql(admin, `ALTER SYSTEM SET pg_stat_statements.track = '${what}'; SELECT pg_reload_conf(); SELECT pg_sleep(0.3);`);
  for (let i = 0; i < 10; i++) await ask(); // statements are prepared, the session is noted as used
  track('top');
  sql(admin, 'SELECT pg_stat_statements_reset()');
  for (let i = 0; i < count; i++) await ask();
  const calls = (where) => Number(sql(admin, `SELECT coalesce(sum(calls), 0) FROM pg_stat_statements s JOIN pg_roles r
    ON r.oid = s.userid WHERE r.rolname = 'minyi' AND query !~ '^SELECT (\\$1|pg_try_advisory_lock.*)$' AND ${where}`)) / count;
  const result = { statements: calls('true'), trips: calls(`NOT (${CONTROL} OR query = 'COMMIT')`), commits: calls(`query LIKE 'INSERT INTO write_mark%'`) };
  track('none');
  return { statements: result.statements, trips: result.trips + result.commits };
}

// ---- References

/** Texts of statements of the program. */
async function statements(...names) {
  const { stdout } = await run(join(build, 'tests/bench_statement'), names, { encoding: 'utf8' });
  return Object.fromEntries(stdout.trim().split('\n').map((line) => line.split('\t')));
}

/** TEXT with $1 … replaced by VALUES: literals, or variables of pgbench (":name"). */
const filled = (text, values) => text.replace(/\$(\d+)/g, (_, n) => `${values[n - 1]}`);

async function pgbench(store, script, clients) {
  const file = join(folder, 'pgbench.sql');
  writeFileSync(file, script);
  const { stdout } = await run(join(BIN, 'pgbench'), ['-n', '-M', 'prepared', '-c', String(clients), '-j', '2', '-T', String(SECONDS), '-f', file, store],
    { encoding: 'utf8', env: { ...process.env, PGOPTIONS: SESSION } });
  const rate = /^tps = ([\d.]+)/m.exec(stdout), failed = /^number of failed transactions: (\d+)/m.exec(stdout);
  if (!rate || Number(failed?.[1] ?? 0) > 0) throw new Error(`pgbench: ${stdout}`);
  return { rate: Number(rate[1]) };
}

const PARAGRAPH = '近期走访发现，该项工作推进两年来覆盖面不断扩大，但不同地段进度差别较大，群众反映最多的是等待时间长。' +
  '建议由主管部门牵头，年内摸清底数，列出清单，逐项明确责任单位和完成时间，并向社会公布。';
const HASH = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const FAR = '9000000000000000000';

/** The references in a copy of the database, by the name of the load they stand beside: the same main statement,
 *  prepared, by as many connections as the pool has (reads) or as requests are in flight (writes), each write in its own
 *  commit. */
export async function references(server, name, actors) {
  const store = databaseOf(server.url, name);
  const { officers, editor } = actors;
  if (officers.some(({ account, ids }, i) => account !== officers[0].account + i || !ids.includes(1 + i)))
    throw new Error('the office was not made by bench_generate');
  const text = await statements('report_view_by_id', 'report_page_mine', 'queue_by_status', 'report_insert');
  const pick = `\\set i random(0, ${OFFICERS - 1})\n\\set k random(0, ${FIRST_OWN - 1})\n\\set account ${officers[0].account} + :i\n\\set report 1 + :i + ${OFFICERS} * :k\n`;
  const queue = (status, category) => `${filled(text.queue_by_status, [editor.account, 1, `'${status}'`, FAR, FAR, 21, Date.now(), category,
    'NULL', 'NULL', 'NULL', 0, 0, 1, 0])};\n`;
  const insert = `${filled(text.report_insert, [1, 21, ':account', "'raw-' || CAST(:key AS BIGINT)", "'form'", "'关于破解社区老年食堂中后期管护缺位问题的建议'",
    `'${PARAGRAPH}'`, `'${PARAGRAPH}'`, `'${PARAGRAPH}'`, 330, `'${HASH}'`, 8, 'NULL', "'normal'", 'NULL', 'NULL', 1, 'NULL', 'NULL', 'NULL', Date.now()])}`;
  const key = '\\set key random(1, 9000000000000000000)\n';
  const scripts = {
    read: [`${pick}${filled(text.report_view_by_id, [':account', ':report', 0])};\n`, READERS],
    list: [`${pick}${filled(text.report_page_mine, [':account', FAR, 'NULL', 21])};\n`, READERS],
    queue: [queue('submitted', 'NULL') + queue('in_review', 'NULL'), READERS],
    filter: [`\\set category random(1, 14)\n${queue('kept', ':category')}`, READERS],
    row: [`${pick}${key}${insert};\n`, CONNECTIONS],
    rows: [`${pick}${key}BEGIN;\n${insert} \\gset\n${rest()}COMMIT;\n`, CONNECTIONS],
  };
  return (of) => pgbench(store, ...scripts[of]);
}

/** What a submission leaves behind beside the row of the report :id, without the links of the audit chain. */
function rest() {
  const audit = (act) => `INSERT INTO audit (at_ms, actor_id, act, subject_kind, subject_id, detail, remote, request_id, prev_hash, hash)
    VALUES (1, :account, '${act}', 'report', :id, '', '127.0.0.1', '0123456789abcdef', '${HASH}', '${HASH}');\n`;
  return `INSERT INTO report_author (report_id, position, account_id, name, unit_name) VALUES (:id, 1, :account, '陈志远', '第1专门委员会');\n` +
    `UPDATE report SET status = 'submitted', submitted_ms = 1, receipt = 'raw-' || CAST(:key AS BIGINT) WHERE id = :id;\n` +
    `INSERT INTO report_version (report_id, number, title, situation, analysis, suggestion, text_sha256, at_ms, by_id)
      VALUES (:id, 1, '关于破解社区老年食堂中后期管护缺位问题的建议', '${PARAGRAPH}', '${PARAGRAPH}', '${PARAGRAPH}', '${HASH}', 1, :account);\n` +
    `INSERT INTO report_event (report_id, kind, at_ms, actor_id, text) VALUES (:id, 'submitted', 1, :account, '已提交政协云江省委员会');\n` +
    audit('report.create') + audit('report.submit') +
    `INSERT INTO counter (name, value) VALUES ('raw', 1) ON CONFLICT (name) DO UPDATE SET value = counter.value + 1;\n`;
}
