import { beforeEach, expect, test, vi } from "vitest";
import { draftOf, holding, keepDraft, sending, turned, written } from "./drafts";

const FILE = { id: "fil_1", name: "screenshot.png", size: 48_213 };
const store = new Map<string, string>();
beforeEach(() => {
  store.clear();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => store.get(key) ?? null,
    setItem: (key: string, value: string) => store.set(key, value),
    removeItem: (key: string) => store.delete(key),
  });
});

test("a draft is there again after the page was closed, for its writer and its ticket only", () => {
  keepDraft("agt_1", "tkt_1", { text: "Hello", kind: "internal", files: [], key: null });
  expect(draftOf("agt_1", "tkt_1")).toMatchObject({ text: "Hello", kind: "internal" });
  expect(draftOf("agt_2", "tkt_1").text).toBe("");
  expect(draftOf("agt_1", "tkt_2").text).toBe("");
});

test("an empty draft is none", () => {
  keepDraft("agt_1", "tkt_1", { text: "Hello", kind: "public", files: [], key: null });
  keepDraft("agt_1", "tkt_1", { text: "  ", kind: "public", files: [], key: null });
  expect(store.size).toBe(0);
});

test("sent again it is the same message, until somebody writes on", () => {
  let next = 0;
  const key = () => `key-${++next}`;
  const first = sending({ text: "Hello", kind: "public", files: [], key: null }, key);
  expect(sending(written(first, "Hello"), key).key).toBe("key-1");
  expect(sending(written(first, "Hello!"), key).key).toBe("key-2");
  expect(sending(turned(first, "internal"), key).key).toBe("key-3");
  expect(sending(holding(first, [FILE]), key).key).toBe("key-4");
});

test("a file is kept without a word, too; a draft of before there were files has none", () => {
  keepDraft("agt_1", "tkt_1", { text: "", kind: "public", files: [FILE], key: null });
  expect(draftOf("agt_1", "tkt_1").files).toEqual([FILE]);
  store.set("ledgerdesk.draft.agt_1.tkt_2", JSON.stringify({ text: "Hello", kind: "public", key: null }));
  expect(draftOf("agt_1", "tkt_2")).toEqual({ text: "Hello", kind: "public", files: [], key: null });
});

test("a storage that is full or forbidden breaks nothing", () => {
  vi.stubGlobal("localStorage", { getItem: () => { throw new Error(); }, setItem: () => { throw new Error(); } });
  keepDraft("agt_1", "tkt_1", { text: "Hello", kind: "public", files: [], key: null });
  expect(draftOf("agt_1", "tkt_1").text).toBe("");
});
