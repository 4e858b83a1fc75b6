// Beside each file of dist that is text: what it is as .br and as .gz, so that no request costs it.
//
// index.html is left out: the server writes into it.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";

const dist = new URL("../dist/", import.meta.url);
const codings = { br: promisify(brotliCompress), gz: (text) => promisify(gzip)(text, { level: 9 }) };

for (const name of await readdir(dist, { recursive: true })) {
  if (!/^[^.].*\.(css|js|svg)$/.test(name)) continue;
  const text = await readFile(new URL(name, dist));
  for (const [suffix, pack] of Object.entries(codings)) {
    const packed = await pack(text);
    if (packed.length < text.length) await writeFile(new URL(`${name}.${suffix}`, dist), packed);
  }
}
