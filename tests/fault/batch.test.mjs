// A batch of papers whose node is killed: in the middle of its papers, and with its zip stored but for the last write. On
// PostgreSQL a second node finishes it, on SQLite the same one after its restart. The zip is whole, there is one, and the
// owner hears of it once. And the server that is away for a moment costs the batch nothing but time.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Office, key, until } from '../harness.mjs';
import { engine, freshStore, onlyOn, Server, sql } from '../engine.mjs';

let server, office, second, editor, items;
let maker, other; // the node that leads, and on a server the one beside it

before(async () => {
  if (engine === 'postgres') server = Server.start('--durable');
  office = await Office.start({ reports: 40, ...(server && { store: freshStore('', { server: server.url }) }) });
  editor = await office.as('editor');
  maker = office;
  if (server) other = second = await Office.start({ demo: false, store: office.store });
  const list = (path) => editor.get(path).then((reply) => reply.body.items);
  const issues = await list('/issues?limit=100');
  items = [...issues.flatMap(({ id }) => [{ kind: 'issue', id }, { kind: 'dispatch_list', id }]),
    ...(await list('/desk/reports?limit=60')).map(({ id }) => ({ kind: 'report', id }))];
  assert.ok(items.length >= 30, `only ${items.length} papers`);
});
after(async () => {
  try {
    await second?.stop();
    await office?.stop();
  } finally { server?.stop(); }
});

function good(reply, status = 200) {
  assert.equal(reply.status, status, JSON.stringify(reply.body));
  return reply.body;
}
const ask = async (formats) => good(await editor.post('/paper-batches', { items, formats }, { headers: key() }), 201).id;
const batchOf = async (id) => good(await editor.get(`/paper-batches/${id}`));

/** kill -9 of the node that makes the batch. On a server the other one leads from then on, and makes batches. */
async function kill() {
  await maker.kill('SIGKILL');
  if (!other) {
    await maker.serve();
    editor.url = maker.url;
    return;
  }
  [maker, other] = [other, maker];
  editor.url = maker.url;
  // A minute without a sign of life, without waiting for it.
  sql(office.store, "UPDATE paper_batch SET beat_ms = beat_ms - 60000 WHERE status = 'running'; UPDATE blob_partial SET beat_ms = beat_ms - 60000");
}

/** The batch is done, its zip is what it says it is, and nothing else of any batch is in the store. */
async function isWhole(id, { batches }) {
  const batch = await until(() => batchOf(id), 'the batch is made', (one) => one.finished_ms !== null);
  assert.equal(batch.status, 'done', JSON.stringify(batch));
  assert.equal(batch.done, items.length);
  const reply = await editor.get(`/paper-batches/${id}/file`);
  assert.equal(reply.status, 200);
  assert.equal(reply.headers.get('etag').replaceAll('"', ''), createHash('sha256').update(reply.body).digest('hex'));
  const path = join(office.folder, `${id}.zip`);
  writeFileSync(path, reply.body);
  const names = execFileSync('python3', ['-c', 'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; print("\\n".join(z.namelist()))', path], { encoding: 'utf8' }).trim().split('\n');
  for (const item of batch.items) if (item.file) assert.ok(names.includes(item.file), `${item.file} is missing`);
  assert.equal(names.length, batch.formats.length * batch.items.filter((one) => one.file).length + 2);
  assert.equal((await editor.get('/paper-batches?limit=100')).body.items.length, batches);
  assert.equal((await editor.get('/notices?limit=100')).body.items.filter((one) => one.link === '/papers/batches').length, batches, 'told once');
  await until(() => Number(sql(office.store, 'SELECT count(*) FROM blob_partial')), 'what was half stored is gone', (count) => count === 0);
  assert.equal(sql(office.store, "SELECT count(*) FROM blob WHERE mime = 'application/zip'"), String(batches));
  assert.equal(sql(office.store, 'SELECT count(*) FROM blob_chunk WHERE sha256 NOT IN (SELECT sha256 FROM blob)'), '0');
}

test('killed in the middle of the papers: made by another, whole, once', async () => {
  const id = await ask(['docx', 'pdf']);
  await until(() => batchOf(id), 'some papers are made', (batch) => batch.done > 0 && batch.done < items.length);
  await kill();
  const again = await batchOf(id);
  assert.equal(again.finished_ms, null);
  assert.equal((await editor.get(`/paper-batches/${id}/file`)).status, 404);
  await isWhole(id, { batches: 1 });
  assert.equal(sql(office.store, `SELECT begun FROM paper_batch WHERE id = ${id}`), '2');
  await other?.serve();
});

const lingering = () => Number(sql(office.store, "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND usename = 'minyi'"));

test('killed when all of the zip is stored and the last write is under way: whole, once', onlyOn('postgres'), async () => {
  // The first one to come by stays; the node that goes on meanwhile is not held up.
  sql(office.store, `CREATE SEQUENCE turn; CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF nextval('turn') = 1 THEN PERFORM pg_sleep(600); END IF; RETURN NEW; END $$;
    CREATE TRIGGER linger BEFORE UPDATE ON paper_batch FOR EACH ROW WHEN (NEW.status = 'done') EXECUTE FUNCTION linger()`);
  const id = await ask(['pdf']);
  await until(lingering, 'the zip is stored');
  assert.equal(sql(office.store, 'SELECT count(*) FROM blob_partial'), '1');
  assert.equal((await editor.get(`/paper-batches/${id}/file`)).status, 404, 'not to be had before it is whole');
  await kill();
  // The server notices within a second that nobody listens, and takes the last write back.
  await until(lingering, 'the write is given up, and not waited for to its end', (count) => count === 0);
  sql(office.store, 'DROP TRIGGER linger ON paper_batch');
  await isWhole(id, { batches: 2 });
  assert.equal(sql(office.store, `SELECT begun FROM paper_batch WHERE id = ${id}`), '2');
  await other?.serve();
});

test('the server killed and back in the middle: the batch goes on where it was', onlyOn('postgres'), async () => {
  sql(office.store, 'DELETE FROM rendering'); // so that it has its papers to make, which takes a while
  const id = await ask(['docx', 'pdf']);
  await until(() => batchOf(id), 'some papers are made', (batch) => batch.done > 0 && batch.done < items.length);
  server.kill();
  await sleep(1000);
  server.up();
  await until(() => editor.get(`/paper-batches/${id}`), 'the service answers again', (reply) => reply.status === 200);
  await isWhole(id, { batches: 3 });
  assert.equal(sql(office.store, `SELECT begun || ' ' || faults FROM paper_batch WHERE id = ${id}`), '1 0', 'not begun again');
});
