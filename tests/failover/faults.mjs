// What goes wrong, one after the other. Each fault: act() breaks something, back() tells when the service has found
// its way round it, mend() puts the machine right again. LIMIT_MS is what the office is promised.
import { setTimeout as sleep } from 'node:timers/promises';
import { NODES, address } from './cluster.mjs';

export const LIMIT_MS = 30000;

/** Another machine leads than before. */
const another = (name) => async ({ cluster, was }) => {
  const { leader } = await cluster.byRole();
  return leader && leader !== was[name];
};

/* The machine that led comes back. Whoever writes to it then must not be told yes and lose it. */
const fenced = (mend) => async (rig) => {
  await mend(rig);
  return { fence: await rig.witness.fence(address(rig.was.leader)) };
};

export const FAULTS = [
  {
    name: 'kill-primary', title: '主库整机断电（kill -9）',
    act: ({ cluster, was }) => cluster.kill(was.leader),
    back: another('leader'),
    mend: fenced(({ cluster, was }) => cluster.boot(was.leader)),
  },
  {
    name: 'cut-primary', title: '主库与所有机器断网',
    act: ({ cluster, was }) => cluster.cut(was.leader),
    back: another('leader'),
    mend: fenced(({ cluster, was }) => cluster.mend(was.leader)),
  },
  {
    name: 'isolate-primary', title: '主库与其他库、etcd 断网，服务仍连得上它',
    act: ({ cluster, was }) => cluster.isolate(was.leader),
    back: another('leader'),
    mend: fenced(({ cluster, was }) => cluster.isolate(was.leader, 'del')),
  },
  {
    name: 'freeze-primary', title: '主库整机停住（SIGSTOP），换主后又醒来',
    act: ({ cluster, was }) => cluster.freeze(was.leader),
    back: another('leader'),
    mend: fenced(({ cluster, was }) => cluster.thaw(was.leader)),
  },
  {
    /* Patroni is alive: it starts it again in its place, or hands over. */
    name: 'crash-postgres', title: '主库的 PostgreSQL 进程崩溃（kill -9）',
    act: ({ cluster, was }) => cluster.crash(was.leader),
    back: ({ cluster }) => cluster.byRole().then(({ leader, sync }) => leader && sync),
    mend: () => {},
  },
  {
    name: 'cut-standby', title: '同步备库断网',
    act: ({ cluster, was }) => cluster.cut(was.sync),
    back: async ({ cluster, was }) => {
      const { leader, sync } = await cluster.byRole();
      return leader === was.leader && sync && sync !== was.sync;
    },
    mend: ({ cluster, was }) => cluster.mend(was.sync),
  },
  {
    /* Writing waits, by synchronous_mode_strict: longer than the service waits for a commit and for its turn. */
    name: 'no-standby', title: '两台备库都停止接收 40 秒（中断从恢复时算起）',
    act: async (rig) => {
      const standbys = NODES.filter((node) => node !== rig.was.leader);
      for (const node of standbys) await rig.cluster.deafen(node);
      await sleep(40000);
      for (const node of standbys) await rig.cluster.deafen(node, 'SIGCONT');
      rig.counted = performance.now();
    },
    back: () => true,
    mend: () => {},
  },
  {
    name: 'switchover', title: '计划内换主（patronictl switchover）',
    act: ({ cluster, was }) => cluster.switchover(was.leader, was.sync),
    back: another('leader'),
    mend: () => {},
  },
  {
    name: 'kill-node', title: '一个 minyi 节点 kill -9 后重启', dies: 0,
    act: async ({ nodes }) => {
      await nodes.kill(0);
      await sleep(3000);
      await nodes.serve(0);
    },
    back: () => true,
    mend: () => {},
  },
];
