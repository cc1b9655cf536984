// One report through the screens, as its people meet it: the officer on a phone, the desk at a wide window, a
// secretary-general signing on a phone, a department answering. The tests are one story and run in order.
import { test as run, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { PASSWORD } from '../harness.mjs';
import { DESK, hold, House, PHONE, until } from './browser.mjs';

let house, officer, editor, head, secretary, handler, api;
const story = {};
const test = (name, steps) => run(name, (...rest) => house.step(steps)(...rest));
const TITLE = '关于解决山区小学午餐热菜难的建议';
const SITUATION = '今年三月至五月，我们到白鹭县的六所村小走访，其中四所没有食堂，二百一十三名学生中午吃自带的冷饭。最远的王家坪教学点离中心校十九公里，冬天饭菜送到时已经凉透。';
const MORE = '走访中记录到，Q1 期间有 37 名学生因胃病请假。';
const ANALYSIS = '一是村小规模小，按人头拨付的经费养不起一名专职炊事员；二是中心校配送餐到最远的点要七十分钟，没有保温设备。';
const SUGGESTION = '一是由县教育局牵头，把八十人以下的教学点并入中心校配餐，增配保温餐箱和一辆配送车；二是省教育厅在营养餐补助中单列配送费，按里程核定。';

before(async () => {
  house = await House.start({ reports: 24 });
  officer = await house.window(PHONE);
  for (const role of ['editor', 'section_head', 'secretary_general', 'department_handler']) await house.office.as(role);
});
after(async () => { await house?.stop(); });

const receiptOf = (page) => page.getByRole('region', { name: '回执' }).locator('strong').innerText();
const savedText = async (field) => (await api.get(`/reports/${story.id}`)).body[field];

test('the first sign-in link: who it is for, a password that is too weak, then the first page', async () => {
  const { page } = officer;
  const link = house.office.links.officer;
  await officer.open(`/first/${link.url.split('/first/')[1]}`);
  await officer.heading(`${link.name}，您好`);
  await officer.label('设置密码').fill('12345678');
  await officer.button('设置密码并登录').click();
  await officer.sees('密码还不符合上面的要求');
  await officer.label('设置密码').fill(PASSWORD);
  await officer.picture('first-sign-in');
  await officer.sound('first sign-in');
  await officer.button('设置密码并登录').click();
  await page.waitForURL('**/reports');
  await officer.heading('我的信息');
  api = house.office.client();
  assert.equal((await api.signIn(link.login)).status, 200);

  const again = await house.window(PHONE);
  again.allow(/^410 |^404 |^409 |status of 4/);
  await again.open(`/first/${link.url.split('/first/')[1]}`);
  await again.sees(/链接/);
  assert.equal(await again.label('设置密码').count(), 0, 'a link is good for one sign-in');
  await again.sound('used link');
  await again.context.close();
});

test('writing on the phone: what is not taken, one thing a screen, words counted, saved while typing', async () => {
  const { page } = officer;
  await officer.link('写信息', { exact: true }).click();
  await officer.heading('涉密内容不得录入');
  assert.ok(await page.locator('.not li').count() >= 3, 'the list of what is not taken');
  await officer.picture('write-start');
  await officer.sound('before writing');
  await officer.button('知道了，开始写').click();
  await officer.label('标题', { exact: true }).fill(TITLE);
  await officer.sees(`${TITLE.length} / 40`);
  await officer.label('教育事业').check();
  await officer.label(/^急/).check();
  await page.evaluate(() => window.scrollTo(0, 0));
  await officer.picture('write-subject');
  await officer.sound('subject');
  await officer.button('下一步：情况').click();
  await officer.label('情况', { exact: true }).pressSequentially(SITUATION.slice(0, 12));
  await officer.sees(`全文 12 / 1500 字`);
  await officer.label('情况', { exact: true }).fill(SITUATION);
  await officer.sees(`本段 ${SITUATION.length}`);
  await officer.sees('✓ 已保存');
  const mine = await until(async () => (await api.get('/reports')).body.items.find((one) => one.title === TITLE), 'the draft at the server');
  story.id = mine.id;
  await until(() => savedText('situation'), 'its text', (text) => text === SITUATION);
  await officer.picture('write-situation');
  await officer.sound('situation');
});

test('without a signal: not a character is lost, not even by a reload; then all of it is at the server', async () => {
  const { page, context } = officer;
  const typed = () => officer.label('情况', { exact: true }).inputValue();
  await page.evaluate(() => navigator.serviceWorker.ready);
  officer.allow(/ERR_INTERNET_DISCONNECTED|failed: /);
  await context.setOffline(true);
  await officer.label('情况', { exact: true }).press('End');
  await officer.label('情况', { exact: true }).fill(SITUATION + MORE);
  await officer.sees('没有网络，已保存到本机');
  await officer.picture('write-offline');
  assert.equal(await savedText('situation'), SITUATION, 'the server has not heard of it');
  await page.reload();
  await officer.settled();
  await until(typed, 'what was typed', (text) => text === SITUATION + MORE);
  await officer.sees(`本段 ${SITUATION.length + MORE.length - 'Q1'.length + 1 - ' '.length * 3 - '37'.length + 1}`);
  await officer.button('下一步：原因').click();
  await officer.label(/^原因/).fill(ANALYSIS);
  await officer.fits('offline');
  await context.setOffline(false);
  await officer.sees('✓ 已保存');
  await until(async () => (await savedText('analysis')) === ANALYSIS, 'the cause at the server');
  assert.equal(await savedText('situation'), SITUATION + MORE);
  await page.goBack();
  await until(typed, 'what was typed', (text) => text === SITUATION + MORE);
  await page.goForward();
});

test('checked and sent: the receipt', async () => {
  const { page } = officer;
  await officer.button('下一步：建议').click();
  await officer.label('建议', { exact: true }).fill(SUGGESTION);
  // The first file goes slowly, a second is picked meanwhile, and the answer of what was there before comes last of all.
  const lists = [], held = hold(), late = hold();
  await page.route(`**/reports/${story.id}`, async (route) => {
    lists.push(route);
    const response = await route.fetch();
    await late.over;
    await route.fulfill({ response });
  });
  await page.route('**/attachments?*', async (route) => { await held.over; await route.continue(); });
  await officer.button('下一步：附件与署名').click();
  await until(() => lists.length > 0, 'what is there is asked for');
  const notes = (name, text) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });
  await page.locator('input[type=file]').setInputFiles(notes('走访记录.txt', '三月九日 王家坪教学点 二十三人 自带饭\n三月十日 石桥村小 四十一人 自带饭\n'));
  const listed = () => page.locator('.files li').count();
  await until(listed, 'the first is listed', (count) => count === 1);
  await page.locator('input[type=file]').setInputFiles(notes('配餐路线.txt', '中心校 十九公里 王家坪教学点\n'));
  await until(listed, 'both are', (count) => count === 2);
  assert.equal(await page.getByText('已上传').count(), 0);
  held.end();
  const sent = () => page.getByText('已上传').count();
  await until(sent, 'both are there', (count) => count === 2);
  late.end();
  await until(() => lists.length > 1, 'what is there is asked for again');
  assert.equal(await sent(), 2);
  await page.unrouteAll({ behavior: 'wait' });
  await officer.button('删除附件配餐路线.txt').click();
  await until(sent, 'one is taken away', (count) => count === 1);
  await officer.sound('files');
  await officer.button('下一步：检查与报送').click();
  await officer.button('报送', { exact: true }).click();
  await officer.sees('请确认不含涉密内容');
  await officer.label(/我确认/).check();
  await officer.sound('check');
  await officer.button('报送', { exact: true }).click();
  await page.waitForURL(`**/reports/${story.id}/receipt`);
  story.receipt = await receiptOf(page);
  assert.match(story.receipt, /^20\d\d-\d{5}$/);
  await officer.picture('receipt');
  await officer.sound('receipt');
});

