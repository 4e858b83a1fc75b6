// The console in real browsers, beside a running server. `cargo test -p api --test program console` starts one, and this.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { answered, api, axe, BROWSERS, choose, logIn, opened, ticket, visit } from "./desk.mjs";
import "./files.mjs";
import "./history.mjs";
import "./keyboard.mjs";
import "./line.mjs";
import "./looks.mjs";
import "./passkey.mjs";
import "./views.mjs";

for (const [name, launch] of Object.entries(BROWSERS)) {
  describe(name, () => {
    let browser, page, faults;
    before(async () => {
      browser = await launch();
      ({ page, faults } = await visit(browser));
    });
    after(() => browser?.close());

    test("somebody logs in, stays so, and no policy was in the way", async () => {
      await logIn(page);
      await page.reload();
      await page.getByRole("navigation").waitFor();
      assert.deepEqual(faults, []);
    });

    test("a newcomer gets in with what the first start prints", async () => {
      const { page, faults } = await visit(browser);
      await page.goto(process.env.NEWCOMER_ADDRESS);
      await page.getByLabel("Email").fill(process.env.NEWCOMER_EMAIL);
      await page.getByLabel("Password").fill(process.env.NEWCOMER_PASSWORD);
      await page.getByRole("button", { name: "Log in", exact: true }).click();
      await page.locator('a[href^="/tickets/"]').first().waitFor();
      assert.deepEqual(faults, []);
      await page.context().close();
    });

    test("a ticket is opened from the list and answered", async () => {
      const title = `The printer of ${name} burns`;
      const { ticket_id: number } = await ticket(title);
      await page.goto("/");
      await page.locator(`a[href="/tickets/${number}"]`, { hasText: title }).click();
      await page.getByRole("heading", { name: title }).waitFor();

      await page.getByRole("textbox", { name: "Reply" }).fill("Water is on its way.");
      const sent = answered(page, "POST", "/messages");
      await page.getByRole("button", { name: "Send", exact: true }).click();
      await sent;
      await page.locator("main").getByText("Water is on its way.").first().waitFor();

      const { data } = await api("GET", `/api/tickets/${number}/messages`);
      assert.ok(data.some(({ body }) => body === "Water is on its way."));
      assert.deepEqual(faults, []);
    });
  });
}

describe("chromium, and what only it can pretend", () => {
  let browser, page, faults, number;
  before(async () => {
    browser = await BROWSERS.chromium();
    ({ page, faults } = await visit(browser));
    await logIn(page);
    number = await opened(page, "The scanner sings");
  });
  after(() => browser?.close());

  test("a ticket is given to somebody", async () => {
    const saved = answered(page, "PATCH", "/api/tickets/");
    await choose(page, "Assignee: Nobody", "Eve Miller");
    await saved;
    await page.getByRole("button", { name: "Assignee: Eve Miller" }).waitFor();
  });

  test("who changes what another changed in the same moment is asked", async () => {
    let overtaken = false;
    await page.route("**/api/tickets/*", async (route) => {
      if (route.request().method() === "PATCH" && !overtaken) {
        overtaken = true;
        await api("PATCH", `/api/tickets/${number}`, { priority: "critical" });
      }
      await route.continue();
    });
    await choose(page, "Priority: High", "Low");
    const dialog = page.getByRole("dialog", { name: "Somebody changed the same" });
    await dialog.waitFor();
    await dialog.getByText("Mine:").click();
    const saved = answered(page, "PATCH", "/api/tickets/");
    await dialog.getByRole("button", { name: "Go on" }).click();
    await saved;
    await page.getByRole("button", { name: "Priority: Low" }).waitFor();
    assert.equal((await api("GET", `/api/tickets/${number}`)).priority, "low");
  });

  test("who else is at a ticket is seen, also that they answer, until they leave", async () => {
    const { ticket_id: number } = await ticket("The shredder hums");
    const place = `/api/tickets/${number}/presence`;
    const colleague = await api("POST", "/api/invitations", { name: "Ada Byron", email: "ada@acme.example" });
    const accepted = { tenant: process.env.LEDGERDESK_TENANT, token: colleague.token, password: "correct horse battery" };
    await api("POST", "/api/invitations/accept", accepted);
    const other = await visit(browser);
    await logIn(other.page, { email: "ada@acme.example", password: accepted.password });
    await other.page.goto(`/tickets/${number}`);
    await other.page.getByRole("textbox", { name: "Reply" }).waitFor();

    const met = answered(page, "PUT", place);
    await page.goto(`/tickets/${number}`);
    await met;
    const told = page.locator("header [role=status]");
    await told.getByText("Ada Byron is looking").waitFor({ state: "attached" });
    await other.page.getByRole("textbox", { name: "Reply" }).fill("I am on it");
    await told.getByText("Ada Byron is replying").waitFor({ state: "attached" });
    await page.locator("header").getByText("Ada Byron is replying").nth(1).waitFor();
    assert.deepEqual(await axe(page), []);
    await other.page.locator("header [role=status]").getByText("Eve Miller is looking").waitFor({ state: "attached" });

    // Sooner than it would be over by itself.
    await other.page.goto("/");
    await told.getByText("Ada Byron").waitFor({ state: "detached", timeout: 30_000 });
    const { data } = await api("GET", place);
    assert.deepEqual(data.map(({ actor, state }) => [actor.kind, state]), [["agent", "viewing"]]);
    assert.deepEqual([...faults, ...other.faults], []);
    await other.page.context().close();
  });

  for (const [path, heading] of [["/", null], [() => `/tickets/${number}`, "The scanner sings"]]) {
    test(`axe finds nothing at ${typeof path === "string" ? path : "a ticket"}`, async () => {
      await page.goto(typeof path === "string" ? path : path());
      await (heading ? page.getByRole("heading", { name: heading }) : page.getByRole("link", { name: "The scanner sings" }).first()).waitFor();
      assert.deepEqual(await axe(page), []);
      assert.deepEqual(faults, []);
    });
  }
});
