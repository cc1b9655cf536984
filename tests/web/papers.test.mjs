// The papers in the browser: an issue as it prints, its files, their proof; the other papers; photos in an article.
import { test as run, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { key, sha256 } from '../harness.mjs';
import { DESK, House, keepPicture, PHONE, until } from './browser.mjs';

let house, folder;
const ids = {};
const test = (name, steps) => run(name, { timeout: 900_000 }, steps);
const A4 = 210 / 297;

const get = async (role, path) => {
  const reply = await (await house.office.as(role)).get(path);
  assert.equal(reply.status, 200, `${path} as ${role}: ${JSON.stringify(reply.body)}`);
  return reply.body;
};
const firstOf = async (role, path) => (await get(role, path)).items[0]?.id ?? assert.fail(`the demo office has something at ${path}`);

before(async () => {
  house = await House.start({ reports: 60 });
  folder = mkdtempSync(join(tmpdir(), 'minyi-papers-'));
  ids.issue = await firstOf('editor', '/issues');
  ids.editing = await firstOf('editor', '/articles?status=editing');
  ids.signed = await firstOf('editor', '/articles?status=signed');
  ids.report = await firstOf('officer', '/reports?status=published');
});
after(async () => {
  await house?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

const bare = (text) => text.replace(/\s+/g, '');

/** Presses a button that gives a file; {name, path, bytes}. */
async function taken(window, press) {
  const [download] = await Promise.all([window.page.waitForEvent('download'), press()]);
  const path = join(folder, `${Date.now()}-${download.suggestedFilename()}`);
  await download.saveAs(path);
  return { name: download.suggestedFilename(), path, bytes: readFileSync(path) };
}
const wordsOf = (path) => bare(execFileSync('pdftotext', ['-layout', path, '-'], { encoding: 'utf8' }));

/** What the page pictures are: proportions and sizes, as shown and as sent. */
const pictures = (window) => window.page.locator('.canvas img').evaluateAll((all) => all.map((one) => ({
  alt: one.alt, natural: one.naturalWidth / one.naturalHeight, pixels: one.naturalWidth, shown: one.clientWidth, box: one.parentElement.clientWidth / one.parentElement.clientHeight,
})));

async function seesPages(window, where) {
  await window.page.locator('[data-page="1"] img').waitFor();
  await window.settled();
  await window.page.locator('.canvas img').evaluateAll((all) => Promise.all(all.map((one) => one.decode())));
  const all = await pictures(window);
  const pages = await window.page.locator('.canvas [data-page]').count();
  assert.equal(all[0].alt, `第1页，共${pages}页`, where);
  for (const one of all) {
    assert.ok(Math.abs(one.natural - A4) < 0.003, `${where}: the picture is ${one.natural}`);
    assert.ok(Math.abs(one.box - A4) < 0.005, `${where}: its place is ${one.box}`);
    assert.ok(one.pixels >= one.shown, `${where}: ${one.pixels} px shown at ${one.shown}`);
  }
  return pages;
}

test('at a desk an issue is shown as it prints, and its text is behind the pages', async () => {
  const window = await house.windowOf('editor', DESK);
  const { page } = window;
  const issue = await get('editor', `/issues/${ids.issue}`);
  const info = await get('editor', `/papers/issue/${ids.issue}`);
  await window.open(`/issues/${ids.issue}`);
  assert.equal(await seesPages(window, 'issue'), info.pages);
  assert.equal((await page.locator('.sheet-title').innerText()).trim(), issue.title, 'for screen readers and for printing');
  await drawn('editor', `/papers/issue/${ids.issue}`, 1, 'issue-first-page');
  await drawn('editor', `/papers/issue/${ids.issue}`, info.pages, 'issue-last-page');
  await window.sound('pages of an issue');

  await window.button('文字', { exact: true }).click();
  await page.locator('.sheet-title').waitFor();
  assert.equal(await page.locator('.canvas').count(), 0);
  assert.equal(new URL(page.url()).searchParams.get('view'), 'text', 'the address says it');
  await window.sound('text of an issue');
  await window.open(`/issues/${ids.issue}`);
  assert.equal(await page.locator('.canvas').count(), 0, 'and it is remembered');
  await window.button('版面', { exact: true }).click();
  await seesPages(window, 'again');
  await window.context.close();
});

test('on a phone the text flows; the pages can be opened and made larger', async () => {
  const window = await house.windowOf('editor', PHONE);
  const { page } = window;
  await window.open(`/issues/${ids.issue}`);
  await page.locator('.sheet-title').waitFor();
  assert.equal(await page.locator('.canvas').count(), 0);
  await window.picture('issue-phone');
  await window.sound('issue on a phone');
  await window.button('版面', { exact: true }).click();
  await seesPages(window, 'phone');
  const before = (await pictures(window))[0].shown;
  assert.ok(before <= PHONE.width, 'fits the width');
  await window.button('放大', { exact: true }).click();
  await until(async () => (await pictures(window))[0]?.shown > before, 'a larger page');
  await window.sound('a page larger than the phone');
  await window.button('适合宽度').click();
  await until(async () => (await pictures(window))[0]?.shown === before, 'fits again');
  await window.context.close();
});

test('a page made larger stays where it was looked at, and all of it can be reached', async () => {
  for (const [role, size, times] of [['officer', PHONE, 2], ['editor', DESK, 2]]) {
    const window = await house.windowOf(role, size);
    const { page } = window;
    await window.open(`/papers/certificate/${ids.report}`);
    await seesPages(window, 'certificate');
    const middle = () => page.evaluate(() => {
      const box = document.querySelector('.canvas').getBoundingClientRect();
      const leaf = document.querySelector('.leaf').getBoundingClientRect();
      const y = (Math.max(box.top, 0) + Math.min(box.bottom, window.innerHeight)) / 2;
      return { x: (box.left + box.width / 2 - leaf.left) / leaf.width, y: (y - leaf.top) / leaf.height };
    });
    const before = await middle();
    for (let i = 0; i < times; i++) await window.button('放大', { exact: true }).click();
    const { x, y } = await middle();
    assert.ok(Math.abs(x - before.x) < 0.02 && Math.abs(y - before.y) < 0.05, `${size.width}: was at ${before.x}, ${before.y}, is at ${x}, ${y}`);
    const reach = await page.locator('.canvas').evaluate((canvas) => {
      const leaf = canvas.querySelector('.leaf');
      const gaps = [];
      for (const side of [0, 1e6]) {
        canvas.scrollTo(side, side);
        const [box, of] = [canvas.getBoundingClientRect(), leaf.getBoundingClientRect()];
        gaps.push(side ? of.right - box.left - canvas.clientWidth : box.left - of.left, side ? of.bottom - box.top - canvas.clientHeight : box.top - of.top);
      }
      return { gaps, seen: canvas.getBoundingClientRect().bottom <= window.innerHeight };
    });
    assert.ok(reach.gaps.every((gap) => gap < 2), `${size.width}: ${reach.gaps} px cannot be reached`);
    assert.ok(reach.seen, 'the way sideways is within the window');
    await window.sound(`a certificate larger than ${size.width}`);
    await window.context.close();
  }
});

test('on a screen of two dots a pixel the pages are sharp', async () => {
  const window = await house.windowOf('editor', DESK, { deviceScaleFactor: 2 });
  await window.open(`/issues/${ids.issue}?view=pages`);
  await seesPages(window, 'sharp');
  for (const one of await pictures(window)) assert.ok(one.pixels >= 2 * one.shown, `${one.pixels} px at ${one.shown}`);
  await window.context.close();
});

test('the PDF is the issue, is recorded, and is known again; a changed one is not', async () => {
  const window = await house.windowOf('editor', DESK);
  const { page } = window;
  const issue = await get('editor', `/issues/${ids.issue}`);
  await window.open(`/issues/${ids.issue}`);
  const pdf = await taken(window, () => window.button('下载 PDF').click());
  assert.match(pdf.name, /\.pdf$/);
  assert.equal(pdf.bytes.subarray(0, 5).toString(), '%PDF-');
  const words = wordsOf(pdf.path);
  for (const text of [issue.title, issue.number_text, issue.signer_name, ...[issue.situation, issue.analysis, issue.suggestion].flatMap((one) => (one ?? '').split('\n').map((line) => line.slice(0, 20)))]) {
    assert.ok(words.includes(bare(text ?? '')), `${text} is in the PDF`);
  }
  const row = page.locator('section', { has: page.getByRole('heading', { name: '已出文件' }) }).locator('li').first();
  await row.getByText(`指纹 ${sha256(pdf.bytes).slice(0, 8)}`).click();
  await row.getByText(sha256(pdf.bytes), { exact: true }).waitFor();

  const sent = [];
  page.on('request', (request) => { if (request.method() !== 'GET') sent.push(`${request.method()} ${request.url()}`); });
  const file = page.locator('input[type=file]');
  await file.setInputFiles(pdf.path);
  await window.sees('是本系统出的文件，没有改动。');
  await window.sound('a file that is ours');
  const other = join(folder, 'other.pdf');
  writeFileSync(other, Buffer.concat([pdf.bytes, Buffer.from('\n')]));
  await file.setInputFiles(other);
  await window.sees(/没有找到“other\.pdf”这份文件/);
  await window.sound('a file that is not');
  assert.deepEqual(sent, [], 'no file leaves the computer');
  await window.context.close();
});

test('the Word file is one, with the same title', async () => {
  const window = await house.windowOf('editor', DESK);
  const issue = await get('editor', `/issues/${ids.issue}`);
  await window.open(`/issues/${ids.issue}`);
  const word = await taken(window, () => window.button('下载 Word').click());
  assert.match(word.name, /\.docx$/);
  const document = execFileSync('unzip', ['-p', word.path, 'word/document.xml'], { encoding: 'utf8' });
  assert.ok(bare(document.replace(/<[^>]+>/g, '')).includes(bare(issue.title)));
  await window.calm('Word');
  await window.context.close();
});

/** A page as the server draws it, kept for the handbook. */
async function drawn(role, address, page, name) {
  const reply = await (await house.office.as(role)).get(`${address}/pages/${page}?width=800`);
  assert.equal(reply.status, 200);
  assert.equal(reply.headers.get('content-type'), 'image/png');
  keepPicture(name, reply.body);
}

/** Counts what the page itself prints; without a viewer for PDF when WITHOUT. */
function countPrints({ without }) {
  window.__prints = 0;
  window.print = () => { window.__prints += 1; };
  if (without) Object.defineProperty(Navigator.prototype, 'pdfViewerEnabled', { get: () => false });
}
const prints = (window) => window.page.evaluate(() => window.__prints);

test('printing: the PDF in a frame of its own; where a browser shows none, or there is none, the flowing text', async () => {
  const window = await house.windowOf('editor', DESK);
  const { page } = window;
  await page.addInitScript(countPrints, { without: false });
  await window.open(`/issues/${ids.issue}`);
  await Promise.all([page.waitForResponse(/\/papers\/issue\/\d+\/file\?format=pdf/), page.keyboard.press('Control+p')]);
  await until(() => page.frames().some((frame) => frame.url().startsWith('blob:')), 'the PDF in a frame');
  await page.locator('.take .is-loading').waitFor({ state: 'detached' });
  assert.equal(await prints(window), 0, 'not the page');
  await window.calm('printed');

  window.allow(/^50\d GET \S+\/file/, /status of 50\d/);
  await page.route('**/papers/issue/*/file?*', (route) => route.fulfill({ status: 507, contentType: 'application/problem+json', body: JSON.stringify({ status: 507, code: 'disk_full', title: '服务器磁盘已满。' }) }));
  await window.button('打印', { exact: true }).click();
  await window.sees(/服务器磁盘已满/);
  await window.sound('no PDF could be made');
  await window.button('打印文字版').click();
  await until(() => prints(window), 'the flowing text printed', (count) => count === 1);
  await window.context.close();

  const old = await house.windowOf('editor', PHONE);
  const files = [];
  old.page.on('request', (request) => { if (request.url().includes('/file?')) files.push(request.url()); });
  await old.page.addInitScript(countPrints, { without: true });
  await old.open(`/issues/${ids.issue}`);
  await old.button('打印', { exact: true }).click();
  await until(() => prints(old), 'the flowing text printed');
  assert.deepEqual(files, [], 'no file was taken for it');
  await old.page.emulateMedia({ media: 'print' });
  assert.ok((await old.page.evaluate(() => document.body.innerText)).includes((await get('editor', `/issues/${ids.issue}`)).title));
  await old.context.close();
});

/** Whether the fonts are those of the tests, which have no 镕; where Noto serves by itself nothing is lent. */
const fandol = async () => (await get('system_admin', '/paper-fonts')).roles.find((one) => one.role === 'fangsong').family === 'FandolFang';

test('what prints in another font is a note below the warning, with its role, its family and what to do', async () => {
  const window = await house.windowOf('editor', DESK);
  const { page } = window;
  const lend = (text, role_name, family) => ({ text, role: 'any', role_name, family });
  const [song, sans] = ['Noto Serif CJK SC', 'Noto Sans CJK SC'];
  let told = [lend('镕', '小标宋', song), lend('镕', '仿宋', song), lend('\u4dae', '仿宋', song), lend('堃', '黑体', sans), lend('😀', '仿宋', 'DejaVu Sans')];
  let missing = ['\ue000'];
  await page.route(`**/api/v1/papers/issue/${ids.issue}`, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), missing, stand_ins: told } });
  });
  await window.open(`/issues/${ids.issue}`);
  const note = page.locator('.stand-ins');
  await window.sees(`有 4 个字由其他字体代排：小标宋缺镕，用 ${song}；仿宋缺镕、\u4dae（编码 4DAE），用 ${song}；黑体缺堃，用 ${sans}；仿宋缺😀，用 DejaVu Sans。`);
  await note.getByText(/误打的繁体字、异体字；.*请管理员安装字更全的字体。表情符号请改成文字。/).waitFor();
  assert.equal(await note.getByRole('link').count(), 0, 'the editor may not see the page of fonts');
  const [above, below] = await Promise.all([page.locator('.warned').boundingBox(), note.boundingBox()]);
  assert.ok(above.y + above.height <= below.y, 'what does not print goes first');
  const ground = (one) => one.evaluate((element) => getComputedStyle(element).borderInlineStartColor);
  assert.notEqual(await ground(note), await ground(page.locator('.warned')), 'it is no warning');
  await window.sound('a note');
  await window.resize(PHONE);
  await window.sound('a note on a phone');
  await window.resize(DESK);
  missing = [];
  told = Array.from({ length: 50 }, (_, i) => lend(String.fromCodePoint(0x3400 + i), '仿宋', song));
  await window.open(`/issues/${ids.issue}`);
  await window.sees(/至少有 50 个字由其他字体代排：仿宋缺\u3400（编码 3400）、.*\u340b（编码 340B），用 Noto Serif CJK SC；等等。/);
  await window.sees(/请管理员安装字更全的字体。$/);
  assert.equal(await page.locator('.warned').count(), 0);
  told = [];
  await window.open(`/issues/${ids.issue}`);
  await seesPages(window, 'nothing to tell');
  assert.equal(await note.count(), 0);
  await window.context.close();
});

