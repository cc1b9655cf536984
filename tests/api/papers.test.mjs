// Papers over HTTP: an article with a photo on its way to paper, the printed issue and its Word file, every other paper,
// who may have which, and the proof of a file by its hash.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { crc32, deflateSync } from 'node:zlib';
import { Office, key, ok, refused, sha256 } from '../harness.mjs';

let office, officer, editor, handler, leader, folder;
const story = {};

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'minyi-papers-'));
  office = await Office.start({ reports: 8 });
  [officer, editor, handler, leader] = await Promise.all(['officer', 'editor', 'department_handler', 'leader_reader'].map((role) => office.as(role)));
});
after(async () => {
  await office.stop();
  rmSync(folder, { recursive: true, force: true });
});

const file = (client, kind, id, format = 'pdf') => client.get(`/papers/${kind}/${id}/file?format=${format}`);
const info = (client, kind, id) => client.get(`/papers/${kind}/${id}`);

/** A picture of one colour. */
function png(width, height) {
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]), out = Buffer.alloc(8 + body.length);
    out.writeUInt32BE(data.length);
    body.copy(out, 4);
    out.writeUInt32BE(crc32(body), 4 + body.length);
    return out;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width);
  head.writeUInt32BE(height, 4);
  head.set([8, 2], 8);
  const rows = Buffer.alloc(height * (1 + 3 * width), 120);
  for (let y = 0; y < height; y++) rows[y * (1 + 3 * width)] = 0;
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

/** What a reader of the file finds, without blanks and page numbers. */
function wordsOf(pdf) {
  const path = join(folder, 'paper.pdf');
  writeFileSync(path, pdf);
  return execFileSync('pdftotext', [path, '-'], { encoding: 'utf8' }).replace(/\s/g, '').replace(/—\d+—/g, '');
}
const plain = (text) => text.replace(/\s/g, '');
const picturesOf = (pdf) => {
  const path = join(folder, 'paper.pdf');
  writeFileSync(path, pdf);
  return execFileSync('pdfimages', ['-list', path], { encoding: 'utf8' }).split('\n').filter((line) => /\bimage\b/.test(line)).length;
};

const TEXT = {
  title: '关于解决山区小学午餐热菜难的建议',
  situation: '一、基本情况\n今年三月至五月，我们到白鹭县的六所村小走访，其中四所没有食堂，二百一十三名学生中午吃自带的冷饭。',
  analysis: '二、原因分析\n中心校校长梁镕介绍，村小规模小，按人头拨付的经费养不起一名专职炊事员；中心校配送餐到最远的点要 70 分钟，送到已凉。',
  suggestion: '三、几点建议\n由县教育局牵头，把八十人以下的教学点并入中心校配餐，增配保温餐箱和一辆配送车。',
};

test('a report with photos becomes an article', async () => {
  const draft = ok(await officer.post('/reports', { ...TEXT, name_public: true }), 201);
  const attach = (name, raw) => officer.request('POST', `/reports/${draft.id}/attachments?name=${encodeURIComponent(name)}`,
    { raw, headers: { 'Content-Type': 'application/octet-stream' } });
  ok(await attach('现场.png', png(300, 200)));
  ok(await attach('说明.txt', Buffer.from('走访记录。')));
  refused(await info(officer, 'report', draft.id), 404, 'not_found'); // not handed in
  ok(await officer.act(`/reports/${draft.id}/submit`, { confirm_not_classified: true }, draft.version));
  ok(await editor.post(`/desk/reports/${draft.id}/claim`, {}));
  let desk = ok(await editor.get(`/desk/reports/${draft.id}`));
  for (const gate of desk.gates)
    ok(await editor.put(`/desk/reports/${draft.id}/gates/${gate.gate_id}`, { result: 'pass', checked: [1], text_sha256: desk.report.text_sha256 }));
  desk = ok(await editor.get(`/desk/reports/${draft.id}`));
  const publication = ok(await editor.get('/catalog')).publications.find((one) => one.kind === 'forward' && one.committee_id === desk.report.committee_id);
  const adopted = ok(await editor.request('POST', `/desk/reports/${draft.id}/adopt`,
    { body: { publication_id: publication.id }, headers: { 'If-Match': `"${desk.report.version}"`, ...key() } }), 201);
  Object.assign(story, { report: draft.id, article: adopted.article_id });
  const photos = ok(await editor.get(`/articles/${story.article}/photos`)).items;
  assert.deepEqual(photos.map((photo) => photo.name), ['现场.png']);
  assert.equal(photos[0].report_id, draft.id);
  assert.equal((await editor.get(`/reports/${draft.id}/attachments/${photos[0].attachment_id}`)).status, 200);
});

