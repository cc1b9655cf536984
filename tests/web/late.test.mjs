// Answers that come late, where a real page is needed: what was pressed, typed or chosen meanwhile is neither lost nor undone.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { DESK, hold, House, PHONE, until } from './browser.mjs';

let house;
before(async () => { house = await House.start({ reports: 60 }); });
after(async () => { await house?.stop(); });
const as = (role) => house.office.as(role);

/** Requests to ADDRESS of a METHOD wait until the test lets them go; `.asked` are those that came. */
async function held(window, address, method) {
  const late = hold(), asked = [];
  await window.page.route(address, async (route) => {
    if (route.request().method() !== method) return route.fallback();
    asked.push(route);
    await late.over;
    return route.continue().catch(() => undefined);
  });
  return { asked, end: late.end };
}
/** What the page makes of an answer that has just come. */
const settle = (page) => page.evaluate(() => new Promise((done) => { requestAnimationFrame(() => requestAnimationFrame(done)); }));

test('keys and clicks during a judgement wait for it, and a note begun meanwhile stays', async () => {
  const list = (await (await as('clerk')).get('/desk/reports?status=in_review&limit=100')).body.items;
  const item = list.find((one) => !one.holder_name) ?? assert.fail('a report nobody has open');
  const window = await house.windowOf('clerk', DESK), { page } = window;
  await window.open(`/desk/reports/${item.id}`);
  const gates = page.locator('.gates ol > li');
  await gates.first().getByRole('button', { name: '通过', exact: true }).waitFor();
  const { asked, end } = await held(window, '**/gates/*', 'PUT');
  await gates.nth(0).getByRole('button', { name: '通过', exact: true }).click();
  await until(() => asked.length, 'the first judgement is on its way');
  await page.keyboard.press('2');
  await page.keyboard.press('p');
  await page.keyboard.press('p');
  await gates.nth(2).getByRole('button', { name: '不适用', exact: true }).click();
  await page.keyboard.press('1');
  const note = gates.nth(0).getByRole('textbox', { name: /说明/ });
  await note.fill('已向乡镇核实。');
  end();
  const judged = async () => (await (await as('clerk')).get(`/desk/reports/${item.id}`)).body.gates.slice(0, 3).map((gate) => gate.result).join(' ');
  await until(judged, 'all that was pressed', (text) => text === 'pass pass not_applicable');
  assert.equal(asked.length, 3, 'pressed twice is judged once');
  await gates.nth(2).getByText('不适用').first().waitFor();
  await page.locator('.judge [aria-busy="true"]').first().waitFor({ state: 'detached' });
  assert.equal(await note.inputValue(), '已向乡镇核实。');
  await window.calm('gates');
  await window.context.close();
});

test('a key pressed before the text was changed does not judge the changed one', async () => {
  const editor = await as('editor');
  const { id } = (await editor.get('/articles?status=editing')).body.items[0] ?? assert.fail('the demo office has an article being edited');
  const window = await house.windowOf('editor', DESK), { page } = window;
  await window.open(`/articles/${id}`);
  await page.locator('#article-title:not([readonly])').waitFor();
  const before_all = (await editor.get(`/articles/${id}`)).body;
  window.allow(/^412 PUT \S+\/gates\//, /status of 412/);
  const { asked, end } = await held(window, '**/gates/*', 'PUT');
  await page.locator('.gates .judge .pass').first().click();
  await until(() => asked.length, 'the first judgement is on its way');
  await page.keyboard.press('2');
  await page.keyboard.press('p');
  await window.label('情况', { exact: true }).fill(`${before_all.situation}\n判定途中的一句。`);
  await page.keyboard.press('Control+s');
  await page.locator('.main-acts').getByText('已保存').waitFor();
  end();
  await until(() => asked.length, 'the key', (count) => count === 2);
  assert.equal(asked[1].request().postDataJSON().text_sha256, before_all.text_sha256);
  await page.locator('#gate-error-' + before_all.gates[1].gate_id).waitFor();
  const gate = (await editor.get(`/articles/${id}`)).body.gates[1];
  assert.equal(gate.at_ms, before_all.gates[1].at_ms, 'the second gate is as it was');
  await window.calm('changed meanwhile');
  await window.context.close();
});

test('two files looked up at once: the answer is of the second', async () => {
  const issue = (await (await as('editor')).get('/issues')).body.items[0] ?? assert.fail('the demo office has an issue');
  const window = await house.windowOf('editor', DESK), { page } = window;
  await window.open(`/issues/${issue.id}`);
  const file = page.locator('.proof input[type=file]');
  await file.waitFor({ state: 'attached' });
  const late = hold();
  let asked = 0;
  await page.route('**/renderings?*', async (route) => {
    if (asked++) return route.continue();
    await late.over;
    return route.fulfill({ json: { items: [{ id: 1, kind_name: '刊物', record_title: '早先的一份', format: 'pdf', at_ms: 0 }] } }).catch(() => undefined);
  });
  const paper = (name) => ({ name, mimeType: 'application/pdf', buffer: Buffer.from(`%PDF-1.4 ${name}`) });
  await file.setInputFiles(paper('甲.pdf'));
  await until(() => asked, 'the first is asked for');
  await file.setInputFiles(paper('乙.pdf'));
  await window.sees('没有找到“乙.pdf”这份文件');
  late.end();
  await page.unrouteAll({ behavior: 'wait' });
  await settle(page);
  await window.sees('没有找到“乙.pdf”这份文件');
  assert.equal(await page.getByText('早先的一份').count(), 0);
  await window.calm('proof');
  await window.context.close();
});

/** A new draft of the officer's, as far as it can be handed in. */
async function draft(title) {
  const officer = await as('officer');
  const { categories } = (await officer.get('/catalog')).body;
  const lines = '村里的老人反映，镇卫生院的药经常配不齐，要到县城去买，来回一天。'.repeat(4);
  const made = await officer.post('/reports', {
    title, situation: lines, analysis: lines, suggestion: lines, category_id: categories[0].id, client_key: `late-${title}-0123456789`,
    source: 'member', urgency: 'normal', target_level: 'county', name_public: true, authors: [],
  });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  return made.body.id;
}
const attachments = async (id) => (await (await as('officer')).get(`/reports/${id}`)).body.attachments.map((one) => one.name);
const notes = (name) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(`走访记录 ${name}`) });
async function filesOf(id) {
  const window = await house.windowOf('officer', PHONE);
  await window.open(`/reports/${id}/edit`);
  await window.page.waitForURL('**/write/**');
  await window.page.goto(window.page.url().replace(/\/write\/([^/?]+).*/, '/write/$1/files'));
  await window.page.locator('input[type=file]').waitFor({ state: 'attached' });
  await window.settled();
  return window;
}