test('the editor signs in, finds it in the queue by keyboard and opens it: it is his', async () => {
  editor = await house.window(DESK);
  const { page } = editor;
  await editor.open('/desk/reports');
  await page.waitForURL('**/sign-in?next=**');
  await editor.label('登录名').fill(house.office.links.editor.login);
  await editor.label('密码').fill('不是这个密码-7391');
  editor.allow(/^401 POST \S+\/session$/);
  await editor.button('登录', { exact: true }).click();
  await page.locator('#sign-error').getByText('密码不正确').waitFor();
  await editor.sound('sign-in refused');
  await editor.label('密码').fill(PASSWORD);
  await editor.button('登录', { exact: true }).click();
  await page.waitForURL((url) => url.pathname === '/desk/reports');
  await editor.heading('来稿');
  await page.locator('a[data-row]').first().waitFor();
  for (let i = 0; i < 40; i++) {
    await page.keyboard.press('j');
    if (await page.evaluate((id) => document.activeElement?.dataset?.row === id, String(story.id))) break;
  }
  assert.equal(await page.evaluate(() => document.activeElement?.dataset?.row), String(story.id), 'J reaches it');
  await page.keyboard.press('Enter');
  await page.waitForURL(`**/desk/reports/${story.id}*`);
  await page.locator('.reading').getByText(TITLE).waitFor();
  await page.locator('.reading .status').getByText('审核中').waitFor();
  const rowOf = async (role) => (await (await house.office.as(role)).get('/desk/reports?limit=100')).body.items.find((one) => one.id === story.id);
  const row = await until(async () => {
    const seen = await rowOf('editor2');
    return seen?.holder_name ? seen : null;
  }, 'his lease, as others see it');
  assert.equal(row.holder_name, house.office.links.editor.name);
  assert.equal((await rowOf('editor')).holder_name, null, 'nobody is told of himself');
  await page.getByRole('button', { name: '刷新', exact: true }).click();
  await editor.settled();
  assert.equal(await page.locator(`a[data-row="${story.id}"]`).getByText('正在看').count(), 0);
  const people = await page.locator('.reading .facts div').filter({ has: page.getByText('反映人', { exact: true }) }).locator('dd').innerText();
  assert.equal(people.split(house.office.links.officer.name).length - 1, 1, `the author is named once: ${people}`);
  await editor.settled();
  await editor.sound('desk');
});

