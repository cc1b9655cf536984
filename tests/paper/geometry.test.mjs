// The printed page by the ruler: GB/T 9704-2012 read back from the PDFs of the sample papers in millimetres.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { folios, fonts, info, inkMiddle, lines, outline, print, rules } from './pdf.mjs';

const TOP = 37, INNER = 28, WIDTH = 156, HEIGHT = 225, BOTTOM = TOP + HEIGHT;
const LINE = HEIGHT / 22, CELL = WIDTH / 28, SIZE_2 = 22 * 25.4 / 72, SIZE_3 = 16 * 25.4 / 72, SIZE_4 = 14 * 25.4 / 72;
const left = (page) => (page % 2 ? INNER : 210 - INNER - WIDTH);
const near = (actual, wanted, within, what) =>
  assert.ok(Math.abs(actual - wanted) <= within, `${what}: ${actual.toFixed(3)} mm, wanted ${wanted.toFixed(3)} ± ${within}`);

test('the page is A4', () => {
  assert.match(info(print('one').file), /Page size:\s+595\.27\d* x 841\.89 pts \(A4\)/);
});

test('a full page has 22 lines of 28 characters on the grid', () => {
  const { file, pages } = print('grid');
  assert.equal(pages, 4);
  lines(file).forEach((page, index) => {
    assert.equal(page.length, 22, `page ${index + 1}`);
    page.forEach((line, row) => {
      const first = index === 0 && row === 0;
      assert.equal([...line.text].length, first ? 26 : 28);
      near(line.middle, TOP + (row + 0.5) * LINE, 0.05, `page ${index + 1} line ${row + 1}`);
      near(line.x0, left(index + 1) + (first ? 2 * CELL : 0), 0.1, 'its start');
      near(line.x1, left(index + 1) + WIDTH, 0.1, 'its end');
      near(line.size, SIZE_3, 0.02, '3号');
    });
  });
});

test('the page that is exactly full stays one; one line more makes two', () => {
  assert.equal(print('full').pages, 1);
  assert.equal(print('over').pages, 2);
  assert.equal(print('longest').pages, 300);
});

test('天头 37 mm, and the binding edge 28 mm: left on odd pages, right on even ones', () => {
  const { file } = print('many');
  lines(file).forEach((page, index) => {
    if (index > 0) near(page[0].middle - LINE / 2, TOP, 0.05, `top of page ${index + 1}`);
    const starts = page.filter((line) => !/^[（《“]/.test(line.text)).map((line) => line.x0); // those may give up their white
    const ends = page.filter((line) => !/[，。、；：？！）》”]$/.test(line.text)).map((line) => line.x1);
    near(Math.min(...starts), left(index + 1), 0.4, `left edge of page ${index + 1}`);
    assert.ok(Math.max(...ends) <= left(index + 1) + WIDTH + 0.15, `right edge of page ${index + 1}`);
  });
});

test('the head: red 小标宋 in the middle, a red rule as wide as the 版心 4 mm below the line of the office', () => {
  const { file, bytes } = print('many');
  const [head, , office] = lines(file)[0];
  assert.equal(head.text, '政协社情民意信息');
  near((head.x0 + head.x1) / 2, INNER + WIDTH / 2, 0.2, 'middle of the head');
  const [rule, ...others] = rules(bytes)[0];
  assert.equal(others.length, 0);
  assert.equal(rule.color, '1 0 0');
  near(rule.x, INNER, 0.01, 'left of the rule');
  near(rule.width, WIDTH, 0.01, 'its width');
  near(rule.height, 1, 0.01, 'its thickness');
  near(rule.y - office.y1, 4, 0.1, 'below the letters');
});

test('an office and its date stand on one line, up to a tenth smaller; what is longer takes two', () => {
  const [page] = lines(print('pairs').file);
  assert.deepEqual(page.map((line) => line.text.replaceAll(' ', '')), ['政协某某市委员会办公室2026年11月21日',
    '中国人民政治协商会议云江省委员会办公厅2026年11月19日', '中国人民政治协商会议云江省委员会人口资源环境委员会', '2026年11月19日']);
  const [whole, small, above, below] = page;
  for (const line of [whole, above, below]) near(line.size, SIZE_3, 0.02, line.text);
  assert.ok(small.size < SIZE_3 * 0.96 && small.size > SIZE_3 * 0.89, `${small.size} mm`);
  for (const line of [whole, small, above]) near(line.x0, INNER + CELL, 0.15, `left of ${line.text}`);
  for (const line of [whole, small, below]) near(line.x1, INNER + WIDTH - CELL, 0.25, `right of ${line.text}`);
});

