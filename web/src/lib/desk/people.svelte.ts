// Agents and teams by id: for names of actors, and to choose from. Both are few; they are loaded once, and anew when one
// of them changes.
import { api, ask } from "../api/client";
import { may } from "../api/permissions.svelte";
import type { Actor, Agent, Team } from "../api/types";
import { t, word } from "../i18n";

export const people: { agents: Agent[]; teams: Team[] } = $state({ agents: [], teams: [] });

async function all<T>(page: (cursor?: string) => Promise<{ data: T[]; meta: { next_cursor?: string | null } }>): Promise<T[]> {
  const found: T[] = [];
  let cursor: string | undefined;
  do {
    const { data, meta } = await page(cursor);
    found.push(...data);
    cursor = meta.next_cursor ?? undefined;
  } while (cursor);
  return found;
}

export async function loadPeople(): Promise<void> {
  if (!may("agents:read")) return;
  const [agents, teams] = await Promise.all([
    all((cursor) => ask(api.GET("/api/agents", { params: { query: { limit: 100, sort: "name", ...(cursor && { cursor }) } } }))),
    all((cursor) => ask(api.GET("/api/teams", { params: { query: { limit: 100, ...(cursor && { cursor }) } } }))),
  ]);
  people.agents = agents;
  people.teams = teams;
}

export const nameOf = (id: string): string | undefined =>
  people.agents.find((agent) => agent.id === id)?.name ?? people.teams.find((team) => team.id === id)?.name;

/** Whoever did something. `customers`: those whose names are known from where it is shown. */
export function actorName(actor: Actor, customers: Record<string, string | null | undefined> = {}): string {
  if (actor.kind === "agent") return nameOf(actor.id) ?? t("actor.agent");
  if (actor.kind === "customer") return customers[actor.id] ?? t("actor.customer");
  return word("actor", actor.kind);
}

export const activeAgents = (): Agent[] => people.agents.filter((agent) => agent.active && !agent.erased_at);
