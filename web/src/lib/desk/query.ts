// What a list of tickets shows: parameters of `GET /api/tickets`, as they stand in the address and in saved views.
import { word } from "../i18n";

export type Query = Record<string, string>;

export const FILTERS = ["status", "priority", "assignee_id", "team_id", "tag", "customer_id", "deleted"] as const;
export type Filter = (typeof FILTERS)[number];

export const filterKey = (filter: Filter) => `filter[${filter}]`;

/** What the inbox shows before anybody chose. */
export const UNTOUCHED: Query = { "filter[status]": "open,in_progress,pending", sort: "-updated_at" };

const known = (key: string) => key === "q" || key === "sort" || key.startsWith("filter[");

/** The query of an address; null when it has none, and somebody else (a view, the inbox) says what is shown. */
export function ofAddress(address: URLSearchParams): Query | null {
  const found = [...address].filter(([key]) => known(key));
  return found.length ? Object.fromEntries(found.filter(([, value]) => value)) : null;
}

/** The address of a query. One without any filter is not no query: it keeps an empty `q`. */
export function toAddress(path: string, query: Query): string {
  const parts = Object.entries(query).filter(([, value]) => value);
  if (!parts.length) return `${path}?q=`;
  return `${path}?${parts.map(([key, value]) => `${key}=${encodeURIComponent(value).replaceAll("%2C", ",")}`).join("&")}`;
}

export const values = (query: Query, filter: Filter): string[] => (query[filterKey(filter)] ?? "").split(",").filter(Boolean);

export function withValues(query: Query, filter: Filter, chosen: string[]): Query {
  const { [filterKey(filter)]: _, ...rest } = query;
  return chosen.length ? { ...rest, [filterKey(filter)]: chosen.join(",") } : rest;
}

export function toggled(query: Query, filter: Filter, value: string): Query {
  const now = values(query, filter);
  return withValues(query, filter, now.includes(value) ? now.filter((other) => other !== value) : [...now, value]);
}

export interface FilterChip {
  filter: Filter;
  values: string[];
}

/** The filters that hold, one chip each. */
export const chips = (query: Query): FilterChip[] =>
  FILTERS.map((filter) => ({ filter, values: values(query, filter) })).filter((chip) => chip.values.length);

/** How a value of a filter is called. */
export function valueName(filter: Filter, value: string, people: (id: string) => string | undefined): string {
  if (filter === "status" || filter === "priority" || filter === "deleted") return word(filter, value);
  if (filter === "tag") return value;
  return value === "none" || value === "me" ? word(filter, value) : (people(value) ?? value);
}

/** For the API: `me` is whoever asks. */
export function forApi(query: Query, me: string): Query {
  return Object.fromEntries(
    Object.entries(query)
      .filter(([, value]) => value)
      .map(([key, value]) => [key, key === "filter[assignee_id]" ? value.split(",").map((id) => (id === "me" ? me : id)).join(",") : value]),
  );
}

/** Whether two queries ask the same, whatever the order. */
export function same(one: Query, other: Query): boolean {
  const text = (query: Query) => JSON.stringify(Object.entries(query).filter(([, value]) => value).sort());
  return text(one) === text(other);
}
