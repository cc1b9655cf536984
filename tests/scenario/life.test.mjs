// A report's whole life through the API: from the officer's draft to the rating of the answer. The steps share
// one story and run in order; each one also tries what must not be possible at that moment.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { Office, key, ok, refused, sha256 } from '../harness.mjs';

let office, officer, editor, head, secretary, chair, handler, foreign;
const story = {};

before(async () => {
  office = await Office.start({ reports: 8 });
  officer = await office.as('officer');
  editor = await office.as('editor');
  head = await office.as('section_head');
  secretary = await office.as('secretary_general');
  chair = await office.as('vice_chair');
  handler = await office.as('department_handler');
  foreign = await office.as('city_editor');
});
after(async () => { await office.stop(); });

const timeline = async () => ok(await officer.get(`/reports/${story.id}/timeline`)).items.map((item) => item.text);
const desk = async () => ok(await editor.get(`/desk/reports/${story.id}`));
const article = async (client = editor) => ok(await client.get(`/articles/${story.article}`));

const TEXT = {
  title: '关于解决山区小学午餐热菜难的建议',
  situation: '今年三月至五月，我们到白鹭县的六所村小走访，其中四所没有食堂，二百一十三名学生中午吃自带的冷饭。'.repeat(3),
  analysis: '一是村小规模小，按人头拨付的经费养不起一名专职炊事员；二是中心校配送餐到最远的点要七十分钟，送到已凉。'.repeat(2),
  suggestion: '一是由县教育局牵头，把八十人以下的教学点并入中心校配餐，增配保温餐箱和一辆配送车；二是省教育厅在营养餐补助中单列配送费。'.repeat(2),
};

test('the officer writes a draft on the phone; the same draft sent twice is one report', async () => {
  const draft = { client_key: 'phone-1-draft-7', title: TEXT.title };
  const first = ok(await officer.post('/reports', draft), 201);
  const again = await officer.post('/reports', draft);
  assert.ok([200, 201].includes(again.status));
  assert.equal(again.body.id, first.id);
  story.id = first.id;
  const catalog = ok(await officer.get('/catalog'));
  story.catalog = catalog;
  story.category = catalog.categories.find((item) => item.code === 'education').id;
  const saved = ok(await officer.put(`/reports/${story.id}`, { ...draft, ...TEXT, category_id: story.category, name_public: true }, again.body.version));
  assert.equal(saved.words > 100, true);
  refused(await editor.get(`/desk/reports/${story.id}`), 404, 'not_found'); // a draft is nobody's but the author's
  refused(await officer.post(`/reports/${story.id}/submit`, { confirm_not_classified: true }), 428, 'precondition_required');
  refused(await officer.act(`/reports/${story.id}/submit`, { confirm_not_classified: true }, saved.version - 1), 412, 'precondition_failed');
  story.version = saved.version;
});

test('attachments: by content, by SHA-256, private', async () => {
  const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
  const send = (name, raw) => officer.request('POST', `/reports/${story.id}/attachments?name=${encodeURIComponent(name)}`,
    { raw, headers: { 'Content-Type': 'application/octet-stream' } });
  const added = await send('冷饭.png', png);
  assert.ok([200, 201].includes(added.status), JSON.stringify(added.body));
  assert.equal(added.body.sha256, sha256(png));
  assert.equal(added.body.mime, 'image/png');
  const script = await send('看图.png', Buffer.from('<html><script>alert(1)</script></html>'));
  refused(script, 415, 'unsupported_media_type'); // a page that calls itself a picture
  const path = `/reports/${story.id}/attachments/${added.body.id}`;
  const back = await officer.get(path);
  assert.equal(back.status, 200);
  assert.deepEqual(back.body, png);
  assert.match(back.headers.get('content-disposition'), /^attachment;/);
  refused(await editor.get(path), 404, 'not_found');
  story.path = path;
});

test('submitting needs the confirmation and gives a receipt; sent twice it is the same receipt', async () => {
  const now = ok(await officer.get(`/reports/${story.id}`));
  refused(await officer.act(`/reports/${story.id}/submit`, { confirm_not_classified: false }, now.version), 422, 'required');
  const receipt = ok(await officer.act(`/reports/${story.id}/submit`, { confirm_not_classified: true }, now.version));
  assert.match(receipt.receipt, /^20\d\d-\d{5}$/);
  assert.match(receipt.text_sha256, /^[0-9a-f]{64}$/);
  const again = ok(await officer.act(`/reports/${story.id}/submit`, { confirm_not_classified: true }, now.version));
  assert.deepEqual([again.receipt, again.version], [receipt.receipt, receipt.version]);
  refused(await officer.put(`/reports/${story.id}`, { title: '改' }, receipt.version), 409, 'illegal_transition');
  assert.equal((await editor.get(story.path)).status, 200);
  refused(await foreign.get(`/desk/reports/${story.id}`), 404, 'not_found');
  refused(await foreign.get(story.path), 404, 'not_found');
});

