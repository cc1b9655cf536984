// What clients saw, as figures and as the table of docs/operations.md.

/** Longest time without an event of MOMENTS between FROM and TO. */
export function gap(moments, from, to) {
  let last = from, longest = 0;
  for (const at of moments) {
    if (at < from || at > to) continue;
    longest = Math.max(longest, at - last);
    last = at;
  }
  return Math.round(Math.max(longest, to - last));
}

const answered = (entry) => entry.status >= 200 && entry.status <= 299;

/** Figures of one fault from what was recorded between FROM and TO; gaps are counted from COUNTED. */
export function measure({ recorder, witness }, from, to, counted) {
  const entries = recorder.entries.filter((each) => each.at + each.ms >= from && each.at <= to);
  const errors = {};
  for (const each of entries.filter((one) => !answered(one) && !one.replay)) {
    const name = each.status === 0 ? each.why : `${each.status} ${each.code ?? ''}`.trim();
    errors[name] = (errors[name] ?? 0) + 1;
  }
  const moments = (list, node) => list.filter((each) => node === undefined || each.node === node).map((each) => each.at);
  return {
    seconds: Math.round((to - from) / 1000),
    gap: gap(moments(recorder.writes), counted, to),
    gaps: recorder.urls.map((_, node) => gap(moments(recorder.writes, node), counted, to)),
    reading: gap(moments(recorder.reads), counted, to),
    raw: gap(witness.moments, counted, to),
    slowest: Math.round(Math.max(0, ...entries.map((each) => each.ms))),
    stalled: entries.filter((each) => each.ms > 10000).map((each) => `${each.method} ${each.path} ${Math.round(each.ms / 1000)} s: ${each.status}`).slice(0, 12),
    errors,
    replays: entries.filter((each) => each.replay).length,
    bare: entries.filter((each) => each.status === 503 && !each.retryAfter).length,
    requests: entries.length,
    acknowledged: entries.filter((each) => answered(each) && each.method !== 'GET').length,
  };
}

const seconds = (ms) => (ms / 1000).toFixed(1);

export function table(results) {
  const lines = [
    '| 故障 | 写入中断最长 | 其中数据库本身 | 读取中断最长 | 单个请求最长 | 客户端见到的错误 | 期间已确认写入 | 丢失 |',
    '| --- | ---: | ---: | ---: | ---: | --- | ---: | ---: |',
  ];
  for (const { title, figures } of results.faults) {
    const errors = Object.entries(figures.errors).map(([name, count]) => `${name} × ${count}`).join('，') || '无';
    lines.push(`| ${title} | ${seconds(figures.gap)} s | ${seconds(figures.raw)} s | ${seconds(figures.reading)} s | ${seconds(figures.slowest)} s | ${errors} | ${figures.acknowledged} | ${figures.lost ?? results.lost} |`);
  }
  return lines.join('\n');
}
