// Measures the service beside its references, on both engines, and prints the tables. Called by run.sh.
//
//   node measure.mjs BUILD OFFICES [--files=PATH,…] [--server-files=PATH,…] [--seconds=5] [--rounds=3]
//
// Every figure is the median of the rounds; a reference runs in the same round as what it is compared with, so
// that a busy moment of the machine meets both.
import { execFileSync } from 'node:child_process';
import { constants, copyFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { databaseOf, sql } from '../engine.mjs';
import { Client } from '../harness.mjs';
import { cleanUp, FILES, folder, medians, program, reportsOf, rounds, SERVER_FILES } from './common.mjs';
import { bareRows, constant, load } from './loads.mjs';
import { office, references, roundTrips, serverCpu, startServer } from './server.mjs';
import { memory, people, replySizes, serve, startTime, stop } from './service.mjs';
import { filesReport, machine, serversReport } from './tables.mjs';

const one = (name, make) => async (m) => [[name, await make(m)]];
const ours = (script, name = script) => one(name, (m) => load(script, [m.service], `${m.run}-${name}`, m.actors, m.databaseCpu));
const bare = (what) => one(`constant ${what}`, (m) => constant(m.bytes[what], m.run, m.actors));

/** Starts the service and looks at it before any load. */
async function begin(store) {
  const actors = await people(store), service = await serve(store);
  await sleep(1000);
  return { store, actors, service, rest: memory(service.pid), bytes: await replySizes(service, actors) };
}

// ---- SQLite

const FILE_READS = [bare('one'), ours('read'), bare('list'), ours('list'), bare('queue'), ours('queue'), ours('filter')];
const FILE_WRITES = [ours('create'), ours('submit'), (m) => bareRows(m.bare)];

async function measureFile(database) {
  const file = join(folder, 'office.db'), copy = join(folder, 'bare.db'), store = `sqlite:${file}`;
  copyFileSync(database, file, constants.COPYFILE_FICLONE);
  execFileSync(program, ['migrate', `--store=${store}`]);
  copyFileSync(file, copy, constants.COPYFILE_FICLONE);
  const m = { ...await begin(store), bare: copy }, all = {};
  /* Reads come first: the thousands of drafts that the writes leave with sixteen people are no office's list. */
  await rounds(m, FILE_READS, all);
  await rounds(m, FILE_WRITES, all);
  const busy = memory(m.service.pid);
  await stop(m.service);
  const start = await startTime(store);
  for (const path of [file, copy]) for (const suffix of ['', '-wal', '-shm', '-lock']) rmSync(path + suffix, { force: true });
  return { reports: reportsOf(database), size: statSync(database).size, figures: medians(all), bytes: m.bytes, rest: m.rest, busy, start };
}

// ---- PostgreSQL

const raw = (name) => one(`raw ${name}`, (m) => m.raw(name));
const nodes = (script) => async (m) => {
  const on = (services, name) => load(script, services, `${m.run}-${script}-${name}`, m.actors, m.databaseCpu);
  return [[`${script} on one`, await on([m.service, m.service], 'one')], [`${script} on two`, await on([m.service, m.second], 'two')]];
};
const SERVER_READS = [bare('one'), raw('read'), ours('read'), bare('list'), raw('list'), ours('list'),
  bare('queue'), raw('queue'), ours('queue'), raw('filter'), ours('filter')];
const SERVER_WRITES = [ours('create'), ours('submit'), raw('row'), raw('rows')];
const NODES_READS = ['read', 'list', 'queue'].map(nodes), NODES_WRITES = ['create', 'submit'].map(nodes);

/** Statements and round trips of each kind of request. */
async function countTrips(server, { store, service, actors }) {
  const client = ({ cookie, csrf }) => Object.assign(new Client(service.url), { cookie, csrf });
  const officer = client(actors.officers[0]), editor = client(actors.editor);
  const good = async (reply) => { if ((await reply).status >= 300) throw new Error(`${(await reply).status}`); return reply; };
  const draft = () => good(officer.post('/reports', { client_key: crypto.randomUUID(), title: '关于破解社区老年食堂中后期管护缺位问题的建议',
    situation: '近期走访发现，群众反映最多的是等待时间长。', analysis: '牵头单位不够明确。', suggestion: '建议由主管部门牵头，年内摸清底数，列出清单。', category_id: 8 }));
  const asks = {
    read: () => good(officer.get(`/reports/${actors.officers[0].ids[0]}`)), list: () => good(officer.get('/reports')),
    queue: () => good(editor.get('/desk/reports')), filter: () => good(editor.get('/desk/reports?status=kept&category_id=3')), create: draft,
    submit: async () => good(officer.act(`/reports/${(await draft()).body.id}/submit`, { confirm_not_classified: true }, 1)),
  };
  const trips = {};
  for (const [name, ask] of Object.entries(asks)) trips[name] = await roundTrips(server, store, ask);
  return trips;
}

async function measureOnServer(server, file) {
  const reports = reportsOf(file), { store, copy } = await office(server, file, reports);
  const database = new URL(store).pathname.slice(1);
  const size = Number(sql(databaseOf(server.url, copy), 'SELECT pg_database_size(current_database())'));
  const m = { ...await begin(store), databaseCpu: serverCpu(server) }, all = {};
  m.raw = await references(server, copy, m.actors);
  const trips = await countTrips(server, m);
  m.second = await serve(store);
  await rounds(m, SERVER_READS, all);
  await rounds(m, NODES_READS, all);
  await rounds(m, SERVER_WRITES, all);
  await rounds(m, NODES_WRITES, all);
  const busy = memory(m.service.pid);
  await stop(m.second);
  await stop(m.service);
  const start = await startTime(store);
  for (const name of [database, copy]) sql(server.url, `DROP DATABASE ${name} WITH (FORCE)`);
  return { reports, size, figures: medians(all), bytes: m.bytes, rest: m.rest, busy, start, trips };
}

async function measureServer() {
  const server = startServer();
  try {
    const results = [];
    for (const file of SERVER_FILES) {
      process.stderr.write(`PostgreSQL ${reportsOf(file)}\n`);
      results.push(await measureOnServer(server, file));
    }
    return results;
  } finally {
    server.stop();
  }
}

try {
  const files = [];
  for (const database of FILES) {
    process.stderr.write(`${database}\n`);
    files.push(await measureFile(database));
  }
  console.log(machine());
  if (files.length > 0) console.log(`\n${filesReport(files)}`);
  if (SERVER_FILES.length > 0) console.log(`\n${serversReport(await measureServer())}`);
} finally {
  cleanUp();
}
