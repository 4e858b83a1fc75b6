import { beforeEach, expect, test } from "vitest";
import { Keyboard, pressed, register, type Action } from "./keys";

const action = (id: string, keys: string[], more: Partial<Action> = {}): Action => ({
  id, keys, title: "general.close", group: "general", run: () => {}, ...more,
});
const free = { typing: false, single: true };
let take = () => {};
beforeEach(() => {
  take();
  take = register([
    action("palette", ["mod+k"], { whileTyping: true }), action("next", ["j"]), action("inbox", ["g i"]),
    action("note", ["i"]), action("hidden", ["h"], { enabled: () => false }),
  ]);
});

test("one key after the other is another action than each alone", () => {
  const keyboard = new Keyboard();
  expect(keyboard.find("g", 0, free)).toBeNull();
  expect(keyboard.find("i", 100, free)?.id).toBe("inbox");
  expect(keyboard.find("i", 200, free)?.id).toBe("note");
  expect(keyboard.find("g", 300, free)).toBeNull();
  expect(keyboard.find("i", 2000, free)?.id).toBe("note");
});

test("while one types, and where single keys are off, only keys with mod do something", () => {
  const keyboard = new Keyboard();
  expect(keyboard.find("j", 0, { typing: true, single: true })).toBeNull();
  expect(keyboard.find("mod+k", 0, { typing: true, single: true })?.id).toBe("palette");
  expect(keyboard.find("j", 0, { typing: false, single: false })).toBeNull();
});

test("what cannot be done now has no key", () => expect(new Keyboard().find("h", 0, free)).toBeNull());

test("a key is called what is printed on it", () => {
  const key = (key: string, more = {}) => pressed({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more });
  expect(key("K", { ctrlKey: true })).toBe("mod+k");
  expect(key("?", { shiftKey: true })).toBe("?");
  expect(key("J", { shiftKey: true })).toBe("shift+j");
});
