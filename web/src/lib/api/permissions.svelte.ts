// What whoever is logged in may do: only to leave out what the server would refuse anyway. It alone decides.
import { api, ask } from "./client";
import { session } from "./session.svelte";
import type { PermissionName } from "./types";

const LIGHT = ["tickets:read", "tickets:note", "customers:read", "agents:read"] as const;
const AGENT = [...LIGHT, "tickets:write", "tickets:delete", "customers:write", "events:read"] as const;
const AUDITOR = [
  "tickets:read", "customers:read", "agents:read", "events:read", "audit:read", "analytics:read", "reports:read",
  "proof:read", "webhooks:read", "privacy:read", "settings:read", "roles:read", "keys:read", "security:read",
  "billing:read",
] as const;

const BUILT_IN: Record<string, readonly PermissionName[]> = {
  agent: AGENT,
  light_agent: LIGHT,
  auditor: AUDITOR,
  analyst: ["analytics:read", "reports:read"],
  billing: ["settings:read", "billing:read"],
};

// Of a role of the tenant's own, as soon as it is known; until then, and if it may not be read, everything is shown.
const own: Record<string, PermissionName[]> = $state({});

export function may(permission: PermissionName): boolean {
  const role = session.agent?.role;
  if (!role) return false;
  const known = BUILT_IN[role] ?? own[role];
  return known ? known.includes(permission) : true;
}

export async function learnRole(role: string): Promise<void> {
  if (!role.startsWith("rol_")) return;
  const found = await ask(api.GET("/api/roles/{id}", { params: { path: { id: role } } })).catch(() => null);
  if (found) own[role] = found.permissions.map((grant) => grant.permission as PermissionName);
}
