// A full disk: writes are refused with 507 and nothing half-done, reading goes on, and when there is room again the
// service goes on by itself. The disk is a small tmpfs of the test's own; without the right to mount it is skipped.
// A server has its database there, in a tablespace; its log lies elsewhere, because a server whose log is full stops
// (postgres_down.test.mjs: then it is one that is away).
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, truncateSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Office, key, ok, refused, until } from '../harness.mjs';
import { databaseOf, engine, freshStore, onlyOn, Server, sql } from '../engine.mjs';

const disk = mkdtempSync(join(tmpdir(), 'minyi-disk-'));
let mounted = false, office, server;

/** An empty database on the small disk. */
function storeOnDisk() {
  if (engine === 'sqlite') return `sqlite:${join(disk, 'office.db')}`;
  server = Server.start();
  const place = join(disk, 'space');
  mkdirSync(place);
  server.run('lend', place);
  sql(server.admin, `CREATE TABLESPACE small LOCATION '${place}'; GRANT CREATE ON TABLESPACE small TO minyi`);
  return freshStore('', { server: server.url, options: 'TABLESPACE small' });
}

before(async () => {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=32m', 'tmpfs', disk], { stdio: 'ignore' });
    mounted = true;
  } catch { return; }
  office = await Office.start({ reports: 24, store: storeOnDisk() });
});
after(async () => {
  await office?.stop();
  server?.stop();
  if (mounted) execFileSync('umount', [disk]);
  rmSync(disk, { recursive: true, force: true });
});

/** Nothing is left on the disk but ROOM bytes. */
function fill(room = 0) {
  const path = join(disk, 'filler');
  const file = openSync(path, 'w');
  const piece = Buffer.alloc(64 * 1024, 1);
  try { for (;;) writeSync(file, piece); } catch (error) { assert.equal(error.code, 'ENOSPC'); } finally { closeSync(file); }
  truncateSync(path, Math.max(0, statSync(path).size - room));
}

test('full: 507 for writes, reading goes on; room again: writing goes on', async (t) => {
  if (!mounted) return t.skip('no right to mount a small disk');
  const officer = await office.as('officer');
  const text = { situation: '情况。'.repeat(2000), suggestion: '建议。'.repeat(2000) };
  const before = (await officer.post('/reports', { title: '满之前', ...text }, { headers: key() })).body;
  const editor = await office.as('editor');
  const { id } = (await editor.get('/issues?limit=1')).body.items[0];
  fill();
  let full;
  for (let i = 0; i < 200; i++) {
    const reply = await officer.post('/reports', { title: `第 ${i} 件`, ...text }, { headers: key() });
    if (reply.status !== 201) { full = reply; break; }
  }
  assert.ok(full, 'the disk was never full');
  assert.equal(full.status, 507, JSON.stringify(full.body));
  assert.equal(full.body.code, 'store_full');
  assert.match(full.body.title, /磁盘已满/);
  assert.equal((await officer.get(`/reports/${before.id}`)).body.title, '满之前');
  assert.equal((await officer.get('/reports')).status, 200);
  assert.equal((await office.client().request('GET', '/healthz', { json: false })).status, 200);
  // A paper can be looked at; its file, which would be kept and recorded, is not handed out.
  const paper = await editor.get(`/papers/issue/${id}/file?format=pdf`);
  assert.equal(paper.status, 507, JSON.stringify(paper.body));
  assert.deepEqual((await editor.get(`/papers/issue/${id}`)).body.renderings, []);
  rmSync(join(disk, 'filler'));
  const again = await officer.post('/reports', { title: '又有空间', ...text }, { headers: key() });
  assert.equal(again.status, 201, JSON.stringify(again.body));
  assert.equal((await editor.get(`/papers/issue/${id}/file?format=pdf`)).status, 200);
  assert.equal((await editor.get(`/papers/issue/${id}`)).body.renderings.length, 1);
});