test('what will not print is said before the files are taken', async () => {
  const window = await house.windowOf('editor', DESK);
  const { page } = window;
  await page.route(`**/api/v1/papers/issue/${ids.issue}`, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), missing: ['\ue000', '𪚥'], problems: ['图片“现场.jpg”没有找到'] } });
  });
  await window.open(`/issues/${ids.issue}`);
  await window.sees(/有 2 个字没有字体：\ue000（编码 E000）、𪚥（编码 2A6A5）。打印时会显示为带编号的方框/);
  await window.sees('图片“现场.jpg”没有找到');
  const order = await page.evaluate(() => {
    const note = document.querySelector('.warned');
    const button = [...document.querySelectorAll('button')].find((one) => one.textContent.includes('下载 PDF'));
    return Boolean(note.compareDocumentPosition(button) & Node.DOCUMENT_POSITION_FOLLOWING) && note.getBoundingClientRect().bottom <= button.getBoundingClientRect().top;
  });
  assert.ok(order, 'the warning stands before the button');
  await window.sound('a warning');
  await window.resize(PHONE);
  await window.sound('a warning on a phone');
  await window.context.close();
});

test('a slow network: pages in their proportion at once; a page that fails says so and is read again', async () => {
  const window = await house.windowOf('editor', DESK);
  const { page } = window;
  let fail = true;
  let release;
  const held = new Promise((done) => { release = done; });
  await page.route('**/api/v1/papers/issue/*/pages/*', async (route) => {
    await held;
    if (fail) await route.fulfill({ status: 500, contentType: 'application/problem+json', body: JSON.stringify({ status: 500, code: 'internal', title: '出错了，您的内容没有改动。请稍后再试。' }) });
    else await route.continue();
  });
  await page.goto(`${house.office.url}/issues/${ids.issue}?view=pages`);
  await page.locator('.leaf[aria-busy=true]').first().waitFor();
  const box = await page.locator('.leaf').first().boundingBox();
  assert.ok(Math.abs(box.width / box.height - A4) < 0.005, 'its place has the proportion of a page');
  await window.accessible('pages on their way');
  window.allow(/^500 GET/, /status of 500/);
  release();
  await window.sees(/第 1 页没有读到/);
  await window.sound('a page that failed');
  fail = false;
  await page.locator('.leaf').first().getByRole('button', { name: '重新读取' }).click();
  await page.locator('.leaf img').first().waitFor();
  await window.calm('read again');
  await window.context.close();
});

