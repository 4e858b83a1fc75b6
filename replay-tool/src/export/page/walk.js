// Section 4: the walk

class Verifier {
  tree = new Tree();
  head = null;
  rows = [];
  shown = [];
  sequences = new Map();
  checkpoints = 0;
  cosigned = new Map();
  last = null;
  manifest = null;
  exported = null;
  consistent = null;

  constructor(keys, earlier) { this.keys = keys; this.earlier = earlier; }
  // Where in the log it stands.
  position() { return this.head && this.tree.size < this.head.size ? this.tree.size + 1 : null; }

  async line(text, before, count) {
    const value = JSON.parse(text);
    const kinds = Object.keys(value);
    if (kinds.length !== 1 || (kinds[0] === "bundle") !== (this.head === null)) throw new Wrong("the first line of a bundle, and no other, is its head");
    const steps = { bundle: this.bundle, event: this.event, gap: this.gap, checkpoint: this.checkpoint, manifest: this.sign };
    if (!Object.hasOwn(steps, kinds[0])) throw new Wrong("this is not a line of a bundle");
    await steps[kinds[0]].call(this, value[kinds[0]], before, count);
    if (this.earlier && this.earlier.size === this.tree.size) {
      if (this.earlier.origin !== this.head.origin || !same(this.earlier.root, await this.tree.root())) throw new Wrong("the log up to here is not the one of the earlier checkpoint: it was changed since");
      this.consistent = this.earlier.size;
      this.earlier = null;
    }
  }

  async bundle(head) {
    if (head.format !== 1) throw new Wrong("a format that is not known here");
    this.head = head;
    this.named = await Promise.all(head.keys.map(parseKey));
    this.witnesses = await Promise.all(head.witnesses.map(parseKey));
  }
  async event({ row, leaf, ...rest }) {
    if (row.position !== this.tree.size + 1 || Object.keys(rest).length) throw new Wrong("positions are missing, or come twice");
    this.rows.push(row);
    const found = await leafOf(row);
    if (!same(found, fromBase64(leaf, 32))) throw new Wrong("the event is not the one that was sealed: one of its values was changed");
    if (this.head.selection.kind === "streams") {
      const stream = JSON.stringify([row.aggregate_type, row.aggregate_id]);
      if (row.sequence !== (this.sequences.get(stream) ?? 0) + 1) throw new Wrong("an event of this thing is missing before this one");
      this.sequences.set(stream, row.sequence);
    }
    await this.tree.push(found);
    const run = this.shown.at(-1);
    if (run && run.to.position === row.position - 1) run.to = row; else this.shown.push({ from: row, to: row });
  }
  async gap({ from, to, hashes }) {
    if (from !== this.tree.size + 1 || !(from <= to && to <= this.head.size)) throw new Wrong("a gap in the wrong place");
    const levels = cover(from - 1, to);
    if (levels.length !== hashes.length) throw new Wrong("a gap with the wrong number of hashes");
    for (const [at, level] of levels.entries()) await this.tree.push(fromBase64(hashes[at], 32), level);
  }
  async checkpoint(text) {
    const note = parseNote(text), { origin, size, root } = parseCheckpoint(note.text);
    if (origin !== this.head.origin || size !== this.tree.size || !same(root, await this.tree.root())) throw new Wrong("the events do not come to the root that was signed");
    const given = await Promise.all(this.keys.map((key) => signedBy(key, note)));
    const named = await Promise.all(this.named.map((key) => signedBy(key, note)));
    if ([...given, ...named].includes(false) || ![...given, ...named].includes(true)) throw new Wrong("not signed by a key that is known");
    for (const witness of this.witnesses) {
      const fits = await signedBy(witness, note);
      if (fits === false) throw new Wrong("a cosignature does not fit");
      if (fits) this.cosigned.set(witness.name, size);
    }
    this.checkpoints += 1;
    this.last = { size, trusted: given.includes(true) };
  }
  async sign(text, before, count) {
    const note = parseNote(text), given = await Promise.all(this.keys.map((key) => signedBy(key, note)));
    if (!given.includes(true) || given.includes(false)) throw new Wrong("the manifest is not signed by the key that was given");
    const lines = note.text.split("\n"), exported = (lines[5] ?? "").replace(/^exported /, "");
    micros(exported);
    const expected = ["ledgerdesk bundle 1", this.head.origin, `lines ${count}`, `events ${this.rows.length}`, `chain ${toBase64(before)}`, `exported ${exported}`];
    if (expected.some((line, at) => line !== lines[at]) || lines.length > 8) throw new Wrong("the lines are not those that the manifest signs");
    this.manifest = note.text;
    this.exported = exported;
  }

  finish() {
    if (!this.head || !this.manifest) throw new Wrong("the manifest is missing: the end was cut off");
    const { size, selection } = this.head;
    if (this.tree.size !== size || !this.last || this.last.size !== size || !this.last.trusted) throw new Wrong("the checkpoint of the whole size is missing, or not signed by the key that was given");
    if (this.earlier) throw new Wrong("this does not show whether the log begins with that of the earlier checkpoint");
    const runs = this.shown.map(({ from, to }) => `${from.position}-${to.position}`).join();
    const complete = {
      all: () => runs === (size ? `1-${size}` : ""),
      positions: () => runs === `${selection.from}-${selection.to}`,
      streams: () => true,
      time: () => this.shown.length === (size ? 1 : 0) && this.shown.every(({ from, to }) =>
        (from.position === 1 || (selection.from !== null && micros(from.recorded_at) < micros(selection.from)))
        && (to.position === size || (selection.to !== null && micros(to.recorded_at) >= micros(selection.to)))),
    };
    if (!Object.hasOwn(complete, selection.kind) || !complete[selection.kind]()) throw new Wrong("it does not show all that it says it shows");
  }
}

// `progress` hears of lines, and says whether to go on.
async function verify(text, keys, earlier, progress) {
  const verifier = new Verifier(keys, earlier);
  let chain = await sha256(utf8.encode("ledgerdesk bundle 1")), count = 0;
  const lines = text.split("\n"), whole = lines.pop() === "";
  let problem = null;
  for (const line of lines) {
    const body = utf8.encode(line.slice(0, -28)), before = chain;
    chain = await sha256(before, body);
    try {
      if (line.slice(-28) !== `,"chain":"${hex(chain.slice(0, 8))}"}`) throw new Wrong("this line is not the one that was exported here: it, or one before it, was changed, removed or put in");
      if (verifier.manifest) throw new Wrong("there is more behind the manifest");
      await verifier.line(line.slice(0, -28) + "}", before, count);
    } catch (error) {
      problem = { line: count + 1, position: verifier.position(), text: error instanceof Wrong ? error.message : "this is not a line of a bundle" };
      break;
    }
    count += 1;
    if (count % 500 === 0) {
      if (!progress(count, lines.length)) break;
      await new Promise((done) => setTimeout(done));
    }
  }
  if (!problem) {
    try { if (!whole) throw new Wrong("the end was cut off"); verifier.finish(); } catch (error) { problem = { line: count, position: null, text: error.message }; }
  }
  return { verifier, problem };
}
