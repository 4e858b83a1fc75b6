import { expect, test } from "vitest";
import { EventParser } from "./stream";

test("events are read however the chunks are cut", () => {
  const text = 'id: 7\nevent: ticket.created\ndata: {"a":1}\n\n: keep-alive\n\nid: 8\ndata: {"b":\ndata: 2}\n\nid: 9\nda';
  for (const size of [1, 3, 11, text.length]) {
    const parser = new EventParser();
    const found = [];
    for (let at = 0; at < text.length; at += size) found.push(...parser.push(text.slice(at, at + size)));
    expect(found).toEqual([
      { id: "7", event: "ticket.created", data: '{"a":1}' },
      { id: "8", event: "message", data: '{"b":\n2}' },
    ]);
  }
});
