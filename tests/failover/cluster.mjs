// The database an office would operate: three machines, each with etcd, Patroni and PostgreSQL 15, and HAProxy before them.
//
// 1. A machine is a network namespace with a line (veth) to a bridge. Killing a machine kills every process in its
//    namespace at once; cutting it off takes its line down; freezing it stops its processes where they are.
// 2. Addresses and ports are fixed: nothing outside the rig's own namespace can see them.
// 3. The rig must itself be in a network, process and mount namespace of its own (rig.sh); it ends with them.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask, must, start, until, AS_POSTGRES } from './proc.mjs';

export const BIN = '/usr/lib/postgresql/15/bin';
export const HUB = '10.77.0.1';
export const NODES = ['db1', 'db2', 'db3'];
export const address = (node) => `10.77.0.${11 + NODES.indexOf(node)}`;
export const PASSWORD = 'rig-only-7391';
export const url = (database) => `postgres://minyi:${PASSWORD}@${HUB}:5432/${database}`;

/* loop_wait + 2 * retry_timeout <= ttl: a leader that cannot reach etcd has given up before another may begin. 20 s is
 * the smallest ttl that newer Patroni accepts. */
export const TIMINGS = { ttl: 20, loop_wait: 2, retry_timeout: 5 };

/* The second API of etcd, whose leader key changes hands by compare-and-swap only. Debian 12's Patroni 3.0.2 puts the
 * key unconditionally by the third (mended in 3.0.3): a primary that comes back after a cut takes the lock from the
 * new one, two primaries write on one timeline, and acknowledged writes are lost. MINYI_FAILOVER_ETCD=etcd3 shows it. */
const ETCD_API = process.env.MINYI_FAILOVER_ETCD ?? 'etcd';

const PARAMETERS = {
  max_connections: 80, shared_buffers: '64MB', max_wal_size: '256MB', min_wal_size: '80MB', wal_keep_size: '128MB',
  synchronous_commit: 'on', wal_sender_timeout: '5s', wal_receiver_timeout: '5s', wal_retrieve_retry_interval: '1s',
  tcp_keepalives_idle: 5, tcp_keepalives_interval: 2, tcp_keepalives_count: 3, tcp_user_timeout: '8s',
  log_min_messages: 'warning', lc_messages: 'C',
};

function patroniFile(folder, node) {
  const host = address(node);
  return {
    scope: 'minyi', name: node,
    restapi: { listen: `${host}:8008`, connect_address: `${host}:8008` },
    [ETCD_API]: { hosts: NODES.map((each) => `${address(each)}:2379`).join(',') },
    bootstrap: {
      dcs: {
        ...TIMINGS, maximum_lag_on_failover: 1 << 20, primary_start_timeout: 10, master_start_timeout: 10,
        synchronous_mode: true, synchronous_mode_strict: true,
        postgresql: { use_pg_rewind: true, use_slots: true, parameters: PARAMETERS },
      },
      initdb: [{ encoding: 'UTF8' }, { locale: 'C' }, 'data-checksums'],
      pg_hba: ['local all all trust', 'host replication replicator 10.77.0.0/24 scram-sha-256', 'host all all 10.77.0.0/24 scram-sha-256'],
    },
    postgresql: {
      listen: `${host}:5432`, connect_address: `${host}:5432`, data_dir: join(folder, node, 'data'), bin_dir: BIN,
      pgpass: join(folder, node, 'pgpass'),
      authentication: {
        superuser: { username: 'postgres', password: PASSWORD }, replication: { username: 'replicator', password: PASSWORD },
        rewind: { username: 'rewinder', password: PASSWORD },
      },
      parameters: { unix_socket_directories: join(folder, node), password_encryption: 'scram-sha-256' },
    },
    tags: { nofailover: false, noloadbalance: false, clonefrom: false, nosync: false },
  };
}

/* Two failed checks a second apart take a server out, and its open connections with it: a session to a machine that
 * no longer leads must not live on. */
