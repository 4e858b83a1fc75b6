// What was done to a ticket: taken back, looked at as it was, and explained.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { answered, api, BROWSERS, choose, logIn, opened, visit } from "./desk.mjs";

for (const [name, launch] of Object.entries(BROWSERS)) {
  describe(`${name}, and what was`, () => {
    const title = `The toner of ${name} leaks`;
    let browser, page, faults, number;
    const line = (text) => page.getByRole("log", { name: "Timeline" }).getByRole("listitem").filter({ hasText: text });
    const state = () => api("GET", `/api/tickets/${number}`);

    before(async () => {
      browser = await launch();
      ({ page, faults } = await visit(browser));
      await logIn(page);
      number = await opened(page, title);
    });
    after(() => browser?.close());

    test("a change is taken back in the timeline", async () => {
      await choose(page, "Priority: High", "Low");
      await line("changed priority from High to Low").getByRole("button", { name: "Undo" }).click();
      await line("changed priority from Low to High").waitFor();
      await page.getByRole("button", { name: "Priority: High" }).waitFor();
      assert.equal((await state()).priority, "high");
    });

    test("why something happened leads back to what somebody wished", async () => {
      await line("changed priority from Low to High").getByRole("button", { name: "Why" }).click();
      const why = page.getByRole("dialog", { name: "Why did this happen?" });
      const steps = why.getByRole("listitem");
      await steps.nth(1).waitFor();
      assert.match(await steps.nth(0).textContent(), /What happened.*Eve Miller.*from Low to High.*ticket\.priority_/s);
      assert.match(await steps.nth(1).textContent(), /because.*Eve Miller.*from High to Low.*ticket\.priority_/s);
      assert.equal(await steps.count(), 2);
      await why.getByText("Nothing caused this but the wish of whoever did it.").waitFor();
      await page.keyboard.press("Escape");
      await why.waitFor({ state: "detached" });
    });

    test("a title is changed, and taken back by a key", async () => {
      await choose(page, "More", "Change the title");
      await page.getByRole("textbox", { name: "Change the title" }).fill("Something else");
      await page.keyboard.press("Enter");
      await line("to “Something else”").waitFor();
      const saved = answered(page, "POST", "/undo");
      await page.keyboard.press("z");
      await saved;
      await page.getByRole("heading", { name: title }).waitFor();
      assert.equal((await state()).title, title);
    });

    test("who would take back what somebody changed since is told so", async () => {
      await choose(page, "Priority: High", "Medium");
      const change = line("changed priority from High to Medium");
      await change.getByRole("button", { name: "Undo" }).waitFor();
      await api("PATCH", `/api/tickets/${number}`, { priority: "critical" });
      await page.getByRole("button", { name: "Priority: Critical" }).waitFor();
      await change.getByRole("button", { name: "Undo" }).click();
      await page.getByText("somebody changed this since (Priority)").waitFor();
      assert.equal((await state()).priority, "critical");
    });

    test("the ticket is shown as it was, to read and not to change", async () => {
      await page.getByRole("button", { name: "Go through time" }).click();
      const region = page.getByRole("region", { name: "The ticket as it was" });
      const slider = region.getByRole("slider", { name: "Event" });
      await slider.press("Home");
      await region.getByText("As it was", { exact: true }).waitFor();
      await region.getByText("1 of ").waitFor();
      assert.match(await slider.getAttribute("aria-valuetext"), /wrote|opened the ticket/);
      const priority = page.getByRole("button", { name: "Priority: High" });
      await priority.waitFor();
      assert.ok(await priority.isDisabled());
      for (const gone of [page.getByRole("textbox", { name: "Reply" }), page.getByRole("log").getByRole("button", { name: "Undo" })]) {
        assert.equal(await gone.count(), 0);
      }

      await region.getByRole("button", { name: "One event later" }).click();
      await page.getByRole("button", { name: "Priority: Low" }).waitFor();
      await region.getByRole("button", { name: "Back to now" }).click();
      await page.getByRole("button", { name: "Priority: Critical" }).waitFor();
      await page.getByRole("textbox", { name: "Reply" }).waitFor();
      assert.equal(await region.count(), 0);
      assert.equal((await state()).priority, "critical", "looking back changes nothing");
      assert.deepEqual(faults, []);
    });
  });
}
