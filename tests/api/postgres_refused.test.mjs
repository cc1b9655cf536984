// Starting on a PostgreSQL database that cannot be used: each gives one clear Chinese sentence that says what to do,
// the documented exit code (include/minyi/cli.h), never the password, and changes nothing.
// What an older server gets is a rule of its own, tested in tests/unit/test_store_postgres.c.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { binary, cli, Office } from '../harness.mjs';
import { databaseOf, onlyOn, Server, sql } from '../engine.mjs';

const option = onlyOn('postgres');
let server, admin;
before(() => {
  if (option.skip) return;
  server = Server.start();
  admin = server.admin;
});
after(() => server?.stop());

const INIT = ['--name=政协测试市委员会', '--level=city'];
const SECRET = /[0-9a-f]{32}/; // passwords of tests/postgres.sh

/** Everything that is in the database, as the superuser sees it. */
const inside = (name) => sql(databaseOf(admin, name), `SELECT n.nspname, c.relname, c.relkind FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' ORDER BY 1, 2`);

/** The command ends with CODE and says what PATTERNS ask for, in one line of Chinese. */
function refused(command, url, code, ...patterns) {
  const reply = cli([command, `--store=${url}`, ...(command === 'init' ? INIT : [])], { timeout: 300_000 });
  const shown = `${command} ${url}: ${reply.code} ${reply.stderr}`;
  assert.equal(reply.code, code, shown);
  assert.equal(reply.stderr.trim().split('\n').length, 1, shown);
  for (const pattern of [/[一-龥]{4}/, ...patterns]) assert.match(reply.stderr, pattern, shown);
  assert.doesNotMatch(reply.stderr, SECRET, shown);
}

/** Neither starting nor founding is possible, and the database is as before. */
function refusedUnchanged(name, url, code, ...patterns) {
  const before = inside(name);
  for (const command of ['serve', 'init', 'migrate']) refused(command, url, code, ...patterns);
  assert.equal(inside(name), before);
}

test('addresses that are none', option, () => {
  for (const url of ['postgres:', 'postgres://', 'postgres:/x', 'mysql://x/y']) refused('serve', url, 2, /postgres:\/\/用户@主机:端口\/数据库/);
  for (const url of ['postgres://u@h:port/x', 'postgres://u@127.0.0.1:99999/x', `${server.url}?nonsense=1`]) refused('serve', url, 1, /地址写法不对|请检查地址/);
});

test('nobody listens there, the host is unknown', option, () => {
  refused('serve', 'postgres://u:0123456789abcdef0123456789abcdef@127.0.0.1:1/x', 1, /连不上数据库服务器/, /127\.0\.0\.1:1\/x/);
  refused('serve', 'postgres://u:0123456789abcdef0123456789abcdef@no-such-host.invalid/x', 1, /连不上数据库服务器/, /no-such-host/);
});

test('wrong user, wrong password', option, () => {
  const wrong = new URL(server.url);
  wrong.password = '0'.repeat(32);
  refusedUnchanged('postgres', wrong.href, 1, /用户名或口令不对/, /pg_hba\.conf/);
  wrong.username = 'somebody';
  refused('serve', wrong.href, 1, /用户名或口令不对/);
});

test('no such database, an empty one', option, () => {
  refused('serve', databaseOf(server.url, 'nothing'), 3, /没有这个数据库/, /CREATE DATABASE/);
  sql(server.url, 'CREATE DATABASE empty');
  const before = inside('empty');
  for (const command of ['serve', 'migrate']) refused(command, databaseOf(server.url, 'empty'), 3, /还没有表/, /minyi init/);
  assert.equal(inside('empty'), before);
});

test('rights are missing: to connect, to make tables', option, () => {
  sql(admin, 'CREATE DATABASE closed; REVOKE CONNECT ON DATABASE closed FROM PUBLIC; CREATE DATABASE reading');
  refusedUnchanged('closed', databaseOf(server.url, 'closed'), 1, /CONNECT/);
  // Since PostgreSQL 15 only the owner of a database makes tables in its schema "public".
  const url = databaseOf(server.url, 'reading'), before = inside('reading');
  refused('init', url, 1, /权限/, /GRANT|OWNER/);
  assert.equal(inside('reading'), before);
});

