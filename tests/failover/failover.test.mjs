// Runs the rig once and makes a test of each of its checks. No packages, no right to make namespaces, no result: failed.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { table } from './table.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const result = process.env.MINYI_RIG_RESULT ?? join(here, '../../build/failover.json');
const LIMIT_MS = 840000;

rmSync(result, { force: true });
const rig = spawn(join(here, 'rig.sh'), [process.execPath, join(here, 'main.mjs')],
  { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, MINYI_RIG_RESULT: result } });
const late = setTimeout(() => rig.kill('SIGTERM'), LIMIT_MS);
const code = await new Promise((done) => { rig.on('exit', done); rig.on('error', done); });
clearTimeout(late);

const found = existsSync(result) ? JSON.parse(readFileSync(result, 'utf8')) : undefined;
test('the rig ran', () => {
  assert.ok(found, `no result (${code}): see above`);
  assert.ok(found.faults.length > 0 && found.checks.length > 0, 'nothing was tried');
});
for (const check of found?.checks ?? [])
  test(check.name, () => assert.ok(check.ok, `${check.count}: ${check.wrong.join('; ')}`));
if (found?.faults.length) {
  const text = `${table(found)}\n\n${found.requests} 个请求（每秒约 ${found.rate} 个），${found.reports} 件来稿、${found.issues} 期；`
    + `${found.cores} 核；Patroni ttl ${found.timings.ttl} s、loop_wait ${found.timings.loop_wait} s、retry_timeout ${found.timings.retry_timeout} s；共 ${found.seconds} 秒。\n`;
  writeFileSync(result.replace(/\.json$/, '.md'), text);
}
