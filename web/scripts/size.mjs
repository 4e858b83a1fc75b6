// Fails where a browser loads more script than this before it can show anything: the entry, and all that it imports.
import { readFile, stat } from "node:fs/promises";

const LIMIT = 100;
const dist = new URL("../dist/", import.meta.url);
const manifest = JSON.parse(await readFile(new URL(".vite/manifest.json", dist), "utf8"));
const files = new Set();
const load = ({ file, imports = [] }) => {
  if (files.has(file)) return;
  files.add(file);
  for (const name of imports) load(manifest[name]);
};
load(manifest["index.html"]);

const sizes = await Promise.all([...files].map(async (file) => (await stat(new URL(`${file}.gz`, dist))).size));
const size = sizes.reduce((sum, one) => sum + one, 0) / 1024;
console.log(`script at first: ${size.toFixed(1)} KB of ${LIMIT}, gzipped (${[...files].join(", ")})`);
if (size > LIMIT) {
  console.error("load pages and large libraries by import(), as src/routes.ts does");
  process.exitCode = 1;
}
