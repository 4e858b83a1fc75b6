// What people see

const make = (name, text, className = "") => {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = className;
  return made;
};
const pairs = (list) => list.flatMap(([name, value, className]) => [make("dt", name), make("dd", value ?? "NULL", className)]);
function say(state, title, ...paragraphs) {
  const verdict = element("verdict");
  verdict.replaceChildren(make("h2", title), ...paragraphs.map((text) => make("p", text)));
  verdict.dataset.state = state;
}

const PAGE = 100;
let events = [], found = [], page = 0, wrong = null, numbers = new Map();
const parsed = (json) => { try { return JSON.parse(json) ?? {}; } catch { return {}; } };
const pretty = (json) => { try { return JSON.stringify(JSON.parse(json), null, 2); } catch { return json ?? "NULL"; } };
// Ids begin with the time at which they were made: their ends tell them apart.
const short = (id) => String(id).replace(/([a-z]+_)[0-9a-f]{24}([0-9a-f]{8})/g, "$1…$2");
const thing = (row) => numbers.get(row.aggregate_id) ?? short(row.aggregate_id);
const time = (text) => String(text).replace("T", " ").replace(/\.\d+Z$/, "");

function line(row) {
  const event = make("details", "", row.position === wrong ? "event wrong" : "event"), summary = make("summary", "", "row");
  const actor = short(parsed(row.metadata).actor ?? "").replace("api_key:", "API key ").replace(":", " ");
  summary.append(make("span", row.position, "number"), make("span", time(row.recorded_at), "time"), make("span", row.event_type, "type"),
    make("span", `${thing(row)}, version ${row.sequence}`, "to"), make("span", actor, "by"));
  event.append(summary);
  event.addEventListener("toggle", () => { if (event.childElementCount === 1) event.append(more(row)); });
  return event;
}
function more(row) {
  const shown = make("div", "", "more"), list = make("dl", ""), all = make("button", `All events of ${thing(row)}`);
  list.append(...pairs([["Happened", row.occurred_at], ["Recorded", row.recorded_at], ["To", row.aggregate_id, "mono"], ["Event", row.event_id, "mono"],
    ["Command", row.command_id, "mono"], ["Schema", `version ${row.event_version}`]]));
  for (const name of ["payload", "metadata"]) {
    const value = make("dd", "");
    value.append(make("pre", pretty(row[name])));
    list.append(make("dt", name === "payload" ? "What" : "Who and why"), value);
  }
  all.addEventListener("click", () => { element("filter").value = row.aggregate_id; find(); });
  shown.append(list, all);
  return shown;
}
function list() {
  const pages = Math.max(1, Math.ceil(found.length / PAGE));
  page = Math.min(Math.max(page, 0), pages - 1);
  element("events").replaceChildren(...found.slice(page * PAGE, page * PAGE + PAGE).map(line));
  element("place").textContent = `${found.length} events, page ${page + 1} of ${pages}`;
  element("before").disabled = page === 0;
  element("after").disabled = page === pages - 1;
}
function find() {
  const words = element("filter").value.trim().toLowerCase();
  const text = (row) => [row.event_type, row.aggregate_id, thing(row), row.recorded_at, row.event_id, row.command_id, row.metadata].join(" ");
  found = events.filter((row) => text(row).toLowerCase().includes(words));
  page = 0;
  list();
}
function browse({ rows }, problem) {
  events = rows;
  wrong = problem?.position ?? null;
  const opened = rows.filter((row) => row.event_type === "ticket.opened").map((row) => [row.aggregate_id, parsed(row.payload).number]);
  numbers = new Map(opened.filter(([, number]) => Number.isInteger(number)).map(([id, number]) => [id, `T-${String(number).padStart(3, "0")}`]));
  find();
}
function about({ head, rows, checkpoints, exported, cosigned, consistent }, problem) {
  if (!head) return element("about").replaceChildren();
  const { from, to, of, name } = head.selection;
  const selection = {
    all: "the whole log", positions: `positions ${from} to ${to}`, streams: `${of} ${name}`,
    time: `recorded from ${from ?? "the beginning"} to ${to ?? "the end"}`,
  }[head.selection.kind];
  const facts = [["Log", head.origin], ["Tenant", head.tenant], ["Events in the log", head.size],
    ["Shown", problem ? `${rows.length} events up to the problem; it says that it shows ${selection}` : `${rows.length} events: ${selection}`],
    ["Checkpoints", `${checkpoints} compared with what the events come to`], ["Exported", exported ?? "unknown: its end was not reached"]];
  for (const [name, size] of cosigned) facts.push(["Cosigned", `the first ${size} events by ${name}: compare its key, ${head.witnesses.find((key) => key.startsWith(`${name}+`))}`]);
  if (consistent !== null) facts.push(["Earlier checkpoint", `the first ${consistent} events are those of then`]);
  facts.push(["Keys that it names", head.keys.join("\n"), "mono"]);
  element("about").replaceChildren(...pairs(facts));
}

// What the auditor gave, or what the bundle itself names as long as nothing is given.
async function given(text) {
  const typed = element("key").value.trim(), kept = element("earlier").value.trim();
  const texts = typed ? [typed] : JSON.parse(text.slice(0, text.indexOf("\n")).slice(0, -28) + "}").bundle.keys;
  const keys = await Promise.all(texts.map(parseKey));
  if (!kept) return { typed, keys, earlier: null };
  const note = parseNote(`${kept}\n`);
  if (!(await Promise.all(keys.map((key) => signedBy(key, note)))).includes(true)) throw new Wrong("the earlier checkpoint is not signed by this key");
  return { typed, keys, earlier: parseCheckpoint(note.text) };
}
let runs = 0;
async function check() {
  const run = ++runs, current = () => run === runs;
  say("open", "Checking …");
  if (!globalThis.crypto?.subtle) return say("refused", "Not verified", "This browser gives a page from a file no means to check. Use another one, or replay-tool.");
  // The parser takes the line break behind the tag as the bundle's first character.
  const text = element("bundle").textContent.replace(/^\n/, "");
  let trust;
  try {
    trust = await given(text);
  } catch (error) {
    const why = { NotSupportedError: "This browser does not know Ed25519 signatures. Use a newer one, or replay-tool.", Wrong: `It could not be begun: ${error.message}.` };
    return say("refused", "Not verified", why[error.name] ?? "Its first line is not that of a bundle.");
  }
  const progress = (done, all) => { if (current()) say("open", "Checking …", `${done} of ${all} lines`); return current(); };
  const { verifier, problem } = await verify(text, trust.keys, trust.earlier, progress);
  if (!current()) return;
  browse(verifier, problem);
  about(verifier, problem);
  if (problem) {
    const place = problem.position ? `Line ${problem.line} of the bundle, position ${problem.position}` : `Line ${problem.line} of the bundle`;
    return say("refused", "Not verified", `${place}: ${problem.text}.`);
  }
  if (trust.typed) return say("verified", "Verified", "Every event is what was sealed, and none is missing between them. All of it is signed by", trust.keys[0].text);
  say("open", "It holds together. Whose is it?", "Every event is what was sealed, and none is missing between them, if the key is the right one. Paste the log's public key as you got it on a way that you trust.");
}

element("check").addEventListener("click", check);
element("key").addEventListener("change", check);
element("filter").addEventListener("input", find);
element("before").addEventListener("click", () => { page -= 1; list(); });
element("after").addEventListener("click", () => { page += 1; list(); });
element("key").value = decodeURIComponent(/[#&]key=([^&]*)/.exec(location.hash)?.[1] ?? "");
check();