const HAPROXY = `
global
  maxconn 400
defaults
  mode tcp
  timeout connect 2s
  timeout client 30m
  timeout server 30m
  timeout check 1500ms
  retries 1
listen primary
  bind ${HUB}:5432
  option httpchk GET /primary
  http-check expect status 200
  default-server inter 1s fastinter 500ms downinter 500ms fall 2 rise 1 on-marked-down shutdown-sessions
${NODES.map((node) => `  server ${node} ${address(node)}:5432 check port 8008`).join('\n')}
`;

export class Cluster {
  constructor(folder) {
    this.folder = folder;
    this.log = (name) => join(folder, 'log', `${name}.log`);
  }

  async begin() {
    mkdirSync(join(this.folder, 'log'), { recursive: true });
    await must(['ip', 'link', 'set', 'lo', 'up']);
    await must(['ip', 'link', 'add', 'lan', 'type', 'bridge']);
    await must(['ip', 'addr', 'add', `${HUB}/24`, 'dev', 'lan']);
    await must(['ip', 'link', 'set', 'lan', 'up']);
    for (const node of NODES) await this.#build(node);
    for (const node of NODES) this.boot(node);
    writeFileSync(join(this.folder, 'haproxy.cfg'), HAPROXY);
    this.haproxy = start([...AS_POSTGRES, 'haproxy', '-db', '-f', join(this.folder, 'haproxy.cfg')], this.log('haproxy'));
    await this.settled(90000);
    await this.#databases();
  }

  async #build(node) {
    const inside = ['ip', 'netns', 'exec', node];
    mkdirSync(join(this.folder, node));
    writeFileSync(join(this.folder, node, 'patroni.yml'), JSON.stringify(patroniFile(this.folder, node), null, 1));
    await must(['chown', '-R', 'postgres:postgres', join(this.folder, node)]);
    await must(['chmod', '0700', join(this.folder, node)]);
    await must(['ip', 'netns', 'add', node]);
    await must(['ip', 'link', 'add', `to-${node}`, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', node]);
    await must(['ip', 'link', 'set', `to-${node}`, 'master', 'lan', 'up']);
    await must([...inside, 'ip', 'addr', 'add', `${address(node)}/24`, 'dev', 'eth0']);
    await must([...inside, 'ip', 'link', 'set', 'lo', 'up']);
    await must([...inside, 'ip', 'link', 'set', 'eth0', 'up']);
  }

  /** Starts what runs on a machine. */
  boot(node) {
    const inside = ['ip', 'netns', 'exec', node, ...AS_POSTGRES];
    const host = address(node), home = join(this.folder, node);
    const env = { ...process.env, HOME: home, LC_ALL: 'C.UTF-8', PATH: `${BIN}:${process.env.PATH}` };
    start([...inside, 'etcd', '--name', node, '--data-dir', join(home, 'etcd'), '--logger', 'zap', '--log-level', 'warn',
      '--heartbeat-interval', '200', '--election-timeout', '2000', '--pre-vote', '--enable-v2',
      '--listen-peer-urls', `http://${host}:2380`, '--initial-advertise-peer-urls', `http://${host}:2380`,
      '--listen-client-urls', `http://${host}:2379`, '--advertise-client-urls', `http://${host}:2379`,
      '--initial-cluster', NODES.map((each) => `${each}=http://${address(each)}:2380`).join(','),
      '--initial-cluster-token', 'minyi-rig', '--initial-cluster-state', 'new'], this.log(`${node}-etcd`), { env, cwd: home });
    start([...inside, 'patroni', join(home, 'patroni.yml')], this.log(node), { env, cwd: home });
  }

  async #databases() {
    const sql = (text, database = 'postgres') => must(this.psql(database, text, 'postgres'), { timeout: 20000 });
    await sql(`CREATE ROLE minyi LOGIN PASSWORD '${PASSWORD}'`);
    for (const name of ['minyi', 'witness'])
      await sql(`CREATE DATABASE ${name} OWNER minyi TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'`);
  }

  /** A psql command against the primary behind HAProxy, or against HOST itself. */
  psql(database, sql, user = 'minyi', host = HUB) {
    return ['env', `PGPASSWORD=${PASSWORD}`, 'PGCONNECT_TIMEOUT=2', `${BIN}/psql`, '-XAtq', '-v', 'ON_ERROR_STOP=1',
      '-h', host, '-U', user, '-d', database, '-c', sql];
  }

