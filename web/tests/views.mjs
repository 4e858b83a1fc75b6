// Views that somebody saves, and how many tickets each has.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { api, BROWSERS, logIn, ticket, visit } from "./desk.mjs";

for (const [name, launch] of Object.entries(BROWSERS)) {
  describe(`${name}, and views`, () => {
    const view = `Urgent for ${name}`;
    const tag = `urgent-${name}`;
    let browser, page, faults;
    const inNavigation = (text) => page.getByRole("navigation").getByRole("link", { name: text });
    before(async () => {
      browser = await launch();
      ({ page, faults } = await visit(browser));
      await ticket("The lift stands still", { tags: [tag] });
      await logIn(page);
    });
    after(() => browser?.close());

    test("what the list shows is saved as a view", async () => {
      await page.goto(`/?filter[tag]=${tag}`);
      await page.getByRole("button", { name: "Save as view" }).click();
      await page.getByRole("textbox", { name: "Name" }).fill(view);
      await page.getByRole("button", { name: "Save as a new view" }).click();
      await page.getByRole("heading", { name: view }).waitFor();
      await inNavigation(`${view} 1`).waitFor();
      const { data } = await api("GET", "/api/views?include=counts");
      assert.ok(!data.some((other) => other.name === view), "it is nobody else's");
    });

    test("its count follows what happens, and its list keeps still until asked", async () => {
      const { ticket_id: number } = await ticket("The escalator, too", { tags: [tag] });
      await inNavigation(`${view} 2`).waitFor();
      assert.equal(await page.getByRole("link", { name: "The escalator, too" }).count(), 0);
      await page.getByRole("button", { name: "1 new" }).click();
      await page.getByRole("link", { name: "The escalator, too" }).waitFor();
      await api("PATCH", `/api/tickets/${number}`, { tags_remove: [tag] });
      await inNavigation(`${view} 1`).waitFor();
    });

    test("a view is there after a reload, changed, and removed", async () => {
      await page.reload();
      await page.getByRole("heading", { name: view }).waitFor();
      await page.getByRole("button", { name: "Filter", exact: true }).click();
      await page.getByRole("combobox", { name: "What to filter by" }).selectOption({ label: "Priority" });
      await page.getByRole("checkbox", { name: "Low" }).check();
      await page.getByRole("button", { name: "Save as view" }).click();
      await page.getByRole("button", { name: `Change ${view}` }).click();
      await inNavigation(`${view} 0`).waitFor();
      await page.getByText("No tickets here").waitFor();

      await page.goto("/?filter[priority]=low");
      await inNavigation(view).click();
      await page.getByRole("heading", { name: view }).waitFor();
      await page.getByRole("button", { name: "Remove the filter Priority" }).click();
      await page.getByRole("button", { name: "Save as view" }).click();
      await page.getByRole("button", { name: `Delete ${view}` }).click();
      await inNavigation(view).waitFor({ state: "detached" });
      assert.deepEqual(faults, []);
    });
  });
}
