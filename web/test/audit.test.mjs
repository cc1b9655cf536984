// What the audit page says: every act and subject that the server writes has a name; details are said in words.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { load } from './pages.mjs';

const features = fileURLToPath(new URL('../../src/features', import.meta.url));
const sources = readdirSync(features, { recursive: true }).filter((name) => name.endsWith('.c')).map((name) => readFileSync(join(features, name), 'utf8'));
const find = (form) => sources.flatMap((source) => [...source.matchAll(form)].map((match) => match[1]));

/** Acts as they stand in calls, and those made of an event of a life cycle: "report.%s". */
function acts() {
  const made = new Set(find(/audit_add(?:_by)?\(\s*ctx,(?:\s*\w+,)?\s*"([a-z_]+\.[a-z_]+)"/g));
  for (const source of sources) {
    for (const [, name] of source.matchAll(/const struct lifecycle (\w+)_lifecycle = \{/g)) {
      if (!sources.some((one) => one.includes(`"${name}.%s"`))) continue; // its acts stand in calls
      for (const [, event] of source.matchAll(/\{"[a-z_]+",\s*"([a-z_]+)",\s*"[a-z_]+",\s*"/g)) made.add(`${name}.${event}`);
    }
  }
  return made;
}
const CHINESE = /^[\p{Script=Han}、“”]+$/u;

test('every act and subject of the audit log has a name, and every act stands in the filter', async () => {
  const { actName, actGroups, subjectName } = await load('/src/features/audit/words.ts');
  const all = acts();
  assert.ok(all.size > 60 && all.has('scan.file') && all.has('paper_batch.create') && all.has('report.adopt'), `only ${all.size} acts were found`);
  assert.deepEqual([...all].filter((act) => !CHINESE.test(actName(act))), []);
  const subjects = new Set(find(/audit_add\(\s*ctx,\s*"[^"]+",\s*"([a-z_]+)"/g));
  assert.deepEqual([...subjects].filter((kind) => !CHINESE.test(subjectName(kind))), []);
  const groups = actGroups();
  const listed = groups.flatMap((group) => group.acts.map((act) => act.code));
  assert.deepEqual([...all].filter((act) => !listed.includes(act)), []);
  assert.deepEqual(groups.filter((group) => group.name === '其他'), []);
  assert.ok(groups.find((group) => group.name === '文书').acts.some((act) => act.code === 'scan.file'));
});

test('details are said in words, or not at all', async () => {
  const { detailOf } = await load('/src/features/audit/detail.ts');
  const hash = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  const cases = {
    '': '', 'kind=issue from=-1': '刊物', 'draft → submitted': '草稿 → 已提交', 'from=editing to=in_signoff': '编辑中 → 送审中',
    [hash]: '指纹 ba7816bf', [`issue 12 ${hash}`]: '刊物 12，指纹 ba7816bf', [`issue.pdf ${hash} version=${hash}`]: '刊物 PDF，指纹 ba7816bf',
    [`issue.pdf ${hash} version=${hash} batch=12`]: '刊物 PDF，指纹 ba7816bf，在批量导出 12 中', 'from=running to=cancelled': '正在生成 → 已取消',
    [`done=3 left=0 zip=${hash}`]: '3 件，指纹 ba7816bf', [`done=2 left=1 zip=${hash}`]: '2 件，没有导出 1 件，指纹 ba7816bf',
    'key=paper.font.heiti before= after=方正黑体, 黑体': '黑体的次序 程序自带的 → 方正黑体, 黑体',
    '3 pdf docx': '3 件，PDF、Word', 'main=2 copy=1': '主送 2 个，抄送 1 个', 'role_id=3 unit=4': '', [`why=password login_sha256=${hash}`]: '密码不对',
    'article=1 version=1 year=2026 number=12 total=40': '2026年第12期', [`gate=G1 result=pass reason=- text=${hash}`]: '通过，指纹 ba7816bf', 'elements=12 styles=2': '12 行，改动样式 2 种',
    'due=-': '', 'due=2026-12-01': '期限 2026-12-01', 'on_behalf': '代录',
  };
  for (const [detail, said] of Object.entries(cases)) assert.equal(detailOf(detail).trim().replace(/\s+/g, ' '), said, detail);
  for (const detail of Object.keys(cases)) assert.doesNotMatch(detailOf(detail).replace(/PDF|Word|指纹 [0-9a-f]{8}/g, ''), /[A-Za-z=]/, detail);
});