  /* ---- What is so ---- */

  /** Members [{name, role, state, timeline, lag}] as told by a machine whose leader says itself that it leads: one that
   * is cut off tells what it knew last. */
  async members() {
    for (const node of NODES) {
      try {
        const reply = await fetch(`http://${address(node)}:8008/cluster`, { signal: AbortSignal.timeout(1000) });
        const { members } = await reply.json();
        const leader = members.find((each) => each.role === 'leader');
        if (leader && (await this.leads(leader.name))) return members;
      } catch { /* the next one */ }
    }
    return [];
  }

  async byRole() {
    const members = await this.members();
    const named = (role) => members.find((each) => each.role === role)?.name;
    return { members, leader: named('leader'), sync: named('sync_standby') };
  }

  /** What the machine itself says of itself: does it lead? */
  async leads(node) {
    try {
      return (await fetch(`http://${address(node)}:8008/primary`, { signal: AbortSignal.timeout(1000) })).status === 200;
    } catch { return false; }
  }

  /** Waits until one leads, another is its synchronous standby, and all COUNT run on one timeline without lag. */
  async settled(limit = 60000, count = NODES.length) {
    return until('a settled cluster', limit, async () => {
      const { members, leader, sync } = await this.byRole();
      const running = members.filter((each) => ['running', 'streaming'].includes(each.state));
      const even = new Set(running.map((each) => each.timeline)).size === 1;
      const near = running.every((each) => each.role === 'leader' || (typeof each.lag === 'number' && each.lag < 1 << 20));
      return leader && sync && running.length >= count && even && near && { leader, sync };
    }, 300);
  }

  /* ---- Faults ---- */

  async pids(node) {
    return (await must(['ip', 'netns', 'pids', node])).split('\n').filter(Boolean).map(Number);
  }

  async #signal(node, signal) {
    for (const pid of await this.pids(node)) {
      try { process.kill(pid, signal); } catch (error) { if (error.code !== 'ESRCH') throw error; }
    }
  }

  /** The machine loses its power. */
  async kill(node) {
    await this.#signal(node, 'SIGSTOP'); // all at one moment: nobody says good-bye to anybody
    await until(`${node} dead`, 10000, async () => {
      await this.#signal(node, 'SIGKILL');
      return (await this.pids(node)).length === 0;
    }, 20);
  }
  /** PostgreSQL alone dies; Patroni and etcd live. */
  crash(node) {
    process.kill(Number(readFileSync(join(this.folder, node, 'data', 'postmaster.pid'), 'utf8').split('\n')[0]), 'SIGKILL');
  }
  freeze(node) { return this.#signal(node, 'SIGSTOP'); }
  thaw(node) { return this.#signal(node, 'SIGCONT'); }

  /** Its database goes on but takes no more from the primary; SIGCONT ends that. */
  async deafen(node, signal = 'SIGSTOP') {
    for (const pid of await this.pids(node)) {
      try {
        if (readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('walreceiver')) process.kill(pid, signal);
      } catch (error) { if (!['ESRCH', 'ENOENT'].includes(error.code)) throw error; }
    }
  }

  cut(node) { return must(['ip', 'link', 'set', `to-${node}`, 'down']); }
  mend(node) { return must(['ip', 'link', 'set', `to-${node}`, 'up']); }

  /** Cut off from the other database machines (and their etcd), while HAProxy still reaches it. */
  async isolate(node, verb = 'add') {
    for (const other of NODES.filter((each) => each !== node))
      await must(['ip', 'netns', 'exec', node, 'ip', 'route', verb, 'blackhole', `${address(other)}/32`]);
  }

  async switchover(leader, candidate) {
    return must(['patronictl', '-c', join(this.folder, leader, 'patroni.yml'), 'switchover', 'minyi', '--leader', leader,
      '--candidate', candidate, '--force'], { timeout: 40000 });
  }

  /** Stops every machine the short way; the namespaces would do it as well. */
  async end() {
    this.haproxy?.kill('SIGKILL');
    for (const node of NODES) await ask(['sh', '-c', `kill -9 $(ip netns pids ${node})`]);
  }
}
