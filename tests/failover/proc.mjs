// Processes of the rig: started in the background with a log of their own, asked once with a limit of time, waited for.
import { spawn, execFile } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** In front of a command: PostgreSQL, Patroni and etcd refuse to run as root, or should. */
export const AS_POSTGRES = ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups'];

/** Starts COMMAND; what it prints goes to the file LOG. */
export function start(command, log, options = {}) {
  const file = openSync(log, 'a');
  const child = spawn(command[0], command.slice(1), { stdio: ['ignore', file, file], ...options });
  closeSync(file);
  child.on('error', (error) => { child.failure = error; });
  child.exited = new Promise((done) => child.once('exit', (code, signal) => done({ code, signal })));
  return child;
}

/** Runs COMMAND to its end, at most TIMEOUT ms (then it is killed with SIGKILL: psql would turn a milder signal into
 * a request to cancel, and a cancelled wait for the standby counts as a commit). Never throws. */
export function ask(command, { timeout = 10000, ...options } = {}) {
  return new Promise((done) => {
    execFile(command[0], command.slice(1), { encoding: 'utf8', timeout, killSignal: 'SIGKILL', maxBuffer: 64 << 20, ...options },
      (error, stdout, stderr) => done({ code: error ? (error.code ?? error.signal ?? -1) : 0, late: Boolean(error?.killed), stdout, stderr }));
  });
}

/** The same; a failure is an error with what the command said. */
export async function must(command, options) {
  const end = await ask(command, options);
  if (end.code !== 0) throw new Error(`${command.join(' ')}: ${end.late ? 'took too long' : end.code}\n${end.stderr || end.stdout}`);
  return end.stdout.trim();
}

/** Asks PROBE every EVERY ms until it gives something; after LIMIT ms an error that says WHAT was awaited. */
export async function until(what, limit, probe, every = 200) {
  const began = performance.now();
  let last;
  for (;;) {
    try {
      const found = await probe();
      if (found) return found;
      last = undefined;
    } catch (error) { last = error; }
    if (performance.now() - began > limit) throw new Error(`${what}: not within ${limit / 1000} s${last ? ` (${last.message})` : ''}`);
    await sleep(every);
  }
}

export const tail = (file, lines = 40) => {
  try { return readFileSync(file, 'utf8').split('\n').slice(-lines).join('\n'); } catch { return '(none)'; }
};