async function edit(changes) {
  const now = ok(await editor.get(`/articles/${story.article}`));
  const { title, editor_note, situation, analysis, suggestion } = now;
  return ok(await editor.put(`/articles/${story.article}`, { title, editor_note, situation, analysis, suggestion, ...changes }, now.version));
}

/** Fandol has no 镕, a character of names; Noto lends it. Where Noto serves the role itself, nothing is lent. */
async function lent() {
  const admin = await office.as('system_admin');
  const { name, family } = ok(await admin.get('/paper-fonts')).roles.find((one) => one.role === 'fangsong');
  return family === 'FandolFang' ? [{ text: '镕', role: 'fangsong', role_name: name, family: 'Noto Serif CJK SC' }] : [];
}

test('before it is signed, what will go wrong on paper is told', async () => {
  await edit({ situation: `${TEXT.situation}\n［图：现场.png｜学生的午餐］\n［图：没有的.jpg］`, analysis: `${TEXT.analysis}\u{F0123}` });
  const sample = ok(await info(editor, 'article', story.article));
  assert.deepEqual(sample.missing, ['\u{F0123}']);
  story.lent = await lent();
  assert.deepEqual(sample.stand_ins, story.lent);
  assert.deepEqual(sample.problems, ['图片“没有的.jpg”没有找到，会印成这一行文字；请核对文件名，或用“插入照片”重新选择。']);
  assert.ok(sample.pages >= 1);
  assert.equal(sample.template_name, '程序自带的版式');
  assert.deepEqual(sample.renderings, []);
  const page = await editor.get(`/papers/article/${story.article}/pages/1?width=600`);
  assert.equal(page.headers.get('content-type'), 'image/png');
  assert.equal(page.body.readUInt32BE(16), 600);
  assert.ok(page.headers.get('etag'));
  refused(await editor.get(`/papers/article/${story.article}/pages/99`), 404, 'not_found');
  refused(await editor.get(`/papers/article/${story.article}/pages/1?width=9`), 422, 'out_of_range');
  refused(await file(editor, 'article', story.article), 404, 'not_found'); // a sample is no document
  refused(await info(officer, 'article', story.article), 404, 'not_found');
  const mended = await edit({ situation: `${TEXT.situation}\n［图：现场.png｜学生的午餐］`, analysis: TEXT.analysis });
  const fine = ok(await info(editor, 'article', story.article));
  assert.deepEqual([fine.missing, fine.problems], [[], []]);
  assert.deepEqual(fine.stand_ins, story.lent, 'it prints: signing it is no matter');
  for (const gate of mended.gates.filter((one) => !one.result || one.stale))
    ok(await editor.put(`/articles/${story.article}/gates/${gate.gate_id}`, { result: 'pass', checked: [1], text_sha256: mended.text_sha256 }));
});

test('signed: the PDF says what was signed, with its photo; twice it is the same file', async () => {
  let now = ok(await editor.get(`/articles/${story.article}`));
  ok(await editor.act(`/articles/${story.article}/send`, {}, now.version));
  for (const role of ['section_head', 'secretary_general', 'vice_chair']) {
    const signer = await office.as(role);
    now = ok(await signer.get(`/articles/${story.article}`));
    if (now.can_sign) story.issue = ok(await signer.act(`/articles/${story.article}/sign`, {}, now.version)).issue_id ?? story.issue;
  }
  assert.ok(story.issue);
  const issue = ok(await editor.get(`/issues/${story.issue}`));
  assert.deepEqual(ok(await info(editor, 'issue', story.issue)).stand_ins, story.lent, 'before there is a file');
  const [first, ...others] = await Promise.all([1, 2, 3, 4].map(() => file(editor, 'issue', story.issue)));
  assert.equal(first.status, 200);
  for (const other of others) assert.deepEqual(other.body, first.body); // asked for at once, too
  assert.equal(first.headers.get('content-type'), 'application/pdf');
  assert.equal(first.headers.get('etag'), `"${sha256(first.body)}"`);
  assert.equal(decodeURIComponent(first.headers.get('content-disposition').split("UTF-8''")[1]),
    `《${issue.publication_name}》${issue.number_text.split(' ')[0]}.pdf`);
  const words = wordsOf(first.body);
  const body = [TEXT.situation, TEXT.analysis, TEXT.suggestion].join('\n').split('\n');
  for (const text of [issue.publication_name, issue.number_text, issue.title, issue.issuing_office, issue.signer_name, issue.authors_line, ...body, '学生的午餐'])
    assert.ok(words.includes(plain(text)), `${text} is not in ${words}`);
  assert.ok(picturesOf(first.body) >= 1);
  const again = await file(editor, 'issue', story.issue);
  assert.deepEqual(again.body, first.body);
  const word = await file(editor, 'issue', story.issue, 'docx');
  assert.equal(word.body.subarray(0, 2).toString(), 'PK');
  assert.match(word.headers.get('content-disposition'), /\.docx$/);
  const { renderings, pages, stand_ins } = ok(await info(editor, 'issue', story.issue));
  assert.deepEqual(stand_ins, story.lent, 'and when there is one');
  assert.deepEqual(renderings.map((row) => [row.format, row.sha256, row.size, row.by_name]),
    [['docx', sha256(word.body), word.body.length, editor.me.name], ['pdf', sha256(first.body), first.body.length, editor.me.name]]);
  assert.equal(renderings[1].pages, pages);
  story.first = first.body;
});

