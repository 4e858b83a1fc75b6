import { expect, test } from "vitest";
import { chips, forApi, ofAddress, same, toAddress, toggled } from "./query";

const address = (query: string) => new URLSearchParams(query);

test("a query goes into the address and comes back", () => {
  const query = { q: "printer & ink", "filter[status]": "open,pending", sort: "-priority" };
  const written = toAddress("/", query);
  expect(written).toBe("/?q=printer%20%26%20ink&filter[status]=open,pending&sort=-priority");
  expect(ofAddress(address(written.slice(2)))).toEqual(query);
});

test("no query is not the same as a query without filters", () => {
  expect(ofAddress(address("tenant=demo"))).toBeNull();
  expect(ofAddress(address(toAddress("/", {}).slice(2)))).toEqual({});
});

test("filters are chips, and a value is taken away by choosing it again", () => {
  const query = { "filter[tag]": "vip", "filter[status]": "open,pending", q: "x" };
  expect(chips(query)).toEqual([{ filter: "status", values: ["open", "pending"] }, { filter: "tag", values: ["vip"] }]);
  expect(toggled(query, "status", "open")["filter[status]"]).toBe("pending");
  expect(toggled(query, "tag", "vip")).not.toHaveProperty("filter[tag]");
});

test("`me` is whoever asks", () => {
  expect(forApi({ "filter[assignee_id]": "me,none", q: "" }, "agt_1")).toEqual({ "filter[assignee_id]": "agt_1,none" });
});

test("the order of parameters says nothing", () => {
  expect(same({ a: "1", b: "2" }, { b: "2", a: "1", q: "" })).toBe(true);
  expect(same({ a: "1" }, { a: "2" })).toBe(false);
});
