// Makes a picture of a screen small: at most 200 colours, the commonest, every other one becomes its nearest.
// Reads and writes only what Chromium's screenshots are: 8 bits a channel, RGB or RGBA, not interlaced.
import { deflateSync, inflateSync, crc32 } from 'node:zlib';

const COLOURS = 200;
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

function chunksOf(png) {
  const chunks = [];
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    chunks.push({ type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) });
    at += 12 + length;
  }
  return chunks;
}

function paeth(left, up, corner) {
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

/** Undoes the filter of each line, in place. */
function unfilter(raw, line, height, step) {
  for (let y = 0; y < height; y++) {
    const at = y * (line + 1) + 1;
    const filter = raw[at - 1];
    for (let x = 0; x < line; x++) {
      const left = x >= step ? raw[at + x - step] : 0;
      const up = y > 0 ? raw[at + x - line - 1] : 0;
      const corner = y > 0 && x >= step ? raw[at + x - line - 1 - step] : 0;
      const add = [0, left, up, (left + up) >> 1, filter === 4 ? paeth(left, up, corner) : 0][filter];
      raw[at + x] = (raw[at + x] + add) & 255;
    }
  }
}

function nearest(palette, colour) {
  let best = 0;
  let least = Infinity;
  palette.forEach((other, i) => {
    const distance = [16, 8, 0].reduce((sum, shift) => sum + (((colour >> shift) & 255) - ((other >> shift) & 255)) ** 2, 0);
    if (distance < least) [least, best] = [distance, i];
  });
  return best;
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const head = Buffer.alloc(4);
  head.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([head, body, sum]);
}

export function fewerColours(png) {
  const chunks = chunksOf(png);
  const head = chunks[0].data;
  const [width, height, step] = [head.readUInt32BE(0), head.readUInt32BE(4), head[9] === 6 ? 4 : 3];
  const raw = inflateSync(Buffer.concat(chunks.filter((one) => one.type === 'IDAT').map((one) => one.data)));
  const line = width * step;
  unfilter(raw, line, height, step);
  const colourAt = (x, y) => {
    const at = y * (line + 1) + 1 + x * step;
    return (raw[at] << 16) | (raw[at + 1] << 8) | raw[at + 2];
  };
  const counts = new Map();
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) counts.set(colourAt(x, y), (counts.get(colourAt(x, y)) ?? 0) + 1);
  const palette = [...counts].sort((a, b) => b[1] - a[1]).slice(0, COLOURS).map(([colour]) => colour);
  const index = new Map(palette.map((colour, i) => [colour, i]));
  const out = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const colour = colourAt(x, y);
      if (!index.has(colour)) index.set(colour, nearest(palette, colour));
      out[y * (width + 1) + 1 + x] = index.get(colour);
    }
  }
  const header = Buffer.from(head);
  header[9] = 3;
  const colours = Buffer.from(palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
  return Buffer.concat([SIGNATURE, chunk('IHDR', header), chunk('PLTE', colours), chunk('IDAT', deflateSync(out, { level: 9 })), chunk('IEND', Buffer.alloc(0))]);
}
