// Batches and scans in the browser: issues ticked and made into one zip in the background, left and found again; a photo of a
// printed page offered to its record; where the code of a print leads.
import { test as run, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { DESK, House, PHONE, until } from './browser.mjs';

let house, issues;
const test = (name, steps) => run(name, { timeout: 900_000 }, steps);

before(async () => {
  house = await House.start({ reports: 60, flags: ['--public-url=https://minyi.example'] });
  const editor = await house.office.as('editor');
  issues = (await editor.get('/issues?limit=100')).body.items;
  assert.ok(issues.length >= 6, 'the demo office has issues');
});
after(async () => { await house?.stop(); });

const batches = async () => (await (await house.office.as('editor')).get('/paper-batches')).body.items;
const page1 = async (id, width = 1240) => (await (await house.office.as('editor')).get(`/papers/issue/${id}/pages/1?width=${width}`)).body;
/** What is printed, by its definition: letter, number, and eight digits over both, each text preceded by its length. */
function codeOf(letter, id) {
  const hash = createHash('sha256');
  for (const text of ['minyi-print', letter + id]) {
    const length = Buffer.alloc(8);
    length.writeBigUInt64BE(BigInt(text.length));
    hash.update(length).update(text);
  }
  return `${letter}${id}-${hash.digest('hex').slice(0, 8)}`;
}

/** The list says that the batch ID is under way, or what else WHAT says, until the function it gives is called: it is shown
 * however fast it is made. */
async function heldBack(page, id, what = {}) {
  let over = false;
  await page.route('**/api/v1/paper-batches?*', async (route) => {
    const answer = await route.fetch();
    const body = await answer.json();
    if (!over) for (const one of body.items) if (one.id === id) Object.assign(one, { status: 'running', status_text: '正在生成', finished_ms: null, done: 0, ...what });
    await route.fulfill({ response: answer, json: body });
  });
  return () => { over = true; };
}

test('no batch yet: why, and where to begin', async () => {
  for (const size of [DESK, PHONE]) {
    const window = await house.windowOf('editor', size);
    await window.open('/papers/batches');
    await window.sees('还没有批量导出');
    await window.sound('no batches');
    await window.link('去期刊列表选择').click();
    await window.page.waitForURL('**/issues?choose=1');
    await window.sees('已选 0 期');
    assert.ok(await window.button('导出', { exact: true }).isDisabled());
    await window.sees('还没有勾选。');
    await window.sound('choosing');
    await window.context.close();
  }
});

test('issues are ticked one by one, by number and all listed; the batch goes on while one is away', async () => {
  const window = await house.windowOf('editor', DESK);
  const { page } = window;
  await window.open('/issues');
  assert.equal(await page.getByRole('checkbox').count(), 0, 'a list to read has no boxes');
  await window.button('批量导出').click();
  await page.waitForURL('**/issues?choose=1');
  const first = issues[0];
  await page.getByLabel(`选择${first.publication_name} ${first.number_text}`).check();
  await window.sees('已选 1 期');
  await window.sees('先选一种刊物和一个年份');

  await page.locator('.filters select').first().selectOption({ label: first.publication_name });
  await page.waitForURL(/publication_id=/);
  await page.locator('.filters select').last().selectOption({ label: `${first.year}年` });
  await page.waitForURL(/publication_id=.*year=/);
  await window.settled();
  const series = issues.filter((one) => one.publication_name === first.publication_name && one.year === first.year);
  await page.getByLabel('从第几期').fill('1');
  await page.getByLabel('到第几期').fill('2');
  await window.button('选入', { exact: true }).click();
  const fit = series.filter((one) => one.number <= 2).length;
  await window.sees(`选入 ${fit} 期`);
  const chosen = new Set([first.id, ...series.filter((one) => one.number <= 2).map((one) => one.id)]);
  await window.sees(`已选 ${chosen.size} 期`);
  await window.button(/^选入列出的/).click();
  await until(async () => (await page.getByRole('checkbox', { checked: true }).count()) >= Math.min(series.length, 20), 'all listed are ticked');
  await page.getByLabel('Word').check();
  await window.picture('choose-issues');
  await window.sound('chosen');
  await window.button('导出', { exact: true }).click();
  await page.waitForURL('**/papers/batches');
  await window.sees('已开始生成，可以离开');
  await window.open('/issues'); // away
  await until(async () => (await batches())[0]?.status === 'done', 'the batch is made while nobody looks');
  await window.open('/papers/batches');
  const card = page.getByRole('article').first();
  await card.getByText('已生成').waitFor();
  await window.picture('batches');
  await window.sound('a finished batch');
  const [download] = await Promise.all([page.waitForEvent('download'), card.getByRole('link', { name: /^下载/ }).click()]);
  assert.equal(download.suggestedFilename(), (await batches())[0].name);
  await card.getByText('各件情况').click();
  await card.locator('li').first().waitFor();
  assert.equal(await card.locator('li').count(), (await batches())[0].total);
  await window.sound('what became of each');
  await window.context.close();
});

test('progress is shown while it goes on; it can be cancelled and deleted, also on a phone', async () => {
  const window = await house.windowOf('editor', PHONE);
  const { page } = window;
  const editor = await house.office.as('editor');
  const items = issues.slice(0, 60).flatMap(({ id }) => [{ kind: 'issue', id }, { kind: 'dispatch_list', id }]);
  const made = (await editor.post('/paper-batches', { items, formats: ['pdf', 'docx'] })).body;
  const release = await heldBack(page, made.id);
  window.allow(/^409 POST \S+\/cancel$/, /status of 409/); // it may be made by then
  await window.open('/papers/batches');
  const card = page.getByRole('article', { name: made.name }).first();
  await card.getByRole('progressbar').waitFor();
  await window.sound('under way');
  await card.getByRole('button', { name: /^取消/ }).click();
  release();
  // Made so fast that nothing is left to cancel, the question goes away by itself.
  const question = page.getByRole('dialog', { name: '取消这次批量导出？' });
  await Promise.race([window.button('取消导出', { exact: true }).click(), card.getByText('已生成').waitFor()]);
  await question.waitFor({ state: 'hidden' });
  const state = await until(async () => {
    const now = (await editor.get(`/paper-batches/${made.id}`)).body.status;
    return now === 'cancelled' || now === 'done' ? now : '';
  }, 'it ends');
  await card.getByText(state === 'done' ? '已生成' : '已取消').waitFor();
  await window.sound('cancelled');
  await card.getByRole('button', { name: /^删除/ }).click();
  if (state === 'done') await window.button('删除', { exact: true }).last().click();
  await window.sees('已删除');
  await until(async () => (await editor.get(`/paper-batches/${made.id}`)).status === 404, 'it is gone');
  await window.context.close();
});

test('a batch that nobody gets on with says so and why, until it goes on', async () => {
  const editor = await house.office.as('editor');
  const made = (await editor.post('/paper-batches', { items: [{ kind: 'issue', id: issues[0].id }], formats: ['pdf'] })).body;
  await until(async () => (await editor.get(`/paper-batches/${made.id}`)).body.status === 'done', 'it ends');
  for (const size of [DESK, PHONE]) {
    const window = await house.windowOf('editor', size);
    const what = {};
    const release = await heldBack(window.page, made.id, what);
    const told = (state) => window.page.getByRole('status').filter({ hasText: `${made.name}：${state}` }).waitFor({ state: 'attached' });
    await window.open('/papers/batches');
    const card = window.page.getByRole('article', { name: made.name }).first();
    await card.getByText('正在生成').waitFor();
    Object.assign(what, { stalled: true, status_text: '已停顿', error: '超过一分钟没有进展。', done: 1 });
    await card.locator('[data-tone="amber"]', { hasText: '已停顿' }).waitFor();
    await card.getByText('超过一分钟没有进展。').waitFor();
    await card.getByText('1 / 1 件', { exact: true }).waitFor(); // and not that it is being packed
    await told('已停顿');
    await card.getByRole('button', { name: /^取消/ }).waitFor();
    await window.sound('a batch that stands still');
    release();
    await card.getByText('已生成').waitFor();
    await told('已生成');
    assert.equal(await card.getByText('已停顿').count(), 0);
    await window.context.close();
  }
});

test('the question whether to cancel goes away when the batch has ended', async () => {
  const window = await house.windowOf('editor', DESK);
  const { page } = window;
  const editor = await house.office.as('editor');
  const made = (await editor.post('/paper-batches', { items: [{ kind: 'issue', id: issues[0].id }], formats: ['pdf'] })).body;
  await until(async () => (await editor.get(`/paper-batches/${made.id}`)).body.status === 'done', 'it ends');
  const release = await heldBack(page, made.id);
  await window.open('/papers/batches');
  const card = page.getByRole('article', { name: made.name }).first();
  await card.getByRole('button', { name: /^取消/ }).click();
  const question = page.getByRole('dialog', { name: '取消这次批量导出？' });
  await question.waitFor();
  release();
  await question.waitFor({ state: 'hidden' });
  await card.getByText('已生成').waitFor();
  await window.calm('nothing left to cancel');
  await window.context.close();
});

test('a photo of a signed print is offered to its record: one button files it there', async () => {
  for (const size of [DESK, PHONE]) {
    const window = await house.windowOf('editor', size);
    const { page } = window;
    const issue = issues[size === DESK ? 0 : 1];
    await window.open('/papers/scans');
    await window.sees('没有待归入的扫描件');
    await window.sound('no scans');
    assert.equal(await page.getByText('拍照', { exact: true }).isVisible(), size === PHONE, 'a camera where there is one');
    await page.locator('input[type="file"]').first().setInputFiles({ name: '签批件.png', mimeType: 'image/png', buffer: await page1(issue.id) });
    const card = page.getByRole('article', { name: '签批件.png' });
    await card.getByText(`这是《${issue.publication_name}》${issue.number_text}（刊物），可以归入该期的扫描件。`).waitFor();
    await until(() => card.locator('img').evaluate((one) => one.naturalWidth > 0), 'its picture');
    await window.picture(size === DESK ? 'scan' : 'scan-phone');
    await window.sound('a scan with a suggestion');
    await card.getByRole('button', { name: /^归入该期的扫描件/ }).click();
    await window.sees('已归入');
    await window.sees('没有待归入的扫描件');
    const there = (await (await house.office.as('editor')).get(`/papers/issue/${issue.id}/scans`)).body.items;
    assert.deepEqual(there.map((one) => one.name), ['签批件.png']);
    await window.sound('a scan that was filed');
    await page.getByRole('region', { name: '刚才归入的' }).getByRole('link', { name: new RegExp(issue.title) }).click();
    await page.waitForURL(`**/issues/${issue.id}`);
    await page.getByRole('region', { name: '扫描件' }).getByRole('link', { name: '签批件.png' }).waitFor();
    await window.calm('an issue with a scan');
    await window.context.close();
  }
});

test('the very PDF that was handed out is known again', async () => {
  const window = await house.windowOf('editor', DESK);
  const { page } = window;
  const issue = issues[3];
  const file = (await (await house.office.as('editor')).get(`/papers/issue/${issue.id}/file?format=pdf`)).body;
  await window.open('/papers/scans');
  await page.locator('input[type="file"]').first().setInputFiles({ name: '刊物.pdf', mimeType: 'application/pdf', buffer: file });
  const card = page.getByRole('article', { name: '刊物.pdf' });
  await card.getByText(`这是《${issue.publication_name}》${issue.number_text}（刊物），可以归入该期的扫描件。`).waitFor();
  await card.getByText(issue.title, { exact: true }).waitFor();
  await card.getByRole('button', { name: /^删除/ }).click();
  await window.button('删除', { exact: true }).click();
  await window.sees('没有待归入的扫描件');
  await window.context.close();
});

test('without a code the record is chosen by hand; what is no scan is refused with the reason', async () => {
  const window = await house.windowOf('editor', DESK);
  const { page } = window;
  window.allow(/^415 /, /status of 415/);
  await window.open('/papers/scans');
  await page.locator('input[type="file"]').first().setInputFiles([
    { name: '签字.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n') },
    { name: '说明.txt', mimeType: 'text/plain', buffer: Buffer.from('这不是扫描件') },
  ]);
  await window.sees('扫描件可以是 JPG、PNG、WebP 图片或 PDF。');
  const card = page.getByRole('article', { name: '签字.pdf' });
  await card.getByText('没有从这份 PDF 里认出编码').waitFor();
  await card.getByRole('button', { name: /^手工选择/ }).click();
  await page.getByLabel('这是一份').selectOption({ label: '核稿单' });
  await page.getByRole('radio').first().waitFor();
  await window.button('归入这一件').click();
  await window.sees('请选一件。');
  await page.getByLabel('这是一份').selectOption({ label: '刊物' });
  const issue = issues[2];
  await until(async () => (await page.getByRole('radio').count()) === issues.length, 'the issues to choose from');
  const inside = await page.getByRole('radio').first().evaluate((radio) => {
    const card = radio.closest('label'), [outer, inner] = [card.getBoundingClientRect(), card.querySelector('span').getBoundingClientRect()];
    return inner.top - outer.top >= 4 && outer.bottom - inner.bottom >= 4;
  });
  assert.ok(inside, 'both lines of a card stand clear of its border');
  await page.getByLabel('按期号或标题找').fill(issue.title.slice(0, 8));
  await page.getByRole('radio', { name: new RegExp(issue.title) }).check();
  assert.equal(await page.getByText('请选一件。').count(), 0, 'what was missing is there now');
  await window.sound('choosing by hand');
  await window.button('归入这一件').click();
  await window.sees('已归入');
  const there = (await (await house.office.as('editor')).get(`/papers/issue/${issue.id}/scans`)).body.items;
  assert.deepEqual(there.map((one) => one.name), ['签字.pdf']);
  await window.context.close();
});

