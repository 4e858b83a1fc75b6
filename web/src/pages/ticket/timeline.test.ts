import { expect, test } from "vitest";
import type { TimelineEntry } from "$lib/api/types";
import { blocks, lastOfMine, phrases } from "./timeline";

let sequence = 0;
const entry = (changes: Record<string, [unknown, unknown]>, more: Partial<TimelineEntry> = {}): TimelineEntry => ({
  sequence: ++sequence, position: sequence, type: "ticket.status_changed", occurred_at: "2026-01-01T00:00:00Z",
  recorded_at: "2026-01-01T00:00:00Z", imported: false, actor: { kind: "agent", id: "agt_1" }, changes, message: null, ...more,
} as TimelineEntry);
const message = entry({}, {
  type: "ticket.replied",
  message: { id: "msg_1", visibility: "public", attachments: [], created_at: "2026-01-01T00:00:00Z", sequence: 1 },
});
const name = (id: string) => ({ agt_2: "Eve" })[id];

test("changes between two messages stand together", () => {
  const found = blocks([message, entry({}), entry({}), message, entry({})]);
  expect(found.map((block) => (block.kind === "changes" ? block.entries.length : "message"))).toEqual(["message", 2, "message", 1]);
});

test("a change says what was and what is, in words", () => {
  expect(phrases(entry({ status: ["in_progress", "resolved"] }), name)).toEqual(["changed status from In progress to Resolved"]);
  expect(phrases(entry({ assignee_id: [null, "agt_2"] }), name)).toEqual(["assigned it to Eve"]);
  expect(phrases(entry({ assignee_id: ["agt_2", null] }), name)).toEqual(["took it from Eve"]);
  expect(phrases(entry({ tags: [["a", "b"], ["b", "c"]] }), name)).toEqual(["added the tag c and removed the tag a"]);
  expect(phrases(entry({ deleted: [false, true] }), name)).toEqual(["deleted the ticket"]);
  const reopened = { reason: "requested", status: ["resolved", "open"] } as unknown as Record<string, [unknown, unknown]>;
  expect(phrases(entry(reopened), name)).toEqual(["changed status from Resolved to Open"]);
});

test("an event that the console does not know is still told", () => {
  expect(phrases(entry({}, { type: "ticket.merged_into" }), name)).toEqual(["Ticket merged into"]);
  expect(phrases(entry({ mood: ["good", "bad"] }), name)).toEqual(["changed Mood from good to bad"]);
});

test("what I did last and can be taken back", () => {
  const mine = entry({}, { undoable: true });
  const theirs = entry({}, { undoable: true, actor: { kind: "agent", id: "agt_2" } });
  expect(lastOfMine([entry({}, { undoable: true }), mine, theirs, message], "agt_1")).toBe(mine);
});
