// The served description of the API is valid OpenAPI 3.1, and the replies keep to it.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Office, cli } from '../harness.mjs';

let office, document;
before(async () => {
  office = await Office.start({ reports: 4 });
  document = (await office.client().get('/openapi.json')).body;
});
after(async () => { await office.stop(); });

test('openapi.json is valid OpenAPI 3.1', async () => {
  const result = await new Validator().validate(structuredClone(document));
  assert.deepEqual(result.errors ?? [], []);
  assert.ok(result.valid);
  assert.equal(document.openapi, '3.1.0');
});

test('the command line prints the same document', () => {
  assert.deepEqual(JSON.parse(cli(['openapi']).stdout), document);
});

test('every operation names its permission, and operation ids are unique', () => {
  const ids = new Set();
  for (const [path, methods] of Object.entries(document.paths))
    for (const [method, operation] of Object.entries(methods)) {
      assert.match(operation.description, /^权限：/, `${method} ${path}`);
      assert.ok(!ids.has(operation.operationId), operation.operationId);
      ids.add(operation.operationId);
    }
  assert.ok(ids.size > 80, `${ids.size} operations`);
});

test('every reference resolves', () => {
  const text = JSON.stringify(document);
  for (const [, kind, name] of text.matchAll(/"#\/components\/(\w+)\/(\w+)"/g))
    assert.ok(document.components[kind]?.[name], `${kind}/${name}`);
});
