// The server goes away in the middle of a copy: a clear word, nobody opens what is half, and the same command goes on
// where it was. A server that is back within seconds is not even noticed.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { binary, cli } from '../harness.mjs';
import { Server, databaseOf, onlyOn, sql } from '../engine.mjs';

const folder = mkdtempSync(join(tmpdir(), 'minyi-copy-lost-'));
const file = `sqlite:${join(folder, 'office.db')}`;
const only = onlyOn('postgres');
let server;
before(() => {
  if (only.skip) return;
  const made = cli(['demo', `--store=${file}`, '--reports=60']);
  assert.equal(made.code, 0, made.stderr);
  server = Server.start('--durable');
});
after(() => {
  server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A copy of the file into the database NAME; MEANWHILE runs once, with its first word about rows. */
function copy(name, meanwhile = () => {}) {
  return new Promise((done) => {
    const child = spawn(binary(), ['copy', `--from=${file}`, `--to=${databaseOf(server.url, name)}`]);
    let stdout = '', stderr = '', waiting = true;
    child.stdout.on('data', (data) => { stdout += data; });
    child.stderr.on('data', (data) => {
      stderr += data;
      if (!waiting || !stderr.includes('复制')) return;
      waiting = false;
      child.kill('SIGSTOP'); // else a quick copy comes to its end before the server does
      meanwhile();
      child.kill('SIGCONT');
    });
    child.on('close', (code) => done({ code, stdout, stderr }));
  });
}

test('the server is killed and stays away', only, async () => {
  sql(server.url, 'CREATE DATABASE away');
  const lost = await copy('away', () => server.kill());
  assert.equal(lost.code, 1, lost.stdout + lost.stderr);
  assert.match(lost.stderr, /与目标数据库 .* 的连接中断：恢复后再运行同一条命令，会从中断处继续/);
  server.up();
  const refused = cli(['audit', 'verify', `--store=${databaseOf(server.url, 'away')}`]);
  assert.equal(refused.code, 4, refused.stderr);
  const again = await copy('away');
  assert.equal(again.code, 0, again.stderr);
  assert.match(again.stdout, /逐行核对一致/);
  assert.equal(cli(['audit', 'verify', `--store=${databaseOf(server.url, 'away')}`]).code, 0);
});

test('the server is killed and is back at once', only, async () => {
  sql(server.url, 'CREATE DATABASE back');
  const whole = await copy('back', () => { server.kill(); server.up(); });
  if (whole.code !== 0) { // it stood where the target is read: then the same command goes on
    const again = await copy('back');
    assert.equal(again.code, 0, again.stderr);
  }
  assert.equal(cli(['audit', 'verify', `--store=${databaseOf(server.url, 'back')}`]).code, 0);
});
