// The fonts of papers: the command that names them, folders that are not there, and the administration's routes.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { Office, cli } from '../harness.mjs';

const ROLES = ['小标宋', '仿宋', '楷体', '黑体', '宋体'];

function inFolder(fn) {
  const folder = mkdtempSync(join(tmpdir(), 'minyi-fonts-'));
  try { fn(folder); } finally { rmSync(folder, { recursive: true }); }
}
const without = (extra) => ({ env: { ...process.env, MINYI_FONTS: '', ...extra } });

test('minyi fonts names the font and file of each role, what is missing, and the grid', () => inFolder((folder) => {
  const answer = cli(['fonts', `--store=sqlite:${join(folder, 'none.db')}`]);
  assert.equal(answer.code, 0, answer.stderr);
  const lines = answer.stdout.split('\n');
  for (const role of ROLES) assert.ok(lines.some((line) => new RegExp(`^${role}\t.+（.+\\.(otf|ttf|ttc)，(OpenType|TrueType)，.*汉字 \\d+ 个）$`).test(line)), role);
  assert.match(answer.stdout, /\t没有安装：方正小标宋_GBK/);
  assert.match(answer.stdout, /^版面\t每页 22 行、每行 28 字$/m);
  assert.match(answer.stdout, /^指纹\t[0-9a-f]{16}（/m);
}));

test('without a font with Chinese characters: said, and exit code 1', () => inFolder((folder) => {
  const config = join(folder, 'fonts.conf');
  mkdirSync(join(folder, 'empty'));
  writeFileSync(config, `<fontconfig><dir>${join(folder, 'empty')}</dir><cachedir>${join(folder, 'cache')}</cachedir></fontconfig>`);
  const answer = cli(['fonts', `--store=sqlite:${join(folder, 'none.db')}`], without({ FONTCONFIG_FILE: config }));
  assert.equal(answer.code, 1, answer.stdout);
  for (const role of ROLES) assert.match(answer.stdout, new RegExp(`^${role}\t没有字体$`, 'm'));
  assert.match(answer.stderr, /没有可用的中文字体/);
}));

test('a folder of fonts that is not there stops the start and is named', () => inFolder((folder) => {
  const store = `--store=sqlite:${join(folder, 'none.db')}`, missing = join(folder, 'no-such');
  for (const command of ['serve', 'fonts']) {
    const answer = cli([command, store, `--fonts=${folder}:${missing}`]);
    assert.equal(answer.code, 2);
    assert.ok(answer.stderr.includes(`字体文件夹不存在，或不是文件夹：${missing}`), answer.stderr);
  }
  assert.equal(cli(['serve', store], without({ MINYI_FONTS: missing })).code, 2);
}));

test('the administrator sees the fonts and changes their order; others may not', async () => {
  const office = await Office.start({ reports: 2 });
  try {
    const admin = await office.as('system_admin'), editor = await office.as('editor');
    assert.equal((await editor.get('/paper-fonts')).status, 403);
    const before = (await admin.get('/paper-fonts')).body;
    assert.deepEqual(before.roles.map((one) => one.name), ROLES);
    assert.ok(before.roles.every((one) => one.family && one.keeps_grid && !/\//.test(one.file)));
    const kaiti = before.roles[2];
    assert.equal((await admin.put('/paper-fonts/comic', { families: [] }, 1)).status, 404);
    assert.equal((await admin.put('/paper-fonts/kaiti', { families: ['一\n二'] }, kaiti.version)).status, 422);
    assert.equal((await admin.put('/paper-fonts/kaiti', { families: [] })).status, 428);
    const saved = await admin.put('/paper-fonts/kaiti', { families: ['Noto Serif CJK SC'] }, kaiti.version);
    assert.equal(saved.status, 200, JSON.stringify(saved.body));
    assert.equal(saved.body.family, 'Noto Serif CJK SC');
    assert.equal(saved.headers.get('etag'), `"${kaiti.version + 1}"`);
    assert.equal((await admin.put('/paper-fonts/kaiti', { families: [] }, kaiti.version)).status, 412);
    const after = (await admin.get('/paper-fonts')).body;
    assert.notEqual(after.fingerprint, before.fingerprint);
    const shown = cli(['fonts', `--store=${office.store}`]);
    assert.match(shown.stdout, /^楷体\tNoto Serif CJK SC（/m);
    assert.ok(shown.stdout.includes(`指纹\t${after.fingerprint.slice(0, 16)}（`), 'the same fingerprint in the pages and the command');
    const back = await admin.put('/paper-fonts/kaiti', { families: [] }, saved.body.version);
    assert.deepEqual(back.body.wanted.map((one) => one.family), kaiti.usual);
    assert.equal((await admin.get('/paper-fonts')).body.fingerprint, before.fingerprint);
  } finally {
    await office.stop();
  }
});