test('a head that is too long shrinks to one line', () => {
  const { file } = print('hostile');
  const head = lines(file).flat().find((line) => line.text.endsWith('发文机关标志'));
  assert.ok(head.text.startsWith('特别特别'));
  near((head.x0 + head.x1) / 2, 105, 4.1, 'its middle');
  assert.ok(head.x1 - head.x0 <= WIDTH + 0.1);
});

test('版记: rules as wide as the 版心, 0.35 and 0.25 mm, the last on its lower edge, on the last page only', () => {
  const { bytes, pages, file } = print('many');
  const all = rules(bytes);
  const foot = all[pages - 1];
  assert.equal(foot.length, 4);
  foot.forEach((rule, index) => {
    near(rule.x, left(pages), 0.01, 'left');
    near(rule.width, WIDTH, 0.01, 'width');
    near(rule.height, index === 0 || index === 3 ? 0.35 : 0.25, 0.005, `thickness of rule ${index + 1}`);
    assert.equal(rule.color, '0 0 0');
  });
  near(foot[3].y + foot[3].height / 2, BOTTOM, 0.02, 'last rule');
  for (const page of all.slice(1, -1)) assert.equal(page.length, 0);
  const rows = lines(file)[pages - 1].filter((line) => line.middle > foot[0].y);
  assert.equal(rows.length, 6);
  for (const row of rows) near(row.size, SIZE_4, 0.02, '4号');
  near(rows[0].x0, left(pages) + SIZE_4, 0.3, 'one character from the left');
  near(rows[5].x1, left(pages) + WIDTH - SIZE_4, 0.3, 'one character from the right');
  near(rows[2].x0, rows[1].x0 + 3 * SIZE_4, 0.3, 'further lines stand under the first word after the colon');
});

test('版记 that fits stays; one that does not takes two lines of the text along', () => {
  const fits = print('foot-fits');
  assert.equal(fits.pages, 1);
  assert.equal(lines(fits.file)[0].length, 22);
  const { file, pages, bytes } = print('foot');
  assert.equal(pages, 2);
  const [first, last] = lines(file);
  assert.equal(first.length, 18);
  assert.equal(last.length, 2 + 6);
  near(last[0].middle, TOP + LINE / 2, 0.05, 'the text begins at the top');
  near(rules(bytes)[1].at(-1).y + 0.175, BOTTOM, 0.02, 'last rule');
});

test('版记 taller than a page fills the last pages; what is too much for them stands on the lower edge before', () => {
  const kinds = (name) => lines(print(name).file).map((page) => page.map((line) => (line.size > (SIZE_3 + SIZE_4) / 2 ? '文' : '记')).join(''));
  const foot = print('foot-tall'), all = kinds('foot-tall'), extra = all.join('').replaceAll('文', '').length - 44;
  assert.ok(extra > 2 && extra < 12, `${extra} lines are too much for two pages`);
  assert.deepEqual(all, ['文'.repeat(10) + '记'.repeat(extra), '记'.repeat(22), '记'.repeat(22)]);
  const first = lines(foot.file)[0], drawn = rules(foot.bytes);
  near(first.at(-1).middle, BOTTOM - LINE / 2, 0.05, 'the first part ends on the lower edge');
  assert.deepEqual(drawn.map((page) => page.length), [1, 0, 2]);
  near(drawn[0][0].y + 0.175, first[10].middle - LINE / 2, 0.02, 'the rule that begins it is above its first line');
  near(drawn[2][1].y + 0.175, BOTTOM, 0.02, 'last rule');
  for (const page of lines(foot.file).slice(1)) page.forEach((line, row) => near(line.middle, TOP + (row + 0.5) * LINE, 0.05, line.text));
  assert.deepEqual(kinds('foot-tall-full'), ['文'.repeat(18), '文'.repeat(2) + '记'.repeat(extra), '记'.repeat(22), '记'.repeat(22)]);
});

