// The sign-in page: join, set another password, log in in one step or two, and look after one's own second factors.
//
// The access token is kept in memory only. The refresh token is a cookie that no script can read, and that opens
// nothing but the next access token, for a request with the header `Helpdesk-Session`.
"use strict";

const $ = (id) => document.getElementById(id);
const told = new URLSearchParams(location.hash.slice(1));
const asked = new URLSearchParams(location.search);
const tenant = told.get("tenant") ?? asked.get("tenant");
let access = null, step = null, recovery = false, enrolment = null, after = null;

class Refused extends Error {
  constructor(problem, status) {
    super(problem.errors?.[0]?.detail ?? problem.detail ?? `The server answered ${status}.`);
    this.code = problem.code;
  }
}

async function call(method, path, body) {
  const headers = { "Helpdesk-Session": "cookie" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (access) headers.Authorization = `Bearer ${access}`;
  const answer = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  const text = await answer.text();
  const found = text ? JSON.parse(text) : {};
  if (!answer.ok) throw new Refused(found, answer.status);
  return found;
}

function show(form, title) {
  for (const id of ["password-form", "join-form", "code-form", "account"]) $(id).hidden = id !== form;
  $("title").textContent = title;
  document.title = title;
  $(form).querySelector("input:not([hidden])")?.focus();
  if (form === "account") $("title").focus();
}

function problem(error) {
  $("problem").hidden = !error;
  $("problem").textContent = error ? error.message : "";
}

// One thing at a time, and what went wrong beside it.
function doing(act) {
  return async (event) => {
    event?.preventDefault();
    problem(null);
    const buttons = document.querySelectorAll("button");
    buttons.forEach((button) => { button.disabled = true; });
    try {
      await act(event);
    } catch (error) {
      if (error.code === "reauthentication_required") {
        after = act;
        return again();
      }
      if (error.code === "invalid_mfa_token") begin();
      problem(error.name === "NotAllowedError" ? new Error("The passkey was not used: try again.") : error);
    } finally {
      document.querySelectorAll("button").forEach((button) => { button.disabled = false; });
    }
  };
}

const field = (form, name) => $(form).elements[name].value.trim();
const world = () => tenant ?? (field("password-form", "tenant") || undefined);

function begin() {
  step = null;
  const atHome = tenant || !["localhost", "127.0.0.1"].includes(location.hostname);
  const label = document.querySelector("label.tenant");
  label.hidden = Boolean(tenant);
  label.querySelector("input").required = !tenant && !atHome;
  show("password-form", "Sign in");
}

// Whoever was let in, or has one step more to take.
async function entered(answer) {
  if (answer.mfa_token) {
    step = answer;
    recovery = !answer.factors.includes("totp");
    return secondStep();
  }
  access = answer.access_token;
  $("who").textContent = `You are signed in as ${answer.agent.name ?? answer.agent.email}.`;
  history.replaceState(null, "", "/signin" + location.search);
  await account();
}

function secondStep() {
  const label = recovery ? "Recovery code" : "Code of your authenticator app";
  $("code-label").firstChild.textContent = `${label} `;
  const input = $("code-form").elements.code;
  input.value = "";
  input.inputMode = recovery ? "text" : "numeric";
  $("passkey-step").hidden = !step.passkey;
  $("recovery-step").hidden = recovery;
  show("code-form", "One step more");
}

async function signed(options) {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options.publicKey);
  return (await navigator.credentials.get({ publicKey })).toJSON();
}

const proofs = () => `/api/sessions/${after ? "current/reauthentication" : "mfa"}`;

// Of somebody who is in, and must prove again who they are.
async function again() {
  step = { factors: [], passkey: null };
  try {
    step.passkey = await call("POST", "/api/sessions/current/reauthentication/options");
  } catch { /* They have none for this host. */ }
  recovery = false;
  secondStep();
  $("code-label").firstChild.textContent = "Code of your authenticator app, or your password ";
  $("code-form").elements.code.inputMode = "text";
  $("recovery-step").hidden = true;
  $("title").textContent = "Prove again that it is you";
}

async function prove(shown) {
  if (!after) return entered(await call("POST", proofs(), { mfa_token: step.mfa_token, ...shown }));
  await call("POST", proofs(), shown);
  const act = after;
  after = null;
  await account();
  await act();
}

