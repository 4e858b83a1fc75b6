// The pictures of README.md, made of a running demo: docs/screenshots/*.png.
//
//     LEDGERDESK_URL=http://127.0.0.1:8080 LEDGERDESK_KEY=$(cat data/keys/demo-api-key) npm --prefix web run screenshots
//
// It works in the demo as somebody would: an agent who joins, a ticket, a webhook whose receiver fails. For a fresh demo.
import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import playwright from "playwright-core";
import { smallPng } from "./png.mjs";

const { LEDGERDESK_URL: base = "http://127.0.0.1:8080", LEDGERDESK_KEY: key, LEDGERDESK_CONSOLE: shown = base } = process.env;
const tenant = "demo";
const folder = new URL("../../docs/screenshots/", import.meta.url);
const SIZE = { width: 1280, height: 800 };

async function call(token, method, path, body) {
  const headers = { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) };
  const answer = await fetch(base + path, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${text}`);
  return text ? JSON.parse(text) : {};
}

// Somebody who joins.
const password = randomBytes(16).toString("hex");
const email = `mia.${randomBytes(3).toString("hex")}@northwind-analytics.example.com`;
const { token } = await call(key, "POST", "/api/invitations", { name: "Mia Berger", email, role: "admin" });
const { access_token: mia, agent } = await call(null, "POST", "/api/invitations/accept", { tenant, token, password });

// A receiver that fails, and a webhook that tells it.
const receiver = createServer((request, response) => {
  request.resume().on("end", () => response.writeHead(500, { "Content-Type": "text/plain" }).end("KeyError: 'customer' in crm/hooks.py, line 41"));
});
await new Promise((ready) => receiver.listen(0, "127.0.0.1", ready));
const hook = await call(key, "POST", "/api/webhooks", {
  url: `http://127.0.0.1:${receiver.address().port}/hooks/help-desk`, events: ["ticket.*"], description: "CRM of the sales team",
});

// A ticket with a story.
const ticket = await call(key, "POST", "/api/tickets", {
  title: "Dashboard shows last week's numbers", priority: "high", tags: ["dashboards", "data-gap"],
  body: "Since this morning our sales dashboard shows the numbers of last week. The export is right, so the data must be there.",
  customer: { email: "nora.lind@fjord-outdoor.example.com", name: "Nora Lind" },
});
const path = `/api/tickets/${ticket.ticket_id}`;
await call(mia, "PATCH", path, { assignee_id: agent.id, status: "in_progress" });
await call(mia, "POST", `${path}/messages`, {
  body: "Hello Nora,\n\nthank you for the hint about the export. The cache of your workspace was not refreshed last night. I have asked for it; it takes about ten minutes.",
});
await call(mia, "POST", `${path}/messages`, { body: "Same cause as T-150: the nightly job stops when one tenant is over its quota.", visibility: "internal" });
await call(mia, "PATCH", path, { priority: "critical" });
await call(key, "POST", `${path}/messages`, { body: "Works again. Thank you, that was quick!", author: { kind: "customer" } }).catch(() => null);
await call(mia, "PATCH", path, { status: "resolved" });

const browser = await playwright.chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
const context = await browser.newContext({ baseURL: shown, viewport: SIZE, colorScheme: "light" });
const page = await context.newPage();
await mkdir(folder, { recursive: true });

async function picture(name) {
  await page.mouse.move(SIZE.width - 2, SIZE.height - 2);
  await page.waitForFunction(() => !document.querySelector('[aria-busy="true"]'));
  await page.evaluate(() => document.fonts.ready);
  await page.waitForTimeout(400);
  const png = await smallPng(page, await page.screenshot({ animations: "disabled", caret: "hide" }));
  await writeFile(new URL(`${name}.png`, folder), png);
  console.log(`${name}.png  ${Math.round(png.length / 1024)} KB`);
}

await page.goto(`/login?tenant=${tenant}`);
await page.getByLabel("Email").fill(email);
await page.getByLabel("Password").fill(password);
await page.getByRole("button", { name: "Log in", exact: true }).click();
await page.getByRole("navigation").waitFor();
await page.getByRole("row").first().waitFor();
await picture("inbox");

await page.goto(`/tickets/${ticket.ticket_id}`);
await page.getByRole("heading", { name: ticket.title }).waitFor();
await picture("ticket");

await page.keyboard.press("h");
const slider = page.getByRole("slider", { name: "Event" });
await slider.waitFor();
for (let back = 0; back < 3; back += 1) await slider.press("ArrowLeft");
await picture("past");

await page.goto("/dashboard");
await page.getByRole("heading", { name: "Tickets by day" }).waitFor();
await picture("dashboard");

await page.goto(`/admin/webhooks/${hook.id}`);
await page.getByRole("link", { name: "ticket.created" }).first().click();
await page.getByText("The endpoint answered 500").first().waitFor();
await picture("webhook");

await page.emulateMedia({ colorScheme: "dark" });
await page.goto(`/tickets/${ticket.ticket_id}`);
await page.getByRole("heading", { name: ticket.title }).waitFor();
await picture("dark");

await browser.close();
receiver.close();
await call(key, "DELETE", `/api/webhooks/${hook.id}`);
