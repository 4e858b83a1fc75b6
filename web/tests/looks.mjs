// A tenant's colour, name and logo, before the log-in and after it.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { api, axe, BROWSERS, credentials, logIn, visit } from "./desk.mjs";

const LOGO = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEElEQVR42mP4f4YBiBggFAA2PgctQz6RTQAAAABJRU5ErkJggg==";
const look = (branding) => api("PATCH", "/api/tenant", { branding });

/** What a token is now, and how an element of it is painted. */
const token = (page, name) => page.evaluate((name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim(), name);
const worn = (page) => page.waitForFunction(() => document.documentElement.style.getPropertyValue("--brand") !== "");

for (const [name, launch] of Object.entries(BROWSERS)) {
  describe(`${name}, and a tenant's looks`, () => {
    let browser, page, faults;
    before(async () => {
      await look({ company_name: "Acme Support", colors: { accent: "#ffcc00" }, fonts: { primary: "Georgia" }, logo: LOGO });
      browser = await launch();
      ({ page, faults } = await visit(browser));
    });
    after(async () => {
      await look({ company_name: null, colors: { accent: null }, fonts: { primary: null }, logo: null });
      await browser?.close();
    });

    test("whoever is about to log in sees whose it is", async () => {
      await page.goto(`/login?tenant=${credentials.tenant}`);
      await page.getByText("Acme Support").waitFor();
      await worn(page);
      assert.equal(await page.locator("main img").getAttribute("src"), LOGO);
      assert.match(await token(page, "--font"), /^"Georgia"/);
      // Yellow is hard to see on white: a darker shade of it, in its own hue.
      const [red, green, blue] = (await token(page, "--brand")).match(/[0-9a-f]{2}/g).map((part) => parseInt(part, 16));
      assert.ok(red > green && green > blue && red < 255, await token(page, "--brand"));
      assert.deepEqual(faults, []);
    });

    test("it stays so inside, in light and dark, and after a reload from the first moment", async () => {
      await logIn(page);
      await page.getByRole("navigation").getByText("Acme Support").waitFor();
      const light = await token(page, "--brand");
      const switched = async () => {
        await page.keyboard.press("g");
        await page.keyboard.press("t");
      };
      await switched();
      await page.waitForFunction((light) => document.documentElement.style.getPropertyValue("--brand") !== light, light);
      assert.equal(await token(page, "--brand"), "#ffcc00", "dark ground bears it as it is");
      await switched();
      await page.reload();
      await page.getByRole("navigation").waitFor();
      assert.equal(await token(page, "--brand"), light);
      assert.match(await page.title(), /Acme Support$/);
      assert.deepEqual(faults, []);
    });

    test("what is tried on the page of it is everybody's once it is saved, and only then", async () => {
      await page.goto("/admin/branding");
      await page.getByLabel("Colour").fill("#0f766e");
      await page.waitForFunction(() => document.documentElement.style.getPropertyValue("--brand") === "#0f766e");
      assert.equal((await api("GET", "/api/tenant")).branding.colors.accent, "#ffcc00");
      await page.getByRole("link", { name: "Inbox", exact: true }).click();
      await page.waitForFunction(() => document.documentElement.style.getPropertyValue("--brand") !== "#0f766e");

      await page.goto("/admin/branding");
      await page.getByLabel("Colour").fill("#0f766e");
      const saved = page.waitForResponse((answer) => answer.request().method() === "PATCH" && answer.ok());
      await page.locator("form").getByRole("button", { name: "Save" }).click();
      await saved;
      assert.equal((await api("GET", "/api/tenant")).branding.colors.accent, "#0f766e");
      if (name === "chromium") assert.deepEqual(await axe(page), []);
      assert.deepEqual(faults, []);
    });
  });
}
