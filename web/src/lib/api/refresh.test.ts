import { expect, test } from "vitest";
import { TokenKeeper, type Tokens } from "./refresh";

function world(answers: (Tokens | null)[]) {
  const seen = { exchanges: 0, changes: [] as (string | null)[], now: 0, locks: 0 };
  const keeper = new TokenKeeper<Tokens>({
    exchange: async () => {
      seen.exchanges += 1;
      const answer = answers.shift();
      if (answer === undefined) throw new Error("no answer");
      return answer;
    },
    lock: async (act) => {
      seen.locks += 1;
      return act();
    },
    now: () => seen.now,
    changed: (tokens) => seen.changes.push(tokens?.access_token ?? null),
  });
  return { keeper, seen };
}
const tokens = (name: string): Tokens => ({ access_token: name, expires_in: 900 });

test("one refresh serves all who ask at once", async () => {
  const { keeper, seen } = world([tokens("a")]);
  expect(await Promise.all([keeper.token(), keeper.token(), keeper.token()])).toEqual(["a", "a", "a"]);
  expect(seen).toMatchObject({ exchanges: 1, locks: 1 });
});

test("a token is made anew half a minute before its end", async () => {
  const { keeper, seen } = world([tokens("a"), tokens("b")]);
  await keeper.token();
  seen.now = 869_000;
  expect(await keeper.token()).toBe("a");
  seen.now = 870_000;
  expect(await keeper.token()).toBe("b");
});

test("a token that was refused is not used again", async () => {
  const { keeper } = world([tokens("a"), tokens("b")]);
  await keeper.token();
  expect(await keeper.token("a")).toBe("b");
  expect(await keeper.token("a")).toBe("b");
});

test("a session that is over is over for everybody who asks", async () => {
  const { keeper, seen } = world([tokens("a"), null]);
  await keeper.token();
  expect(await keeper.token("a")).toBeNull();
  expect(seen.changes).toEqual(["a", null]);
});

test("no answer is not the end of the session", async () => {
  const { keeper, seen } = world([]);
  await expect(keeper.token()).rejects.toThrow("no answer");
  expect(seen.changes).toEqual([]);
});
