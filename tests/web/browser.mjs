// A browser for the tests of the pages: one office, one Chromium, one window per person. Every window is watched:
// what the console calls an error, a request that failed and a breach of the content policy are kept and asked
// for by calm().
import { chromium } from 'playwright-core';
import { readFileSync, writeFileSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createRequire } from 'node:module';
import assert from 'node:assert/strict';
import { engine } from '../engine.mjs';
import { Office, PASSWORD, root } from '../harness.mjs';
import { fewerColours } from './palette.mjs';

export { until } from '../harness.mjs';

export const PHONE = { width: 390, height: 844 };
export const DESK = { width: 1440, height: 900 };
export const TIMEOUT = Number(process.env.MINYI_WEB_TIMEOUT ?? 120_000);
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--force-color-profile=srgb'];
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const pictures = process.env.MINYI_PICTURES === '1' ? join(root, 'docs/pictures') : null;
if (pictures) mkdirSync(pictures, { recursive: true });

/** A picture for the handbook that no browser took: a page as the server draws it. */
export function keepPicture(name, png) {
  if (pictures) writeFileSync(join(pictures, `${name}.png`), fewerColours(png));
}

/** Something that waits for end(): an answer on its way, until the page has done what comes meanwhile. */
export function hold() {
  let end;
  return { over: new Promise((done) => { end = done; }), end: () => end() };
}

/** Runs in the page before anything else. */
function listenForBreaches() {
  window.__breaches = [];
  document.addEventListener('securitypolicyviolation', (event) => {
    window.__breaches.push(`${event.violatedDirective} ${event.blockedURI || event.sourceFile}`);
  });
}

export class Window {
  constructor(house, context, page, size) {
    Object.assign(this, { house, context, page, size });
    this.wrong = [];
    this.allowed = [];
    page.on('console', (message) => {
      if (message.type() === 'error') this.wrong.push(`console: ${message.text()} ${message.location().url ?? ''}`);
    });
    page.on('pageerror', (error) => this.wrong.push(`error: ${error.stack ?? error}`));
    page.on('response', (response) => {
      if (response.status() >= 400) this.wrong.push(`${response.status()} ${response.request().method()} ${response.url()}`);
    });
    page.on('requestfailed', (request) => {
      const why = request.failure()?.errorText ?? '';
      if (why !== 'net::ERR_ABORTED') this.wrong.push(`failed: ${request.method()} ${request.url()} ${why}`);
    });
  }

  /** What is expected to go wrong from here on: patterns of lines that calm() forgives. */
  allow(...patterns) { this.allowed.push(...patterns); }

  /** Fails when anything went wrong that was not announced with allow(). */
  async calm(where = this.page.url()) {
    const breaches = await this.page.evaluate(() => window.__breaches.splice(0));
    const wrong = this.wrong.splice(0).filter((line) => !this.allowed.some((pattern) => pattern.test(line)));
    assert.deepEqual({ wrong, breaches }, { wrong: [], breaches: [] }, where);
  }

  async resize(size) {
    this.size = size;
    await this.page.setViewportSize(size);
  }

  /** Opens an address and waits until it shows what it has to show. */
  async open(path) {
    await this.page.goto(this.house.office.url + path, { waitUntil: 'load' });
    await this.settled();
  }

  /** A heading is there and nothing is being read any more. */
  async settled() {
    await this.page.waitForFunction(() => {
      const main = document.querySelector('main');
      return main && main.querySelector('h1, h2') && !main.querySelector('.skeleton, [aria-busy="true"], .is-loading');
    });
  }

  /** No part of the page can be scrolled sideways by the reader of a phone. */
  async fits(where = this.page.url()) {
    const { width, inner, wide } = await this.page.evaluate(() => {
      const inner = document.documentElement.clientWidth;
      const clipped = (element) => {
        for (let up = element.parentElement; up; up = up.parentElement) {
          if (getComputedStyle(up).overflowX !== 'visible') return true;
        }
        return false;
      };
      return {
        inner,
        width: document.documentElement.scrollWidth,
        wide: [...document.body.querySelectorAll('*')]
          .filter((one) => one.getBoundingClientRect().right > inner + 1 && !clipped(one))
          .slice(0, 5).map((one) => `${one.tagName.toLowerCase()}.${one.className} to ${Math.round(one.getBoundingClientRect().right)}`),
      };
    });
    assert.ok(width <= inner, `${where} is ${width} wide in ${inner}: ${wide.join('; ')}`);
  }