test('withdrawn while unopened, submitted again, opened: then it stays', async () => {
  const withdrawn = ok(await officer.post(`/reports/${story.id}/withdraw`));
  assert.equal(withdrawn.status, 'withdrawn');
  for (const path of [`/desk/reports/${story.id}`, `/reports/${story.id}`, `/reports/${story.id}/timeline`, story.path])
    refused(await editor.get(path), 404, 'not_found');
  ok(await officer.act(`/reports/${story.id}/submit`, { confirm_not_classified: true }, withdrawn.version));
  const lease = ok(await editor.post(`/desk/reports/${story.id}/claim`, {}));
  assert.equal(lease.mine, true);
  refused(await officer.post(`/reports/${story.id}/withdraw`), 409, 'illegal_transition');
  const second = await (await office.as('editor2')).post(`/desk/reports/${story.id}/claim`, {});
  refused(second, 409, 'claimed_by_other');
  assert.ok((await timeline()).some((line) => line.includes('审核')));
});

test('returned with a reason, mended, submitted again', async () => {
  let view = await desk();
  const reason = story.catalog.reasons.find((item) => item.kind === 'return');
  refused(await editor.act(`/desk/reports/${story.id}/return`, { reason_code: reason.code }, view.report.version), 422, 'required');
  refused(await editor.act(`/desk/reports/${story.id}/return`, { reason_code: 'no-such', text: '请补充' }, view.report.version), 422, 'not_allowed_value');
  ok(await editor.act(`/desk/reports/${story.id}/return`, { reason_code: reason.code, text: '请补充四所学校的名称和走访日期。' }, view.report.version));
  const mine = ok(await officer.get(`/reports/${story.id}`));
  assert.equal(mine.status, 'returned');
  assert.equal(mine.decision_text, '请补充四所学校的名称和走访日期。');
  const saved = ok(await officer.put(`/reports/${story.id}`, { ...TEXT, situation: TEXT.situation + '走访日期为三月九日至十二日。', category_id: story.category, name_public: true }, mine.version));
  // What he has not handed in is his: the desk reads what it had, and nothing of what he adds.
  const before = (await desk()).report;
  assert.equal(before.as_handed_in, true);
  assert.equal(before.situation, TEXT.situation);
  assert.equal(before.updated_ms, mine.updated_ms);
  assert.equal(saved.has_unsent, true);
  assert.equal(saved.sent_sha256, before.text_sha256);
  const added = ok(await officer.request('POST', `/reports/${story.id}/attachments?name=a.txt`,
    { raw: Buffer.from('走访记录。'), headers: { 'Content-Type': 'application/octet-stream' } }));
  const unsent = `/reports/${story.id}/attachments/${added.id}`;
  assert.equal((await officer.get(unsent)).status, 200);
  refused(await editor.get(unsent), 404, 'not_found');
  refused(await foreign.get(unsent), 404, 'not_found');
  ok(await officer.act(`/reports/${story.id}/submit`, { confirm_not_classified: true }, saved.version));
  ok(await editor.post(`/desk/reports/${story.id}/claim`, {}));
  view = await desk();
  assert.equal(view.versions.length, 3);
  assert.equal(view.report.text_sha256, saved.text_sha256);
  assert.equal(view.report.as_handed_in, false);
  assert.equal((await editor.get(unsent)).status, 200);
});

