// What a picture costs to be searched for codes is charged to who sent it, so that nobody alone fills the workers that
// sign-ins need; the same picture again is not searched again.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { crc32, deflateSync } from 'node:zlib';
import { Office } from '../harness.mjs';

let office;
before(async () => { office = await Office.start({ flags: ['--rate-limits=yes'] }); });
after(() => office?.stop());

const PICTURES = 6, SIDE = 4000, PITCH = 8, CORNER = ['1111111', '1000001', '1011101', '1011101', '1011101', '1000001', '1111111'];

/** A grey PNG full of what looks like corners of codes: the search works on it until it gives up. No two are alike. */
let made = 0;
function hostilePicture() {
  const row = (y) => Buffer.from(Array.from({ length: SIDE }, (_, x) => (CORNER[y % PITCH]?.[x % PITCH] === '1' ? 0 : 255)));
  const rows = Array.from({ length: PITCH }, (_, y) => Buffer.concat([Buffer.of(0), row(y)]));
  const chunk = (type, data) => {
    const length = Buffer.alloc(4), check = Buffer.alloc(4), body = Buffer.concat([Buffer.from(type), data]);
    length.writeUInt32BE(data.length);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, check]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(SIDE, 0);
  head.writeUInt32BE(SIDE, 4);
  head.set([8, 0, 0, 0, 0], 8);
  const pixels = Buffer.concat(Array.from({ length: SIDE }, (_, y) => rows[y % PITCH]));
  pixels[1] = ++made;
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk('IHDR', head), chunk('IDAT', deflateSync(pixels)), chunk('IEND', Buffer.alloc(0))]);
}

test('pictures that take seconds are paid for; others and sign-ins go on', { timeout: 600_000 }, async () => {
  const [officer, other] = await Promise.all([office.as('officer'), office.as('officer2')]);
  const send = (raw) => officer.request('POST', '/scans?name=a.png', { raw, headers: { 'Content-Type': 'application/octet-stream' } });
  const pictures = Array.from({ length: PICTURES }, hostilePicture);
  const [first, ...more] = await Promise.all(pictures.map(send)); // more work than the budget gives back meanwhile
  for (const reply of [first, ...more]) {
    assert.ok(reply.status < 300, JSON.stringify(reply.body));
    assert.equal(reply.body.suggestion ?? null, null);
  }
  const refused = await officer.get('/reports');
  assert.equal(refused.status, 429, JSON.stringify(refused.body));
  const wait = Number(refused.headers.get('retry-after'));
  assert.ok(wait > 0);
  assert.equal((await other.get('/reports')).status, 200);
  await new Promise((done) => setTimeout(done, wait * 1000));
  const again = await send(pictures[0]);
  assert.equal(again.body.id, first.body.id);
  assert.equal((await officer.get('/reports')).status, 200, 'the same picture is not searched again');
});
