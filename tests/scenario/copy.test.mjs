// An office moves: a demo office in a file, copied to the engine under test and back to a new file; all three are the
// same, and people go on working on the copy. Then a copy is killed in its middle, and a backup is taken and restored.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { Office, binary, cli, key, ok, sha256 } from '../harness.mjs';
import { dropStore, freshStore, sql } from '../engine.mjs';

const folder = mkdtempSync(join(tmpdir(), 'minyi-copy-'));
const first = `sqlite:${join(folder, 'first.db')}`;
const third = `sqlite:${join(folder, 'third.db')}`;
const stores = [];
const fresh = (name) => { const store = freshStore(folder, { name }); stores.push(store); return store; };
const copy = (from, to) => { // with what it says on the way, too
  const { status, stdout, stderr } = spawnSync(binary(), ['copy', `--from=${from}`, `--to=${to}`], { encoding: 'utf8' });
  return { code: status, stdout, stderr };
};

// "report   300  一致 0123456789abcdef"
const tables = (output) => Object.fromEntries(
  [...output.matchAll(/^(\w+) +(\d+) {2}一致 ([0-9a-f]{16})$/gm)].map(([, name, rows, hash]) => [name, `${rows} ${hash}`]));

let office, second, report, attachment, bytes, moved;
before(async () => {
  office = await Office.start({ reports: 24, store: first });
  const officer = await office.as('officer');
  await office.as('editor');
  report = ok(await officer.post('/reports', { title: '搬家之前写的', situation: '情况。', suggestion: '建议。' }, { headers: key() }), 201);
  bytes = Buffer.concat([Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64'), randomBytes(700_000)]);
  const sent = await officer.request('POST', `/reports/${report.id}/attachments?name=a.png`,
    { raw: bytes, headers: { 'Content-Type': 'application/octet-stream' } });
  assert.ok([200, 201].includes(sent.status), JSON.stringify(sent.body));
  attachment = `/reports/${report.id}/attachments/${sent.body.id}`;
  second = fresh('second');
});
after(async () => {
  await office?.stop();
  await moved?.stop();
  stores.forEach(dropStore);
  rmSync(folder, { recursive: true, force: true });
});

test('while the service runs nothing is copied', () => {
  const refused = copy(first, second);
  assert.equal(refused.code, 1, refused.stdout);
  assert.match(refused.stderr, /正在使用，请先停止服务/);
});

test('there and back: every table has the same rows, and the audit chain is whole', async () => {
  await office.kill();
  const there = copy(first, second);
  assert.equal(there.code, 0, there.stderr);
  assert.match(there.stdout, /逐行核对一致/);
  assert.match(there.stdout, /目标的审计链完整，共 \d+ 条/);
  assert.match(there.stderr, /^复制 report：\d+ 行（\d+%）$/m);
  assert.doesNotMatch(there.stderr, /[\r\x1b]/); // no bar where there is no terminal
  const back = copy(second, third);
  assert.equal(back.code, 0, back.stderr);
  const [a, b] = [tables(there.stdout), tables(back.stdout)];
  assert.ok(Object.keys(a).length > 40, there.stdout);
  assert.match(a.report, /^25 /);
  assert.match(a.blob_chunk, /^4 /); // the demo's own picture is one
  assert.deepEqual(a, b);
  for (const store of [first, second, third]) {
    const chain = cli(['audit', 'verify', `--store=${store}`]);
    assert.equal(chain.code, 0, chain.stderr);
  }
  const again = copy(first, second);
  assert.equal(again.code, 3, again.stderr);
  assert.match(again.stderr, /已经有一个机关的数据库，没有改动它/);
});

test('people go on working on the copy', async () => {
  moved = await Office.start({ store: second, demo: false });
  const officer = await office.as('officer');
  officer.url = moved.url; // the session of before is still one
  assert.equal(ok(await officer.get(`/reports/${report.id}`)).title, '搬家之前写的');
  const editor = moved.client();
  ok(await editor.signIn(office.links.editor.login));
  const got = await officer.get(attachment);
  assert.equal(got.status, 200);
  assert.equal(sha256(got.body), sha256(bytes));
  const next = ok(await officer.post('/reports', { title: '搬家之后写的', situation: '情况。', suggestion: '建议。' }, { headers: key() }), 201);
  assert.ok(next.id > report.id);
});

test('a backup of the running office comes back in another place', async () => {
  const file = join(folder, 'backup.db');
  const officer = await office.as('officer');
  const made = cli(['backup', file, `--store=${second}`]);
  assert.equal(made.code, 0, made.stderr);
  for (const ending of ['.partial', '.partial-wal', '.partial-lock']) assert.ok(!existsSync(file + ending), ending);
  ok(await officer.post('/reports', { title: '备份之后写的' }, { headers: key() }), 201);
  const place = fresh('restored');
  const restored = cli(['restore', file, `--store=${place}`]);
  assert.equal(restored.code, 0, restored.stderr);
  assert.equal(cli(['audit', 'verify', `--store=${place}`]).code, 0);
  const titles = sql(place, 'SELECT title FROM report ORDER BY id;');
  assert.match(titles, /搬家之后写的$/);
  if (place.startsWith('sqlite:')) return;
  const refused = cli(['restore', file, `--store=${place}`]);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /没有改动它；恢复不会删除任何数据.*CREATE DATABASE/s);
});

/** Kills a copy with its first word on standard error; true when it had not come to its end. */
function broken(to) {
  return new Promise((done) => {
    const child = spawn(binary(), ['copy', `--from=${third}`, `--to=${to}`], { stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr.once('data', () => child.kill('SIGKILL'));
    child.on('exit', (code, signal) => done(signal === 'SIGKILL'));
  });
}

test('killed in the middle: no service opens it, the same command finishes it', async () => {
  let target;
  for (let i = 0; i < 5 && !target; i++) {
    const store = fresh(`broken${i}`);
    if (await broken(store)) target = store;
  }
  assert.ok(target, 'each of five copies was quicker than its killer');
  for (const command of [['serve', '--listen=127.0.0.1:0'], ['audit', 'verify'], ['backup', join(folder, 'no.db')], ['init', '--name=甲']]) {
    const refused = cli([...command, `--store=${target}`]);
    assert.equal(refused.code, 4, `${command}: ${refused.stdout}${refused.stderr}`);
    assert.match(refused.stderr, /复制.*还没有完成，不能使用：请再运行同一条命令/);
  }
  const again = copy(third, target);
  assert.equal(again.code, 0, again.stderr);
  assert.match(again.stdout, /本次从上次中断处继续/);
  assert.equal(cli(['audit', 'verify', `--store=${target}`]).code, 0);
});