const gate = (page, n) => page.locator('.gates ol > li').nth(n - 1).locator('.result');
/** Types number and letter of each gate as fast as hands do; none of the keys may be lost. */
async function judgeByKeys(window, letters) {
  for (const [i, letter] of [...letters].entries()) {
    await window.page.keyboard.press(String(i + 1));
    await window.page.keyboard.press(letter);
  }
  for (const [i, letter] of [...letters].entries()) {
    if (letter === 'p') await gate(window.page, i + 1).filter({ hasText: /^\S*\s*通过$/ }).waitFor();
  }
  await window.page.waitForFunction(() => !document.querySelector('.gates .judge button:disabled'));
}

test('five gates by keyboard, a failed one names its fault; grading; returned with a reason', async () => {
  const { page } = editor;
  await judgeByKeys(editor, 'ppppf');
  await editor.sees('请写明哪里不通过');
  await page.keyboard.type('标题里的“热菜难”不够准确，走访的学校没有列名。');
  await page.keyboard.press('Control+Enter');
  await gate(page, 5).filter({ hasText: '不通过' }).waitFor();
  await editor.sees(/还不能采用：.*文字关/);
  assert.ok(await editor.button('采用', { exact: true }).isDisabled());
  await page.locator('#gates-title').click();
  await editor.picture('desk');
  await page.keyboard.press('g');
  const criteria = page.locator('.criterion');
  await criteria.first().waitFor();
  for (let i = 0; i < await criteria.count(); i++) await criteria.nth(i).locator('input[value="4"]').check({ force: true });
  await editor.sees('总分 80');
  await editor.picture('desk-grade');
  await editor.sound('grading');
  await editor.button('保存评分').click();
  await page.locator('.given').getByText('80').waitFor();
  await page.locator('#gates-title').click();
  await page.keyboard.press('r');
  const dialog = page.getByRole('dialog', { name: '退回补充' });
  await dialog.getByRole('button', { name: '退回', exact: true }).click();
  await dialog.getByRole('alert').waitFor();
  await dialog.getByLabel('理由').selectOption({ index: 1 });
  await dialog.getByLabel('具体意见').fill('请补充四所学校的名称和走访日期。');
  await dialog.getByText('请补充四所学校的名称和走访日期。').last().waitFor();
  await editor.picture('return');
  await editor.sound('return dialogue');
  await dialog.getByRole('button', { name: '退回', exact: true }).click();
  await editor.sees('已退回，作者会收到通知');
  await dialog.waitFor({ state: 'hidden' });
  await editor.calm('after the return');
});

