import { expect, test } from "vitest";
import { ApiError } from "./problem";
import { Sent } from "./sent.svelte";

const refused = (pointer: string) => async () => {
  const errors = [{ pointer, code: "invalid_value", detail: "expected https" }];
  throw new ApiError(422, { type: "", title: "", status: 422, code: "validation_failed", detail: "", errors }, "expected https");
};

test("what is wrong with a field of the form stands at it, and nowhere else", async () => {
  const sent = new Sent(["url", "events"]);
  expect(await sent.run(refused("/events/0"))).toBe(false);
  expect([sent.of("events"), sent.of("url"), sent.general]).toEqual(["expected https", null, null]);
});

test("what is wrong with anything else is said in general, and forgotten by the next try", async () => {
  const sent = new Sent(["url"]);
  await sent.run(refused("/tenant"));
  expect(sent.general).toBe("expected https");
  expect(await sent.run(async () => {})).toBe(true);
  expect(sent.general).toBeNull();
});
