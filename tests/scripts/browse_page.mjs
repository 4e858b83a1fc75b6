// Opens pages in headless Chromium, as an auditor would from a file, and prints what they show.
//
// Input: {"chromium", "profile", "cases": [{"file", "key", "width"}]}; the profile is a directory that the caller removes.
// Output: a JSON object per case: the verdict's state and text, what the bundle is said to hold, the events as they are
// listed, the first of them opened, every request that was not for the file itself, every error, and how wide the page
// became.

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const { chromium, profile, cases } = JSON.parse(readFileSync(0, "utf8"));
const browser = spawn(chromium, [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--no-first-run", "--remote-debugging-port=0",
  `--user-data-dir=${profile}`, "about:blank",
], { stdio: ["ignore", "ignore", "pipe"] });

// Where it listens, it says itself.
const address = await new Promise((found, failed) => {
  let said = "";
  browser.stderr.on("data", (text) => {
    said += text;
    const match = /DevTools listening on (ws:\S+)/.exec(said);
    if (match) found(match[1]);
  });
  browser.on("error", () => failed(new Error(`${chromium} is not installed: run ./test once, which does that`)));
  browser.on("exit", () => failed(new Error(`${chromium} ended before it listened: ${said}`)));
});

const socket = new WebSocket(address);
await new Promise((open) => { socket.onopen = open; });
const waiting = new Map();
let last = 0, listener = () => {};
socket.onmessage = ({ data }) => {
  const message = JSON.parse(data);
  if (!message.id) return listener(message);
  const { done, failed } = waiting.get(message.id);
  waiting.delete(message.id);
  if (message.error) failed(new Error(JSON.stringify(message.error))); else done(message.result);
};
const call = (method, params = {}, sessionId = undefined) => new Promise((done, failed) => {
  waiting.set(++last, { done, failed });
  socket.send(JSON.stringify({ id: last, method, params, sessionId }));
});

// Runs in a page that is loaded; resolves when its verdict is there and its first event is open.
const look = () => new Promise((done) => {
  const shown = () => {
    const first = document.querySelector("details.event");
    done(JSON.stringify({
      state: verdict.dataset.state, text: verdict.innerText, about: document.getElementById("about").innerText,
      events: Array.from(document.querySelectorAll("details.event summary"), (line) => line.innerText),
      wrong: Array.from(document.querySelectorAll("details.wrong .number"), (number) => number.innerText),
      open: first?.querySelector(".more")?.innerText ?? "",
      width: document.documentElement.scrollWidth,
    }));
  };
  const verdict = document.getElementById("verdict");
  const checked = () => {
    if (verdict.innerText.startsWith("Checking")) return;
    observer.disconnect();
    const first = document.querySelector("details.event");
    if (!first) return shown();
    // Behind the page's own listener, which fills it.
    first.addEventListener("toggle", shown);
    first.open = true;
  };
  const observer = new MutationObserver(checked);
  observer.observe(verdict, { childList: true });
  checked();
});

for (const { file, key, width } of cases) {
  const { targetId } = await call("Target.createTarget", { url: "about:blank" });
  const { sessionId } = await call("Target.attachToTarget", { targetId, flatten: true });
  const requests = [], errors = [];
  let there = false, loaded;
  const loading = new Promise((done) => { loaded = done; });
  listener = ({ method, params }) => {
    if (method === "Page.frameNavigated") there = params.frame.url.startsWith("file:");
    if (method === "Page.loadEventFired" && there) loaded();
    if (method === "Network.requestWillBeSent" && !params.request.url.startsWith("file:")) requests.push(params.request.url);
    if (method === "Log.entryAdded" && params.entry.level === "error") errors.push(params.entry.text);
    if (method === "Runtime.exceptionThrown") errors.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
  };
  for (const domain of ["Network", "Log", "Runtime", "Page"]) await call(`${domain}.enable`, {}, sessionId);
  const device = { width, height: 900, deviceScaleFactor: 1, mobile: width < 600 };
  await call("Emulation.setDeviceMetricsOverride", device, sessionId);
  await call("Page.navigate", { url: `${pathToFileURL(file)}#key=${encodeURIComponent(key)}` }, sessionId);
  await loading;
  const { result } = await call("Runtime.evaluate", { expression: `(${look})()`, awaitPromise: true }, sessionId);
  console.log(JSON.stringify({ ...JSON.parse(result.value), requests, errors }));
  await call("Target.closeTarget", { targetId });
}

// It may be gone before it answers.
call("Browser.close");
await new Promise((ended) => { if (browser.exitCode === null) browser.on("exit", ended); else ended(); });
process.exit(0);