test('a report handed in while its file goes up waits for it, and does not send it again', async () => {
  const id = await draft('镇卫生院药品配备不齐老人购药往返县城');
  const window = await filesOf(id), { page } = window;
  const { asked, end } = await held(window, '**/attachments?*', 'POST');
  await page.locator('input[type=file]').setInputFiles(notes('走访记录.txt'));
  await until(() => asked.length, 'the file is on its way');
  await window.button('下一步：检查与报送').click();
  await window.label(/我确认/).check();
  await window.button('报送', { exact: true }).click();
  const waits = () => page.evaluate(async () => (await navigator.locks.query()).pending.filter((one) => one.name.includes('file-')).length);
  await until(async () => (await waits()) || asked.length > 1, 'handing in has come to the file');
  end();
  await page.waitForURL(`**/reports/${id}/receipt`);
  assert.equal(asked.length, 1);
  assert.deepEqual(await attachments(id), ['走访记录.txt']);
  await window.calm('handed in');
  await window.context.close();
});

test('a file taken away while it goes up is not attached', async () => {
  const id = await draft('农村集中供水点冬季管道冻裂停水');
  const window = await filesOf(id), { page } = window;
  const { asked, end } = await held(window, '**/attachments?*', 'POST');
  await page.locator('input[type=file]').setInputFiles(notes('停水记录.txt'));
  await until(() => asked.length, 'the file is on its way');
  await window.button('去掉停水记录.txt').click();
  await page.locator('.files').waitFor({ state: 'detached' });
  const answered = page.waitForResponse('**/attachments?*');
  end();
  await answered;
  await until(() => attachments(id), 'taken away at the server too', (names) => !names.length);
  await settle(page);
  assert.equal(await page.locator('.files li').count(), 0);
  await window.calm('taken away');
  await window.context.close();
});

test('a draft opened again while it is being saved shows what was typed last', async () => {
  const id = await draft('社区食堂就餐老人多座位少');
  const window = await filesOf(id), { page } = window;
  const { asked, end } = await held(window, `**/reports/${id}`, 'PUT');
  const late = hold();
  let read = 0;
  await page.locator('summary').filter({ hasText: '撰稿人' }).click();
  await window.label(/撰稿人/).fill('王某');
  await until(() => asked.length, 'the draft is on its way');
  await page.locator('a.leave').click();
  await page.waitForURL('**/reports');
  await page.route(`**/reports/${id}`, async (route) => {
    if (route.request().method() !== 'GET') return route.fallback();
    const response = await route.fetch();
    read++;
    await late.over;
    return route.fulfill({ response });
  });
  await page.locator(`a[href="/reports/${id}/edit"]`).first().click();
  await until(() => read, 'it is read from before the save');
  const answered = page.waitForResponse((response) => response.request().method() === 'PUT');
  end();
  await (await answered).finished();
  await settle(page);
  late.end();
  await page.waitForURL('**/write/**');
  await page.locator('.progress a').nth(4).click();
  assert.equal(await window.label(/撰稿人/).inputValue(), '王某');
  await window.calm('opened again');
  await window.context.close();
});

