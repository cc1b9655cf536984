// The pages' modules for tests in Node: compiled by Vite as in the browser, without a browser.
import { fileURLToPath } from 'node:url';
import { after } from 'node:test';
import { createServer } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const vite = await createServer({
  root, configFile: false, logLevel: 'error', appType: 'custom', server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  resolve: { alias: { '@': `${root}src` } }, optimizeDeps: { noDiscovery: true },
});
after(() => vite.close());

/** load('/src/shared/text/body.ts'): what the module exports. */
export const load = (path) => vite.ssrLoadModule(path);