test('a page that has to wait its turn comes by itself', async () => {
  const window = await house.windowOf('editor', DESK);
  const { page } = window;
  window.allow(/^429 GET/, /status of 429/);
  let refusals = 2;
  await page.route('**/api/v1/papers/issue/*/pages/*', async (route) => {
    if (refusals-- <= 0) return route.continue();
    return route.fulfill({ status: 429, headers: { 'Retry-After': '1' }, contentType: 'application/problem+json', body: JSON.stringify({ status: 429, code: 'too_many', title: '操作太频繁。' }) });
  });
  await window.open(`/issues/${ids.issue}?view=pages`);
  await seesPages(window, 'after a wait');
  assert.ok(refusals < 0, 'it was refused at first');
  assert.equal(await page.getByText('操作太频繁').count(), 0);
  await window.calm('after a wait');
  await window.context.close();
});

test('dark: the page stays paper, all around it is readable', async () => {
  const window = await house.windowOf('editor', DESK);
  await window.page.emulateMedia({ colorScheme: 'dark' });
  await window.open(`/issues/${ids.issue}?view=pages`);
  await seesPages(window, 'dark');
  await window.accessible('dark pages');
  await window.open(`/papers/review/${ids.signed}`);
  await window.accessible('dark paper');
  await window.context.close();
});