test('a draft saved while its author signs out is not left on the device', async () => {
  const id = await draft('乡村道路会车困难事故增多');
  const window = await filesOf(id), { page } = window;
  window.allow(/^401 (PUT|GET) /, /status of 401/);
  const { asked, end } = await held(window, `**/reports/${id}`, 'PUT');
  await page.locator('summary').filter({ hasText: '撰稿人' }).click();
  await window.label(/撰稿人/).fill('王某');
  await until(() => asked.length, 'the draft is on its way');
  await page.locator('a.leave').click();
  await page.waitForURL('**/reports');
  await page.locator('nav a[href="/me"]').first().click();
  await window.button('退出登录').click();
  await window.button('退出，并丢弃未保存的草稿').click();
  await page.waitForURL('**/sign-in');
  const answered = page.waitForResponse((response) => response.request().method() === 'PUT');
  end();
  await (await answered).finished();
  await settle(page);
  assert.deepEqual(await page.evaluate(() => new Promise((done, fail) => {
    const opening = indexedDB.open('minyi');
    opening.onerror = fail;
    opening.onsuccess = () => {
      const reading = opening.result.transaction('drafts').objectStore('drafts').getAll();
      reading.onsuccess = () => done(reading.result);
      reading.onerror = fail;
    };
  })), []);
  assert.equal(await page.locator('dialog[open]').count(), 0, 'and nobody is asked to sign in again');
  await window.calm('signed out');
  await window.context.close();
});

test('a search for people that fails late does not hide a later one', async () => {
  const id = await draft('乡镇敬老院夜间值守人手不足');
  const window = await filesOf(id), { page } = window;
  window.allow(/^500 GET \S+people/, /status of 500/);
  const late = hold();
  let asked = 0;
  await page.route('**/people?*', async (route) => {
    if (asked++) return route.fulfill({ json: { items: [{ account_id: 4711, name: '后来的人', unit_name: '某单位' }], next: null } });
    await late.over;
    return route.fulfill({ status: 500, json: { title: '出错了' } });
  });
  const search = window.label(/添加联名人/);
  await search.fill('先来');
  await until(() => asked, 'the first is asked for');
  await search.fill('后来');
  await window.sees('后来的人');
  late.end();
  await page.unrouteAll({ behavior: 'wait' });
  await settle(page);
  assert.equal(await page.getByText('后来的人').count(), 1);
  await window.calm('people');
  await window.context.close();
});

/** A draft of a template, open at its name. */
async function template(name) {
  const admin = await as('system_admin');
  const made = await admin.post('/paper-templates', { kind: 'report', name, publication_id: null, from_id: 0 });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const window = await house.windowOf('system_admin', DESK);
  await window.page.clock.install();
  await window.open(`/admin/templates/${made.body.id}`);
  const input = window.label('名称', { exact: true });
  await input.waitFor();
  return { window, page: window.page, input, id: made.body.id };
}

test('a draft that saves itself while its deletion is asked about is deleted all the same', async () => {
  const { window, page, input } = await template('待删的草稿');
  window.allow(/^404 GET \S+\/pages/, /status of 404.*\/pages/); // the preview may still ask for a page of it
  await input.fill('待删的草稿，改过');
  await window.button('删除草稿').click();
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  await page.clock.fastForward(2000);
  await page.getByText('已保存', { exact: true }).waitFor();
  await dialog.getByRole('button', { name: '删除草稿' }).click();
  await page.waitForURL('**/admin/templates');
  await window.calm('deleted');
  await window.context.close();
});

test('what one leaves without saving is not saved later', async () => {
  const { window, page, input, id } = await template('离开的草稿');
  const { asked, end } = await held(window, `**/paper-templates/${id}`, 'PUT');
  await input.fill('离开的草稿，一');
  await page.clock.fastForward(2000);
  await until(() => asked.length, 'it saves itself');
  await input.fill('离开的草稿，二');
  await page.locator('a[href="/admin/templates"]').first().click();
  await window.button('离开，不保存').click();
  await page.waitForURL('**/admin/templates');
  const answered = page.waitForResponse(`**/paper-templates/${id}`);
  end();
  await answered;
  await settle(page);
  await page.clock.fastForward(5000);
  await page.evaluate(() => fetch('/healthz'));
  assert.equal((await (await as('system_admin')).get(`/paper-templates/${id}`)).body.name, '离开的草稿，一');
  assert.equal(asked.length, 1);
  await window.calm('left');
  await window.context.close();
});
