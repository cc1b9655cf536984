// Upgrading: versions to come of the program (tests/CMakeLists.txt) beside this one on the same database. "next"
// brings one migration that only adds, "after" another one that does not.
import { test, after } from 'node:test';
import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import { Office, binary, cli, until } from '../harness.mjs';
import { onlyOn, sql } from '../engine.mjs';

const program = (name) => join(dirname(binary()), 'tests', `minyi_${name}`);
const migrate = (office, name) => cli(['migrate', `--store=${office.store}`], { binary: program(name) });
const versions = (office) => Number(sql(office.store, 'SELECT count(*) FROM schema_migration;'));

const offices = [];
after(async () => { for (const office of offices.reverse()) await office.stop(); });
async function start(options) {
  const office = await Office.start({ reports: 6, ...options });
  offices.push(office);
  return office;
}

/** An officer who writes drafts one after the other, now at one node, now at another; every answer is kept. */
class Writer {
  constructor(client) {
    this.client = client;
    this.kept = new Map();
    this.failures = [];
    this.running = this.run();
  }

  async run() {
    while (!this.ended) {
      const title = `关于升级期间照常办理的建议 ${randomUUID().slice(0, 8)}`;
      try {
        const reply = await this.client.post('/reports', { client_key: randomUUID(), title, situation: '情况。'.repeat(40), analysis: '', suggestion: '建议。'.repeat(20) });
        if (reply.status === 201) this.kept.set(reply.body.id, title);
        else this.failures.push(`${reply.status} ${JSON.stringify(reply.body)}`);
        const list = await this.client.get('/reports?limit=5');
        if (list.status !== 200) this.failures.push(`list ${list.status} ${JSON.stringify(list.body)}`);
      } catch (error) {
        this.failures.push(String(error));
      }
      await sleep(30);
    }
  }

  /** Until it has written COUNT more. */
  async more(count) {
    const goal = this.kept.size + count;
    await until(() => this.kept.size >= goal || this.failures.length > 0, `${goal} are written`);
    assert.deepEqual(this.failures, []);
  }

  async end() {
    this.ended = true;
    await this.running;
    assert.deepEqual(this.failures, []);
  }

  async check(client) {
    for (const [id, title] of this.kept) {
      const reply = await client.get(`/reports/${id}`);
      assert.equal(reply.status, 200, `report ${id} was acknowledged and is lost`);
      assert.equal(reply.body.title, title);
    }
  }
}

/** The client of an office at another node: the same session. */
function at(node, client) {
  const other = node.client();
  Object.assign(other, { cookie: client.cookie, csrf: client.csrf, me: client.me });
  return other;
}

function verify(office, names = ['next']) {
  for (const path of [binary(), ...names.map(program)]) {
    const audit = cli(['audit', 'verify', `--store=${office.store}`], { binary: path });
    assert.equal(audit.code, 0, `${path}: ${audit.stdout}${audit.stderr}`);
  }
}

test('a migration that only adds: two versions side by side, nobody notices', onlyOn('postgres'), async () => {
  const old = await start();
  const officer = await old.as('officer');
  const writer = new Writer(officer);
  const known = versions(old);
  await writer.more(5);
  const migrated = migrate(old, 'next');
  assert.equal(migrated.code, 0, migrated.stderr);
  assert.equal(versions(old), known + 1);
  await writer.more(5); /* the old one goes on */
  const next = await start({ demo: false, store: old.store, program: program('next') });
  writer.client = at(next, officer);
  await writer.more(5);
  assert.deepEqual(await old.kill(), { code: 0, signal: null });
  await writer.more(5);
  await old.serve(); /* should the new one not please: back, beside it */
  writer.client = at(old, officer);
  await writer.more(5);
  await writer.end();
  await writer.check(at(next, officer));
  await writer.check(at(old, officer));
  sql(old.store, 'SELECT count(next_mark) FROM report; SELECT count(*) FROM next_note;');
  verify(old);
});

test('a migration that changes: who runs goes on, who is older does not start again', onlyOn('postgres'), async () => {
  const old = await start();
  const officer = await old.as('officer');
  const writer = new Writer(officer);
  await writer.more(3);
  assert.equal(migrate(old, 'next').code, 0);
  const next = await start({ demo: false, store: old.store, program: program('next') });
  const migrated = migrate(old, 'after');
  assert.equal(migrated.code, 0, migrated.stderr);
  await writer.more(3);
  await writer.end();
  await writer.check(at(next, officer));
  for (const path of [binary(), program('next')]) {
    const refused = cli(['serve', `--store=${old.store}`, '--listen=127.0.0.1:0'], { binary: path, timeout: 300_000 });
    assert.notEqual(refused.code, 0);
    assert.match(refused.stderr, /请升级程序后再启动/);
    assert.doesNotMatch(refused.stderr, /postgres:\/\/[^@/]*:/);
  }
  const newest = await start({ demo: false, store: old.store, program: program('after') });
  await writer.check(at(newest, officer));
  assert.equal(cli(['audit', 'verify', `--store=${old.store}`], { binary: program('after') }).code, 0);
});

test('an older database is named and left alone until it is migrated', async () => {
  const office = await start();
  const known = versions(office);
  await office.kill();
  const early = cli(['serve', `--store=${office.store}`, '--listen=127.0.0.1:0'], { binary: program('next'), timeout: 300_000 });
  assert.notEqual(early.code, 0);
  assert.match(early.stderr, new RegExp(`结构版本是 ${known}，本程序需要 ${known + 1}`));
  assert.equal(versions(office), known);
});

test('one process after the other: back to the old one while migrations only add', onlyOn('sqlite'), async () => {
  const office = await start();
  const officer = await office.as('officer');
  const writer = new Writer(officer);
  await writer.more(3);
  const beside = migrate(office, 'next');
  assert.notEqual(beside.code, 0); /* the file has one writing process */
  await writer.end();
  await office.kill();
  assert.equal(migrate(office, 'next').code, 0);
  office.program = program('next');
  await office.serve();
  await writer.check(at(office, officer));
  await office.kill();
  office.program = undefined;
  await office.serve();
  await writer.check(at(office, officer));
  const again = new Writer(at(office, officer));
  await again.more(3);
  await again.end();
  const backup = join(office.folder, 'backup.db');
  const saved = cli(['backup', `--store=${office.store}`, backup]); /* and the old one keeps backups whole */
  assert.equal(saved.code, 0, saved.stderr);
  assert.equal(sql(`sqlite:${backup}`, 'SELECT count(*) FROM next_note;'), '0');
  await office.kill();
  verify(office);
  assert.equal(migrate(office, 'after').code, 0);
  const refused = cli(['serve', `--store=${office.store}`, '--listen=127.0.0.1:0'], { timeout: 300_000 });
  assert.notEqual(refused.code, 0);
  assert.match(refused.stderr, /请升级程序后再启动/);
  const newer = join(office.folder, 'newer.db');
  assert.equal(cli(['backup', `--store=${office.store}`, newer], { binary: program('after') }).code, 0);
  assert.notEqual(cli(['restore', `--store=${office.store}`, newer]).code, 0);
});
