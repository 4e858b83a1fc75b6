import { expect, test } from "vitest";
import { address, asked, changesOf, filtersOf } from "./changes";

test("a change has what was before and what came after", () => {
  expect(changesOf({ priority: ["low", "high"], tags: [[], ["vip", "gdpr"]], reason: "asked for" })).toEqual([
    { field: "priority", before: "low", after: "high" },
    { field: "tags", before: null, after: "vip, gdpr" },
    { field: "reason", before: null, after: "asked for" },
  ]);
});

test("the last day counts with all of its hours", () => {
  const wish = asked(filtersOf(new URLSearchParams("action=ticket.*&from=2026-11-01&to=2026-11-01")));
  expect(wish["filter[action]"]).toBe("ticket.*");
  const bounds = [wish["filter[recorded_at][gte]"], wish["filter[recorded_at][lt]"]].map((at) => Date.parse(at ?? ""));
  expect((bounds[1] ?? 0) - (bounds[0] ?? 0)).toBe(24 * 3_600_000);
});

test("filters stand in the address, and nowhere when there are none", () => {
  const filters = filtersOf(new URLSearchParams("actor=agent:agt_1"));
  expect(address(filters)).toBe("/admin/audit?actor=agent%3Aagt_1");
  expect(address(filtersOf(new URLSearchParams()))).toBe("/admin/audit");
});
