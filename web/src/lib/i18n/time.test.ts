import { expect, test } from "vitest";
import { ago } from "./time";

const now = new Date("2026-11-27T12:00:00Z");

test.each([
  ["2026-11-27T11:59:30Z", "now"],
  ["2026-11-27T11:55:00Z", "5m ago"],
  ["2026-11-27T09:00:00Z", "3h ago"],
  ["2026-11-26T10:00:00Z", "yesterday"],
  ["2026-11-23T10:00:00Z", "4d ago"],
  ["2026-08-12T10:00:00Z", "Aug 12"],
  ["2024-08-12T10:00:00Z", "Aug 12, 2024"],
  ["2026-12-12T10:00:00Z", "Dec 12"],
])("%s is %s", (then, text) => expect(ago(then, now)).toBe(text));