  /** axe-core finds nothing serious or critical. */
  async accessible(where = this.page.url()) {
    if (!(await this.page.evaluate(() => 'axe' in window))) await this.page.evaluate(axeSource);
    const found = await this.page.evaluate(async () => {
      const result = await window.axe.run(document, {
        runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] },
        resultTypes: ['violations'],
      });
      return result.violations.filter((one) => one.impact === 'serious' || one.impact === 'critical')
        .map((one) => `${one.id} (${one.impact}): ${one.nodes.slice(0, 3).map((node) => `${node.html.slice(0, 160)} — ${node.any.concat(node.all)[0]?.message ?? ''}`).join(' | ')}`);
    });
    assert.deepEqual(found, [], where);
  }

  /** All that must hold of any screen, whatever it shows. */
  async sound(where) {
    await this.fits(where);
    await this.accessible(where);
    await this.calm(where);
  }

  /** A picture for the handbook, only when MINYI_PICTURES=1. */
  async picture(name, options = {}) {
    if (!pictures) return;
    // Neither the focus nor the short word after an act belongs in a book. A style sheet would breach the policy.
    const hush = (visibility) => this.page.evaluate((value) => {
      document.activeElement?.blur();
      for (const say of document.querySelectorAll('.say-wrap')) say.style.visibility = value;
    }, visibility);
    await hush('hidden');
    keepPicture(name, await this.page.screenshot({ animations: 'disabled', ...options }));
    await hush('');
  }

  get(...rest) { return this.page.getByRole(...rest); }
  button(name, options) { return this.page.getByRole('button', { name, ...options }); }
  link(name, options) { return this.page.getByRole('link', { name, ...options }); }
  label(name, options) { return this.page.getByLabel(name, options); }
  async sees(text, options) { await this.page.getByText(text, options).filter({ visible: true }).first().waitFor(); }
  async heading(name) { await this.page.getByRole('heading', { name }).first().waitFor(); }
}

export class House {
  windows = [];
  failed = null;

  static async start(options) {
    const house = new House();
    [house.office, house.browser] = await Promise.all([
      Office.start(options),
      chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS, timeout: 120_000 }),
    ]);
    return house;
  }

  /** A window nobody has signed in at: asking who is signed in is refused, as it must be. */
  async window(size) {
    const window = await this.blank(size);
    window.allow(/^401 GET \S+\/session$/, /^console: .*status of 401.*\/session$/);
    return window;
  }

  async blank(size, options) {
    const context = await this.browser.newContext({
      viewport: size, deviceScaleFactor: 1, hasTouch: size.width < 768, locale: 'zh-CN', timezoneId: 'Asia/Shanghai', reducedMotion: 'reduce', ...options,
    });
    context.setDefaultTimeout(TIMEOUT);
    await context.addInitScript(listenForBreaches);
    const window = new Window(this, context, await context.newPage(), size);
    this.windows.push(window);
    return window;
  }

  /** A window of ROLE, already signed in: the link was redeemed and the cookie is its own. */
  async windowOf(role, size, options) {
    await this.office.as(role);
    const client = this.office.client();
    const reply = await client.signIn(this.office.links[role].login, PASSWORD);
    assert.equal(reply.status, 200, JSON.stringify(reply.body));
    const window = await this.blank(size, options);
    const [name, value] = client.cookie.split('=');
    await window.context.addCookies([{ name, value, url: this.office.url, httpOnly: true, sameSite: 'Strict' }]);
    return window;
  }

  /** A step of a story: after one has failed the next ones have nothing to stand on and are not tried. */
  step(run) {
    return async () => {
      assert.equal(this.failed, null, 'an earlier step failed');
      try {
        await run();
      } catch (error) {
        this.failed = String(error).split('\n')[0];
        await this.photograph();
        throw error;
      }
    };
  }

  /** What every open window shows, for whoever reads the log of a failure. */
  async photograph() {
    const folder = join(root, 'build/test-logs'), file = `${basename(process.argv[1], '.test.mjs')}@${engine}`;
    mkdirSync(folder, { recursive: true });
    for (const [i, window] of this.windows.entries()) {
      await window.page.screenshot({ path: join(folder, `web-${file}-${i}.png`), timeout: 5000 }).catch(() => undefined);
    }
  }

  async stop() {
    await this.browser?.close();
    await this.office?.stop();
  }
}