async function account() {
  const { data, recovery_codes_left } = await call("GET", "/api/me/factors");
  $("factors").replaceChildren(...data.map((factor) => {
    const line = document.createElement("li"), text = document.createElement("span");
    const kind = document.createElement("small"), remove = document.createElement("button");
    kind.textContent = factor.kind === "passkey" ? `Passkey at ${factor.host}` : "Authenticator app";
    text.append(factor.name ?? "", kind);
    remove.type = "button";
    remove.className = "second";
    remove.textContent = "Remove";
    remove.setAttribute("aria-label", `Remove ${factor.name}`);
    remove.onclick = doing(async () => {
      await call("DELETE", `/api/me/factors/${factor.id}`);
      await account();
    });
    line.append(text, remove);
    return line;
  }));
  $("codes-left").textContent = data.length
    ? `${recovery_codes_left} recovery codes are left.`
    : "You have none: whoever learns your password gets in.";
  $("new-codes").hidden = !data.length;
  show("account", "Your account");
}

async function added({ recovery_codes: codes }) {
  if (codes.length) showCodes(codes);
  await account();
}

function showCodes(codes) {
  $("codes").replaceChildren(...codes.map((code) => {
    const line = document.createElement("li");
    line.textContent = code;
    return line;
  }));
  $("shown-codes").hidden = false;
}

$("password-form").onsubmit = doing(async () => {
  const [email, password] = [field("password-form", "email"), $("password-form").elements.password.value];
  await entered(await call("POST", "/api/sessions", { tenant: world(), email, password }));
});

$("with-passkey").onclick = doing(async () => {
  const options = await call("POST", "/api/sessions/passkey/options", { tenant: world() });
  const passkey = await signed(options);
  await entered(await call("POST", "/api/sessions/passkey", { tenant: world(), passkey }));
});

$("join-form").onsubmit = doing(async () => {
  const password = $("join-form").elements.password.value;
  const reset = told.get("reset");
  const path = reset ? "/api/password-resets/accept" : "/api/invitations/accept";
  const answer = await call("POST", path, { tenant, token: reset ?? told.get("token"), password });
  if (!reset) return entered(answer);
  history.replaceState(null, "", `/signin?tenant=${encodeURIComponent(tenant)}`);
  begin();
});

$("code-form").onsubmit = doing(async () => {
  const code = field("code-form", "code");
  const is = recovery ? "recovery_code" : after && !/^[0-9 ]{6,7}$/.test(code) ? "password" : "code";
  await prove({ [is]: code });
});
$("passkey-step").onclick = doing(async () => prove({ passkey: await signed(step.passkey) }));
$("recovery-step").onclick = () => { recovery = true; secondStep(); };

$("add-passkey").onclick = doing(async () => {
  const options = await call("POST", "/api/me/factors/passkeys/options");
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options.publicKey);
  const passkey = (await navigator.credentials.create({ publicKey })).toJSON();
  await added(await call("POST", "/api/me/factors/passkeys", { name: "Passkey", passkey }));
});

$("add-app").onclick = doing(async () => {
  const options = await call("POST", "/api/me/factors/totp/options");
  enrolment = options.enrolment;
  $("app-key").textContent = options.secret.match(/.{1,4}/g).join(" ");
  $("app-link").href = options.otpauth_uri;
  $("app-form").hidden = false;
  $("app-form").elements.code.focus();
});

$("app-form").onsubmit = doing(async () => {
  const code = field("app-form", "code");
  const answer = await call("POST", "/api/me/factors/totp", { enrolment, code, name: "Authenticator app" });
  $("app-form").hidden = true;
  $("app-form").reset();
  await added(answer);
});

$("new-codes").onclick = doing(async () => {
  showCodes((await call("POST", "/api/me/recovery-codes")).codes);
  await account();
});

$("sign-out").onclick = doing(async () => {
  await call("DELETE", "/api/sessions/current");
  access = null;
  for (const form of document.forms) form.reset();
  $("shown-codes").hidden = true;
  $("codes").replaceChildren();
  begin();
});

// Whose page it is, as they look themselves. Nothing is loaded from elsewhere.
async function dress() {
  $("where").textContent = tenant ?? "";
  const { company_name: name, logo_url: logo } = await call("GET", `/api/branding${tenant ? `?tenant=${encodeURIComponent(tenant)}` : ""}`);
  if (name) $("where").textContent = name;
  if (!logo?.startsWith("data:image/")) return;
  const picture = document.createElement("img");
  picture.src = logo;
  picture.alt = "";
  $("where").prepend(picture);
}

(async () => {
  dress().catch(() => { /* It does without. */ });
  if (told.get("token") || told.get("reset")) return show("join-form", told.get("reset") ? "Set another password" : "Welcome");
  try {
    await entered(await call("POST", "/api/sessions/refresh", {}));
  } catch {
    begin();
  }
})();