test('the other papers: each can be opened as pages and taken', async () => {
  const urged = (await get('editor', '/dispatches?status=received')).items.find((one) => one.kind === 'main' && one.recipient_kind === 'department');
  assert.ok(urged, 'a department owes an answer');
  const papers = [
    ['editor', `/articles/${ids.signed}`, '核稿单', `/papers/review/${ids.signed}`, 'review-sheet'],
    ['editor', `/dispatches/${urged.id}`, '催办函', `/papers/urging/${urged.id}`, ''],
    ['editor', `/issues/${urged.issue_id}`, '报送清单', `/papers/dispatch_list/${urged.issue_id}`, ''],
    ['officer', `/reports/${ids.report}`, '来稿', `/papers/report/${ids.report}`, ''],
    ['officer', `/reports/${ids.report}`, '采用通知', `/papers/adoption/${ids.report}`, ''],
    ['officer', `/reports/${ids.report}`, '采用证书', `/papers/certificate/${ids.report}`, 'certificate'],
  ];
  const windows = { editor: await house.windowOf('editor', DESK), officer: await house.windowOf('officer', PHONE) };
  for (const [role, from, name, address, picture] of papers) {
    const window = windows[role];
    await window.open(from);
    await window.link(name, { exact: true }).click();
    await window.page.waitForURL(`**${address}`);
    await window.settled();
    await seesPages(window, name);
    await window.sound(name);
    const { title, issue_title } = await get(role, from);
    const heading = await window.page.locator('h1').innerText();
    assert.ok(heading.includes(name === '报送清单' ? '2' : (issue_title ?? title)), `${name} says which: ${heading}`);
    const pdf = await taken(window, () => window.button('下载 PDF').click());
    assert.ok(wordsOf(pdf.path).length > 20, `${name} says something`);
    if (picture) await drawn(role, address, 1, picture);
    await window.resize(role === 'editor' ? PHONE : DESK);
    await window.sound(`${name} at the other width`);
    await window.resize(role === 'editor' ? DESK : PHONE);
  }
  await Promise.all(Object.values(windows).map((one) => one.context.close()));
});

