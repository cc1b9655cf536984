// The pages of docs/ that the program writes are those that this program would write.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tmpdir } from 'node:os';
import { binary, cli, root } from '../harness.mjs';
import { dropStore, engine, freshStore } from '../engine.mjs';

test('docs made from the tables are up to date (./dev docs writes them)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'minyi-docs-'));
  try {
    execFileSync(join(root, 'tests/docs.sh'), [binary(), folder]);
    for (const page of ['permissions.md', 'lifecycles.md', 'errors.md'])
      assert.equal(readFileSync(join(root, 'docs', page), 'utf8'), readFileSync(join(folder, page), 'utf8'), page);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** The anchors of a page's headings, as its reader makes them. */
const anchors = (text) => [...text.replace(/^```.*?^```/gms, '').matchAll(/^#+ (.*)$/gm)]
  .map(([, heading]) => heading.trim().toLowerCase().replace(/[^\p{L}\p{N}_\- ]/gu, '').replaceAll(' ', '-'));

test('what the pages link to and show is there, and every picture is shown', () => {
  const files = execFileSync('git', ['ls-files', '*.md', 'docs/pictures'], { cwd: root, encoding: 'utf8' }).trim().split('\n');
  const pages = files.filter((file) => file.endsWith('.md')), named = new Set();
  const read = (file) => readFileSync(join(root, file), 'utf8');
  assert.ok(pages.length > 30);
  for (const page of pages)
    for (const [, link, picture] of read(page).replace(/^```.*?^```/gms, '').matchAll(/\]\(([^)\s]+)\)|src="([^"]+)"/g)) {
      if (/^https?:/.test(link)) continue;
      const [path, anchor] = (link ?? picture).split('#');
      const target = path ? join(dirname(page), path) : page;
      assert.ok(existsSync(join(root, target)), `${page}: ${target}`);
      if (anchor) assert.ok(anchors(read(target)).includes(anchor), `${page}: ${target}#${anchor}`);
      named.add(target);
    }
  assert.deepEqual(files.filter((file) => file.startsWith('docs/pictures/') && !named.has(file)), []);
});

test('the command line: help that teaches, exit codes that mean something', () => {
  assert.equal(cli(['help']).code, 0);
  assert.match(cli(['help']).stdout, /serve .*启动服务/);
  assert.equal(cli([]).code, 2);
  assert.equal(cli(['nonsense']).code, 2);
  assert.match(cli(['nonsense']).stderr, /没有命令“nonsense”/);
  assert.match(cli(['serve', '--help']).stdout, /--listen=ADDRESS:PORT/);
  assert.equal(cli(['serve', '--listen=nowhere']).code, 2);
  assert.match(cli(['version']).stdout, /^minyi \d+\.\d+\.\d+$/m);
});

test('init, backup, restore, migrate, accounts and the audit chain from the command line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'minyi-cli-'));
  const url = freshStore(folder), store = `--store=${url}`;
  try {
    assert.equal(cli(['serve', store]).code, 3, 'no database there');
    assert.equal(cli(['init', store]).code, 2, 'no name given');
    const made = cli(['init', store, '--name=政协测试市委员会', '--level=city']);
    assert.equal(made.code, 0, made.stderr);
    assert.equal(made.stdout.match(/\/first\/[\w-]{43}/g).length, 3);
    assert.equal(cli(['init', store, '--name=again']).code, 3, 'never over an existing database');
    assert.equal(cli(['account', 'add', 'lisi', store, '--name=李四', '--unit=root', '--role=officer']).code, 0);
    assert.equal(cli(['account', 'add', 'lisi', store, '--name=李四', '--unit=root', '--role=officer']).code, 1);
    assert.match(cli(['account', 'link', 'lisi', store]).stdout, /\/first\//);
    assert.match(cli(['account', 'link', 'nobody', store]).stderr, /没有登录名为 nobody/);
    assert.equal(cli(['account', 'disable', 'lisi', store]).code, 0);
    const copy = join(folder, 'copy.db');
    assert.equal(cli(['backup', copy, store]).code, 0);
    assert.equal(cli(['backup', copy, store]).code, 1, 'a backup is never overwritten');
    if (engine === 'sqlite') {
      assert.equal(cli(['restore', copy, store]).code, 0);
    } else { // nothing is put in the place of a server's database: an empty one takes it
      assert.notEqual(cli(['restore', copy, store]).code, 0, 'never over an existing database');
      const empty = freshStore(folder);
      try {
        assert.equal(cli(['restore', copy, `--store=${empty}`]).code, 0);
        assert.match(cli(['audit', 'verify', `--store=${empty}`]).stdout, /审计链完整/);
      } finally {
        dropStore(empty);
      }
    }
    assert.equal(cli(['restore', join(folder, 'port'), store]).code, 1);
    assert.equal(cli(['migrate', store]).code, 0);
    assert.match(cli(['audit', 'verify', store]).stdout, /审计链完整/);
  } finally {
    rmSync(folder, { recursive: true });
    dropStore(url);
  }
});

test('reports imported from CSV: good lines go in, the others are named with their reason', () => {
  const folder = mkdtempSync(join(tmpdir(), 'minyi-csv-'));
  const url = freshStore(folder), store = `--store=${url}`;
  try {
    cli(['init', store, '--name=政协测试市委员会', '--level=city']);
    cli(['account', 'add', 'lisi', store, '--name=李四', '--unit=root', '--role=officer']);
    const file = join(folder, 'a.csv');
    execFileSync('sh', ['-c', 'cat > "$1"', '_', file], { input: [
      '\ufeff标题,类别,日期,正文',
      '关于甲的建议,教育事业,2024-03-08,"调研情况：甲。\n问题分析：乙。\n具体建议：丙。"',
      '关于乙的建议,没有的类别,2024-03-09,调研情况：甲。具体建议：丙。',
      '关于丙的建议,教育事业,2024-03-09,没有小标题的一段话。',
      '关于丁的建议,教育事业,2024-02-30,调研情况：甲。具体建议：丙。',
      ',教育事业,2024-02-28,调研情况：甲。具体建议：丙。'].join('\r\n') });
    assert.equal(cli(['import', 'reports', file, store]).code, 2, 'whose reports they are must be said');
    const result = cli(['import', 'reports', file, store, '--author=lisi']);
    assert.equal(result.code, 5, result.stderr);
    assert.match(result.stdout, /已导入 2 件，已有 0 件，未导入 3 行，其中没有对应类别的 1 件/);
    assert.match(result.stdout, /第 6 行未导入：没有找到/);
    assert.match(result.stdout, /第 7 行未导入：日期/);
    assert.match(result.stdout, /第 8 行未导入：标题是空的/);
    assert.match(cli(['import', 'reports', file, store, '--author=lisi']).stdout, /已导入 0 件，已有 2 件/);
    assert.equal(cli(['import', 'reports', file, store, '--author=nobody']).code, 1);
  } finally {
    rmSync(folder, { recursive: true });
    dropStore(url);
  }
});
