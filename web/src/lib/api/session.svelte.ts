// Who is logged in, in every tab of this browser.
import type { components } from "./schema";
import { ApiError, detailOf, isProblem } from "./problem";
import { TokenKeeper } from "./refresh";

export type Tokens = components["schemas"]["Tokens"];
export type SecondStep = components["schemas"]["SecondStepView"];
type Self = components["schemas"]["SelfView"];

interface SessionState {
  /** `unknown` until the cookie was tried. */
  status: "unknown" | "out" | "in";
  agent: Self | null;
  tenant: string | null;
}

export const session: SessionState = $state({ status: "unknown", agent: null, tenant: null });

const tabs = "BroadcastChannel" in globalThis ? new BroadcastChannel("ledgerdesk-session") : null;
tabs?.addEventListener("message", ({ data }) => {
  if (data === "out") leave();
  if (data === "in" && session.status !== "in") void keeper.token().catch(() => {});
});

const keeper = new TokenKeeper<Tokens>({
  exchange: async () => {
    const answer = await post("/api/sessions/refresh", {});
    if (answer.status === 401 || answer.status === 403) return null;
    return (await accepted(answer)) as Tokens;
  },
  lock: async (act) => (navigator.locks ? await navigator.locks.request("ledgerdesk-refresh", act) : await act()),
  now: () => Date.now(),
  changed: (tokens) => (tokens ? enter(tokens) : leave()),
});

export const accessToken = (refused?: string) => keeper.token(refused);

function enter(tokens: Tokens): void {
  session.agent = tokens.agent;
  session.tenant = tenantOf(tokens.access_token);
  session.status = "in";
}

function leave(): void {
  keeper.forget();
  session.agent = null;
  session.status = "out";
}

function tenantOf(token: string): string | null {
  const claims: unknown = JSON.parse(atob((token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/")));
  return typeof claims === "object" && claims && "aud" in claims ? String(claims.aud) : null;
}

function post(path: string, body: unknown, token?: string | null): Promise<Response> {
  const headers: Record<string, string> = { "Helpdesk-Session": "cookie", "Content-Type": "application/json" };
  if (token) headers.Authorization = `Bearer ${token}`;
  return fetch(path, { method: "POST", headers, body: JSON.stringify(body) }).catch((error: Error) => {
    throw new ApiError(0, null, error.message);
  });
}

async function accepted(answer: Response): Promise<unknown> {
  const body: unknown = await answer.json().catch(() => null);
  if (answer.ok) return body;
  const problem = isProblem(body) ? body : null;
  throw new ApiError(answer.status, problem, problem ? detailOf(problem) : answer.statusText);
}

/** Tries the cookie that an earlier visit left. */
export async function resume(): Promise<void> {
  await keeper.token();
}

/** What is asked next of whoever logs in, or null when they are in. */
async function entered(answer: Response): Promise<SecondStep | null> {
  const body = (await accepted(answer)) as Tokens | SecondStep;
  if ("mfa_token" in body) return body;
  keeper.keep(body);
  enter(body);
  tabs?.postMessage("in");
  return null;
}

export async function logIn(credentials: { tenant?: string; email: string; password: string }) {
  return entered(await post("/api/sessions", credentials));
}

export async function secondStep(proof: { mfa_token: string; code?: string; recovery_code?: string; passkey?: unknown }) {
  return entered(await post("/api/sessions/mfa", proof));
}

export async function passkeyOptions(tenant?: string): Promise<{ publicKey: unknown }> {
  return (await accepted(await post("/api/sessions/passkey/options", { tenant }))) as { publicKey: unknown };
}

export async function logInByPasskey(tenant: string | undefined, passkey: unknown) {
  return entered(await post("/api/sessions/passkey", { tenant, passkey }));
}

export async function logOut(): Promise<void> {
  const token = await keeper.token().catch(() => null);
  if (token) {
    const headers = { "Helpdesk-Session": "cookie", Authorization: `Bearer ${token}` };
    const answer = await fetch("/api/sessions/current", { method: "DELETE", headers });
    if (!answer.ok && answer.status !== 401) await accepted(answer);
  }
  leave();
  tabs?.postMessage("out");
}