/** A picture: light above, dark below. */
async function photo() {
  const context = await house.browser.newContext({ viewport: { width: 640, height: 420 } });
  const page = await context.newPage();
  await page.setContent('<body style="margin:0;height:100vh;background:linear-gradient(#9cc4e4 55%,#5a7d4a 55%)">');
  const png = await page.screenshot();
  await context.close();
  return png;
}

/** A report with a photo, adopted; the article's id. */
async function articleWithPhoto() {
  const [officer, editor] = await Promise.all(['officer', 'editor'].map((role) => house.office.as(role)));
  const ok = ({ status, body }) => { assert.ok(status < 300, JSON.stringify(body)); return body; };
  const draft = ok(await officer.post('/reports', {
    title: '关于改善村小食堂的建议', situation: '一、基本情况\n六所村小里四所没有食堂，学生中午吃自带的冷饭。', analysis: '二、原因分析\n按人头拨付的经费养不起一名炊事员。',
    suggestion: '三、几点建议\n由县教育局牵头，并入中心校配餐。', name_public: true,
  }));
  ok(await officer.request('POST', `/reports/${draft.id}/attachments?name=${encodeURIComponent('食堂.png')}`, { raw: await photo(), headers: { 'Content-Type': 'application/octet-stream' } }));
  ok(await officer.act(`/reports/${draft.id}/submit`, { confirm_not_classified: true }, draft.version));
  ok(await editor.post(`/desk/reports/${draft.id}/claim`, {}));
  const seen = ok(await editor.get(`/desk/reports/${draft.id}`));
  for (const gate of seen.gates) ok(await editor.put(`/desk/reports/${draft.id}/gates/${gate.gate_id}`, { result: 'pass', checked: [1], text_sha256: seen.report.text_sha256 }));
  const { report } = ok(await editor.get(`/desk/reports/${draft.id}`));
  const publication = ok(await editor.get('/catalog')).publications.find((one) => one.committee_id === report.committee_id);
  const adopted = await editor.request('POST', `/desk/reports/${draft.id}/adopt`, { body: { publication_id: publication.id }, headers: { 'If-Match': `"${report.version}"`, ...key() } });
  return ok(adopted).article_id;
}

