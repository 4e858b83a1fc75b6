import { describe, expect, it } from "vitest";
import { largest, lines, ticks } from "./scale";

describe("ticks", () => {
  it("end at or above the largest value, in round steps", () => {
    expect(ticks(94)).toEqual([0, 25, 50, 75, 100]);
    expect(ticks(11)).toEqual([0, 5, 10, 15]);
    expect(ticks(0.3)).toEqual([0, 0.1, 0.2, 0.3]);
  });
  it("are there when nothing happened", () => {
    expect(ticks(0)).toEqual([0, 1]);
    expect(ticks(Number.NaN)).toEqual([0, 1]);
  });
});

describe("largest", () => {
  it("passes over what nothing is known of", () => {
    expect(largest([null, 3, undefined, 2])).toBe(3);
    expect(largest([null])).toBe(0);
  });
});

describe("lines", () => {
  it("reach from corner to corner", () => {
    expect(lines([0, 2, 4], 10, 8)).toEqual(["0,8 5,4 10,0"]);
  });
  it("break where nothing is known, and leave out single points", () => {
    expect(lines([1, 1, null, 1, null, 1, 1], 6, 1)).toEqual(["0,0 1,0", "5,0 6,0"]);
  });
});