test('a scan filed with the wrong record is moved from its page, and taken away; who only reads can do neither', async () => {
  const [wrong, right] = [issues[3], issues[4]];
  const editor = await house.office.as('editor');
  const sent = await editor.request('POST', `/scans?name=${encodeURIComponent('错件.png')}`, { raw: await page1(right.id), headers: { 'Content-Type': 'application/octet-stream' } });
  assert.equal((await editor.put(`/scans/${sent.body.id}/record`, { kind: 'issue', record_id: wrong.id }, sent.body.version)).status, 200);
  const window = await house.windowOf('editor', DESK);
  const { page } = window;
  const scans = page.getByRole('region', { name: '扫描件' });
  await window.open(`/issues/${wrong.id}`);
  await scans.getByRole('button', { name: /^移到另一件/ }).click();
  await page.locator('#chooser-words').fill(right.title.slice(0, 8));
  await page.getByRole('radio', { name: new RegExp(right.title) }).check();
  await window.button('归入这一件').click();
  await scans.getByText('“错件.png”已移到').waitFor();
  await window.sound('a scan that was moved');
  await scans.getByRole('link', { name: new RegExp(right.title) }).click();
  await page.waitForURL(`**/issues/${right.id}`);
  await scans.getByRole('link', { name: '错件.png' }).waitFor();
  const reader = await house.windowOf('leader_reader', DESK);
  await reader.open(`/issues/${right.id}`);
  const seen = reader.page.getByRole('region', { name: '扫描件' });
  await seen.getByRole('link', { name: '错件.png' }).waitFor();
  assert.equal(await seen.getByRole('button').count(), 0);
  await reader.calm('a scan for a reader');
  await reader.context.close();
  await scans.getByRole('button', { name: /^删除/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: '删除' }).click();
  await scans.waitFor({ state: 'detached' });
  await window.calm('a scan that was taken away');
  await window.context.close();
});

test('the code of a print leads to its record, and a wrong one to a calm page', async () => {
  const { id } = issues[0];
  for (const size of [DESK, PHONE]) {
    const window = await house.windowOf('editor', size);
    window.allow(/^404 GET \S+\/codes\//, /status of 404/);
    await window.open(`/q/${codeOf('i', id)}`);
    await window.page.waitForURL(`**/issues/${id}`);
    await window.open('/q/i1-00000000');
    await window.heading('没有找到');
    await window.sees('您无权查看');
    await window.sound('a wrong code');
    await window.context.close();
  }
  const officer = await house.windowOf('officer', PHONE);
  officer.allow(/^404 GET \S+\/codes\//, /status of 404/);
  await officer.open(`/q/${codeOf('i', id)}`);
  await officer.heading('没有找到');
  await officer.context.close();

  const stranger = await house.window(PHONE); // signs in first, and then goes on
  await stranger.open(`/q/${codeOf('i', id)}`);
  await stranger.page.waitForURL(/\/sign-in\?next=/);
  await stranger.context.close();
});