test('页码: — 1 —, 4号, 7 mm below the 版心, odd right, even left, one character from the edge', () => {
  for (const name of ['many', 'grid']) {
    const { file } = print(name);
    folios(file).forEach((folio, index) => {
      assert.equal(folio.text, `— ${index + 1} —`);
      near(folio.y1 - folio.y0, SIZE_4, 0.02, 'size');
      if (index % 2 === 0) near(folio.x1, left(1) + WIDTH - SIZE_4, 0.1, 'right');
      else near(folio.x0, left(2) + SIZE_4, 0.1, 'left');
    });
  }
});

test('the dashes of the folio are 7 mm below the 版心', () => {
  const { file } = print('grid');
  const [folio] = folios(file);
  near(inkMiddle(file, 1, folio.x0 + 1, folio.x0 + 3, BOTTOM + 3, BOTTOM + 12), BOTTOM + 7, 0.1, 'middle of a dash');
});

test('titles: 2号, at most three lines, centred, balanced, never a rectangle of unlike words or an hourglass', () => {
  const { file } = print('titles');
  const titles = [[]];
  for (const page of lines(file)) {
    let before;
    for (const line of page) {
      if (before !== undefined && line.middle - before > LINE * 1.5) titles.push([]);
      titles.at(-1).push(line);
      before = line.middle;
    }
    titles.push([]);
  }
  const all = titles.filter((title) => title.length);
  assert.equal(all.length, 8);
  assert.deepEqual(all.map((title) => title.length), [1, 1, 2, 3, 3, 3, 2, 2]);
  all.forEach((title, index) => {
    for (const line of title) {
      near((line.x0 + line.x1) / 2, 105 + (line.x0 < 50 || line.x0 >= 0 ? left(1) - 27 : 0), 3.2, `middle of "${line.text}"`);
      assert.ok(line.size <= SIZE_2 + 0.02 && line.size > SIZE_2 * 0.8, `size of "${line.text}"`);
      assert.ok([...line.text].length >= 4, `"${line.text}" is too short`);
      assert.doesNotMatch(line.text, /^[，、。；：？！）》”]/);
    }
    const widths = title.map((line) => line.x1 - line.x0);
    if (index < 7) assert.ok(Math.min(...widths) > Math.max(...widths) * 0.5, `balance of title ${index + 1}`);
    if (widths.length === 3)
      assert.ok(widths[1] > Math.min(widths[0], widths[2]) - SIZE_2, `hourglass in title ${index + 1}`);
  });
  assert.equal(all[3].map((line) => line.text).join('|'), '关于进一步优化营商环境|促进民营经济高质量发展和完善中小微企业|融资担保体系若干问题的建议');
  assert.equal(all[7].map((line) => line.text).join('|'), '关于全面推进乡村振兴|加快农业农村现代化的建议');
});

test('tables: whole width, borders of 0.18 mm, the head on each page, the text after on the grid', () => {
  const { file, bytes, pages } = print('table');
  assert.ok(pages >= 3);
  lines(file).forEach((page, index) => {
    if (index < pages - 1) assert.ok(page.some((line) => line.text === '序号报送单位采用情况件数得分'), `page ${index + 1}`);
  });
  for (const [index, page] of rules(bytes).entries())
    for (const rule of page) {
      near(Math.min(rule.width, rule.height), 0.18, 0.005, 'border');
      assert.ok(rule.x >= left(index + 1) - 0.01 && rule.x + rule.width <= left(index + 1) + WIDTH + 0.01);
    }
  const last = lines(file).at(-1).at(-1);
  assert.equal(last.text, '表后的正文仍在网格上。');
  const row = (last.middle - TOP) / LINE - 0.5;
  near(row, Math.round(row), 0.01, 'on the grid');
});

test('a row that is higher than a page is cut between lines and loses none', () => {
  const { file, pages } = print('tall');
  assert.ok(pages >= 2);
  const all = lines(file).flat();
  assert.equal(all.filter((line) => line.text === '项目内容').length, pages);
  for (const page of lines(file)) for (const line of page) assert.ok(line.y1 < BOTTOM, line.text);
});

