// The page of fonts: what serves and what is missing in words, an order changed and changed back, one changed elsewhere.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { DESK, House, PHONE } from './browser.mjs';

let house, admin;
before(async () => {
  house = await House.start({ reports: 2 });
  admin = await house.office.as('system_admin');
});
after(async () => { await house?.stop(); });

const kaiti = async () => (await admin.get('/paper-fonts')).body.roles.find((one) => one.role === 'kaiti');

test('the order of a role is changed at a desk and changed back on a phone', async () => {
  const window = await house.windowOf('system_admin', DESK);
  const { page } = window;
  await window.open('/admin/fonts');
  const part = page.getByRole('region', { name: /^楷体/ });
  const before = await kaiti();
  await part.getByText(before.family).first().waitFor();
  assert.match(await part.textContent(), /次序是程序自带的/);
  assert.match(await page.getByRole('main').textContent(), /每页 22 行、每行 28 字/);
  await part.getByRole('button', { name: '修改楷体的次序' }).click();
  await part.getByLabel('加一种，排在最前').fill('楷体');
  await part.getByRole('button', { name: '加上' }).click();
  await part.getByText('已经在列').waitFor();
  await part.getByLabel('加一种，排在最前').fill('Noto Sans CJK SC');
  await part.getByRole('button', { name: '加上' }).click();
  await window.sound('/admin/fonts while an order is written');
  await part.getByRole('button', { name: '保存次序' }).click();
  await part.getByText('次序是本机关定的').waitFor();
  assert.match(await part.textContent(), /现在用\s*Noto Sans CJK SC/);
  assert.equal((await kaiti()).wanted[0].family, 'Noto Sans CJK SC');

  await window.resize(PHONE);
  await part.getByRole('button', { name: '修改楷体的次序' }).click();
  await window.sound('/admin/fonts on a phone while an order is written');
  await part.getByRole('button', { name: '把Noto Sans CJK SC往后移' }).click();
  await part.getByRole('button', { name: '改回程序自带的次序' }).click();
  await part.getByRole('button', { name: '保存次序' }).click();
  await part.getByText('次序是程序自带的').waitFor();
  assert.equal((await kaiti()).own_order, false);
  await window.calm();
  await window.context.close();
});

test('an order that was changed elsewhere: both are shown', async () => {
  const window = await house.windowOf('system_admin', DESK);
  window.allow(/^412 PUT /, /status of 412/);
  const { page } = window;
  await window.open('/admin/fonts');
  const part = page.getByRole('region', { name: /^楷体/ });
  await part.getByRole('button', { name: '修改楷体的次序' }).click();
  await part.getByRole('button', { name: /^删去/ }).first().click();
  assert.equal((await admin.put('/paper-fonts/kaiti', { families: ['Noto Serif CJK SC'] }, (await kaiti()).version)).status, 200);
  await part.getByRole('button', { name: '保存次序' }).click();
  await part.getByText('这份内容在别处也改过').waitFor();
  await part.getByRole('button', { name: '改用服务器上的一份' }).click();
  await part.getByText('次序是本机关定的').waitFor();
  assert.match(await part.textContent(), /现在用\s*Noto Serif CJK SC/);
  await window.calm();
  await window.context.close();
});
