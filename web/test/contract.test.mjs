// src/api/types.ts against the API's own description: every route there is, every record with the same fields, as
// nullable and of the same kind. Reads ../build/openapi.json (`minyi openapi`), or the file named in MINYI_OPENAPI.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import ts from 'typescript';

const file = process.env.MINYI_OPENAPI ?? new URL('../../build/openapi.json', import.meta.url);
const skip = existsSync(file) ? false : 'no openapi.json: run `minyi openapi > build/openapi.json`';
const source = ts.createSourceFile('types.ts', readFileSync(new URL('../src/api/types.ts', import.meta.url), 'utf8'), ts.ScriptTarget.ES2022, true);

const interfaces = new Map();
const routes = new Set();
for (const node of source.statements.filter(ts.isInterfaceDeclaration)) {
  if (node.name.text === 'Routes') for (const member of node.members) routes.add(member.name.text);
  else interfaces.set(node.name.text, node);
}

const PLAIN = { string: 'string', number: 'integer', boolean: 'boolean' };
function kindOf(type) {
  const text = type.getText();
  if (ts.isArrayTypeNode(type)) return 'array';
  if (PLAIN[text]) return PLAIN[text];
  return interfaces.has(text) ? 'object' : 'string';
}
function ours(node) {
  return new Map(node.members.map((member) => {
    const parts = ts.isUnionTypeNode(member.type) ? member.type.types : [member.type];
    const nullable = parts.some((part) => part.getText() === 'null');
    const kinds = new Set(parts.filter((part) => part.getText() !== 'null').map(kindOf));
    return [member.name.text, { kind: [...kinds].join('|'), nullable, optional: !!member.questionToken }];
  }));
}
function theirs(schema) {
  return new Map(Object.entries(schema.properties ?? {}).map(([name, field]) => {
    const choices = field.anyOf ?? field.oneOf ?? [field];
    const kinds = new Set();
    let nullable = false;
    for (const choice of choices) {
      for (const kind of [choice.type ?? 'object'].flat()) {
        if (kind === 'null') nullable = true;
        else kinds.add(kind);
      }
    }
    return [name, { kind: [...kinds].join('|'), nullable }];
  }));
}

test('every route the pages call exists', { skip }, () => {
  const paths = Object.entries(JSON.parse(readFileSync(file, 'utf8')).paths);
  const served = new Set(paths.flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace('/api/v1', '')}`)));
  assert.deepEqual([...routes].filter((route) => !served.has(route)), []);
});

test('records have the fields the server sends', { skip }, () => {
  const { schemas } = JSON.parse(readFileSync(file, 'utf8')).components;
  const wrong = [];
  let compared = 0;
  for (const [name, node] of interfaces) {
    if (!schemas[name] || node.heritageClauses || node.typeParameters) continue;
    compared++;
    const sent = theirs(schemas[name]);
    for (const [field, mine] of ours(node)) {
      const there = sent.get(field);
      if (!there) {
        if (!mine.optional) wrong.push(`${name}.${field} is not sent`);
      } else if (there.kind !== mine.kind) wrong.push(`${name}.${field} is ${there.kind}, not ${mine.kind}`);
      else if (there.nullable && !mine.nullable) wrong.push(`${name}.${field} may be null`);
    }
  }
  assert.ok(compared > 40, `only ${compared} records compared`);
  assert.deepEqual(wrong, []);
});