test('a user that owns no table serves with the rights to rows alone, and is told when one is missing', option, async () => {
  const password = '0123456789abcdef0123456789abcdef', url = databaseOf(server.url, 'lesser'), lesser = new URL(url);
  Object.assign(lesser, { username: 'lesser', password });
  sql(admin, `CREATE ROLE lesser LOGIN PASSWORD '${password}'`);
  sql(server.url, 'CREATE DATABASE lesser');
  assert.equal(cli(['init', `--store=${url}`, ...INIT]).code, 0);
  refused('serve', lesser.href, 4, /用户 lesser 对 \d+ 张表（如 access）的权限不够/, /GRANT SELECT, INSERT, UPDATE, DELETE/);
  sql(url, `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO lesser;
    REVOKE INSERT, UPDATE, DELETE ON schema_migration FROM lesser; REVOKE UPDATE, DELETE ON audit FROM lesser`);
  const made = cli(['account', 'link', 'xitong', `--store=${lesser.href}`]);
  assert.equal(made.code, 0, made.stderr);
  const office = await Office.start({ demo: false, store: lesser.href });
  assert.equal((await office.client().redeem(made.stdout.trim())).status, 200);
  await office.stop();
  sql(url, 'REVOKE DELETE ON session FROM lesser');
  refused('serve', lesser.href, 4, /对 1 张表（如 session）的权限不够/);
});

test('the encoding is another', option, () => {
  for (const encoding of ['SQL_ASCII', 'LATIN1']) {
    const name = encoding.toLowerCase();
    sql(server.url, `CREATE DATABASE ${name} TEMPLATE template0 ENCODING '${encoding}' LC_COLLATE 'C' LC_CTYPE 'C'`);
    refusedUnchanged(name, databaseOf(server.url, name), 4, new RegExp(`编码是 ${encoding}`), /ENCODING 'UTF8'/);
  }
});

test('texts are not ordered by their bytes', option, () => {
  sql(server.url, "CREATE DATABASE pinyin TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'zh' LC_COLLATE 'C' LC_CTYPE 'C'");
  refusedUnchanged('pinyin', databaseOf(server.url, 'pinyin'), 4, /排序规则是 (icu:)?zh/, /LC_COLLATE 'C'/);
});

test('the database is somebody else\'s', option, () => {
  sql(server.url, 'CREATE DATABASE other');
  const url = databaseOf(server.url, 'other');
  sql(url, 'CREATE TABLE customer (id int); INSERT INTO customer VALUES (1)');
  refusedUnchanged('other', url, 4, /不是本系统的数据库，没有改动/);
  sql(url, 'CREATE TABLE schema_migration (version text)');
  refusedUnchanged('other', url, 4, /不是本系统的数据库，没有改动/);
  assert.equal(sql(url, 'SELECT count(*) FROM customer'), '1');
});

test('made by a newer version; altered', option, () => {
  sql(server.url, 'CREATE DATABASE newer');
  const url = databaseOf(server.url, 'newer');
  assert.equal(cli(['init', `--store=${url}`, ...INIT]).code, 0);
  refused('init', url, 3, /已经有数据库，没有改动/);
  sql(url, "INSERT INTO schema_migration (version, name, sha256, at_ms) SELECT max(version) + 1, 'later', 'x', 1 FROM schema_migration");
  for (const command of ['serve', 'migrate']) refused(command, url, 4, /由更新版本的程序建立/, /请升级程序/);
  sql(url, "DELETE FROM schema_migration WHERE name = 'later'; UPDATE schema_migration SET sha256 = 'x' WHERE version = 1");
  for (const command of ['serve', 'migrate']) refused(command, url, 4, /与本程序所带的不一致/);
});

test('the command line, which every user of the machine can read, soon holds no password', async () => {
  const silent = net.createServer(() => {}).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const place = `127.0.0.1:${silent.address().port}/office`;
  const addresses = [`postgres://minyi:geheim@${place}`, `postgresql://minyi:x%40heim:geheim@${place}`, `postgres://minyi@${place}?password=geheim`];
  for (const address of addresses) {
    const asked = once(silent, 'connection');
    const program = spawn(binary(), ['audit', 'verify', `--store=${address}`], { stdio: 'ignore' });
    const [socket] = await asked; // the address was read whole: the server named in it is asked
    assert.doesNotMatch(readFileSync(`/proc/${program.pid}/cmdline`, 'utf8'), /heim/, address);
    program.kill();
    await once(program, 'exit');
    socket.destroy();
  }
  silent.close();
});
