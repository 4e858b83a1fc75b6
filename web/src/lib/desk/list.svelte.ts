// The list of tickets: one for the whole console, so that it stays where it is while tickets are opened and closed.
//
// Rows are changed in place when something happens to them. What would come in or go away waits until somebody asks for
// it ("3 new"): nothing moves under the eyes.
import { api, ask } from "../api/client";
import { Paged } from "../api/paged.svelte";
import type { paths } from "../api/schema";
import { session } from "../api/session.svelte";
import type { Ticket } from "../api/types";
import { keep } from "./cache.svelte";
import { forApi, same, type Query } from "./query";

type Parameters = NonNullable<paths["/api/tickets"]["get"]["parameters"]["query"]>;

const PAGE = 100;

const parameters = (query: Query) => forApi(query, session.agent?.id ?? "") as Parameters;

export const ticketPage = (query: Query, more: Parameters) =>
  ask(api.GET("/api/tickets", { params: { query: { ...parameters(query), ...more } } }));

class TicketList {
  query: Query | null = $state.raw(null);
  /** The row that J and K move. */
  cursor = $state(0);
  selected: ReadonlySet<string> = $state.raw(new Set<string>());
  /** Tickets that belong here and are not shown yet. */
  waiting = $state(0);
  /** What was asked for last: resolves when it is there, or cannot be had. */
  asked: Promise<void> = Promise.resolve();
  #anchor = 0;

  readonly pages = new Paged<Ticket>((cursor) =>
    ticketPage(this.query ?? {}, { limit: PAGE, ...(cursor ? { cursor } : { include: "total_count" }) }),
  );

  get rows(): Ticket[] {
    return this.pages.rows;
  }

  get chosen(): Ticket[] {
    return this.rows.filter((ticket) => this.selected.has(ticket.id));
  }

  show(query: Query): void {
    if (this.query && same(this.query, query)) return;
    this.query = query;
    this.selected = new Set();
    this.cursor = 0;
    void this.reload();
  }

  reload(): Promise<void> {
    this.waiting = 0;
    return (this.asked = this.pages.reload());
  }

  indexOf(ticketId: string): number {
    return this.rows.findIndex((ticket) => ticket.ticket_id === ticketId);
  }

  /** Puts what a row shows in the place of what it showed. */
  put(ticket: Ticket): void {
    keep(ticket);
    const row = this.rows.find((row) => row.id === ticket.id);
    if (row && row.version <= ticket.version) this.force(ticket);
  }

  /** The same whatever the version: to take back what was shown before it was so. */
  force(ticket: Ticket): void {
    this.pages.rows = this.rows.map((row) => (row.id === ticket.id ? ticket : row));
  }

  drop(ids: ReadonlySet<string>): void {
    this.pages.rows = this.rows.filter((row) => !ids.has(row.id));
    this.selected = new Set([...this.selected].filter((id) => !ids.has(id)));
    this.cursor = Math.max(0, Math.min(this.cursor, this.rows.length - 1));
  }

  /** Selects or unselects a row; with `range` all from the last one. */
  select(index: number, range = false): void {
    const selected = new Set(this.selected);
    const [from, to] = range ? [Math.min(this.#anchor, index), Math.max(this.#anchor, index)] : [index, index];
    const adding = range || !selected.has(this.rows[index]?.id ?? "");
    for (const row of this.rows.slice(from, to + 1)) {
      if (adding) selected.add(row.id);
      else selected.delete(row.id);
    }
    this.#anchor = index;
    this.selected = selected;
  }

  selectAll(): void {
    this.selected = this.selected.size === this.rows.length ? new Set() : new Set(this.rows.map((row) => row.id));
  }

  clear(): void {
    this.selected = new Set();
  }
}

export const list = new TicketList();
