// Writes past minyi: what the database alone does in a fault, as the reference beside what minyi's clients saw.
//
// 1. The witness writes through HAProxy like an application; the fence writes to the machine that led before, at the
//    moment it comes back. What was acknowledged to either must be in the database at the end.
// 2. A write is a psql of its own. It is given up by SIGKILL only: see ask().
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { HUB } from './cluster.mjs';
import { ask, must } from './proc.mjs';

export class Witness {
  constructor(cluster) {
    this.cluster = cluster;
    this.acknowledged = new Map(); // token → 'witness' | 'fence'
    this.moments = [];             // when the witness was acknowledged
    this.refused = 0;
  }

  async begin() {
    await must(this.cluster.psql('witness', 'CREATE TABLE mark (token TEXT PRIMARY KEY, at TIMESTAMPTZ NOT NULL DEFAULT now())'));
    this.running = this.#run();
  }

  async write(host = HUB, kind = 'witness', timeout = 8000) {
    const token = randomUUID();
    const end = await ask(this.cluster.psql('witness', `INSERT INTO mark (token) VALUES ('${token}')`, 'minyi', host), { timeout });
    // "canceling wait for synchronous replication" is a warning with success: only one machine has it.
    const whole = end.code === 0 && !/WARNING/.test(end.stderr);
    if (whole) this.acknowledged.set(token, kind); else this.refused++;
    return whole;
  }

  async #run() {
    while (!this.stopping) {
      if (await this.write()) this.moments.push(performance.now());
      await sleep(250);
    }
  }

  /** For MS, writes to NODE itself; how many of them it took. */
  async fence(host, ms = 8000) {
    const end = performance.now() + ms;
    let taken = 0;
    const going = [];
    while (performance.now() < end) {
      going.push(this.write(host, 'fence', 4000).then((ok) => { if (ok) taken++; }));
      await sleep(400);
    }
    await Promise.all(going);
    return taken;
  }

  async end() {
    this.stopping = true;
    await this.running;
  }

  /** Acknowledged tokens that are not there. */
  async lost() {
    const have = new Set((await must(this.cluster.psql('witness', 'SELECT token FROM mark'), { timeout: 20000 })).split('\n'));
    return [...this.acknowledged].filter(([token]) => !have.has(token)).map(([token, kind]) => `${kind} ${token}`);
  }
}
