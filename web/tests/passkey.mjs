// A passkey instead of a password. Browsers know them at names only, so all of it is at `localhost`.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { api, BROWSERS, credentials, visit } from "./desk.mjs";

/** Somebody of their own: whoever has a second factor is asked for it from then on. */
async function somebody() {
  const { tenant, password } = credentials;
  const email = "pat@acme.example";
  const { token } = await api("POST", "/api/invitations", { email, name: "Pat Key", role: "agent" });
  await api("POST", "/api/invitations/accept", { tenant, token, password });
  return { tenant, email, password };
}

describe("chromium, and a passkey", () => {
  let browser, page, faults, authenticator, authenticatorId;
  before(async () => {
    browser = await BROWSERS.chromium();
    ({ page, faults } = await visit(browser, "localhost"));
    authenticator = await page.context().newCDPSession(page);
    await authenticator.send("WebAuthn.enable");
    const options = { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true };
    ({ authenticatorId } = await authenticator.send("WebAuthn.addVirtualAuthenticator", { options: { ...options, automaticPresenceSimulation: true } }));
    await page.goto(`/login?tenant=${credentials.tenant}`);
    await page.evaluate(async ({ tenant, email, password }) => {
      const post = async (path, body, token) => {
        const headers = { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) };
        const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
        if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
        return answer.json();
      };
      const { access_token: token } = await post("/api/sessions", { tenant, email, password });
      const { publicKey } = await post("/api/me/factors/passkeys/options", {}, token);
      const passkey = await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) });
      await post("/api/me/factors/passkeys", { name: "This device", passkey: passkey.toJSON() }, token);
    }, await somebody());
  });
  after(() => browser?.close());

  test("somebody logs in with it alone", async () => {
    await page.getByRole("button", { name: "Log in with a passkey" }).click();
    await page.getByRole("navigation").getByRole("button", { name: "Account of Pat Key" }).waitFor();
  });

  test("who comes with the password is asked for it", async () => {
    await page.keyboard.press("g");
    await page.keyboard.press("x");
    await page.getByLabel("Email").fill("pat@acme.example");
    await page.getByLabel("Password").fill(credentials.password);
    await page.getByRole("button", { name: "Log in", exact: true }).click();
    await page.getByRole("heading", { name: "One more step" }).waitFor();
    await page.getByRole("button", { name: "Use a passkey" }).click();
    await page.getByRole("navigation").waitFor();
  });

  test("a passkey whose owner does not show that it is them is no fault, and no way in", async () => {
    await page.keyboard.press("g");
    await page.keyboard.press("x");
    await page.getByRole("button", { name: "Log in with a passkey" }).waitFor();
    await authenticator.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
    await page.getByRole("button", { name: "Log in with a passkey" }).click();
    await page.getByRole("alert").getByText("The passkey was not used. Try again.").waitFor();
    assert.equal(await page.getByRole("navigation").count(), 0);
    assert.deepEqual(faults, []);
  });
});