test('the officer reads the reason, mends it and sends it again under the same number', async () => {
  const { page } = officer;
  await officer.open('/inbox');
  await page.locator('.notice').filter({ hasText: '补充' }).first().click();
  await page.waitForURL(`**/reports/${story.id}`);
  await officer.sees('请补充四所学校的名称和走访日期。');
  await officer.settled();
  await officer.picture('returned');
  await officer.sound('returned');
  await officer.link('继续修改').click();
  await page.waitForURL('**/write/**');
  await officer.label('标题', { exact: true }).waitFor();
  await officer.button('下一步：情况').click();
  assert.equal(await officer.label('情况', { exact: true }).inputValue(), SITUATION + MORE);
  await officer.label('情况', { exact: true }).fill(`${SITUATION + MORE}走访日期为三月九日至十二日，四所学校是王家坪、石桥、柳树湾、大岭村小。`);
  await officer.sees('✓ 已保存');
  await until(() => savedText('situation'), 'the new text at the server', (text) => text.includes('走访日期'));
  await editor.open(`/desk/reports/${story.id}`);
  await editor.sees(/以下为上次提交的内容/);
  assert.equal(await editor.page.getByText('走访日期为三月九日').count(), 0, 'the desk reads nothing that is not handed in');
  await editor.sound('a report that is with its author again');
  await officer.open(`/reports/${story.id}`);
  await officer.sees(/只有您自己能看到/);
  await officer.sees(/走访日期为三月九日/);
  await officer.sound('unsent words');
  await officer.link('继续修改').click();
  await page.waitForURL('**/write/**');
  await officer.label('标题', { exact: true }).waitFor();
  await page.getByRole('navigation', { name: '各步' }).getByRole('link').last().click();
  await officer.label(/我确认/).check();
  await officer.button('报送', { exact: true }).click();
  await page.waitForURL(`**/reports/${story.id}/receipt`);
  assert.equal(await receiptOf(page), story.receipt);
  await officer.calm('sent again');
});

test('the editor judges the new text and adopts it', async () => {
  const { page } = editor;
  await editor.open(`/desk/reports/${story.id}`);
  await page.locator('.reading .status').getByText('审核中').waitFor();
  assert.match(await gate(page, 1).innerText(), /文字已改/, 'an edit re-opens the gates');
  await page.locator('#gates-title').click();
  await judgeByKeys(editor, 'ppppp');
  await page.locator('#gates-title').click();
  await page.keyboard.press('a');
  const dialog = page.getByRole('dialog', { name: /采用/ });
  await dialog.getByLabel(/转送件/).check();
  await editor.sound('adopt dialogue');
  await dialog.getByRole('button', { name: '采用，开始编辑' }).click();
  await page.waitForURL('**/articles/*');
  story.article = Number(page.url().split('/').pop());
  await editor.settled();
  await editor.calm('adopted');
});

test('the article: edited, compared by the character, judged again, sent to sign-off', async () => {
  const { page } = editor;
  await editor.label('标题', { exact: true }).fill('关于解决山区小学午餐热菜问题的建议');
  await editor.label(/^编者按/).fill('本期反映村小午餐的一个实际困难，请有关部门研究。');
  await editor.sees('有改动未保存');
  await editor.sees(/有改动还没有保存/);
  await page.keyboard.press('Control+s');
  await page.locator('.main-acts').getByText('已保存').waitFor();
  await editor.picture('article');
  await editor.sound('article');
  await editor.button('对比', { exact: true }).click();
  await page.locator('.diff del').filter({ hasText: '难' }).first().waitFor();
  await page.locator('.diff ins').filter({ hasText: '问题' }).first().waitFor();
  await editor.sees(/增 \d+ 字/);
  await editor.picture('article-compare');
  await editor.sound('comparison');
  await editor.sees(/还不能送审/);
  await page.locator('#gates-title').click();
  await judgeByKeys(editor, 'ppppp');
  await editor.button('送审', { exact: true }).click();
  const dialog = page.getByRole('dialog', { name: /送审/ });
  await dialog.getByLabel(/给审签人的话/).fill('事实已与县教育局核对。');
  await editor.sound('send dialogue');
  await dialog.getByRole('button', { name: '送审', exact: true }).click();
  await editor.sees(/送审中/);
  await editor.settled();
  await editor.calm('sent to sign-off');
});

async function signIt(window) {
  const { page } = window;
  await window.open('/signoff');
  await page.getByRole('link', { name: /山区小学午餐热菜问题/ }).click();
  await page.waitForURL(`**/signoff/${story.article}*`);
  await window.settled();
}

