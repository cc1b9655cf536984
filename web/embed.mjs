// Makes the built pages part of the program: reads web/dist (Vite's output) and writes
//   web/dist/embed/assets.S   the bytes, by .incbin
//   web/dist/embed/assets.c   the table http_assets[] of include/minyi/http.h, sorted by path
//   web/dist/embed/*.gz, *.br compressed forms, only where they are smaller by 5 % or more
// Usage: node embed.mjs [DIST]. Needs nothing but Node.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, extname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const dist = resolve(process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), 'dist'))
const out = join(dist, 'embed')

// The same types as src/http/static_disk.c.
const mimeTypes = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
}
const compressible = new Set(['.css', '.html', '.ico', '.js', '.json', '.mjs', '.svg', '.txt', '.wasm', '.webmanifest'])
const leastSaving = 0.05
// Vite names what it may cache for ever "assets/NAME-HASH.EXT".
const hashedName = /^\/assets\/.*-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$/

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const full = join(folder, entry.name)
    if (full === out || entry.name.startsWith('.')) return []
    if (entry.isDirectory()) return filesBelow(full)
    return entry.isFile() && extname(entry.name) !== '.map' ? [full] : []
  })
}

const quote = (text) => `"${text.replace(/[\\"]/g, '\\$&')}"`

// Compares as strcmp does: by bytes of UTF-8.
const byBytes = (a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path))

function compress(bytes, extension) {
  if (!compressible.has(extension)) return {}
  const forms = {
    gzip: gzipSync(bytes, { level: 9 }),
    brotli: brotliCompressSync(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    }),
  }
  return Object.fromEntries(Object.entries(forms).filter(([, form]) => form.length <= bytes.length * (1 - leastSaving)))
}

function describe(file) {
  const bytes = readFileSync(file)
  const path = '/' + relative(dist, file).split(sep).join('/')
  const extension = extname(file).toLowerCase()
  return {
    path,
    file,
    length: bytes.length,
    mime: mimeTypes[extension] ?? 'application/octet-stream',
    etag: `"${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}"`,
    immutable: hashedName.test(path),
    forms: compress(bytes, extension),
  }
}

// One labelled piece of read-only bytes; a NUL follows, so that an empty file has an address too.
const incbin = (label, file) => `.global ${label}\n.balign 16\n${label}:\n.incbin ${quote(file)}\n.byte 0\n`

function write(assets) {
  const pieces = []
  const labels = []
  const rows = assets.map((asset, i) => {
    const add = (kind, file) => {
      const label = `minyi_asset_${i}_${kind}`
      pieces.push(incbin(label, file))
      labels.push(label)
      return label
    }
    const fields = [
      `.path = ${quote(asset.path)}`,
      `.mime = ${quote(asset.mime)}`,
      `.etag = ${quote(asset.etag)}`,
      `.immutable = ${asset.immutable}`,
      `.raw = ${add('raw', asset.file)}, .raw_len = ${asset.length}`,
    ]
    for (const [kind, suffix] of [['gzip', 'gz'], ['brotli', 'br']]) {
      const form = asset.forms[kind]
      if (!form) continue
      const file = join(out, `${i}.${suffix}`)
      writeFileSync(file, form)
      fields.push(`.${kind} = ${add(kind, file)}, .${kind}_len = ${form.length}`)
    }
    return `    {${fields.join(',\n     ')}},\n`
  })
  writeFileSync(
    join(out, 'assets.S'),
    `.section .rodata\n${pieces.join('')}.section .note.GNU-stack,"",@progbits\n`,
  )
  writeFileSync(
    join(out, 'assets.c'),
    '#include "minyi/http.h"\n\n' +
      labels.map((label) => `extern const unsigned char ${label}[];\n`).join('') +
      `\nconst struct http_asset http_assets[] = {\n${rows.join('')}    {0},\n};\n` +
      `const size_t http_asset_count = ${assets.length};\n`,
  )
}

rmSync(out, { recursive: true, force: true })
const assets = filesBelow(dist).map(describe).sort(byBytes)
if (!assets.some((asset) => asset.path === '/index.html')) {
  console.error(`embed: no index.html in ${dist}; build the pages first`)
  process.exit(1)
}
mkdirSync(out, { recursive: true })
write(assets)
const total = (pick) => Math.round(assets.reduce((sum, asset) => sum + pick(asset), 0) / 1024)
console.log(
  `embed: ${assets.length} files, ${total((a) => a.length)} KiB, ` +
    `${total((a) => a.forms.brotli?.length ?? a.length)} KiB as brotli`,
)