test('a photo goes in where the cursor is, a table from plain rows; the pages show both, and what will not print', async () => {
  const id = await articleWithPhoto();
  const window = await house.windowOf('editor', DESK);
  const { page } = window;
  await window.open(`/articles/${id}`);
  await page.locator('#article-title:not([readonly])').waitFor();
  const situation = window.label('情况', { exact: true });
  await situation.focus();
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('End');
  await window.button('插入照片').click();
  const dialog = page.getByRole('dialog', { name: '插入照片' });
  await dialog.getByLabel(/食堂\.png/).check();
  await dialog.locator('img').evaluate((one) => one.decode());
  await dialog.getByLabel(/图注/).fill('白鹭县一所村小的食堂');
  await window.sound('choosing a photo');
  await window.resize(PHONE);
  await window.sound('choosing a photo on a phone');
  await window.resize(DESK);
  await dialog.getByRole('button', { name: '插入', exact: true }).click();
  await until(() => situation.inputValue(), 'the photo in the text', (text) => text === '一、基本情况\n［图：食堂.png｜白鹭县一所村小的食堂］\n六所村小里四所没有食堂，学生中午吃自带的冷饭。');
  await until(() => page.evaluate(() => document.activeElement.id), 'the cursor back in the text', (id) => id === 'article-situation');
  await page.keyboard.type('学校|学生|食堂\n白鹭一小|87|无\n白鹭二小|126|有\n另有\u{F0123}一所，校长梁镕。\n');
  await window.button('版面', { exact: true }).click();
  await window.sees('未保存的改动不在内');
  await page.keyboard.press('Control+s');
  await window.sees(/有 1 个字没有字体：\u{F0123}（编码 F0123）/u);
  if (await fandol()) await window.sees('有 1 个字由其他字体代排：仿宋缺镕，用 Noto Serif CJK SC。');
  await seesPages(window, 'article');
  await window.picture('article-pages');
  await window.sound('pages of an article');
  assert.equal(await window.button('下载 PDF').count(), 0, 'no file before it is signed');
  await window.button('文字', { exact: true }).click();
  await page.locator('.sheet-table th').filter({ hasText: '学校' }).waitFor();
  assert.equal(await page.locator('.sheet-table tbody tr').count(), 2);
  await page.locator('.sheet-photo').filter({ hasText: '食堂.png' }).getByText('白鹭县一所村小的食堂').waitFor();
  assert.deepEqual(await page.locator('.sheet-level-1').allInnerTexts(), ['一、基本情况', '二、原因分析', '三、几点建议']);
  await window.resize(PHONE);
  await window.sound('flowing text with a table on a phone');
  await window.context.close();
});

