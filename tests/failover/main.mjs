// One run of the rig, inside its namespaces: the cluster, two nodes, a steady load, the faults, the audit. Writes
// {faults, checks, …} as JSON to MINYI_RIG_RESULT; failover.test.mjs makes tests of it.
import { cpus } from 'node:os';
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster, TIMINGS, url, NODES } from './cluster.mjs';
import { Nodes } from './nodes.mjs';
import { Recorder, User, read, write } from './load.mjs';
import { Witness } from './witness.mjs';
import { desk } from './desk.mjs';
import { FAULTS, LIMIT_MS } from './faults.mjs';
import { measure, table } from './table.mjs';
import { tail, until } from './proc.mjs';
import * as audit from './audit.mjs';

const WRITERS = Number(process.env.MINYI_FAILOVER_WRITERS ?? 6);
const STEADY_MS = 3000;
const folder = process.env.MINYI_RIG;
const binary = process.env.MINYI_BINARY; // without: the database alone
const began = performance.now();
const results = { timings: TIMINGS, cores: cpus().length, faults: [], checks: [] };
const say = (text) => console.log(`${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${text}`);

function check(name, wrong) {
  const list = typeof wrong === 'boolean' ? (wrong ? [] : ['no']) : wrong;
  results.checks.push({ name, ok: list.length === 0, wrong: list.slice(0, 20), count: list.length });
  say(`${list.length === 0 ? 'ok    ' : 'NOT OK'} ${name}${list.length ? `: ${list.length} × ${list.slice(0, 3).join('; ')}` : ''}`);
}

async function load(rig, links) {
  const PASSWORD = '青石板上-雨声-7391';
  const as = (role) => new User(rig.recorder, 0).redeem(links[role].url, PASSWORD);
  rig.officer = await as('officer');
  rig.editor = await as('editor');
  const head = await as('section_head'), secretary = await as('secretary_general');
  const taken = [];
  const catalog = await rig.editor.must('GET', '/catalog');
  const hands = Array.from({ length: WRITERS }, (_, i) => write(rig.officer.twin(i % 2), i, i < 2 ? taken : undefined));
  hands.push(read(rig.officer.twin(0)), read(rig.officer.twin(1)));
  hands.push(desk({ editor: rig.editor.twin(0), head, secretary, catalog }, taken));
  return hands;
}

/** Who says of himself that he leads, every quarter of a second: {most at once, for how long}. */
function watch(cluster) {
  const state = { most: 0, moments: [] };
  state.running = (async () => {
    while (!state.stopping) {
      const who = (await Promise.all(NODES.map(async (node) => (await cluster.leads(node)) && node))).filter(Boolean);
      state.most = Math.max(state.most, who.length);
      if (who.length > 1) state.moments.push({ at: performance.now(), who });
      await sleep(250);
    }
  })();
  return state;
}

async function suffer(rig, fault) {
  rig.was = await rig.cluster.settled(90000);
  await sleep(STEADY_MS);
  say(`== ${fault.name}  (primary ${rig.was.leader}, standby ${rig.was.sync})`);
  const from = performance.now();
  rig.counted = from;
  await fault.act(rig);
  const broken = performance.now();
  await until(`${fault.name}: the service again`, 2 * LIMIT_MS, async () => {
    const now = performance.now();
    if (now - broken < 2000 || !(await fault.back(rig))) return false;
    return rig.witness.moments.some((at) => at > now - 2000) && (!rig.recorder || rig.recorder.writing(now - 2000));
  });
  const news = await fault.mend(rig);
  await rig.cluster.settled(90000);
  await sleep(STEADY_MS);
  const figures = measure({ recorder: rig.recorder ?? { entries: [], writes: [], reads: [], urls: [] }, witness: rig.witness }, from, performance.now(), rig.counted);
  results.faults.push({ name: fault.name, title: fault.title, figures, ...news });
  say(`   ${JSON.stringify(figures)}${news ? ` ${JSON.stringify(news)}` : ''}`);
  judge(rig, fault, figures);
}

