// A desk to test on: what the environment names, a browser, and somebody who is logged in.
import AxeBuilder from "@axe-core/playwright";
import playwright from "playwright-core";

const { LEDGERDESK_BASE: base, LEDGERDESK_KEY: key, LEDGERDESK_TENANT: tenant } = process.env;
const { LEDGERDESK_EMAIL: email, LEDGERDESK_PASSWORD: password } = process.env;
export const credentials = { tenant, email, password };
const arguments_ = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"];

/** As Debian has them; Firefox over WebDriver BiDi. */
export const BROWSERS = {
  chromium: () => playwright.chromium.launch({ executablePath: "/usr/bin/chromium", args: arguments_ }),
  firefox: () => playwright.firefox.launch({ executablePath: "/usr/bin/firefox-esr", channel: "moz-firefox" }),
};

/** A call of another program, beside whoever sits before the browser. */
export async function api(method, path, body) {
  const headers = { Authorization: `Bearer ${key}`, "Content-Type": "application/json" };
  const answer = await fetch(base + path, { method, headers, body: body && JSON.stringify(body) });
  const found = await answer.json();
  if (!answer.ok) throw new Error(`${method} ${path}: ${JSON.stringify(found)}`);
  return found;
}

export const ticket = (title, more = {}) =>
  api("POST", "/api/tickets", { title, priority: "high", body: "It does not print.", customer: { email: "ann@example.com", name: "Ann Baker" }, ...more });

/** A ticket that somebody has open. */
export async function opened(page, title) {
  const { ticket_id: number } = await ticket(title);
  await page.goto(`/tickets/${number}`);
  await page.getByRole("heading", { name: title }).waitFor();
  return number;
}

/** Chooses from a menu. */
export async function choose(page, menu, item) {
  await page.getByRole("button", { name: menu }).click();
  await page.getByRole("menuitemradio", { name: item }).or(page.getByRole("menuitem", { name: item })).click();
}

/** A page of somebody who is not logged in, and what went wrong on it. */
export async function visit(browser, host = new URL(base).hostname) {
  const context = await browser.newContext({ baseURL: base.replace(new URL(base).hostname, host) });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const faults = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (line) => /Content.Security.Policy/i.test(line.text()) && faults.push(line.text()));
  return { page, faults };
}

export async function logIn(page, as = { email, password }) {
  await page.goto(`/login?tenant=${tenant}`);
  await page.getByLabel("Email").fill(as.email);
  await page.getByLabel("Password").fill(as.password);
  await page.getByRole("button", { name: "Log in", exact: true }).click();
  await page.getByRole("navigation").waitFor();
}

/** Resolves when a call of the page has succeeded. */
export const answered = (page, method, path) =>
  page.waitForResponse((answer) => answer.request().method() === method && answer.url().includes(path) && answer.ok());

/** Resolves when what was written is sent, and the field is there for the next. */
export const emptied = (page) => page.waitForFunction(() => document.querySelector(".composer textarea")?.value === "");

/** What axe finds, in light and in dark. */
export async function axe(page) {
  const found = [];
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    // The initials in somebody's picture are no label.
    const { violations } = await new AxeBuilder({ page }).disableRules("label-content-name-mismatch").analyze();
    found.push(...violations.map(({ id, nodes }) => `${colorScheme} ${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join("; ")}`));
  }
  return found;
}
