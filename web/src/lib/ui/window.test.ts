import { expect, test } from "vitest";
import { inSight, scrollFor } from "./window";

test("only rows in sight are drawn, with some on either side", () => {
  expect(inSight(0, 400, 40, 100_000)).toEqual({ first: 0, end: 18 });
  expect(inSight(40 * 5000, 400, 40, 100_000)).toEqual({ first: 4992, end: 5018 });
  expect(inSight(40 * 100_000, 400, 40, 100_000)).toEqual({ first: 99_992, end: 100_000 });
});

test("an empty list and one that shrank draw nothing that is not there", () => {
  expect(inSight(0, 400, 40, 0)).toEqual({ first: 0, end: 0 });
  expect(inSight(4000, 400, 40, 3)).toEqual({ first: 2, end: 3 });
});

test("a row is brought into sight by the shortest way", () => {
  expect(scrollFor(3, 0, 400, 40)).toBe(0);
  expect(scrollFor(12, 0, 400, 40)).toBe(120);
  expect(scrollFor(1, 200, 400, 40)).toBe(40);
});