function judge(rig, fault, figures) {
  const longest = rig.recorder ? Math.max(figures.gap, ...(fault.dies === undefined ? figures.gaps : [])) : figures.raw;
  check(`${fault.name}: the service answers again within ${LIMIT_MS / 1000} s`, longest <= LIMIT_MS ? [] : [`${longest} ms`]);
  if (!rig.recorder) return;
  check(`${fault.name}: no request hangs`, figures.slowest <= LIMIT_MS && !figures.errors.hang ? [] : [`slowest ${figures.slowest} ms`]);
  check(`${fault.name}: clients see 503 with Retry-After and nothing else`, [
    ...Object.entries(figures.errors).filter(([name]) => !name.startsWith('503') && !(fault.dies !== undefined && name === 'connection'))
      .map(([name, count]) => `${name} × ${count}`),
    ...(figures.bare ? [`503 without Retry-After × ${figures.bare}`] : []),
  ]);
}

async function examine(rig, leaders) {
  check('the database keeps what it acknowledged, to the witness and at the fence', await rig.witness.lost());
  // A machine just thawed may answer from what it knew; it takes no write (the fence), and gives up at its next look.
  const twice = leaders.moments.filter((each, i, all) => i > 0 && each.at - all[i - 1].at < 1500);
  check('no second primary for longer than a moment', twice.length < 8 ? [] : twice.map((each) => each.who.join('+')));
  if (!rig.recorder) return;
  const lost = await audit.reports(rig);
  results.lost = lost.filter((each) => each.startsWith('lost')).length;
  check('every acknowledged draft, text and submission is there, once', lost);
  check('every act is done once', await audit.once(rig));
  check('receipts and issue numbers have no gap and no double', await audit.numbers(rig));
  check('issues were signed under load', rig.recorder.issues.size > 0);
  check('both nodes give the same answers', await audit.same(rig));
  check('no request was answered wrongly', rig.recorder.troubles);
  check('the audit chain is whole', await rig.nodes.verify().then(() => [], (error) => [error.message]));
}

/* Patroni's log without the tracebacks it writes for every health check that HAProxy breaks off. */
const logOf = (node) => tail(`${folder}/log/${node}.log`, 400).split('\n').filter((line) => /^\d{4}-/.test(line)
  && !/Exception happened/.test(line)).slice(-25).map((line) => line.slice(0, 220)).join('\n');

async function run() {
  const rig = { cluster: new Cluster(folder) };
  let hands = [];
  const wanted = process.env.MINYI_FAILOVER_FAULTS?.split(',');
  try {
    await rig.cluster.begin();
    say('the database cluster runs');
    rig.witness = new Witness(rig.cluster);
    await rig.witness.begin();
    const leaders = watch(rig.cluster);
    if (binary) {
      rig.nodes = new Nodes(binary, folder, url('minyi'));
      const links = await rig.nodes.demo();
      await Promise.all([rig.nodes.serve(0), rig.nodes.serve(1)]);
      rig.recorder = new Recorder(rig.nodes.urls);
      hands = await load(rig, links);
      say('two nodes serve');
    }
    const from = performance.now() + 1000;
    for (const fault of FAULTS.filter((each) => (!wanted || wanted.includes(each.name)) && (binary || each.dies === undefined)))
      await suffer(rig, fault);
    results.rate = rig.recorder ? Math.round(rig.recorder.entries.filter((each) => each.at > from).length / ((performance.now() - from) / 1000)) : 0;
    if (rig.recorder) rig.recorder.stopping = true;
    leaders.stopping = true;
    await Promise.all([...hands, rig.witness.end(), leaders.running]);
    await examine(rig, leaders);
    if (rig.nodes) check('both nodes end in order', (await rig.nodes.end()).filter((end) => end.code !== 0).map((end) => JSON.stringify(end)));
    Object.assign(results, { reports: rig.recorder?.reports.size, issues: rig.recorder?.issues.size, requests: rig.recorder?.entries.length });
  } finally {
    if (rig.recorder) rig.recorder.stopping = rig.recorder.given_up = true;
    if (rig.witness) rig.witness.stopping = true;
    await rig.cluster.end();
  }
}

try {
  await run();
} catch (error) {
  check('the rig runs to its end', [error.stack]);
  for (const node of NODES) console.log(`-- ${node}\n${logOf(node)}`);
}
results.seconds = Math.round((performance.now() - began) / 1000);
if (results.faults.length) console.log(`\n${table(results)}\n`);
writeFileSync(process.env.MINYI_RIG_RESULT ?? '/dev/stdout', JSON.stringify(results, null, 1));
process.exit(results.checks.every((each) => each.ok) ? 0 : 1);