test('full while the zip of a batch is stored: the batch ends and says why, nothing of it is left; with room again it is made', async (t) => {
  if (!mounted) return t.skip('no right to mount a small disk');
  const editor = await office.as('editor');
  const issues = (await editor.get('/issues?limit=100')).body.items;
  const items = issues.flatMap(({ id }) => [{ kind: 'issue', id }, { kind: 'dispatch_list', id }]);
  const ask = async () => {
    const reply = await editor.post('/paper-batches', { items, formats: ['pdf'] }, { headers: key() });
    assert.equal(reply.status, 201, JSON.stringify(reply.body));
    return reply.body.id;
  };
  const batchOf = async (id) => (await editor.get(`/paper-batches/${id}`)).body;
  const ended = async (id) => {
    for (let i = 0; i < 1800; i++) {
      const batch = await batchOf(id);
      if (batch.finished_ms) return batch;
      await sleep(100);
    }
    return batchOf(id);
  };
  const zips = () => sql(office.store, "SELECT count(*) FROM blob WHERE mime = 'application/zip'");
  const { id: first, size } = await ended(await ask()); // and all its papers are kept: the next one records them again, and writes its zip
  assert.ok(size > 200_000, `${size} bytes`);
  // The next one, of other bytes, is asked for while the service is away, which no machine is too slow for.
  await office.kill();
  const id = Number(sql(office.store, `INSERT INTO paper_batch (account_id, status, formats, total, name, created_ms)
    SELECT account_id, 'waiting', formats, total, name, created_ms + 60000 FROM paper_batch WHERE id = ${first} RETURNING id`));
  sql(office.store, `INSERT INTO paper_batch_item (batch_id, position, kind, record_id, title)
    SELECT ${id}, position, kind, record_id, title FROM paper_batch_item WHERE batch_id = ${first}`);
  // What a server has tried to write has filled the disk for good: what is said of it lies elsewhere, as the log does.
  if (server) sql(databaseOf(server.admin, new URL(office.store).pathname.slice(1)), `DO $$ DECLARE one record; BEGIN
    FOR one IN SELECT oid::regclass AS name, relkind FROM pg_class WHERE relkind IN ('r', 'i') AND relname ~ '^(audit|notice|paper_batch)' LOOP
      EXECUTE format('ALTER %s %s SET TABLESPACE pg_default', CASE one.relkind WHEN 'r' THEN 'TABLE' ELSE 'INDEX' END, one.name);
    END LOOP; END $$`);
  fill(Math.floor(size * 0.7)); // for the records, some 50 kB each, and the word of the failure; not for the zip
  await office.serve();
  editor.url = office.url;
  const batch = await ended(id);
  assert.equal(batch.status, 'failed', JSON.stringify(batch));
  assert.match(batch.error, /磁盘已满/);
  assert.equal((await editor.get(`/paper-batches/${id}/file`)).status, 404);
  assert.equal(zips(), '1');
  const parts = () => sql(office.store, 'SELECT count(*) FROM blob_partial');
  for (let i = 0; i < 1800 && parts() !== '0'; i++) await sleep(100); // taken away piece by piece, behind the batch's end
  assert.equal(parts(), '0');
  rmSync(join(disk, 'filler'));
  const again = await ended(await ask());
  assert.equal(again.status, 'done', JSON.stringify(again));
  assert.equal((await editor.get(`/paper-batches/${again.id}/file`)).body.length, again.size);
  assert.equal(zips(), '2');
});

/** Runs SQL beside the service; false when somebody else is writing, or there is no room. */
function tried(text) {
  try {
    sql(office.store, text);
    return true;
  } catch (error) {
    assert.match(String(error.stderr), /database is locked|database or disk is full|disk I\/O error/);
    return false;
  }
}

test('full to the last byte while a batch is made: it is shown as standing still, and fails as soon as that can be written', onlyOn('sqlite'), async (t) => {
  if (!mounted) return t.skip('no right to mount a small disk');
  const editor = await office.as('editor');
  const issues = (await editor.get('/issues?limit=100')).body.items;
  const items = issues.flatMap(({ id }) => [{ kind: 'issue', id }, { kind: 'dispatch_list', id }]);
  const get = async (id) => ok(await editor.get(`/paper-batches/${id}`));
  const over = (id) => until(() => get(id), 'the batch ends', (batch) => batch.finished_ms !== null);
  // The service is held while it makes a batch; one that was made before is asked for again. A minute passes meanwhile.
  const id = await until(async () => {
    await until(() => tried('DELETE FROM rendering'), 'its papers are to be made');
    const made = ok(await editor.post('/paper-batches', { items, formats: ['docx', 'pdf'] }, { headers: key() }), 201).id;
    await until(() => get(made), 'it is begun', (batch) => batch.status !== 'waiting');
    office.process.kill('SIGSTOP');
    if (tried('UPDATE paper_batch SET beat_ms = beat_ms - 120000, created_ms = created_ms - 120000')
      && sql(office.store, `SELECT status FROM paper_batch WHERE id = ${made}`) === 'running') return made;
    office.process.kill('SIGCONT');
    await over(made);
    ok(await editor.del(`/paper-batches/${made}`), 204);
    return 0;
  }, 'a batch is held in the middle');
  sql(office.store, 'CREATE TABLE filler (bytes BLOB)');
  fill();
  // What is left in the file and its log, too: nobody's checkpoint makes room later.
  for (const size of [100_000, 10_000, 1]) {
    do tried('PRAGMA wal_checkpoint'); while (tried(`INSERT INTO filler VALUES (zeroblob(${size}))`));
  }
  const failures = () => readFileSync(office.log, 'utf8').split('\n').filter((line) => /"batch"/.test(line) && /store_full/.test(line)).length;
  const before = failures();
  office.process.kill('SIGCONT');

  const still = await until(() => get(id), 'it is shown as standing still', (batch) => batch.stalled);
  assert.deepEqual([still.status, still.status_text, still.finished_ms], ['running', '已停顿', null]);
  assert.match(still.error, /一分钟没有进展/);
  const listed = ok(await editor.get('/paper-batches')).items.find((one) => one.id === id);
  assert.deepEqual([listed.stalled, listed.status_text, listed.error], [true, still.status_text, still.error]);
  refused(await editor.post(`/paper-batches/${id}/cancel`), 507, 'store_full');
  await until(failures, 'the log says why, each time that it cannot be written', (count) => count > before + 1);
  assert.equal((await get(id)).stalled, true);

  rmSync(join(disk, 'filler'));
  const batch = await over(id);
  assert.deepEqual([batch.status, batch.stalled], ['failed', false], JSON.stringify(batch));
  assert.match(batch.error, /磁盘已满/);
  sql(office.store, 'DROP TABLE filler');
});
