import { expect, test } from "vitest";
import { inSight, scrollFor } from "./window";

test("only blocks in sight are drawn, with some on either side", () => {
  expect(inSight(0, 400, 40, 100_000)).toEqual({ first: 0, end: 5 });
  expect(inSight(40 * 5000, 400, 40, 100_000)).toEqual({ first: 1248, end: 1255 });
  expect(inSight(40 * 100_000, 400, 40, 100_000)).toEqual({ first: 24_998, end: 25_000 });
});

test("a scroll within a block changes nothing", () => {
  expect(inSight(40 * 5000 + 10, 400, 40, 100_000)).toEqual(inSight(40 * 5000 + 50, 400, 40, 100_000));
});

test("an empty list and one that shrank draw nothing that is not there", () => {
  expect(inSight(0, 400, 40, 0)).toEqual({ first: 0, end: 0 });
  expect(inSight(4000, 400, 40, 3)).toEqual({ first: 0, end: 1 });
});

test("a row is brought into sight by the shortest way", () => {
  expect(scrollFor(3, 0, 400, 40)).toBe(0);
  expect(scrollFor(12, 0, 400, 40)).toBe(120);
  expect(scrollFor(1, 200, 400, 40)).toBe(40);
});
