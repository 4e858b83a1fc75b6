import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { soon } from "./soon";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("many wishes are one act", async () => {
  let acts = 0;
  const wish = soon(() => void acts++, 100);
  wish();
  wish();
  await vi.advanceTimersByTimeAsync(99);
  expect(acts).toBe(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(acts).toBe(1);
});

test("a wish during the act is one more act, never at the same time", async () => {
  let [running, acts] = [0, 0];
  const ends: (() => void)[] = [];
  const wish = soon(async () => {
    expect(++running).toBe(1);
    acts += 1;
    await new Promise<void>((resolve) => ends.push(resolve));
    running -= 1;
  }, 10);
  wish();
  await vi.advanceTimersByTimeAsync(10);
  wish();
  wish();
  await vi.advanceTimersByTimeAsync(50);
  expect(acts).toBe(1);
  ends[0]?.();
  await vi.advanceTimersByTimeAsync(10);
  expect(acts).toBe(2);
});

test("an act that fails does not end the others", async () => {
  let acts = 0;
  const wish = soon(() => {
    if (++acts === 1) throw new Error("no");
  }, 10);
  wish();
  await vi.advanceTimersByTimeAsync(10);
  wish();
  await vi.advanceTimersByTimeAsync(10);
  expect(acts).toBe(2);
});