test('a heading and the head of a table do not stand alone on a page above a tall first row', () => {
  const [text, first, last, ...more] = lines(print('tall-first').file);
  assert.equal(more.length, 0);
  assert.equal(text.length, 3);
  assert.deepEqual([first[0].text, first[1].text, last[0].text, last.at(-1).text], ['修改记录', '项目内容', '项目内容', '短完']);
  assert.ok(first.at(-1).y1 > BOTTOM - 15, `the page is used up to ${first.at(-1).y1} mm`);
  assert.ok(last.length >= 4, 'two lines at least are carried over');
});

test('a heading is never last on a page, and two lines at least stay together', () => {
  const { file } = print('keeps');
  const pages = lines(file);
  const heading = (line) => /^第\d+节$/.test(line.text);
  pages.forEach((page, index) => {
    assert.ok(!heading(page.at(-1)), `page ${index + 1} ends with ${page.at(-1).text}`);
    assert.ok(page.length >= 18 || index === pages.length - 1, `page ${index + 1} has ${page.length} lines`);
    if (index === 0) return;
    const top = page.findIndex((line) => heading(line) || line.x0 > left(index + 1) + 1);
    assert.notEqual(top, 1, `page ${index + 1} begins with a single line`);
    const before = pages[index - 1];
    const start = before.findLastIndex((line) => line.x0 > left(index) + 1);
    if (top !== 0) assert.ok(before.length - start >= 2, `page ${index} ends with a single line`);
  });
});

test('a photo is there as it came, with its caption below it on the same page', () => {
  const { file, bytes } = print('photo');
  assert.match(bytes.toString('latin1'), /\/Filter \/DCTDecode/);
  assert.match(bytes.toString('latin1'), /\/Width 1600/);
  const page = lines(file)[0];
  const at = page.findIndex((line) => line.text.startsWith('图1'));
  assert.ok(at > 0);
  assert.ok(page[at].middle - page[at - 1].middle > WIDTH * 900 / 1600, 'room for the photo');
  near((page[at].x0 + page[at].x1) / 2, INNER + WIDTH / 2, 2.5, 'middle of the caption');
});

test('the code stands in the top outer corner, 16 mm with its quiet zone, outside the 版心', () => {
  const squares = rules(print('one').bytes)[0].filter((rule) => rule.y < TOP - 5);
  assert.ok(squares.length > 100);
  const x0 = Math.min(...squares.map((square) => square.x)), x1 = Math.max(...squares.map((square) => square.x + square.width));
  const y0 = Math.min(...squares.map((square) => square.y)), y1 = Math.max(...squares.map((square) => square.y + square.height));
  const module = Math.min(...squares.map((square) => square.height));
  near(x1 - x0 + 8 * module, 16, 0.05, 'width with the quiet zone');
  near(y1 - y0 + 8 * module, 16, 0.05, 'height with the quiet zone');
  assert.ok(x0 - 4 * module >= INNER + WIDTH && x1 < 208 && y1 + 4 * module < TOP, 'outside the 版心');
  assert.equal(rules(print('many').bytes)[1].length, 0);
});

test('fonts are embedded, cut down and readable', () => {
  const all = fonts(print('many').file);
  assert.ok(all.length >= 4);
  for (const font of all) assert.ok(font.embedded && font.subset && font.unicode, font.name);
});

test('properties and outline', () => {
  const { file } = print('many');
  const said = info(file);
  assert.match(said, /Title:\s+关于进一步完善城镇老旧小区改造后/);
  assert.match(said, /Author:\s+政协某某市委员会办公室/);
  assert.match(said, /Subject:\s+社情民意信息/);
  assert.match(said, /CreationDate:\s+Sat Nov 21 00:00:00 2026 UTC/);
  const entries = outline(file);
  assert.equal(entries[0].depth, 1);
  assert.ok(entries[0].text.endsWith('使用办法的建议'));
  assert.deepEqual(entries.slice(1).map((entry) => [entry.text, entry.depth]), Array(4).fill(['一、基本情况', 2]));
  assert.deepEqual(entries.map((entry) => entry.page), [...entries.map((entry) => entry.page)].sort((a, b) => a - b));
});

test('the same paper gives the same bytes', () => {
  for (const name of ['one', 'many', 'table', 'photo', 'hostile']) {
    const [first, second] = [print(name), print(name, true)];
    assert.ok(first.bytes.equals(second.bytes), name);
    assert.doesNotMatch(first.bytes.toString('latin1'), /\/ModDate/);
  }
});
