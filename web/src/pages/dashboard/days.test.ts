import { expect, test } from "vitest";
import { after, begins, span } from "./days";

test("a day begins where the tenant is", () => {
  expect(begins("2026-11-03", "UTC").toISOString()).toBe("2026-11-03T00:00:00.000Z");
  expect(begins("2026-07-03", "America/New_York").toISOString()).toBe("2026-07-03T04:00:00.000Z");
  expect(begins("2026-11-03", "Asia/Kolkata").toISOString()).toBe("2026-11-02T18:30:00.000Z");
});

test("the day on which clocks change has its own length", () => {
  const { from, to } = span("2026-03-29", 1, "Europe/Zurich");
  expect((Date.parse(to) - Date.parse(from)) / 3_600_000).toBe(23);
});

test("days follow each other over the end of a month", () => {
  expect(after("2026-11-30", 1)).toBe("2026-12-01");
  expect(after("2026-03-01", -1)).toBe("2026-02-28");
});
