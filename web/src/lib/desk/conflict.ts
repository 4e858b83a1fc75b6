// Two people changed the same ticket. Which fields, and what each of them wanted.
import type { Ticket, TicketChanges } from "../api/types";

export interface Clash {
  field: keyof TicketChanges;
  before: Shown;
  mine: Shown;
  theirs: Shown;
}
type Shown = string | string[] | null;

const READ: Partial<Record<keyof TicketChanges, (ticket: Ticket) => Shown>> = {
  title: (ticket) => ticket.title ?? null,
  status: (ticket) => ticket.status,
  priority: (ticket) => ticket.priority,
  type: (ticket) => ticket.type ?? null,
  tags: (ticket) => ticket.tags,
  assignee_id: (ticket) => ticket.assignee?.id ?? null,
  team_id: (ticket) => ticket.team?.id ?? null,
};

const equal = (one: Shown, other: Shown) => JSON.stringify(one) === JSON.stringify(other);

/** Fields that both changed, differently. Tags that are added or removed clash with nothing. */
export function clashing(seen: Ticket, wish: TicketChanges, theirs: Ticket): Clash[] {
  return (Object.keys(wish) as (keyof TicketChanges)[]).flatMap((field) => {
    const read = READ[field];
    if (!read) return [];
    const [before, mine, now] = [read(seen), (wish[field] ?? null) as Shown, read(theirs)];
    return equal(before, now) || equal(mine, now) ? [] : [{ field, before, mine, theirs: now }];
  });
}

/** What is left of a wish, when for some fields theirs is kept. */
export function keepingTheirs(wish: TicketChanges, fields: ReadonlySet<string>): TicketChanges {
  return Object.fromEntries(Object.entries(wish).filter(([field]) => !fields.has(field))) as TicketChanges;
}

/** The ticket as it will be, if nobody objects. */
export function shownAs(ticket: Ticket, wish: TicketChanges, nameOf: (id: string) => string | undefined): Ticket {
  const { assignee_id, team_id, tags, tags_add, tags_remove, title, status, priority, type } = wish;
  const kept = (tags ?? ticket.tags).filter((tag) => !tags_remove?.includes(tag));
  const person = (id: string) => ({ id, name: nameOf(id) ?? null });
  return {
    ...ticket,
    ...(title !== undefined && { title }),
    ...(status && { status }),
    ...(priority && { priority }),
    ...(type !== undefined && { type }),
    ...(assignee_id !== undefined && { assignee: assignee_id ? person(assignee_id) : null }),
    ...(team_id !== undefined && { team: team_id ? person(team_id) : null }),
    tags: [...new Set([...kept, ...(tags_add ?? [])])].sort(),
  };
}
