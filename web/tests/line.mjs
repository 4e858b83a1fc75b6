// What happens to what somebody reads and writes when the line is slow, breaks, or the page is left.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { answered, api, BROWSERS, emptied, logIn, opened, ticket, visit } from "./desk.mjs";

describe("chromium, and a bad line", () => {
  let browser, page, faults, number;
  const reply = () => page.getByRole("textbox", { name: "Reply" });
  const waiting = () => page.locator(".composer [role=status]");
  const send = () => page.getByRole("button", { name: "Send", exact: true }).click();
  const said = async (text) => (await api("GET", `/api/tickets/${number}/messages`)).data.filter(({ body }) => body === text).length;

  before(async () => {
    browser = await BROWSERS.chromium();
    ({ page, faults } = await visit(browser));
    await logIn(page);
    number = await opened(page, "The phone crackles");
  });
  after(() => browser?.close());

  test("a reply that is written offline goes out when the line is back", async () => {
    await page.context().setOffline(true);
    await reply().fill("I hear it, too.");
    await send();
    await waiting().waitFor();
    const sent = answered(page, "POST", "/messages");
    await page.context().setOffline(false);
    await sent;
    await emptied(page);
    await page.locator("article").getByText("I hear it, too.").waitFor();
    assert.equal(await said("I hear it, too."), 1);
  });

  test("a draft is kept while the line is gone, and over a reload", async () => {
    await page.context().setOffline(true);
    await reply().fill("Have you tried another");
    await page.context().setOffline(false);
    await page.reload();
    assert.equal(await reply().inputValue(), "Have you tried another");
    await reply().fill("Have you tried another cable?");
    await page.goto("/");
    await page.getByRole("link", { name: "The phone crackles" }).click();
    assert.equal(await reply().inputValue(), "Have you tried another cable?");
    assert.equal(await said("Have you tried another cable?"), 0, "a draft is nobody else's");
  });

  test("a reply whose answer was lost is said once, also when the page is left meanwhile", async () => {
    const kept = "Have you tried another cable?";
    await page.route("**/messages", async (route) => {
      await route.fetch();
      await route.abort();
    });
    await send();
    await waiting().waitFor();
    await page.unroute("**/messages");
    const again = answered(page, "POST", "/messages");
    await page.reload();
    await again;
    await emptied(page);
    await page.locator("article").getByText(kept).waitFor();
    assert.equal(await waiting().count(), 0);
    assert.equal(await said(kept), 1);
  });

  test("a ticket that comes while the list is on its way is told", async () => {
    const read = answered(page, "GET", "/api/tickets?");
    const beginning = (url) => url.pathname === "/api/events" && url.searchParams.get("after") === "0";
    await page.route(beginning, async (route) => {
      await read;
      const { position } = await ticket("The fax came in between");
      const answer = await route.fetch();
      const found = await answer.json();
      // A checkpoint that has it already, as it would be a second later.
      found.meta.checkpoint = found.meta.checkpoint.replace(/\n\d+\n/, `\n${position}\n`);
      await route.fulfill({ response: answer, json: found });
    });
    await page.goto("/");
    await page.getByRole("button", { name: "1 new" }).click();
    await page.getByRole("link", { name: "The fax came in between" }).waitFor();
    await page.unroute(beginning);
    assert.deepEqual(faults, []);
  });

  test("a ticket that comes later is told without a question, and one that changes changes where it stands", async () => {
    const { ticket_id: later } = await ticket("The fax came later");
    await page.getByRole("button", { name: "1 new" }).click();
    await page.getByRole("link", { name: "The fax came later" }).waitFor();
    await api("PATCH", `/api/tickets/${later}`, { title: "The fax has gone" });
    await page.getByRole("link", { name: "The fax has gone" }).waitFor();
    assert.deepEqual(faults, []);
  });
});
