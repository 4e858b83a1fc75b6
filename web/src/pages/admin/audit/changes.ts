// What an act changed, field by field: before and after.
export interface Change {
  field: string;
  before: string | null;
  after: string | null;
}

const said = (value: unknown): string | null => {
  if (value === null || value === undefined || value === "") return null;
  if (Array.isArray(value)) return value.length ? value.map((one) => said(one) ?? "").join(", ") : null;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
};

/** A change is told as `[before, after]`; anything else is a fact of the act. */
export function changesOf(changes: object): Change[] {
  return Object.entries(changes).map(([field, value]: [string, unknown]) => {
    const pair: unknown[] = Array.isArray(value) && value.length === 2 ? value : [null, value];
    return { field, before: said(pair[0]), after: said(pair[1]) };
  });
}

/** The filters of the trail, as they stand in the address. */
export interface Filters {
  actor: string;
  action: string;
  target: string;
  from: string;
  to: string;
}

export const filtersOf = (query: URLSearchParams): Filters => ({
  actor: query.get("actor") ?? "",
  action: query.get("action") ?? "",
  target: query.get("target") ?? "",
  from: query.get("from") ?? "",
  to: query.get("to") ?? "",
});

/** The parameters of the API; days are whole days where the reader is. */
export function asked({ actor, action, target, from, to }: Filters) {
  const end = to ? new Date(`${to}T00:00:00`) : null;
  end?.setDate(end.getDate() + 1);
  return {
    ...(actor && { "filter[actor]": actor }),
    ...(action && { "filter[action]": action }),
    ...(target && { "filter[target_id]": target }),
    ...(from && { "filter[recorded_at][gte]": new Date(`${from}T00:00:00`).toISOString() }),
    ...(end && { "filter[recorded_at][lt]": end.toISOString() }),
  };
}

export function address(filters: Filters): string {
  const query = new URLSearchParams(Object.entries(filters).filter(([, value]) => value));
  return query.size ? `/admin/audit?${query}` : "/admin/audit";
}