test('the section head signs at his desk, the secretary-general on a phone: it has its number', async () => {
  head = await house.windowOf('section_head', DESK);
  await signIt(head);
  await head.sound('sign-off at the desk');
  await head.button('签发', { exact: true }).click();
  await head.page.getByRole('dialog', { name: '签发' }).getByRole('button', { name: '签发', exact: true }).click();
  await head.page.waitForURL('**/signoff');
  await head.calm('signed by the head');

  secretary = await house.windowOf('secretary_general', PHONE);
  const { page } = secretary;
  await secretary.open('/signoff');
  await secretary.picture('signoff-list');
  await secretary.sound('what waits to be signed');
  await signIt(secretary);
  await secretary.button('与原稿对比').click();
  await page.locator('.diff ins').first().waitFor();
  await secretary.sound('comparison on the phone');
  await secretary.button('文稿').click();
  await secretary.picture('signoff-phone');
  await secretary.sound('sign-off on the phone');
  await secretary.button('签发', { exact: true }).click();
  await page.getByRole('dialog', { name: '签发' }).getByRole('button', { name: '签发', exact: true }).click();
  await page.waitForURL('**/issues/*');
  story.issue = Number(page.url().split('/').pop());
  await secretary.settled();
  story.number = (await page.locator('.sheet-number').innerText()).trim();
  assert.match(story.number, /^20\d\d年第\d+期/);
  await secretary.sound('the issue on the phone');
});

test('the issue: red head, number, title; printed on A4', async () => {
  const { page } = editor;
  await editor.open(`/issues/${story.issue}`);
  assert.equal((await page.locator('.sheet-number').innerText()).trim(), story.number);
  const [red, green, blue] = (await page.locator('.sheet-name').evaluate((one) => getComputedStyle(one).color)).match(/\d+/g).map(Number);
  assert.ok(red > 150 && green < 60 && blue < 60, `the head is red: ${red} ${green} ${blue}`);
  assert.match(await page.locator('.sheet-title').innerText(), /山区小学午餐热菜问题/);
  assert.match(await page.locator('.sheet-foot').innerText(), /编辑：\S+.*核稿：\S+.*签发：\S+/s);
  await editor.sound('issue');

  await page.emulateMedia({ media: 'print' });
  const printed = await page.evaluate(() => ({
    seen: document.body.innerText,
    shell: [...document.querySelectorAll('nav, button, aside')].filter((one) => one.getClientRects().length).map((one) => one.textContent.trim()),
  }));
  assert.ok(printed.seen.includes(story.number) && printed.seen.includes('山区小学午餐热菜问题'));
  assert.deepEqual(printed.shell, [], 'nothing but the sheet is printed');
  const pdf = (await page.pdf({ preferCSSPageSize: true, printBackground: true })).toString('latin1');
  const boxes = [...pdf.matchAll(/\/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)\s*\]/g)].map((box) => [Number(box[1]), Number(box[2])]);
  assert.ok(boxes.length >= 1, 'a page');
  for (const [width, height] of boxes) assert.ok(Math.abs(width - 595.3) < 1.5 && Math.abs(height - 841.9) < 1.5, `A4, not ${width} × ${height}`);
  await page.emulateMedia({ media: null });
});

