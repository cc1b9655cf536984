// The SQL engine that a run tests, fresh databases on it, and raw SQL behind the program's back.
//
// MINYI_TEST_ENGINE=postgres with MINYI_TEST_POSTGRES=URL (tests/postgres.sh start prints it) tests PostgreSQL, else
// SQLite is tested. tests/run.sh runs every group that opens a store once on each.
import { execFileSync } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { randomBytes } from 'node:crypto';

export const engine = process.env.MINYI_TEST_ENGINE === 'postgres' ? 'postgres' : 'sqlite';
const here = resolve(dirname(fileURLToPath(import.meta.url)));
export const BIN = process.env.MINYI_TEST_POSTGRES_BIN ?? '/usr/lib/postgresql/15/bin';
export const psql = join(BIN, 'psql');

/** Options of a test that is about one engine's nature; tests/README.md lists them with their reasons. */
export const onlyOn = (which) => ({ skip: engine === which ? false : `only on ${which}` });

/** Runs SQL with the engine's own shell; the rows as text, columns parted by '|'. STORE is a store's URL. */
export function sql(store, text) {
  const [command, args] = store.startsWith('sqlite:')
    ? ['sqlite3', ['-bail', store.slice('sqlite:'.length)]]
    : [psql, ['-qAtX', '-v', 'ON_ERROR_STOP=1', '-d', store]];
  return execFileSync(command, args, { input: text, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] }).trimEnd();
}

/** URL with another database in it. */
export function databaseOf(url, name) {
  const other = new URL(url);
  other.pathname = `/${name}`;
  return other.href;
}

/** The store of a new database of the test's own, empty: a file in FOLDER, or a database of SERVER. */
export function freshStore(folder, { name = 'office', server = process.env.MINYI_TEST_POSTGRES, options = '' } = {}) {
  if (engine === 'sqlite') return `sqlite:${join(folder, `${name}.db`)}`;
  if (!server) throw new Error('MINYI_TEST_POSTGRES is not set: tests/postgres.sh start prints it');
  const database = `minyi_test_${randomBytes(8).toString('hex')}`;
  sql(server, `CREATE DATABASE ${database} ${options}`);
  return databaseOf(server, database);
}

/** Drops a database made by freshStore() with everybody who is still connected; files go with their folder. */
export function dropStore(store) {
  if (store.startsWith('sqlite:')) return;
  const database = new URL(store).pathname.slice(1);
  if (!database.startsWith('minyi_test_')) throw new Error(`not a database of a test: ${database}`);
  sql(databaseOf(store, 'postgres'), `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
}

/** A PostgreSQL server of the test's own, to be killed and filled: tests/postgres.sh. Call stop() at the end. */
export class Server {
  static start(...flags) {
    const server = new Server();
    server.name = `test-${randomBytes(6).toString('hex')}`;
    server.url = server.run('start', `--owner=${process.pid}`, ...flags);
    return server;
  }

  run(verb, ...flags) {
    return execFileSync(join(here, 'postgres.sh'), [verb, `--name=${this.name}`, ...flags],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();
  }

  get admin() { return this.run('admin'); }
  kill() { this.run('kill'); }
  up() { this.run('up'); }
  stop() { this.run('stop'); }
}
