// Tickets that were opened or are about to be: what is here is shown at once, and made fresh behind it.
import { api, ask } from "../api/client";
import { asApiError, type ApiError } from "../api/problem";
import type { Ticket, TimelineEntry } from "../api/types";

export interface Known {
  ticket: Ticket | null;
  entries: TimelineEntry[] | null;
  error: ApiError | null;
  loading: boolean;
  /** Which question its entries answer: an earlier one that is answered later may know less. */
  answers: number;
}

const KEPT = 60;
const known = new Map<string, Known>();
let questions = 0;

/** By `T-001`. The same object as long as it is kept: pages look at its fields. */
export function ticketOf(id: string): Known {
  const found = known.get(id);
  const kept = $state<Known>({ ticket: null, entries: null, error: null, loading: false, answers: 0 });
  const entry = found ?? kept;
  known.delete(id);
  known.set(id, entry);
  if (known.size > KEPT) known.delete(known.keys().next().value ?? "");
  return entry;
}

export const isKnown = (id: string) => known.get(id)?.entries != null;

/** Puts a ticket that was just read or written there, unless what is there is newer. */
export function keep(ticket: Ticket): void {
  const entry = known.get(ticket.ticket_id);
  if (entry && (!entry.ticket || entry.ticket.version <= ticket.version)) entry.ticket = ticket;
}

async function timeline(id: string, min_position?: number): Promise<TimelineEntry[]> {
  const found: TimelineEntry[] = [];
  let cursor: string | undefined;
  do {
    const query = { limit: 100, ...(cursor && { cursor }), ...(min_position && { min_position }) };
    const page = await ask(api.GET("/api/tickets/{id}/timeline", { params: { path: { id }, query } }));
    found.push(...page.data);
    cursor = page.meta.next_cursor ?? undefined;
  } while (cursor);
  return found;
}

/** Reads it anew. `position`: what is read must have come so far. */
export async function refresh(id: string, position?: number): Promise<void> {
  const entry = ticketOf(id);
  entry.loading = true;
  const question = ++questions;
  const query = position ? { min_position: position } : {};
  try {
    const [ticket, entries] = await Promise.all([
      ask(api.GET("/api/tickets/{id}", { params: { path: { id }, query } })),
      timeline(id, position),
    ]);
    if (question > entry.answers) Object.assign(entry, { entries, answers: question });
    if (!entry.ticket || entry.ticket.version <= ticket.version) entry.ticket = ticket;
    entry.error = null;
  } catch (error) {
    entry.error = asApiError(error);
  } finally {
    entry.loading = false;
  }
}

export function prefetch(id: string): void {
  if (!isKnown(id) && !known.get(id)?.loading) void refresh(id);
}
