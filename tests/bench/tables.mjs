// The tables of docs/performance.md.
import { cpus } from 'node:os';
import { CONNECTIONS, ROUNDS, SECONDS } from './common.mjs';

const number = (value) => Math.round(value).toLocaleString('en');
const ms = (value) => value >= 10 ? value.toFixed(0) : value.toFixed(1);
const mark = (good) => good ? '✓' : '✗';
const table = (head, rows) => [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

export const processors = `${cpus().length} × ${cpus()[0].model.trim()}`;
export const machine = () => `${processors}，wrk 2 线程 ${CONNECTIONS} 连接，${ROUNDS} 轮取中位数，每项 ${SECONDS} 秒`;

const NAMES = { read: '读一件', list: '本人列表', queue: '审核队列', filter: '队列，按类别', create: '存草稿', submit: '新建并提交' };

// ---- SQLite

/** One row: what, its rate, latencies, the reference's rate, their ratio, the target and whether it is met. */
function row(name, f, reference, target, part = 1, p99 = Infinity) {
  const ratio = reference ? f.rate * part / reference.rate : NaN;
  const met = ratio >= target && f.p99 <= p99;
  return [name, number(f.rate * part), ms(f.p50), ms(f.p99), number(f.cpu), reference ? number(reference.rate) : '', reference?.cpu ? number(reference.cpu) : '', reference ? ratio.toFixed(2) : '',
    target ? `≥ ${target}${p99 < Infinity ? `，p99 ≤ ${p99} ms` : ''}` : '', target ? mark(met) : ''];
}

function fileRows({ figures: f, bytes }) {
  return [
    row(`读一件（${number(bytes.one)} B）`, f.read, f['constant one'], 0.5),
    row(`本人列表 20 件（${number(bytes.list)} B）`, f.list, f['constant list'], 0.2),
    row(`审核队列 20 件（${number(bytes.queue)} B）`, f.queue, f['constant queue'], 0.2),
    row('审核队列，留存件按类别', f.filter, f['constant queue'], 0.2),
    row('存草稿（一次落盘）', f.create, f['row 64'], 0.5, 1, 25),
    row('新建并提交（两次落盘），每秒件数', f.submit, f['row 64'], 0.5, 0.5, 25),
    row('…与写全部相关行的 SQLite 相比', f.submit, f['rows 16'], 0, 0.5),
  ];
}

const others = (result) => table(['其他', '测得', '目标', ''], [
  ['启动到 /readyz 应答', `${number(result.start)} ms`, '≤ 300 ms', mark(result.start <= 300)],
  ['内存，启动后', `${number(result.rest.rss)} MB（自有 ${number(result.rest.own)}）`, '≤ 40 MB', mark(result.rest.rss <= 40)],
  ['内存，负载中最高', `${number(result.busy.most)} MB（自有 ${number(result.busy.own)}）`, '≤ 200 MB', mark(result.busy.most <= 200)],
]);

function growth(results) {
  const [small, large] = [results[0].figures, results.at(-1).figures];
  const rows = Object.entries(NAMES).map(([key, name]) => {
    const times = large[key].cpu / small[key].cpu;
    return [name, (small[key].rate / large[key].rate).toFixed(2), times.toFixed(2), '≤ 1.3', mark(times <= 1.3)];
  });
  return ['', '#### 增长：件数最多时一次的代价是最少时的几倍', '', table(['负载', '按每秒次数', '按 CPU 时间', '目标（CPU）', ''], rows)];
}

export function filesReport(results) {
  const lines = ['### SQLite（synchronous=FULL）'];
  for (const result of results)
    lines.push('', `#### ${number(result.reports)} 件来稿（数据库 ${number(result.size / 1048576)} MB）`, '',
      table(['负载', '每秒', 'p50 ms', 'p99 ms', 'CPU µs', '参照每秒', '参照 CPU µs', '比值', '目标', ''], fileRows(result)), '', others(result));
  if (results.length > 1) lines.push(...growth(results));
  return lines.join('\n');
}

// ---- PostgreSQL

/** What, its rate, latencies, processor time of the service and of the server, statements, and two references. */
function serverRow(name, f, trips, raw, constant, part = 1) {
  const against = (reference) => reference ? [number(reference.rate), (f.rate * part / reference.rate).toFixed(2)] : ['', ''];
  return [name, number(f.rate * part), ms(f.p50), ms(f.p99), number(f.cpu), number(f.database),
    trips ? `${trips.statements.toFixed(0)} / ${trips.trips.toFixed(0)}` : '', ...against(raw), ...against(constant)];
}

function serverRows({ figures: f, bytes, trips }) {
  return [
    serverRow(`读一件（${number(bytes.one)} B）`, f.read, trips.read, f['raw read'], f['constant one']),
    serverRow(`本人列表 20 件（${number(bytes.list)} B）`, f.list, trips.list, f['raw list'], f['constant list']),
    serverRow(`审核队列 20 件（${number(bytes.queue)} B）`, f.queue, trips.queue, f['raw queue'], f['constant queue']),
    serverRow('审核队列，留存件按类别', f.filter, trips.filter, f['raw filter'], f['constant queue']),
    serverRow('存草稿（一次落盘）', f.create, trips.create, f['raw row']),
    serverRow('新建并提交（两次落盘），每秒件数', f.submit, trips.submit, f['raw row'], null, 0.5),
    serverRow('…与写全部相关行的 pgbench 相比', f.submit, null, f['raw rows'], null, 0.5),
  ];
}

function nodesRows({ figures: f }) {
  return ['read', 'list', 'queue', 'create', 'submit'].map((key) => {
    const [one, two] = [f[`${key} on one`], f[`${key} on two`]], part = key === 'submit' ? 0.5 : 1;
    return [NAMES[key], number(one.rate * part), ms(one.p99), number(one.cpu + one.database), number(two.rate * part), ms(two.p99),
      number(two.cpu + two.database), (two.rate / one.rate).toFixed(2)];
  });
}

export function serversReport(results) {
  const lines = ['### PostgreSQL（同一台机器，fsync=on，synchronous_commit=on，shared_buffers=256MB）'];
  for (const result of results)
    lines.push('', `#### ${number(result.reports)} 件来稿（数据库 ${number(result.size / 1048576)} MB）`, '',
      table(['负载', '每秒', 'p50 ms', 'p99 ms', '服务 CPU µs', '数据库 CPU µs', '语句 / 往返', 'pgbench 每秒', '比值', 'libmicrohttpd 每秒', '比值'], serverRows(result)),
      '', others(result), '', '两个节点与一个节点（同样 64 个连接，各半）：', '',
      table(['负载', '一个，每秒', 'p99 ms', '全部 CPU µs', '两个，每秒', 'p99 ms', '全部 CPU µs', '比值'], nodesRows(result)));
  return lines.join('\n');
}

// ---- Papers

/** One issue each way, and a batch; LibreOffice beside them in the same round. */
export function papersReport({ pdf, docx, again, png, office, batch }, { issues, each }) {
  const kb = (bytes) => number(bytes / 1024);
  const one = (name, f) => [name, ms(f.ms), Number.isNaN(f.cpu) ? '' : ms(f.cpu), Number.isNaN(f.bytes) ? '' : kb(f.bytes), (office.ms / f.ms).toFixed(0)];
  return ['### 公文版面', '', `一期一期地取，${each} 期的中位数（演示机关的刊物，每期约两页）：`, '',
    table(['一期', '毫秒', 'CPU 毫秒', 'KB', 'LibreOffice 用时是它的几倍'], [
      one('PDF，第一次', pdf), one('Word，第一次', docx), one('PDF，再取（已存）', again), one('第 1 页图片，1240 像素宽', png),
      ['参照：LibreOffice 把同一个 Word 文件转成 PDF（一次启动转全部）', ms(office.ms), '', '', '1']]), '',
    table(['批量导出', '测得', '目标', ''], [
      [`${issues} 期，PDF 和 Word，到可下载`, `${batch.seconds.toFixed(1)} 秒（CPU ${batch.cpu.toFixed(1)} 秒），${(batch.bytes / 1048576).toFixed(1)} MB`, '≤ 30 秒', mark(batch.seconds <= 30)],
      ['…服务的内存，之前和最高', `${number(batch.before)} MB，${number(batch.most)} MB`, '≤ 200 MB', mark(batch.most <= 200)]])].join('\n');
}
