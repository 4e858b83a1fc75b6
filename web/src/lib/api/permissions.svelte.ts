// What whoever is logged in may do: only to leave out what the server would refuse anyway. It alone decides.
import { api, ask } from "./client";
import { session } from "./session.svelte";
import type { PermissionName, Reach } from "./types";

/** Of whom it was asked, and what was answered; null: it could not be, and everything is shown. */
const known: { of: string | null; reaches: Partial<Record<string, Reach>> | null } = $state({ of: null, reaches: null });

/** For which tickets, and `all` where it is about none; null: not at all. */
export function reachOf(permission: PermissionName): Reach | null {
  if (!isKnown() || !known.reaches) return session.agent ? "all" : null;
  return known.reaches[permission] ?? null;
}

export const may = (permission: PermissionName): boolean => reachOf(permission) !== null;

export const isKnown = (): boolean => session.agent !== null && known.of === session.agent.id;

export async function learnRights(): Promise<void> {
  const of = session.agent?.id ?? null;
  const found = await ask(api.GET("/api/me")).catch(() => null);
  // What was known before is better than nothing.
  if (!found && isKnown()) return;
  known.of = of;
  known.reaches = found && Object.fromEntries(found.permissions.map(({ permission, reach }) => [permission, reach as Reach]));
}