test('an article of several pieces lists them under the red line', async () => {
  const id = await articleWithPhoto();
  const window = await house.windowOf('editor', DESK);
  const { page } = window;
  await window.open(`/articles/${id}`);
  await page.locator('#article-title:not([readonly])').waitFor();
  await window.label('情况', { exact: true }).fill('编者摘编如下。\n［篇：关于村小食堂的建议］\n一、基本情况\n四所没有食堂。\n［篇：关于助餐点的建议］\n停办较多。');
  await page.keyboard.press('Control+s');
  await until(async () => (await get('editor', `/articles/${id}`)).situation, 'saved', (text) => text.includes('［篇：'));
  await window.button('版面', { exact: true }).click();
  await seesPages(window, 'article');
  await window.button('文字', { exact: true }).click();
  await page.locator('.sheet-piece').filter({ hasText: '关于助餐点的建议' }).waitFor();
  assert.deepEqual(await page.locator('.sheet-piece').allInnerTexts(), ['关于村小食堂的建议', '关于助餐点的建议']);
  assert.deepEqual(await page.getByRole('region', { name: '本期要目' }).getByRole('listitem').allInnerTexts(), ['关于村小食堂的建议', '关于助餐点的建议']);
  await window.sound('an article of several pieces');
  await window.resize(PHONE);
  await window.sound('an article of several pieces on a phone');
  await window.context.close();
});

test('a scan filed with the issue is listed on its page', async () => {
  const editor = await house.office.as('editor');
  const bytes = await photo();
  const scan = await editor.request('POST', `/scans?name=${encodeURIComponent('领导签发件.png')}`, { raw: bytes, headers: { 'Content-Type': 'application/octet-stream' } });
  assert.ok(scan.status < 300, JSON.stringify(scan.body));
  const filed = await editor.put(`/scans/${scan.body.id}/record`, { kind: 'issue', record_id: ids.issue }, scan.body.version);
  assert.equal(filed.status, 200, JSON.stringify(filed.body));
  const window = await house.windowOf('editor', DESK);
  await window.open(`/issues/${ids.issue}`);
  const got = await taken(window, () => window.link('领导签发件.png').click());
  assert.equal(sha256(got.bytes), sha256(bytes));
  await window.sound('an issue with a scan');
  await window.context.close();
});

test('an adopted report offers its notice and certificate right below its status', async () => {
  const window = await house.windowOf('officer', PHONE);
  await window.open(`/reports/${ids.report}`);
  await window.sees('您的来稿已采用，可以取通知和证书。');
  const outcomes = (await get('officer', `/reports/${ids.report}/outcomes`)).items;
  for (const one of outcomes) await window.sees(`编入《${one.publication_name}》${one.issue_number_text}`);
  const [head, offer] = await Promise.all([window.page.locator('header.head').boundingBox(), window.page.getByRole('region', { name: '采用通知和证书' }).boundingBox()]);
  assert.ok(offer.y - head.y - head.height < 40, `${offer.y - head.y - head.height} px below`);
  assert.equal(await window.link('采用证书', { exact: true }).count(), 1);
  await window.picture('report-adopted');
  await window.sound('an adopted report');
  await window.context.close();
});

test('a department sees what was sent to it as it prints, beside what it has to do', async () => {
  const mine = (await get('department_handler', '/dispatches')).items[0] ?? assert.fail('a department has been sent something');
  const desk = await house.windowOf('department_handler', DESK);
  await desk.open(`/dispatches/${mine.id}`);
  await seesPages(desk, 'dispatch');
  const got = await taken(desk, () => desk.button('下载 PDF').click());
  assert.ok(wordsOf(got.path).includes(bare(mine.issue_title)), 'the file is of that issue');
  await desk.sound('a dispatch');
  await desk.context.close();
  const phone = await house.windowOf('department_handler', PHONE);
  await phone.open(`/dispatches/${mine.id}`);
  await phone.page.locator('.sheet-title').waitFor();
  assert.equal(await phone.page.locator('.canvas').count(), 0);
  await phone.sound('a dispatch on a phone');
  await phone.context.close();
});

test('who may not see a record sees no paper of it', async () => {
  const window = await house.windowOf('officer2' in house.office.links ? 'officer2' : 'department_handler', PHONE);
  window.allow(/^404 GET/, /status of 404/);
  await window.open(`/papers/review/${ids.signed}`);
  await window.sees('没有找到');
  await window.sound('no such paper');
  await window.context.close();
});
