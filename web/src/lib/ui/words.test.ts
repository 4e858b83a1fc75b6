import { expect, test } from "vitest";
import { listed, toggled } from "./words";

test("words are listed once, and all of a kind takes the place of its members", () => {
  expect(listed(" ticket.*, customer.created\nticket.* ")).toEqual(["ticket.*", "customer.created"]);
  expect(toggled(["ticket.closed", "agent.assigned"], "ticket.*")).toEqual(["agent.assigned", "ticket.*"]);
  expect(toggled(["ticket.closed"], "*")).toEqual(["*"]);
  expect(toggled(["ticket.closed"], "ticket.closed")).toEqual([]);
});
