// Which events a webhook can be told of, in groups.
export const KINDS = ["ticket", "customer", "agent", "team", "webhook"] as const;

export const GENERAL = [
  "ticket.created", "ticket.updated", "ticket.resolved", "ticket.closed", "ticket.deleted", "ticket.restored",
  "agent.assigned", "customer.created", "customer.updated", "agent.created", "agent.updated", "team.created", "team.updated",
] as const;

/** What was typed, as a list: separated by spaces, commas or lines, each once. */
export function listed(typed: string): string[] {
  return [...new Set(typed.split(/[\s,]+/).filter(Boolean))];
}

/** The list with one event more, or one less; a wish for all of a kind takes the place of its events. */
export function toggled(events: readonly string[], event: string): string[] {
  if (events.includes(event)) return events.filter((one) => one !== event);
  const covered = (one: string) => event === "*" || (event.endsWith(".*") && one.startsWith(event.slice(0, -1)));
  return [...events.filter((one) => !covered(one)), event];
}
