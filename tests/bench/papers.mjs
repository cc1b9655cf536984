// Measures the papers: one issue as PDF, Word and page picture, the largest text, a batch of a hundred issues; beside
// them LibreOffice turning the very same Word files into PDF, which is how an office would do it by hand.
//
//   node papers.mjs BUILD OFFICES [--rounds=3]
//
// An issue's file is made once and then kept; "first" figures are of issues that nobody asked for before.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Office } from '../harness.mjs';
import { cleanUp, folder, median, program, ROUNDS } from './common.mjs';
import { cpu } from './loads.mjs';
import { memory } from './service.mjs';
import { papersReport, processors } from './tables.mjs';

const ISSUES = 100, EACH = 20, WAIT_MS = 200;

const good = (reply, what) => {
  if (reply.status >= 300) throw new Error(`${what}: ${reply.status} ${JSON.stringify(reply.body)}`);
  return reply.body;
};

/** Ids of at least COUNT issues that the client reads. */
async function issues(client, count) {
  const ids = [];
  for (let after = ''; ids.length < count;) {
    const page = good(await client.get(`/issues?limit=100${after && `&after=${after}`}`), 'issues');
    ids.push(...page.items.map((item) => item.id));
    if (!page.next) break;
    after = encodeURIComponent(page.next);
  }
  if (ids.length < count) throw new Error(`only ${ids.length} issues`);
  return ids.slice(0, count);
}

/** Median time, processor time and size of asking for PATHS one after the other; the bodies too. */
async function ask(client, pid, paths) {
  const times = [], sizes = [], bodies = [], before = cpu(pid);
  for (const path of paths) {
    const from = performance.now();
    const body = good(await client.get(path), path);
    times.push(performance.now() - from);
    sizes.push(body.length);
    bodies.push(body);
  }
  return { ms: median(times), cpu: (cpu(pid) - before) / paths.length / 1000, bytes: median(sizes), bodies };
}

/** LibreOffice converting FILES in one start: milliseconds a file. Nothing else does this job for an office today. */
function libreOffice(files) {
  const into = join(folder, `out-${Date.now()}`), profile = join(folder, 'profile');
  mkdirSync(into);
  const from = performance.now();
  execFileSync('soffice', [`-env:UserInstallation=file://${profile}`, '--headless', '--convert-to', 'pdf', '--outdir', into, ...files],
    { stdio: 'ignore', timeout: 300000 });
  const made = readdirSync(into).length;
  if (made !== files.length) throw new Error(`LibreOffice made ${made} of ${files.length}`);
  return (performance.now() - from) / files.length;
}

async function single(client, pid, ids) {
  const file = (format) => ids.map((id) => `/papers/issue/${id}/file?format=${format}`);
  await ask(client, pid, [`/papers/issue/${ids[0]}/pages/1?width=400`]); // loads the fonts
  const pdf = await ask(client, pid, file('pdf')), docx = await ask(client, pid, file('docx'));
  const again = await ask(client, pid, file('pdf'));
  const png = await ask(client, pid, ids.map((id) => `/papers/issue/${id}/pages/1?width=1240`));
  const files = docx.bodies.map((body, i) => join(folder, `issue-${ids[i]}.docx`));
  docx.bodies.forEach((body, i) => writeFileSync(files[i], body));
  return { pdf, docx, again, png, office: { ms: libreOffice(files), cpu: NaN, bytes: NaN } };
}

/** One batch as PDF and Word: seconds, bytes of the zip, the most memory of the service while it was made. */
async function batch(client, pid, ids) {
  const before = memory(pid), from = performance.now(), cpu_before = cpu(pid);
  const made = good(await client.post('/paper-batches', { items: ids.map((id) => ({ kind: 'issue', id })), formats: ['pdf', 'docx'] }), 'batch');
  for (;;) {
    const now = good(await client.get(`/paper-batches/${made.id}`), 'batch');
    if (now.status === 'done') {
      return { seconds: (performance.now() - from) / 1000, cpu: (cpu(pid) - cpu_before) / 1e6, bytes: now.size, before: before.rss, most: memory(pid).most };
    }
    if (now.status !== 'waiting' && now.status !== 'running') throw new Error(`batch: ${now.status} ${now.error}`);
    await sleep(WAIT_MS);
  }
}

async function round(number) {
  const office = await Office.start({ reports: 700, program, logLevel: 'off' });
  try {
    const client = await office.as('editor'), pid = office.process.pid;
    const ids = await issues(client, ISSUES + EACH);
    const result = { ...await single(client, pid, ids.slice(0, EACH)), batch: await batch(client, pid, ids.slice(EACH)) };
    process.stderr.write(`  ${number}/${ROUNDS} PDF ${Math.round(result.pdf.ms)} ms, batch ${result.batch.seconds.toFixed(1)} s\n`);
    return result;
  } finally {
    await office.stop();
  }
}

try {
  const results = [];
  for (let i = 1; i <= ROUNDS; i++) results.push(await round(i));
  const middle = (name) => Object.fromEntries(Object.keys(results[0][name]).filter((key) => key !== 'bodies')
    .map((key) => [key, median(results.map((one) => one[name][key]))]));
  console.log(`${processors}，${ROUNDS} 轮取中位数`);
  console.log(`\n${papersReport(Object.fromEntries(Object.keys(results[0]).map((name) => [name, middle(name)])), { issues: ISSUES, each: EACH })}`);
} finally {
  cleanUp();
}
