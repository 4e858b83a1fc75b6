// The way through a day's work without a mouse.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { answered, api, BROWSERS, credentials, emptied, ticket, visit } from "./desk.mjs";

for (const [name, launch] of Object.entries(BROWSERS)) {
  describe(`${name}, by keys alone`, () => {
    let browser, page, faults, first, second;
    const focused = (locator) => locator.evaluate((node) => node === document.activeElement);
    /** What Tab leads to, from where the focus is. */
    async function tabTo(locator) {
      for (let step = 0; step < 40; step += 1) {
        await page.keyboard.press("Tab");
        if (await focused(locator)) return;
      }
      assert.fail(`Tab does not lead to ${locator}`);
    }

    before(async () => {
      browser = await launch();
      ({ page, faults } = await visit(browser));
      ({ ticket_id: first } = await ticket(`The first of ${name}`));
      ({ ticket_id: second } = await ticket(`The second of ${name}`));
      await page.goto(`/login?tenant=${credentials.tenant}`);
      await page.getByLabel("Email").waitFor();
    });
    after(() => browser?.close());

    test("somebody logs in", async () => {
      await tabTo(page.getByLabel("Email"));
      await page.keyboard.type(credentials.email);
      await tabTo(page.getByLabel("Password"));
      await page.keyboard.type(credentials.password);
      await page.keyboard.press("Enter");
      await page.getByRole("link", { name: `The second of ${name}` }).waitFor();
    });

    test("J and K go through the list, and O opens", async () => {
      // The newest is first: the second ticket, then the first.
      await page.keyboard.press("j");
      await page.keyboard.press("o");
      await page.getByRole("heading", { name: `The first of ${name}` }).waitFor();
      await page.keyboard.press("k");
      await page.getByRole("heading", { name: `The second of ${name}` }).waitFor();
      await page.keyboard.press("j");
      await page.getByRole("heading", { name: `The first of ${name}` }).waitFor();
    });

    test("R replies, and Ctrl+Enter sends", async () => {
      await page.keyboard.press("r");
      const reply = page.getByRole("textbox", { name: "Reply" });
      await page.waitForFunction(() => document.activeElement?.tagName === "TEXTAREA");
      await page.keyboard.type("Jets of water, just as you said.");
      const sent = answered(page, "POST", "/messages");
      await page.keyboard.press("Control+Enter");
      await sent;
      await emptied(page);
      await page.locator("article").getByText("Jets of water, just as you said.").waitFor();
      assert.ok(await focused(reply));
      await page.keyboard.press("Escape");
      assert.ok(!(await focused(reply)));
    });

    test("A assigns, E resolves", async () => {
      let saved = answered(page, "PATCH", "/api/tickets/");
      await page.keyboard.press("a");
      await page.getByRole("menu", { name: "Assignee: Nobody" }).waitFor();
      await page.keyboard.type("eve");
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "Assignee: Eve Miller" }).waitFor();
      await saved;
      saved = answered(page, "PATCH", "/api/tickets/");
      await page.keyboard.press("e");
      await saved;
      await page.getByRole("button", { name: "Status: Resolved" }).waitFor();
      const { status, assignee } = await api("GET", `/api/tickets/${first}`);
      assert.deepEqual([status, assignee.name], ["resolved", "Eve Miller"]);
    });

    test("the palette leads anywhere", async () => {
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox", { name: "Command palette" }).waitFor();
      await page.keyboard.type("customers");
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "Customers" }).waitFor();
      await page.keyboard.press("Control+k");
      await page.keyboard.type(second.replace("T-", ""));
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: `The second of ${name}` }).waitFor();
      await page.keyboard.press("u");
      await page.getByRole("table", { name: "Tickets" }).waitFor();
      assert.deepEqual(faults, []);
    });
  });
}
