// Who did something, by name: agents, keys and service accounts, as far as whoever looks may know them.
import { SvelteMap } from "svelte/reactivity";
import { api, ask } from "$lib/api/client";
import { may } from "$lib/api/permissions.svelte";
import type { Actor } from "$lib/api/types";
import { word } from "$lib/i18n";

const names = new SvelteMap<string, string>();
const all = { params: { query: { limit: 100 } } };

async function learn(list: Promise<{ data: { id: string; name?: string | null }[] }>): Promise<void> {
  // Names are a help: without them ids are shown.
  const found = await list.catch(() => ({ data: [] }));
  for (const { id, name } of found.data) if (name) names.set(id, name);
}

export function learnActors(): void {
  if (may("agents:read")) void learn(ask(api.GET("/api/agents", all)));
  if (!may("keys:read")) return;
  void learn(ask(api.GET("/api/keys")));
  void learn(ask(api.GET("/api/service-accounts", all)));
}

export const known = (prefix: string): [string, string][] => [...names].filter(([id]) => id.startsWith(prefix));

export const actorName = ({ kind, id }: Actor): string => names.get(id) ?? (kind === "system" ? word("system", id) : id);