test('wrong formats and kinds', async () => {
  refused(await file(editor, 'issue', story.issue, 'odt'), 422, 'not_allowed_value');
  refused(await editor.get(`/papers/issue/${story.issue}/file`), 422, 'required');
  for (const kind of ['issues', 'nothing', 'ISSUE', '刊物']) refused(await info(editor, encodeURIComponent(kind), story.issue), 404, 'not_found');
  refused(await info(editor, 'issue', 987654321), 404, 'not_found');
});

test('sent, the issue is the same paper for all who have it; to whom it goes is another version', async () => {
  const recipients = ok(await editor.get('/recipients')).items;
  const department = recipients.find((one) => one.unit_id === handler.me.unit_id);
  const other = recipients.find((one) => one.kind === 'leader');
  let issue = ok(await editor.get(`/issues/${story.issue}`));
  issue = ok(await editor.put(`/issues/${story.issue}/recipients`, { main: [department.id], copy: [other.id] }, issue.version));
  refused(await file(handler, 'issue', story.issue), 404, 'not_found');
  const ready = (await file(editor, 'issue', story.issue)).body;
  assert.notEqual(sha256(ready), sha256(story.first));
  assert.ok(wordsOf(ready).includes(plain(department.name)) && wordsOf(ready).includes(plain(other.name)));
  ok(await editor.act(`/issues/${story.issue}/send`, {}, issue.version));
  for (const client of [handler, leader, editor]) assert.deepEqual((await file(client, 'issue', story.issue)).body, ready);
  story.dispatch = ok(await handler.get(`/dispatches?issue_id=${story.issue}`)).items[0].id;
  story.ready = ready;
});

test('each paper for those who may have it, and for nobody else', async () => {
  const desk = ['clerk', 'editor', 'section_head'], signers = ['secretary_general', 'vice_chair'];
  const who = {
    issue: [...desk, ...signers, 'leader_reader', 'department_handler'],
    report: [...desk, ...signers, 'officer', 'unit_liaison', 'unit_signer'],
    review: [...desk, ...signers],
    article: [...desk, ...signers],
    adoption: [...desk, ...signers, 'officer'],
    certificate: [...desk, ...signers, 'officer'],
    dispatch_list: desk,
    urging: desk,
  };
  const of = { issue: story.issue, report: story.report, review: story.article, article: story.article, adoption: story.report, certificate: story.report,
    dispatch_list: story.issue, urging: story.dispatch };
  const unit = officer.me.unit_id;
  for (const role of ['officer', 'officer2', 'unit_liaison', 'unit_signer', 'clerk', 'editor', 'section_head', 'secretary_general', 'vice_chair',
    'department_handler', 'department_handler2', 'leader_reader', 'system_admin', 'security_admin', 'audit_admin', 'city_editor', 'city_officer']) {
    const client = await office.as(role);
    for (const [kind, id] of Object.entries(of)) {
      const may = who[kind].includes(role) && (!role.startsWith('unit_') || client.me.unit_id === unit);
      const reply = await info(client, kind, id);
      assert.equal(reply.status, may ? 200 : 404, `${kind} as ${role}: ${JSON.stringify(reply.body)}`);
      if (!may) assert.equal((await file(client, kind, id)).status, 404, `${kind} as ${role}`);
    }
  }
});

test('the other papers say what they are for', async () => {
  const report = ok(await officer.get(`/reports/${story.report}`));
  const issue = ok(await editor.get(`/issues/${story.issue}`));
  const text = async (client, kind, id) => {
    const reply = await file(client, kind, id);
    assert.equal(reply.status, 200, `${kind}: ${JSON.stringify(reply.body)}`);
    assert.deepEqual((await file(client, kind, id)).body, reply.body, `${kind} twice`);
    assert.equal((await file(client, kind, id, 'docx')).status, 200);
    return wordsOf(reply.body);
  };
  const says = (words, ...texts) => { for (const one of texts) assert.ok(words.includes(plain(one)), `${one} is not in ${words}`); };
  says(await text(editor, 'report', story.report), report.receipt, TEXT.title, ...TEXT.situation.split('\n'), '说明.txt', officer.me.name, `情况问题${TEXT.situation}`);
  says(await text(editor, 'review', story.article), '核稿单', '政治关', '通过', '送审', issue.number_text);
  says(await text(officer, 'adoption', story.report), '采用通知', officer.me.name, report.receipt, issue.number_text.split(' ')[0]);
  says(await text(officer, 'certificate', story.report), '采用证书', officer.me.name, TEXT.title);
  says(await text(editor, 'dispatch_list', story.issue), '报送清单', ...issue.main_recipients, ...issue.copy_recipients);
  says(await text(editor, 'urging', story.dispatch), ...issue.main_recipients, issue.title);
});