test('adoption waits for five closed gates, judged on the text that is there', async () => {
  let view = await desk();
  const publication = story.catalog.publications.find((item) => item.kind === 'forward' && item.committee_id === view.report.committee_id);
  assert.equal(view.gates.length, 5);
  refused(await editor.act(`/desk/reports/${story.id}/adopt`, { publication_id: publication.id }, view.report.version), 409, 'gates_open');
  const judge = (gate, body, client = editor) => client.put(`/desk/reports/${story.id}/gates/${gate.gate_id}`, { checked: [1], text_sha256: view.report.text_sha256, ...body });
  refused(await judge(view.gates[0], { result: 'fail' }), 422, 'required');
  refused(await judge(view.gates[0], { result: 'pass', text_sha256: '0'.repeat(64) }), 412, 'precondition_failed');
  refused(await judge(view.gates[0], { result: 'pass' }, officer), 403, 'forbidden');
  for (const gate of view.gates.slice(0, 4)) ok(await judge(gate, { result: 'pass' }));
  ok(await judge(view.gates[4], { result: 'fail', note: '标题过长' }));
  view = await desk();
  refused(await editor.act(`/desk/reports/${story.id}/adopt`, { publication_id: publication.id }, view.report.version), 409, 'gates_open');
  ok(await judge(view.gates[4], { result: 'pass', note: '已核' }));
  const marks = story.catalog.criteria.map((criterion) => ({ criterion_id: criterion.id, mark: 5 }));
  const graded = ok(await editor.put(`/desk/reports/${story.id}/grading`, { marks, text_sha256: view.report.text_sha256 }));
  assert.deepEqual([graded.total, graded.grade], [10000, 'excellent']);
  refused(await editor.put(`/desk/reports/${story.id}/grading`, { marks: marks.slice(1), text_sha256: view.report.text_sha256 }), 422, 'required');
  view = await desk();
  const adopted = ok(await editor.request('POST', `/desk/reports/${story.id}/adopt`, { body: { publication_id: publication.id }, headers: { 'If-Match': `"${view.report.version}"`, ...key() } }), 201);
  story.article = adopted.article_id;
  assert.ok((await timeline()).some((line) => line.includes('采用')));
});

test('the article is edited, every version kept, compared by the character, its gates re-opened by the edit', async () => {
  let now = await article();
  assert.equal(now.situation, TEXT.situation + '走访日期为三月九日至十二日。');
  const edited = ok(await editor.put(`/articles/${story.article}`, { title: '关于解决山区小学午餐热菜问题的建议', editor_note: '编者按：本期反映村小午餐的一个实际困难。', situation: now.situation, analysis: now.analysis, suggestion: now.suggestion }, now.version));
  refused(await editor.put(`/articles/${story.article}`, { title: '旧页面', situation: 'x', analysis: '', suggestion: '' }, now.version), 412, 'precondition_failed');
  const diff = ok(await editor.get(`/articles/${story.article}/diff?from=0`));
  const title = diff.parts.find((part) => part.field === 'title').changes;
  assert.equal(title.filter((c) => c.kind !== 'insert').map((c) => c.text).join(''), TEXT.title);
  assert.equal(title.filter((c) => c.kind !== 'delete').map((c) => c.text).join(''), '关于解决山区小学午餐热菜问题的建议');
  refused(await editor.act(`/articles/${story.article}/send`, {}, edited.version), 409, 'gates_open');
  for (const gate of edited.gates.filter((g) => !g.result || g.stale))
    ok(await editor.put(`/articles/${story.article}/gates/${gate.gate_id}`, { result: 'pass', checked: [1], text_sha256: edited.text_sha256 }));
  now = await article();
  assert.equal(now.versions.length, 2);
  const sent = ok(await editor.act(`/articles/${story.article}/send`, {}, now.version));
  assert.equal(sent.status, 'in_signoff');
});

test('sign-off: step by step, returned once, then to the last signature and the number', async () => {
  let now = await article(head);
  refused(await secretary.act(`/articles/${story.article}/sign`, {}, now.version), 403, 'forbidden'); // not his step
  const reason = story.catalog.reasons.find((item) => item.kind === 'signoff_return');
  ok(await head.act(`/articles/${story.article}/signoff-return`, { reason_code: reason.code, note: '请补一句配送费的测算。' }, now.version));
  now = await article();
  assert.equal(now.status, 'editing');
  ok(await editor.act(`/articles/${story.article}/send`, { note: '已补测算' }, now.version));
  now = await article(head);
  assert.equal(now.round, 2);
  const first = ok(await head.act(`/articles/${story.article}/sign`, { note: '同意' }, now.version));
  assert.equal(first.issue_id, null);
  refused(await editor.post(`/articles/${story.article}/recall`), 409, 'illegal_transition');
  now = await article(secretary);
  const last = ok(await secretary.act(`/articles/${story.article}/sign`, {}, now.version));
  story.issue = last.issue_id;
  assert.ok(story.issue);
  assert.match(last.issue_number_text, /第\d+期/);
  assert.ok((await timeline()).some((line) => line.includes(last.issue_number_text.match(/第\d+期/)[0])));
  refused(await chair.act(`/articles/${story.article}/sign`, {}, 1), 409, 'illegal_transition');
});