test('recipients chosen and sent', async () => {
  const { page } = editor;
  assert.ok(await editor.button(/^送出/).isDisabled(), 'nobody to send to yet');
  const unaddressed = await page.locator('[data-page="1"] img').getAttribute('src');
  await editor.button('选报送对象').click();
  const dialog = page.getByRole('dialog', { name: '报送对象' });
  await dialog.getByRole('radiogroup', { name: '省教育厅', exact: true }).getByLabel('主送').check();
  await dialog.getByRole('radiogroup', { name: /卫生健康委/ }).first().getByLabel('抄送').check();
  await editor.picture('recipients');
  await editor.sound('recipients');
  await dialog.getByRole('button', { name: '保存（主送 1，抄送 1）' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await editor.button('送出（2）').click();
  const send = page.getByRole('dialog', { name: '送出本期' });
  await send.getByText('省教育厅').waitFor();
  await send.getByRole('button', { name: '送出', exact: true }).click();
  await send.waitFor({ state: 'hidden' });
  await page.locator('.out').filter({ hasText: '省教育厅' }).getByText('已发').waitFor();
  await editor.settled();
  await until(() => page.locator('[data-page="1"] img').getAttribute('src'), 'the pages with their addressees', (src) => src !== unaddressed);
  await editor.picture('issue');
  await editor.calm('sent');
});

test('an instruction is registered', async () => {
  const { page } = editor;
  await editor.button('登记批示').click();
  await editor.button('保存批示').click();
  await editor.sees('请写批示领导');
  await editor.label('批示领导').fill('省政府分管副省长');
  await editor.label('批示内容', { exact: true }).fill('请省教育厅研究，把配送费问题一并解决。');
  await editor.sound('instruction');
  await editor.button('保存批示').click();
  await page.locator('.instructions li').filter({ hasText: '把配送费问题一并解决' }).waitFor();
  await editor.calm('instruction');
});

test('the department signs for it and answers', async () => {
  handler = await house.windowOf('department_handler', DESK);
  const { page } = handler;
  await handler.open('/dispatches');
  await handler.sound('what was sent to the department');
  await page.getByRole('link', { name: /山区小学午餐热菜问题/ }).click();
  await handler.settled();
  await handler.button('签收', { exact: true }).click();
  await handler.label('答复内容').waitFor();
  await handler.button('答复', { exact: true }).click();
  await handler.sees('请选办理结果');
  assert.equal(await page.getByText('请写答复内容').count(), 2, 'in the summary and at the field');
  await handler.label(/^A/).check();
  await page.getByText('请选办理结果').first().waitFor({ state: 'detached' });
  assert.equal(await page.getByText('请写答复内容').count(), 2, 'the other message stays');
  await handler.label('答复内容').pressSequentially('已');
  await page.getByText('请写答复内容').first().waitFor({ state: 'detached' });
  assert.equal(await page.evaluate(() => document.activeElement.id), 'answer-text', 'the focus stays where one types');
  await handler.label('答复内容').fill('已会同白鹭县核实，拨付保温餐箱四十个，并将配送费列入明年预算，按里程核定。');
  await handler.label(/承办人和电话/).fill('基础教育处 陈志远 0811-6602315');
  await page.reload(); // a half-written answer is kept on the device
  await handler.settled();
  await until(async () => (await handler.label('答复内容').inputValue()).includes('拨付保温餐箱四十个'), 'the answer kept on the device');
  await handler.page.locator('[data-page="1"] img').waitFor();
  await handler.picture('answer');
  await handler.sound('answer');
  await handler.button('答复', { exact: true }).click();
  await page.locator('.answer').getByText('拨付保温餐箱四十个').waitFor();
  await handler.calm('answered');
});

test('the officer reads the answer in the inbox and the timeline, and rates it', async () => {
  const { page } = officer;
  await officer.open('/inbox');
  await page.locator('.notice').filter({ hasText: '答复' }).first().waitFor();
  await officer.sound('inbox');
  await page.locator('.notice').filter({ hasText: '答复' }).first().click();
  await page.waitForURL(`**/reports/${story.id}*`);
  await officer.sees('拨付保温餐箱四十个');
  await page.getByRole('region', { name: '进展' }).getByText(/省教育厅已答复/).waitFor();
  await page.getByRole('region', { name: '进展' }).getByText(/批示/).first().waitFor();
  await officer.sees('把配送费问题一并解决');
  await officer.settled();
  await officer.picture('outcome');
  await officer.sound('outcome');
  await officer.label('满意', { exact: true }).check();
  await officer.label(/^说明/).fill('答复具体，谢谢。');
  await officer.button('提交评价').click();
  await officer.sees(/已评价：满意/);
  await officer.calm('rated');

  await editor.open('/dispatches?status=answered');
  await editor.page.locator('.line').filter({ hasText: '午餐热菜' }).getByText(/作者满意/).waitFor();
  await editor.picture('dispatches');
  await editor.sound('answered dispatches');
  await editor.page.locator('.line').filter({ hasText: '午餐热菜' }).getByRole('button', { name: /^办结/ }).click();
  await editor.page.getByRole('dialog', { name: '办结' }).getByRole('button', { name: '办结', exact: true }).click();
  await until(async () => (await (await house.office.as('editor')).get('/dispatches?status=closed')).body.items
    .some((one) => one.issue_title.includes('午餐热菜')), 'the dispatch is closed');
  await editor.calm('closed');
});