test('a file is proved by its hash', async () => {
  const ask = async (client, bytes) => ok(await client.get(`/renderings?sha256=${sha256(bytes)}`)).items;
  const rows = await ask(editor, story.ready);
  assert.deepEqual([...new Set(rows.map((row) => row.by_name))].sort(), [editor, handler, leader].map((client) => client.me.name).sort());
  assert.deepEqual([rows[0].kind, rows[0].record_id, rows[0].link, rows[0].kind_name], ['issue', story.issue, `/issues/${story.issue}`, '刊物']);
  assert.equal((await ask(editor, story.first)).length, 1);
  // The handler may know that it is genuine, not who else took it.
  for (const reader of [handler, leader])
    for (const row of await ask(reader, story.ready)) assert.ok([null, reader.me.name].includes(row.by_name ?? null));
  assert.deepEqual(await ask(officer, story.ready), []);
  assert.deepEqual(await ask(editor, Buffer.concat([story.ready, Buffer.from(' ')])), []);
  refused(await editor.get('/renderings?sha256=abc'), 422, 'too_short');
  refused(await editor.get('/renderings'), 422, 'required');
});

test('a signed issue stays in the look it was signed in; what is not signed yet follows the new one', async () => {
  const admin = await office.as('system_admin');
  const hash = async () => { const reply = await file(editor, 'issue', story.issue); assert.equal(reply.status, 200); return sha256(reply.body); };
  assert.equal(await hash(), sha256(story.ready));
  const draft = ok(await admin.post('/paper-templates', { kind: 'issue', name: '节日特刊' }, { headers: key() }), 201);
  const elements = draft.elements.map((row) => (row.text.includes('{编发单位}') && row.element === 'pair' ? { ...row, right: '{签发日期} 特刊' } : row));
  const saved = ok(await admin.put(`/paper-templates/${draft.id}`, { name: '节日特刊', elements, styles: draft.styles }, draft.version));
  assert.equal(await hash(), sha256(story.ready), 'a draft is not in force');
  const active = ok(await admin.act(`/paper-templates/${draft.id}/activate`, undefined, saved.version));
  assert.equal(ok(await info(editor, 'issue', story.issue)).template_name, '程序自带的版式');
  assert.equal(await hash(), sha256(story.ready));
  assert.equal(ok(await info(editor, 'article', story.article)).template_name, '节日特刊');
  ok(await admin.act(`/paper-templates/${draft.id}/retire`, undefined, active.version));
  assert.equal(ok(await info(editor, 'article', story.article)).template_name, '程序自带的版式');
});

test('fonts come and go: a kept file does not', async () => {
  const before = (await file(officer, 'certificate', story.report)).body;
  await office.kill();
  const { MINYI_FONTS: folder, ...others } = office.env;
  office.env = folder ? others : { ...others, MINYI_FONTS: '/usr/share/fonts' };
  await office.serve();
  for (const client of Object.values(office.clients)) client.url = office.url;
  assert.equal(sha256((await file(editor, 'issue', story.issue)).body), sha256(story.ready));
  const kept = ok(await info(editor, 'issue', story.issue));
  assert.deepEqual(kept.stand_ins, await lent(), 'what is told is of the fonts of now');
  const after = (await file(officer, 'certificate', story.report)).body;
  if (folder) assert.notEqual(sha256(after), sha256(before), 'other fonts serve now');
  assert.equal(wordsOf(after), wordsOf(before));
});

test('made void, the issue prints as void; what was sent before can still be proved', async () => {
  const issue = ok(await editor.get(`/issues/${story.issue}`));
  ok(await editor.act(`/issues/${story.issue}/void`, { reason: '数据有误' }, issue.version));
  const reply = await file(editor, 'issue', story.issue);
  assert.ok(wordsOf(reply.body).includes('作废'));
  assert.ok(!wordsOf(reply.body).includes('数据有误'));
  assert.match(decodeURIComponent(reply.headers.get('content-disposition')), /（作废）\.pdf$/);
  assert.ok(ok(await editor.get(`/renderings?sha256=${sha256(story.ready)}`)).items.length > 0);
  refused(await info(officer, 'certificate', story.report), 404, 'not_found');
  refused(await info(editor, 'urging', story.dispatch), 404, 'not_found');
});
