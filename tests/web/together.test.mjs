// Two people at one piece: nobody's text is overwritten, and whoever comes second reads both texts.
import { test as run, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { DESK, hold, House, until } from './browser.mjs';

let house, id;
const test = (name, steps) => run(name, (...rest) => house.step(steps)(...rest));
before(async () => {
  house = await House.start({ reports: 60 });
  const list = (await (await house.office.as('editor')).get('/articles?status=editing')).body.items;
  id = list[0]?.id ?? assert.fail('the demo office has an article being edited');
});
after(async () => { await house?.stop(); });

/** Waits until WINDOW may type: it has the article, or takes it over from who had it. */
async function held(window) {
  const editable = window.page.locator('#article-title:not([readonly])');
  await editable.or(window.button('接手')).first().waitFor();
  if (!(await editable.count())) await window.button('接手').click();
  await editable.waitFor();
}
const article = async () => (await (await house.office.as('editor')).get(`/articles/${id}`)).body;

test('the second to open an article may read, and is told who has it; taking over is said to the first', async () => {
  const [one, two] = await Promise.all([house.windowOf('editor', DESK), house.windowOf('editor2', DESK)]);
  await one.open(`/articles/${id}`);
  await until(async () => (await article()).lease, 'the lease of the first');
  await two.open(`/articles/${id}`);
  await two.sees(`${house.office.links.editor.name}正在处理`);
  assert.equal(await two.label('标题', { exact: true }).getAttribute('readonly'), '', 'read only');
  await two.sound('held by another');
  await two.button('接手').click();
  await two.page.locator('#article-title:not([readonly])').waitFor();
  await Promise.all([one.context.close(), two.context.close()]);
});

test('both typed: the loser gets both texts, nothing is overwritten', async () => {
  const [one, two] = await Promise.all([house.windowOf('editor', DESK), house.windowOf('editor2', DESK)]);
  await one.open(`/articles/${id}`);
  await held(one);
  const before_all = await article();
  const mine = `${before_all.situation}\n甲的补充：又走访了三个村。`;
  const theirs = `${before_all.situation}\n乙的补充：核对了县里的台账。`;
  await one.label('情况', { exact: true }).fill(mine);
  await two.open(`/articles/${id}`);
  await held(two);
  await two.label('情况', { exact: true }).fill(theirs);
  await two.page.keyboard.press('Control+s');
  await two.page.locator('.main-acts').getByText('已保存').waitFor();
  assert.equal((await article()).situation, theirs);

  one.allow(/^412 PUT/, /status of 412/, /^409 /, /status of 409/);
  await one.page.keyboard.press('Control+s');
  const panel = one.page.getByRole('alert').filter({ hasText: '这份内容在别处也改过' });
  await panel.waitFor();
  await panel.getByText('甲的补充：又走访了三个村。').waitFor();
  await panel.getByText('乙的补充：核对了县里的台账。').waitFor();
  assert.equal((await article()).situation, theirs, 'the first to save is not overwritten');
  assert.equal(await one.label('情况', { exact: true }).inputValue(), mine, 'what was typed is still in the form');
  await one.picture('conflict');
  await one.sound('conflict');

  await one.page.reload();
  await one.settled();
  await one.page.getByRole('alert').filter({ hasText: '这份内容在别处也改过' }).waitFor();
  assert.equal(await one.label('情况', { exact: true }).inputValue(), mine, 'a reload keeps it too');
  await one.button('改用服务器上的一份').click();
  await until(async () => (await one.label('情况', { exact: true }).inputValue()) === theirs, 'the other text in the form');
  assert.equal((await article()).situation, theirs);
  await Promise.all([one.context.close(), two.context.close()]);
});

test('what was typed stays on the device when the page is left before the article was there', async () => {
  const one = await house.windowOf('editor', DESK);
  await one.open(`/articles/${id}`);
  await held(one);
  const typed = `${(await article()).situation}\n甲还没有保存的一句。`;
  await one.label('情况', { exact: true }).fill(typed);
  await one.page.locator('a[href="/articles"]').first().click();
  await one.button('离开，不保存').click();
  await one.page.waitForURL('**/articles');

  const late = hold();
  let asked = 0;
  await one.page.route(`**/api/v1/articles/${id}`, async (route) => {
    asked++;
    await late.over;
    await route.continue().catch(() => undefined);
  });
  await one.page.locator(`a[href="/articles/${id}"]`).first().click();
  await until(() => asked, 'the article is asked for');
  await one.page.goBack();
  await one.page.waitForURL('**/articles');
  late.end();
  await one.page.unrouteAll({ behavior: 'wait' });
  await one.settled();
  await one.page.locator(`a[href="/articles/${id}"]`).first().click();
  await until(async () => (await one.label('情况', { exact: true }).count()) && (await one.label('情况', { exact: true }).inputValue()), 'what was typed is in the form', (text) => text === typed);
  await one.context.close();
});

test('an article read before a save does not undo it in the form', async () => {
  const one = await house.windowOf('editor', DESK);
  await one.open(`/articles/${id}`);
  await one.page.locator('#article-title:not([readonly])').waitFor();
  const { situation } = await article();
  await one.label('情况', { exact: true }).fill(`${situation}\n判定以前的一句。`);
  await one.page.keyboard.press('Control+s');
  await until(async () => (await article()).situation, 'saved', (text) => text.endsWith('判定以前的一句。'));
  const late = hold();
  let asked = 0;
  await one.page.route(`**/api/v1/articles/${id}`, async (route) => {
    if (route.request().method() !== 'GET') return route.continue();
    asked++;
    const response = await route.fetch();
    await late.over;
    return route.fulfill({ response });
  });
  await one.page.locator('.gates .judge .pass:enabled').first().click();
  await until(() => asked, 'the article is asked for after a gate');
  const typed = `${situation}\n判定以后的一句。`;
  await one.label('情况', { exact: true }).fill(typed);
  await one.page.keyboard.press('Control+s');
  await until(async () => (await article()).situation, 'saved', (text) => text === typed);
  await one.page.locator('.main-acts').getByText('已保存').waitFor();
  late.end();
  await until(() => asked, 'it is asked for again', (count) => count > 1);
  await one.page.unrouteAll({ behavior: 'wait' });
  await one.settled();
  assert.equal(await one.label('情况', { exact: true }).inputValue(), typed);
  await one.context.close();
});

test('what is typed while a save is on its way is saved by the second press; one\'s own save is no other\'s text', async () => {
  const one = await house.windowOf('editor', DESK), { page } = one;
  await one.open(`/articles/${id}`);
  await held(one);
  const { situation } = await article();
  const saves = [], save = hold(), reads = [], read = hold();
  await page.route(`**/api/v1/articles/${id}`, async (route) => {
    if (route.request().method() === 'PUT') {
      const first = saves.push(route) === 1, response = await route.fetch();
      if (first) await save.over;
      return route.fulfill({ response });
    }
    const first = reads.push(route) === 1;
    if (first) await read.over;
    return route.continue();
  });
  await page.locator('.gates .judge .pass').first().click();
  await until(() => reads.length, 'the article is asked for after a gate');
  await one.label('情况', { exact: true }).fill(`${situation}\n第一次保存的一句。`);
  await page.keyboard.press('Control+s');
  await until(async () => (await article()).situation, 'saved at the server', (text) => text.endsWith('第一次保存的一句。'));
  const answered = page.waitForResponse((response) => response.request().method() === 'GET' && response.url().endsWith(`/articles/${id}`));
  read.end();
  await (await answered).finished();
  await page.evaluate(() => new Promise((done) => { requestAnimationFrame(() => requestAnimationFrame(done)); }));
  const conflict = page.getByRole('alert').filter({ hasText: '这份内容在别处也改过' });
  assert.equal(await conflict.count(), 0, 'what was just saved here is not another\'s');
  const typed = `${situation}\n第二次保存的一句。`;
  await one.label('情况', { exact: true }).fill(typed);
  await page.keyboard.press('Control+s');
  save.end();
  await until(async () => (await article()).situation, 'the second press', (text) => text === typed);
  await page.locator('.main-acts').getByText('已保存').waitFor();
  await page.unrouteAll({ behavior: 'wait' });
  await one.settled();
  assert.equal(await conflict.count(), 0);
  assert.equal(await one.label('情况', { exact: true }).inputValue(), typed);
  await one.context.close();
});
