// The roles of the tenant, by id.
import { SvelteMap } from "svelte/reactivity";
import { api, ask } from "$lib/api/client";
import { may } from "$lib/api/permissions.svelte";
import { word } from "$lib/i18n";

const own = new SvelteMap<string, string>();
const BUILT_IN = ["owner", "admin", "agent", "light_agent", "auditor", "analyst", "billing"];

/** Whoever may not read roles sees those that come with the product by name, and others by id. */
export function learnRoles(): void {
  if (!may("roles:read")) return;
  ask(api.GET("/api/roles")).then(
    ({ data }) => data.filter((role) => !role.built_in).forEach((role) => own.set(role.id, role.name)),
    () => undefined,
  );
}

export const roleName = (id: string): string => own.get(id) ?? word("role", id);
export const roles = (): string[] => [...BUILT_IN, ...own.keys()];
