"use strict";
const utf8 = new TextEncoder();
const element = (id) => document.getElementById(id);
class Wrong extends Error { name = "Wrong"; }

// Bytes

const sha256 = async (...parts) => {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) { all.set(part, at); at += part.length; }
  return new Uint8Array(await crypto.subtle.digest("SHA-256", all));
};
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const toBase64 = (bytes) => btoa(String.fromCharCode(...bytes));
const same = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);
function fromBase64(text, length) {
  let bytes;
  try { bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0)); } catch { throw new Wrong("not base64"); }
  if (toBase64(bytes) !== text || (length !== undefined && bytes.length !== length)) throw new Wrong("not the base64 that was expected");
  return bytes;
}
const number8 = (big) => { const bytes = new Uint8Array(8); new DataView(bytes.buffer).setBigInt64(0, big); return bytes; };

// Section 1 of docs/proof-format.md: entries and the tree

const COLUMNS = ["aggregate_type", "aggregate_id", "sequence", "event_type", "event_version", "payload", "metadata", "event_id", "command_id", "occurred_at", "recorded_at"];
function micros(text) {
  const parts = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.(\d{6})Z$/.exec(text);
  const millis = parts ? Date.parse(parts[1] + "Z") : NaN;
  if (Number.isNaN(millis)) throw new Wrong("not an instant");
  return BigInt(millis) * 1000n + BigInt(parts[2]);
}
async function column(name, value) {
  if (value === null) return new Uint8Array([255, 255, 255, 255]);
  let bytes;
  if (name === "sequence") bytes = number8(BigInt(value));
  else if (name === "event_id" || name === "command_id") {
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value)) throw new Wrong("not a UUID");
    bytes = Uint8Array.from(value.replaceAll("-", "").match(/../g), (pair) => parseInt(pair, 16));
  } else if (name === "occurred_at" || name === "recorded_at") bytes = number8(micros(value));
  else bytes = utf8.encode(value);
  const long = bytes.length > 8192;
  const out = new Uint8Array(4 + (long ? 32 : bytes.length));
  new DataView(out.buffer).setUint32(0, long ? 0xFFFFFFFE : bytes.length);
  out.set(long ? await sha256(bytes) : bytes, 4);
  return out;
}
async function leafOf(row) {
  const names = Object.keys(row);
  if (names.length !== COLUMNS.length + 1 || !COLUMNS.every((name) => name in row)) throw new Wrong("not the columns of a row");
  return sha256(new Uint8Array([0, 1]), ...await Promise.all(COLUMNS.map((name) => column(name, row[name]))));
}
const node = (left, right) => sha256(new Uint8Array([1]), left, right);
class Tree {
  size = 0;
  peaks = [];
  async push(digest, level = 0) {
    const width = 2 ** level;
    if (this.size % width) throw new Wrong("a subtree where none can begin");
    for (let size = this.size / width; size % 2 === 1; size = (size - 1) / 2) digest = await node(this.peaks.pop(), digest);
    this.peaks.push(digest);
    this.size += width;
  }
  async root() {
    if (!this.peaks.length) return sha256();
    let root = this.peaks.at(-1);
    for (const peak of this.peaks.slice(0, -1).reverse()) root = await node(peak, root);
    return root;
  }
}
function cover(from, to) {
  const levels = [];
  while (from < to) {
    let level = 0;
    while (from % 2 ** (level + 1) === 0 && from + 2 ** (level + 1) <= to) level += 1;
    levels.push(level);
    from += 2 ** level;
  }
  return levels;
}

// Section 2: keys, notes, checkpoints

async function parseKey(text) {
  const [name, id, ...rest] = text.trim().split(/\s/)[0].split("+"), encoded = rest.join("+");
  let data = null;
  try { data = fromBase64(encoded, 33); } catch { /* said below */ }
  if (!data || id !== hex((await sha256(utf8.encode(`${name}\n`), data)).slice(0, 4)) || ![1, 4].includes(data[0])) throw new Wrong("this is not a key: it was mistyped, or a part of it is missing");
  const key = await crypto.subtle.importKey("raw", data.slice(1), { name: "Ed25519" }, false, ["verify"]);
  return { name, id, kind: data[0], key, text: `${name}+${id}+${encoded}` };
}
function parseNote(note) {
  const at = note.lastIndexOf("\n\n");
  if (at < 0 || !note.endsWith("\n") || /[\u0000-\u0009\u000b-\u001f]/.test(note)) throw new Wrong("not a signed note");
  const signatures = note.slice(at + 2, -1).split("\n").map((line) => {
    const parts = line.split(" ");
    if (parts.length !== 3 || parts[0] !== "\u2014" || !parts[1] || parts[1].includes("+")) throw new Wrong("not a signature line");
    const data = fromBase64(parts[2]);
    if (data.length < 5) throw new Wrong("not a signature line");
    return { name: parts[1], id: hex(data.slice(0, 4)), data: data.slice(4) };
  });
  return { text: note.slice(0, at + 1), signatures };
}
// null: this key did not sign; otherwise whether all of its signatures fit.
async function signedBy(key, note) {
  const own = note.signatures.filter((one) => one.name === key.name && one.id === key.id);
  if (!own.length) return null;
  for (const { data } of own) {
    let message = note.text, signature = data;
    if (key.kind === 4) {
      if (data.length !== 72) return false;
      message = `cosignature/v1\ntime ${new DataView(data.buffer, data.byteOffset).getBigUint64(0)}\n${note.text}`;
      signature = data.slice(8);
    }
    if (!await crypto.subtle.verify({ name: "Ed25519" }, key.key, signature, utf8.encode(message))) return false;
  }
  return true;
}
function parseCheckpoint(text) {
  const lines = text.split("\n");
  if (lines.length !== 4 || lines[3] || !lines[0] || !/^(0|[1-9][0-9]*)$/.test(lines[1])) throw new Wrong("not a checkpoint");
  return { origin: lines[0], size: Number(lines[1]), root: fromBase64(lines[2], 32) };
}
