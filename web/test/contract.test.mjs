// src/api/schema.d.ts is what `npm run types` would write from the API's own description, ../build/openapi.json
// (`minyi openapi`), or the file named in MINYI_OPENAPI. vue-tsc holds the pages against it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const web = fileURLToPath(new URL('..', import.meta.url));
const file = process.env.MINYI_OPENAPI ?? join(web, '../build/openapi.json');
const skip = existsSync(file) ? false : 'no openapi.json: run `minyi openapi > build/openapi.json`';

test('the committed types are those of the served document (./dev docs writes them)', { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'minyi-types-'));
  try {
    const made = join(folder, 'schema.d.ts');
    execFileSync(process.execPath, [join(web, 'node_modules/openapi-typescript/bin/cli.js'), file, '-o', made], { cwd: web, stdio: 'pipe' });
    const differs = readFileSync(made, 'utf8') !== readFileSync(join(web, 'src/api/schema.d.ts'), 'utf8');
    assert.equal(differs, false, 'src/api/schema.d.ts is not of this API: run ./dev docs');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
