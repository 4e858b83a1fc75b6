import { expect, test } from "vitest";
import type { Ticket } from "../api/types";
import { clashing, keepingTheirs, shownAs } from "./conflict";

const seen: Ticket = {
  id: "tkt_1", ticket_id: "T-001", title: "Printer", status: "open", priority: "low", channel: "api", imported: false,
  tags: ["a"], customer: { id: "cus_1" }, assignee: null, created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z", reopens: 0, over_plan_limit: false, version: 3, position: 30,
};

test("only what both changed differently is a conflict", () => {
  const theirs: Ticket = { ...seen, status: "resolved", priority: "high", version: 5 };
  const wish = { status: "pending", priority: "high", title: "Printers" } as const;
  expect(clashing(seen, wish, theirs)).toEqual([{ field: "status", before: "open", mine: "pending", theirs: "resolved" }]);
});

test("adding a tag conflicts with nothing; writing all of them does", () => {
  const theirs: Ticket = { ...seen, tags: ["a", "b"] };
  expect(clashing(seen, { tags_add: ["c"] }, theirs)).toEqual([]);
  expect(clashing(seen, { tags: ["c"] }, theirs)).toHaveLength(1);
});

test("taking somebody off is a wish like another", () => {
  const mine = { ...seen, assignee: { id: "agt_1" } };
  const theirs: Ticket = { ...seen, assignee: { id: "agt_2" } };
  expect(clashing(mine, { assignee_id: null }, theirs)).toEqual([
    { field: "assignee_id", before: "agt_1", mine: null, theirs: "agt_2" },
  ]);
});

test("of a wish the fields go where theirs is kept", () => {
  expect(keepingTheirs({ status: "open", priority: "low" }, new Set(["status"]))).toEqual({ priority: "low" });
});

test("a wish is shown before it is granted", () => {
  const shown = shownAs(seen, { assignee_id: "agt_1", tags_add: ["b"], tags_remove: ["a"], status: "pending" }, () => "Eve");
  expect(shown).toMatchObject({ assignee: { id: "agt_1", name: "Eve" }, tags: ["b"], status: "pending", priority: "low" });
});
