// The two minyi nodes: the same binary, the same database, different ports.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { must, start, tail, until } from './proc.mjs';

export class Nodes {
  constructor(binary, folder, store) {
    this.binary = binary;
    this.folder = folder;
    this.store = store;
    this.urls = [0, 1].map((node) => `http://127.0.0.1:${8101 + node}`);
    this.processes = [];
    this.log = (node) => join(folder, 'log', `minyi-${node + 1}.log`);
  }

  /** Makes the office; returns the single-use sign-in links by role. */
  async demo() {
    const links = join(this.folder, 'links.json');
    await must([this.binary, 'demo', `--store=${this.store}`, '--reports=12', `--links=${links}`], { timeout: 120000 });
    return JSON.parse(readFileSync(links, 'utf8'));
  }

  async serve(node) {
    const port = join(this.folder, `port-${node}`);
    rmSync(port, { force: true });
    const child = this.processes[node] = start([this.binary, 'serve', `--store=${this.store}`, `--listen=127.0.0.1:${8101 + node}`,
      `--port-file=${port}`, '--log-level=warn', '--rate-limits=no'], this.log(node));
    await until(`node ${node + 1} to serve`, 30000, () => {
      if (child.exitCode !== null) throw new Error(`node ${node + 1} ended: ${tail(this.log(node), 12)}`);
      return existsSync(port) && readFileSync(port, 'utf8').trim();
    }, 50);
  }

  async kill(node) {
    this.processes[node].kill('SIGKILL');
    await this.processes[node].exited;
  }

  /** An orderly end; {code, signal} of each. A node that does not end is killed and says so. */
  async end() {
    return Promise.all(this.processes.map(async (child) => {
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 40000);
      const end = await child.exited;
      clearTimeout(late);
      return end;
    }));
  }

  verify() { return must([this.binary, 'audit', 'verify', `--store=${this.store}`], { timeout: 120000 }); }
}
