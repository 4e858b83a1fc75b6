import { beforeEach, expect, test, vi } from "vitest";

const asked: { path: string; answer: (data: unknown) => void }[] = [];
vi.mock("../api/client", () => ({
  api: { GET: (path: string) => new Promise((answer) => asked.push({ path, answer })) },
  ask: (call: Promise<unknown>) => call,
}));

const { refresh, ticketOf } = await import("./cache.svelte");
beforeEach(() => asked.splice(0));

const answer = (round: number, version: number) => {
  asked[2 * round]?.answer({ ticket_id: "T-001", version });
  asked[2 * round + 1]?.answer({ data: Array.from({ length: version }, (_, sequence) => ({ sequence })), meta: {} });
};

test("an answer that comes late does not take back what a later question was told", async () => {
  const [early, late] = [refresh("T-001"), refresh("T-001", 7)];
  answer(1, 3);
  await late;
  answer(0, 2);
  await early;
  expect(ticketOf("T-001").ticket?.version).toBe(3);
  expect(ticketOf("T-001").entries).toHaveLength(3);
});
