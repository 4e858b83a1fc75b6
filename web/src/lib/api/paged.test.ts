import { expect, test } from "vitest";
import { ApiError } from "./problem";
import { Paged, type Page } from "./paged.svelte";

const page = (data: number[], next?: string): Page<number> => ({ data, meta: { has_more: next !== undefined, next_cursor: next ?? null, total_count: 3 } });

test("page follows page, and ends", async () => {
  const asked: (string | undefined)[] = [];
  const list = new Paged<number>(async (cursor) => {
    asked.push(cursor);
    return cursor ? page([3]) : page([1, 2], "next");
  });
  await list.reload();
  expect(list.total).toBe(3);
  await list.more();
  await list.more();
  expect(list.rows).toEqual([1, 2, 3]);
  expect(asked).toEqual([undefined, "next"]);
});

test("an answer to a question that is not asked any more is dropped", async () => {
  const waiting: ((page: Page<number>) => void)[] = [];
  const list = new Paged<number>(() => new Promise((resolve) => waiting.push(resolve)));
  const [first, second] = [list.reload(), list.reload()];
  waiting[1]?.(page([2]));
  waiting[0]?.(page([1]));
  await Promise.all([first, second]);
  expect(list.rows).toEqual([2]);
});

test("what is there stays there when the rest cannot be had", async () => {
  let fails = true;
  const list = new Paged<number>(async (cursor) => {
    if (!cursor) return page([1], "next");
    if (fails) throw new ApiError(0, null, "no answer");
    return page([2]);
  });
  await list.reload();
  await list.more();
  expect(list.rows).toEqual([1]);
  expect(list.error?.offline).toBe(true);
  fails = false;
  await list.retry();
  expect(list.rows).toEqual([1, 2]);
});
