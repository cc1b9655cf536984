// Every screen of every role, on a phone and at a desk: it says what it is, nothing goes wrong behind it, no part
// of it runs out of a phone's width, and axe-core has nothing serious to say. Then the screens nobody hopes to
// see: empty, forbidden, not found, signed out in the middle, without a connection.
import { test, describe, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { ok, PASSWORD } from '../harness.mjs';
import { DESK, House, PHONE, until } from './browser.mjs';

let house;
const ids = {};

/** First id of a list, as ROLE sees it. */
async function first(role, path, key = 'id') {
  const reply = await (await house.office.as(role)).get(path);
  assert.equal(reply.status, 200, `${path} as ${role}: ${JSON.stringify(reply.body)}`);
  assert.ok(reply.body.items.length, `the demo office has something at ${path}`);
  return reply.body.items[0][key];
}

before(async () => {
  house = await House.start({ reports: 60 });
  ids.report = await first('officer', '/reports?status=published');
  ids.unit_report = await first('unit_liaison', '/reports/unit');
  ids.open = await first('editor', '/desk/reports');
  ids.decided = await first('editor', '/desk/reports?status=kept');
  ids.editing = await first('editor', '/articles?status=editing');
  ids.signed = await first('editor', '/articles?status=signed');
  ids.signing = await first('editor', '/articles?status=in_signoff');
  ids.issue = await first('editor', '/issues');
  ids.dispatch = await first('editor', '/dispatches?status=answered');
  ids.sent = await first('department_handler', '/dispatches');
  ids.account = await first('system_admin', '/accounts');
  ids.role = await first('security_admin', '/roles');
  ids.template = (await (await house.office.as('system_admin')).post('/paper-templates', { kind: 'issue', name: '云江版式' })).body.id;
  ids.publication = (await (await house.office.as('system_admin')).get('/catalog')).body.publications[0].id;
});
after(async () => { await house?.stop(); });

/** role → path → name of its picture, if the handbook shows it. Paths may hold {id}s known after the start. */
const SCREENS = {
  officer: {
    '/reports': '', '/reports?status=returned': '', '/reports/{report}': '', '/reports/{report}/receipt': '', '/write': '', '/inbox': '', '/inbox?unread=1': '',
    '/me': '', '/me/profile': '', '/me/password': '', '/me/sessions': '',
  },
  unit_liaison: { '/reports/unit': 'unit-reports', '/reports/{unit_report}': '' },
  clerk: { '/desk/reports': '', '/desk/reports/{open}': '', '/articles': '', '/issues': '', '/dispatches': '' },
  editor: {
    '/desk/reports?status=kept': '', '/desk/reports/{decided}': '', '/articles?status=signed': '', '/articles': '', '/articles/{editing}': '', '/articles/{signed}?pane=compare': '',
    '/issues': '', '/issues/{issue}': '', '/issues/recipients': '', '/dispatches': '', '/dispatches/{dispatch}': '', '/inbox': '', '/me': '',
  },
  section_head: { '/desk/reports': '', '/signoff': '', '/signoff?done=1': '', '/signoff/{signing}': '', '/signoff/delegations': '' },
  secretary_general: { '/signoff': '', '/signoff/delegations': '', '/articles': '' },
  vice_chair: { '/signoff': '', '/desk/reports': '' },
  department_handler: { '/dispatches': '', '/dispatches/{sent}': '', '/inbox': '' },
  leader_reader: { '/issues': '', '/issues/{issue}': '' },
  system_admin: {
    '/admin/accounts': 'accounts', '/admin/accounts/new': '', '/admin/accounts/import': 'account-import', '/admin/accounts/{account}': '', '/admin/units': '', '/admin/settings': 'settings',
    '/admin/standards/categories': '', '/admin/standards/reasons': '', '/admin/standards/gates': '', '/admin/standards/criteria': '', '/admin/publications': '', '/admin/publications/{publication}': 'publication', '/admin/fonts': 'fonts',
    '/admin/templates': '', '/admin/templates/0?kind=issue': '', '/admin/templates/{template}': 'template', '/admin/templates/{template}?part=styles': '', '/admin/templates/{template}?part=preview': '',
  },
  security_admin: { '/admin/accounts': '', '/admin/accounts/{account}': '', '/admin/roles': 'roles', '/admin/roles/new': '', '/admin/roles/{role}': '' },
  audit_admin: { '/admin/audit': 'audit' },
};
const OPEN = ['/sign-in', '/forgotten', '/first/this-link-is-not-one'];

const addressOf = (path) => path.replace(/\{(\w+)\}/g, (_, name) => ids[name] ?? assert.fail(`no id ${name}`));

/** Each screen is read at one width and seen at both; the width it is read at takes turns. */
async function walk(role) {
  const window = await house.windowOf(role, DESK);
  const faults = [];
  for (const [path, picture] of Object.entries(SCREENS[role])) {
    const sizes = window.size === DESK ? [DESK, PHONE] : [PHONE, DESK];
    for (const size of sizes) {
      const where = `${role} ${path} at ${size.width}`;
      try {
        if (size === sizes[0]) await window.open(addressOf(path));
        else await window.resize(size);
        await window.settled();
        assert.notEqual(await window.page.title(), '民意', `${where} has a title`);
        assert.equal(await window.page.getByText(/没有这一页|您没有这一页的权限/).count(), 0, `${where} is there`);
        if (size === DESK && picture) await window.picture(picture);
        await window.sound(where);
      } catch (error) {
        faults.push(`${where}: ${error.message}`);
      }
    }
  }
  await window.context.close();
  return faults;
}

describe('every screen at a desk and on a phone', { concurrency: 2 }, () => {
  for (const role of Object.keys(SCREENS)) {
    test(role, async () => {
      const faults = await walk(role);
      assert.equal(faults.length, 0, `\n${faults.join('\n')}`);
    });
  }
});

test('handed in by way of the unit: the receipt, and from the report to it', async () => {
  const officer = await house.office.as('officer');
  const draft = ok(await officer.post('/reports', {
    title: '关于村小教学点配餐的建议', situation: '四所村小没有食堂，学生中午吃自带的冷饭。', analysis: '中心校配送餐到最远的点要七十分钟。', suggestion: '把教学点并入中心校配餐。',
    via_unit: true, name_public: true,
  }), 201);
  const { receipt } = ok(await officer.act(`/reports/${draft.id}/submit`, { confirm_not_classified: true }, draft.version));
  const report = ok(await officer.get(`/reports/${draft.id}`));
  assert.equal(report.status, 'unit_signing');
  const window = await house.windowOf('officer', PHONE);
  await window.open(`/reports/${draft.id}`);
  await window.link('看回执').click();
  await window.heading('已送单位审签');
  const card = window.page.getByRole('region', { name: '回执' });
  await card.getByText(receipt).waitFor();
  await card.getByText(`${report.unit_name}（审签后报${report.committee_name}）`).waitFor();
  await window.sees('单位审签以前可以撤回。');
  await window.sound('receipt at the unit');
  ok(await officer.act(`/reports/${draft.id}/withdraw`, {}, report.version));
  await window.open(`/reports/${draft.id}/receipt`);
  await window.heading('还没有报送');
  await window.open(`/reports/${ids.report}/receipt`);
  await window.sees('有了进展会在“消息”里告诉您。');
  assert.equal(await window.page.getByText('可以撤回').count(), 0, 'a published report is not taken back');
  await window.context.close();
});

test('the screens before signing in', async () => {
  for (const size of [DESK, PHONE]) {
    const window = await house.window(size);
    window.allow(/^(404|410|409|422) POST \S+\/links\/check$/, /status of 4\d\d.*\/links\/check$/);
    for (const path of OPEN) {
      await window.open(path);
      await window.sound(`${path} at ${size.width}`);
    }
    await window.context.close();
  }
});

test('dark: as readable', async () => {
  const walks = { officer: ['/reports/{report}', '/write'], editor: ['/desk/reports/{open}', '/articles/{editing}', '/dispatches', '/issues/{issue}'], system_admin: ['/admin/accounts'] };
  for (const [role, paths] of Object.entries(walks)) {
    const window = await house.windowOf(role, role === 'officer' ? PHONE : DESK);
    await window.page.emulateMedia({ colorScheme: 'dark' });
    for (const path of paths) {
      await window.open(addressOf(path));
      await window.accessible(`${path} dark`);
    }
    await window.context.close();
  }
});

test('the address book: one more, then changed, then out of use', async () => {
  const editor = await house.windowOf('editor', DESK);
  const { page } = editor;
  await editor.open('/issues/recipients');
  await editor.button('添加', { exact: true }).click();
  const adding = page.getByRole('dialog', { name: '添加报送对象' });
  await adding.getByLabel('名称').fill('省粮食和物资储备局');
  assert.equal(await adding.getByLabel('在用').count(), 0, 'a new one is in use');
  await adding.getByRole('button', { name: '保存' }).click();
  await adding.waitFor({ state: 'hidden' });
  await editor.button(/修改.*省粮食和物资储备局/).click();
  const changing = page.getByRole('dialog', { name: '修改报送对象' });
  await changing.getByLabel('名称').fill('省粮食局');
  await changing.getByLabel('在用').uncheck();
  await changing.getByRole('button', { name: '保存' }).click();
  await editor.sees('省粮食局（停用）');
  await editor.sound('address book');
  await editor.context.close();
});

test('categories and reasons: one more at the end, moved, changed by two at once, out of use', async () => {
  const admin = await house.windowOf('system_admin', DESK);
  const client = await house.office.as('system_admin');
  admin.allow(/^412 PUT /, /status of 412/);
  for (const { path, api, list, add, text } of [
    { path: 'categories', api: '/categories', list: '信息类别', add: '添加类别' },
    { path: 'reasons?kind=keep', api: '/reasons', list: '理由', add: '添加理由', text: '写给作者的一句话。' },
  ]) {
    const names = () => admin.get('list', { name: list }).locator('.name > span:first-child').allInnerTexts();
    const there = (wanted) => until(async () => (await names()).join() === wanted.join(), `the list ${wanted.join('、')}`);
    await admin.open(`/admin/standards/${path}`);
    const before = await names();
    await admin.button(add).click();
    await admin.label('名称').fill('新的一条');
    if (text) await admin.label('给作者看的文字').fill(text);
    await admin.button('添加', { exact: true }).click();
    await there([...before, '新的一条']);
    await admin.button('把新的一条往前移').click();
    await there([...before.slice(0, -1), '新的一条', ...before.slice(-1)]);

    await admin.button(/^新的一条/).click();
    await admin.label('名称').fill('改过的一条');
    const { id, version, ...row } = (await client.get(api)).body.items.find((one) => one.name === '新的一条');
    const other = await client.put(`${api}/${id}`, { name: '别人改的', position: row.position, active: true, ...(text && { text }) }, version);
    assert.equal(other.status, 200, JSON.stringify(other.body));
    await admin.button('保存', { exact: true }).click();
    await admin.sees('别人改的');
    await admin.sound(`two texts of ${path}`);
    await admin.button('保留本机这一份').click();
    await there([...before.slice(0, -1), '改过的一条', ...before.slice(-1)]);
    await admin.button(/^改过的一条/).click();
    await admin.button('停用', { exact: true }).click();
    await admin.sees('已停用');
    const now = (await client.get(api)).body.items.find((one) => one.id === id);
    assert.deepEqual([now.name, now.active, now.text], ['改过的一条', false, text]);
  }
  await admin.context.close();
});

test('empty: says why and offers the next act', async () => {
  const officer = await house.windowOf('city_officer', PHONE);
  for (const status of ['kept', 'closed', 'adopted', 'in_review', 'draft']) {
    await officer.open(`/reports?status=${status}`);
    if (await officer.page.locator('.empty').count()) break;
  }
  await officer.page.locator('.empty .title').waitFor();
  assert.ok(await officer.page.locator('.empty').getByRole('link').count(), 'the next act');
  await officer.sound('empty list of the officer');
  const desk = await house.windowOf('city_editor', DESK);
  await desk.open('/desk/reports?urgency=express&older_than_days=30&assignee=me');
  await desk.sees('没有符合条件的来稿');
  await desk.sound('empty queue');
  await Promise.all([officer.context.close(), desk.context.close()]);
});

test('forbidden, not found, foreign: each a screen of its own', async () => {
  for (const size of [DESK, PHONE]) {
    const officer = await house.windowOf('officer', size);
    await officer.open('/admin/settings');
    await officer.heading('您没有这一页的权限');
    await officer.sound('forbidden');
    await officer.open('/no/such/page');
    await officer.heading('没有这一页');
    await officer.sound('no such page');
    officer.allow(/^404 GET \S+\/reports\/99999999/, /status of 404.*\/reports\/99999999/);
    await officer.open('/reports/99999999');
    await officer.page.locator('.error').waitFor();
    await officer.sound('no such report');
    await officer.context.close();
  }
  const foreign = await house.windowOf('city_editor', DESK);
  foreign.allow(/^404 \S+ \S+\/desk\/reports\/\d+/, /status of 404.*\/desk\/reports\/\d+/, /^404 GET \S+\/reports\/\d+\/timeline/, /status of 404.*\/timeline/);
  await foreign.open(`/desk/reports/${ids.open}`);
  await foreign.page.locator('.error').waitFor();
  await foreign.sound('a report of another committee');
  await foreign.context.close();
});

test('the session ends in the middle: the text stays, the password brings it back', async () => {
  const editor = await house.windowOf('editor', DESK);
  const { page } = editor;
  await editor.open(`/articles/${ids.editing}`);
  const title = editor.label('标题', { exact: true });
  const typed = `${await title.inputValue()}（补充）`;
  await title.fill(typed);
  assert.equal((await (await house.office.as('security_admin')).post(`/accounts/${(await house.office.as('editor')).me.id}/sign-out`)).status, 204);
  delete house.office.clients.editor;
  editor.allow(/^401 /, /status of 401/);
  await page.keyboard.press('Control+s');
  const again = page.getByRole('dialog', { name: '登录已过期，请重新登录' });
  await again.waitFor();
  await editor.fits('signed out');
  await editor.accessible('signed out');
  assert.equal(await title.inputValue(), typed, 'the text is still there');
  await again.getByLabel(/的密码$/).fill('不是这个密码-0000');
  await again.getByRole('button', { name: '登录', exact: true }).click();
  await again.getByText('密码不正确').waitFor();
  await again.getByLabel(/的密码$/).fill(PASSWORD);
  await again.getByRole('button', { name: '登录', exact: true }).click();
  await again.waitFor({ state: 'hidden' });
  assert.equal(await title.inputValue(), typed);
  await until(async () => {
    if (await page.locator('.main-acts').getByText('有改动未保存').count()) await page.keyboard.press('Control+s');
    return (await page.locator('h1').innerText()) === typed;
  }, 'the text saved after signing in again');
  await editor.calm('signed in again');
  await editor.context.close();
});

test('no connection at the desk: what is there stays, and comes to life again', async () => {
  const editor = await house.windowOf('editor2', DESK);
  const { page, context } = editor;
  await editor.open('/desk/reports');
  await page.locator('a[data-row]').first().waitFor();
  editor.allow(/ERR_INTERNET_DISCONNECTED|^failed: /);
  await context.setOffline(true);
  await editor.sees(/现在连接不上服务器/);
  assert.ok(await page.locator('a[data-row]').count(), 'the list stays');
  await page.locator('a[data-row]').first().click();
  await page.locator('.error').first().waitFor();
  await editor.accessible('offline');
  await context.setOffline(false);
  await page.locator('.offline-bar').waitFor({ state: 'hidden' });
  await editor.button('重新读取').first().click({ timeout: 20_000 }).catch(() => undefined);
  await page.locator('.reading').waitFor();
  await editor.calm('back again');
  await context.close();
});
