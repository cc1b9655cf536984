// Two people at one piece: nobody's text is overwritten, and whoever comes second reads both texts.
import { test as run, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { DESK, House, until } from './browser.mjs';

let house, id;
const test = (name, steps) => run(name, (...rest) => house.step(steps)(...rest));
before(async () => {
  house = await House.start({ reports: 60 });
  const list = (await (await house.office.as('editor')).get('/articles?status=editing')).body.items;
  id = list[0]?.id ?? assert.fail('the demo office has an article being edited');
});
after(async () => { await house?.stop(); });

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
  await until(async () => {
    if (await one.button('接手').count()) await one.button('接手').click();
    return one.page.locator('#article-title:not([readonly])').count();
  }, 'the first has it');
  const before_all = await article();
  const mine = `${before_all.situation}\n甲的补充：又走访了三个村。`;
  const theirs = `${before_all.situation}\n乙的补充：核对了县里的台账。`;
  await one.label('情况', { exact: true }).fill(mine);
  await two.open(`/articles/${id}`);
  await two.button('接手').click();
  await two.page.locator('#article-title:not([readonly])').waitFor();
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
