// Drives the sign-in page in headless Chromium, as a person would, with a virtual authenticator for passkeys.
//
// Input: {"chromium", "profile", "base", "tenant", "join", "email", "password", "now", "shots"}. Output: a JSON object of
// what was seen on the way. `now`: seconds, by the clock of the test. `shots` is a directory for screenshots, or null.

import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

const input = JSON.parse(readFileSync(0, "utf8"));
const browser = spawn(input.chromium, [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--no-first-run", "--remote-debugging-port=0",
  `--user-data-dir=${input.profile}`, "about:blank",
], { stdio: ["ignore", "ignore", "pipe"] });

const address = await new Promise((found, failed) => {
  let said = "";
  browser.stderr.on("data", (text) => {
    said += text;
    const match = /DevTools listening on (ws:\S+)/.exec(said);
    if (match) found(match[1]);
  });
  browser.on("error", () => failed(new Error(`${input.chromium} is not installed: run ./test once, which does that`)));
  browser.on("exit", () => failed(new Error(`${input.chromium} ended before it listened: ${said}`)));
});

const socket = new WebSocket(address);
await new Promise((open) => { socket.onopen = open; });
const waiting = new Map(), errors = [];
let last = 0, loaded = () => {};
socket.onmessage = ({ data }) => {
  const message = JSON.parse(data);
  if (!message.id) {
    const { method, params } = message;
    if (method === "Page.loadEventFired") loaded();
    if (method === "Runtime.exceptionThrown") errors.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
    if (method === "Log.entryAdded" && params.entry.source === "security") errors.push(params.entry.text);
    return;
  }
  const { done, failed } = waiting.get(message.id);
  waiting.delete(message.id);
  if (message.error) failed(new Error(JSON.stringify(message.error))); else done(message.result);
};
const call = (method, params = {}, sessionId = undefined) => new Promise((done, failed) => {
  waiting.set(++last, { done, failed });
  socket.send(JSON.stringify({ id: last, method, params, sessionId }));
});

const { targetId } = await call("Target.createTarget", { url: "about:blank" });
const { sessionId } = await call("Target.attachToTarget", { targetId, flatten: true });
for (const domain of ["Page", "Runtime", "Log", "WebAuthn"]) await call(`${domain}.enable`, {}, sessionId);
await call("WebAuthn.addVirtualAuthenticator", { options: {
  protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true,
  automaticPresenceSimulation: true,
} }, sessionId);

async function run(expression) {
  const { result, exceptionDetails } = await call("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true, userGesture: true }, sessionId);
  if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  return result.value;
}

async function open(path) {
  const loading = new Promise((done) => { loaded = done; });
  await call("Page.navigate", { url: "about:blank" }, sessionId);
  await loading;
  const there = new Promise((done) => { loaded = done; });
  await call("Page.navigate", { url: input.base + path }, sessionId);
  await there;
}

// Resolves when the page says that; what went wrong instead is what fails.
const until = (title) => run(`new Promise((done, failed) => {
  const wanted = ${JSON.stringify(title)};
  const look = () => {
    const problem = document.getElementById("problem");
    if (!problem.hidden) failed(new Error(problem.textContent));
    else if (document.getElementById("title").textContent === wanted && !document.querySelector("button:disabled")) done();
    else return;
    watching.disconnect();
  };
  const watching = new MutationObserver(look);
  watching.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  look();
})`);
const type = (form, name, text) => run(`document.getElementById(${JSON.stringify(form)}).elements[${JSON.stringify(name)}].value = ${JSON.stringify(text)}; undefined`);
const click = (selector) => run(`document.querySelector(${JSON.stringify(selector)}).click()`);
const text = (id) => run(`document.getElementById(${JSON.stringify(id)}).textContent`);

async function shot(name) {
  if (!input.shots) return;
  for (const scheme of ["light", "dark"]) {
    await call("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: scheme }] }, sessionId);
    for (const width of [1000, 390]) {
      await call("Emulation.setDeviceMetricsOverride", { width, height: 900, deviceScaleFactor: 1, mobile: width < 600 }, sessionId);
      const { data } = await call("Page.captureScreenshot", {}, sessionId);
      writeFileSync(`${input.shots}/${name}-${scheme}-${width}.png`, data, "base64");
    }
  }
}

// RFC 6238, by the clock of the test, so many steps from now.
function totp(secret, steps) {
  const bits = [...secret].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0")).join("");
  const seed = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(input.now / 30) + steps));
  const hash = createHmac("sha1", seed).update(counter).digest();
  const at = hash[19] & 15;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1000000).padStart(6, "0");
}

const seen = {};
await open(input.join);
await until("Welcome");
await shot("join");
await type("join-form", "password", input.password);
await click("#join-form button");
await until("Your account");
seen.joined = await text("who");
await click("#add-passkey");
await run(`new Promise((done) => {
  const look = () => { if (!document.getElementById("shown-codes").hidden && !document.querySelector("button:disabled")) { watching.disconnect(); done(); } };
  const watching = new MutationObserver(look);
  watching.observe(document, { subtree: true, childList: true, attributes: true });
  look();
})`);
seen.codes = await run(`document.querySelectorAll("#codes li").length`);
seen.factor = await text("factors");
await shot("account");
seen.cookies = await run("document.cookie");

// A page that is loaded anew has the cookie, and no token.
await open(`/signin?tenant=${input.tenant}`);
await until("Your account");
await click("#sign-out");
await until("Sign in");
await open(`/signin?tenant=${input.tenant}`);
await until("Sign in");
await shot("signin");
await click("#with-passkey");
await until("Your account");
seen.with_passkey = await text("who");

await click("#add-app");
const secret = (await run(`new Promise((done) => {
  const look = () => { if (!document.getElementById("app-form").hidden) { watching.disconnect(); done(document.getElementById("app-key").textContent); } };
  const watching = new MutationObserver(look);
  watching.observe(document, { subtree: true, childList: true, attributes: true });
  look();
})`)).replaceAll(" ", "");
await shot("app");
await type("app-form", "code", totp(secret, 0));
await click("#app-form button");
await run(`new Promise((done, failed) => {
  const look = () => {
    const problem = document.getElementById("problem");
    if (!problem.hidden) failed(new Error(problem.textContent));
    else if (document.querySelectorAll("#factors li").length === 2) done();
    else return;
    watching.disconnect();
  };
  const watching = new MutationObserver(look);
  watching.observe(document, { subtree: true, childList: true, attributes: true });
  look();
})`);
await click("#sign-out");
await until("Sign in");
await open(`/signin?tenant=${input.tenant}`);
await until("Sign in");
await type("password-form", "email", input.email);
await type("password-form", "password", input.password);
await click("#password-form button");
await until("One step more");
await shot("step");
await type("code-form", "code", totp(secret, 1));
await click("#code-form button");
await until("Your account");
seen.with_code = await text("who");
seen.width = await run("document.documentElement.scrollWidth <= innerWidth");
console.log(JSON.stringify({ ...seen, errors }));

call("Browser.close");
await new Promise((ended) => { if (browser.exitCode === null) browser.on("exit", ended); else ended(); });
process.exit(0);