test('the issue goes to the department, and only then does the department see it', async () => {
  let issue = ok(await editor.get(`/issues/${story.issue}`));
  refused(await handler.get(`/issues/${story.issue}`), 404, 'not_found');
  const recipients = ok(await editor.get('/recipients')).items;
  const department = recipients.find((item) => item.unit_id === handler.me.unit_id);
  issue = ok(await editor.put(`/issues/${story.issue}/recipients`, { main: [department.id], copy: [] }, issue.version));
  assert.deepEqual(issue.main_recipients, [department.name]);
  refused(await handler.get(`/issues/${story.issue}`), 404, 'not_found');
  ok(await editor.act(`/issues/${story.issue}/send`, {}, issue.version));
  const seen = ok(await handler.get(`/issues/${story.issue}`));
  assert.equal(seen.sources?.length ?? 0, 0, 'the department does not learn the sources');
  assert.equal(seen.dispatches?.length ?? 0, 0);
  const list = ok(await handler.get(`/dispatches?issue_id=${story.issue}`)).items;
  assert.equal(list.length, 1);
  story.dispatch = list[0].id;
  refused(await (await office.as('department_handler2')).get(`/dispatches/${story.dispatch}`), 404, 'not_found');
});

test('received, answered; the author learns it at once and rates the answer', async () => {
  ok(await handler.post(`/dispatches/${story.dispatch}/receive`));
  refused(await officer.post(`/dispatches/${story.dispatch}/rating`, { rating: 'satisfied' }), 409, 'illegal_transition');
  let dispatch = ok(await handler.get(`/dispatches/${story.dispatch}`));
  refused(await handler.act(`/dispatches/${story.dispatch}/answer`, { result: 'D', text: '已办' }, dispatch.version), 422, 'not_allowed_value');
  ok(await handler.act(`/dispatches/${story.dispatch}/answer`, { result: 'A', text: '已为四所学校配齐保温餐箱，九月起由中心校统一配送热餐。', contact: '基础教育处 0000-0000000' }, dispatch.version));
  assert.ok((await timeline()).some((line) => line.includes('答复')));
  const inbox = ok(await officer.get('/notices')).items;
  assert.ok(inbox.some((notice) => notice.link.includes(`/reports/${story.id}`)));
  const outcomes = ok(await officer.get(`/reports/${story.id}/outcomes`)).items;
  assert.equal(outcomes[0].answer_result, 'A');
  const rated = ok(await officer.post(`/dispatches/${story.dispatch}/rating`, { rating: 'satisfied', note: '孩子们吃上了热饭。' }));
  assert.equal(rated.rating, 'satisfied');
  refused(await (await office.as('officer2')).post(`/dispatches/${story.dispatch}/rating`, { rating: 'unsatisfied' }), 404, 'not_found');
});

test('an instruction is registered and, by choice, told to the author', async () => {
  const body = { leader: '省政府分管领导', rank: 'province', dated_on: '2026-03-20', text: '请教育厅抓好落实。', shown_to_author: true };
  ok(await editor.post(`/issues/${story.issue}/instructions`, body, { headers: key() }), 201);
  refused(await editor.post(`/issues/${story.issue}/instructions`, { ...body, dated_on: '2026-02-30' }), 422, 'bad_date');
  const outcomes = ok(await officer.get(`/reports/${story.id}/outcomes`));
  assert.equal(outcomes.instructions[0].text, '请教育厅抓好落实。');
});

test('closed: the whole timeline in the author\'s words, without one name of the staff', async () => {
  const dispatch = ok(await editor.get(`/dispatches/${story.dispatch}`));
  ok(await editor.act(`/dispatches/${story.dispatch}/close`, {}, dispatch.version));
  assert.equal(ok(await officer.get(`/reports/${story.id}`)).status, 'closed');
  const reply = ok(await officer.get(`/reports/${story.id}/timeline`));
  const names = [editor, head, secretary].map((client) => client.me.name);
  for (const item of reply.items) {
    assert.ok([null, undefined, officer.me.name].includes(item.actor_name), item.actor_name);
    assert.equal(item.staff_text ?? null, null);
    for (const name of names) assert.ok(!item.text.includes(name), `${item.text} names ${name}`);
  }
  assert.ok(reply.items.length >= 10);
});
