// What the parts of the benchmark share: its settings, its folder, the processes it started.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const here = dirname(fileURLToPath(import.meta.url));
const given = process.argv.slice(2);
const text = (name, fallback) => given.findLast((a) => a.startsWith(`--${name}=`))?.split('=')[1] ?? fallback;

export const SECONDS = Number(text('seconds', 5)), ROUNDS = Number(text('rounds', 3));
export const FILES = text('files', '').split(',').filter(Boolean);
export const SERVER_FILES = text('server-files', '').split(',').filter(Boolean);
export const reportsOf = (file) => Number(/(\d+)\.db$/.exec(file)[1]);
export const CONNECTIONS = 64, OFFICERS = 16;
export const [build, offices] = given.filter((a) => !a.startsWith('--'));
export const program = join(build, 'minyi');
mkdirSync(offices, { recursive: true });
export const folder = mkdtempSync(join(offices, 'run-'));

const children = new Set();
export function start(path, args, options) {
  const child = spawn(path, args, options);
  children.add(child);
  child.ended = new Promise((done) => child.on('exit', () => { children.delete(child); done(); }));
  return child;
}

export function cleanUp() {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}

export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)];

/** {name: [result of each round]} → {name: result of medians}. */
export const medians = (all) => Object.fromEntries(Object.entries(all).map(([name, results]) =>
  [name, Object.fromEntries(Object.keys(results[0]).map((key) => [key, median(results.map((r) => r[key]))]))]));

/** All rounds of some loads, added to ALL. A step is a function of M that resolves to [[name, result] …]. */
export async function rounds(m, steps, all) {
  for (let round = 0; round < ROUNDS; round++) {
    m.run = `${Date.now()}-${round}`;
    for (const step of steps) {
      for (const [name, result] of await step(m)) {
        (all[name] ??= []).push(result);
        process.stderr.write(`  ${round + 1}/${ROUNDS} ${name}: ${Math.round(result.rate)}\n`);
      }
    }
  }
}
