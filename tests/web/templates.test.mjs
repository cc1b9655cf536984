// The page where an office changes how its papers look: a draft saves itself, a fault stands at its row with the
// server's reason, the preview follows, and what comes into force is what issues are printed with.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { DESK, House, PHONE, until } from './browser.mjs';

let house, w, admin;
before(async () => {
  house = await House.start({ reports: 12 });
  w = await house.windowOf('system_admin', DESK);
  admin = await house.office.as('system_admin');
});
after(async () => { await house?.stop(); });

const step = (name, run) => test(name, (t) => house.step(run)(t));
const saved = () => w.page.getByRole('status').filter({ hasText: '已保存' }).waitFor();
const picture = () => w.page.locator('img.sheet-page').first().getAttribute('src');
const open_row = () => w.page.locator('.row-item.on');
/** Waits for another first page than the one at BEFORE, and gives it. */
const redrawn = (before) => until(async () => { const now = await picture(); return now !== before && now; }, 'a new preview');
const draft = async () => (await admin.get('/paper-templates?kind=issue')).body.items.find((one) => one.name === '云江版式');

step('a draft begins as a copy of what is in force', async () => {
  await w.open('/admin/templates');
  await w.sound('the list');
  await w.button('新建刊物的草稿').click();
  await w.label('名称', { exact: true }).fill('云江版式');
  await w.sound('the form');
  await w.button('起草').click();
  await w.heading(/刊物版式/);
  await w.page.locator('img.sheet-page').first().waitFor();
  await w.sound('the editor');
});

step('a word is put in where the cursor is, and the pages follow', async () => {
  const before = await picture();
  await w.page.getByRole('button', { name: /期号 \{期号\}/ }).click();
  const box = open_row().getByLabel('文字');
  await box.fill('（）');
  await box.press('ArrowLeft');
  await open_row().getByRole('button', { name: '期号', exact: true }).click();
  assert.equal(await box.inputValue(), '（{期号}）');
  await box.press('End');
  await w.page.keyboard.type('内部资料');
  await saved();
  await redrawn(before);
  await until(async () => (await admin.get(`/paper-templates/${(await draft()).id}`)).body.elements, 'all that was typed is saved',
    (elements) => elements.some((one) => one.text === '（{期号}）内部资料'));
  await w.sound('an open row');
});

step('what the server refuses stands at its row; the version before is kept', async () => {
  const before = (await draft()).version;
  w.allow(/422/);
  await open_row().getByLabel('文字').fill('第{期数}');
  await open_row().getByText(/第4行“期号”：没有“\{期数\}”这个词，是不是“\{期号\}”/).waitFor();
  await w.sees('没有保存，第4行有误');
  assert.ok(await w.button('启用', { exact: true }).isDisabled());
  assert.equal((await draft()).version, before);
  await w.sound('a fault');
  await open_row().getByLabel('文字').fill('{期号}');
  await saved();
  await w.page.getByText('第4行“期号”').waitFor({ state: 'detached' });
});

step('what another font lends is told beside the pages, with the way to the fonts', async () => {
  const serving = (await admin.get('/paper-fonts')).body.roles.find((one) => one.role === 'fangsong').family;
  const before = await picture();
  await open_row().getByLabel('文字').fill('{期号}堃');
  await saved();
  await redrawn(before);
  if (serving === 'FandolFang') {
    await w.sees('有 1 个字由其他字体代排：仿宋缺堃，用 Noto Serif CJK SC。');
    assert.equal(await w.page.locator('.stand-ins').getByRole('link', { name: '“字体”页' }).getAttribute('href'), '/admin/fonts');
    await w.sound('a note');
  }
  const lent = await picture();
  await open_row().getByLabel('文字').fill('{期号}');
  await saved();
  await redrawn(lent);
  await w.page.locator('.stand-ins').waitFor({ state: 'detached' });
});

step('rows move by the keyboard, come and go', async () => {
  const order = async () => (await admin.get(`/paper-templates/${(await draft()).id}`)).body.elements.map((one) => one.style || one.element);
  const head = w.page.getByRole('button', { name: /标题 \{标题\}/ });
  const at = (await order()).indexOf('title');
  await head.focus();
  await head.press('Alt+ArrowUp');
  await until(async () => (await order()).indexOf('title') === at - 1, 'the title above');
  assert.match(await w.page.evaluate(() => document.activeElement.textContent), /标题/, 'the focus goes with the row');
  await head.press('Alt+ArrowDown');
  await until(async () => (await order()).indexOf('title') === at, 'the title back');
  const count = (await order()).length;
  await w.label(/添加/).selectOption('space');
  await w.button('添加', { exact: true }).click();
  await until(async () => (await order()).length === count + 1, 'one more row');
  await open_row().getByLabel('几行').fill('2.5');
  await until(async () => (await admin.get(`/paper-templates/${(await draft()).id}`)).body.elements.some((one) => one.amount === 25), 'its height');
  await open_row().getByRole('button', { name: /去掉/ }).click();
  await until(async () => (await order()).length === count, 'gone again');
  await w.calm();
});

step('styles change the pages; on a phone each part is a page of its own', async () => {
  await saved();
  await w.link('样式', { exact: true }).click();
  const before = await picture();
  await w.page.getByRole('group', { name: /^标题/ }).getByLabel('字号').selectOption({ label: '小初' });
  await saved();
  await redrawn(before);
  await w.sound('styles');
  await w.resize(PHONE);
  await w.sound('styles on a phone');
  await w.link('内容', { exact: true }).click();
  await w.page.getByRole('button', { name: /标题 \{标题\}/ }).click();
  await w.sound('rows on a phone');
  await w.link('预览', { exact: true }).click();
  await w.page.locator('img.sheet-page').first().waitFor();
  await w.sound('the preview on a phone');
  await w.resize(DESK);
});

step('it comes into force after a question, and goes again', async () => {
  const answer = (name) => w.page.getByRole('alertdialog').or(w.page.getByRole('dialog')).getByRole('button', { name }).click();
  await w.button('启用', { exact: true }).click();
  await answer('启用');
  await w.sees('已启用');
  assert.equal((await draft()).status, 'active');
  await until(() => w.page.getByRole('button', { name: /上移/ }).count(), 'nothing to change any more', (count) => count === 0);
  await w.sound('in force');
  await w.link('版式', { exact: true }).first().click();
  await w.heading('版式');
  await w.link(/云江版式/).click();
  await w.button('停用', { exact: true }).click();
  await w.sees('已经签发的各期不变，以后签发的用程序自带的版式');
  await answer('停用');
  await w.sees('已停用');
  assert.equal((await draft()).status, 'retired');
  await w.calm();
});
