// The ticket as of one of its events: asked of the server, and kept as long as the ticket is open.
import { api, ask } from "$lib/api/client";
import { asApiError, type ApiError } from "$lib/api/problem";
import type { Ticket, TimelineEntry } from "$lib/api/types";
import { soon } from "$lib/soon";

export class Past {
  /** Which event, from 0; null: now. */
  at: number | null = $state(null);
  ticket: Ticket | null = $state.raw(null);
  error: ApiError | null = $state(null);
  #known = new Map<number, Ticket>();
  #position = 0;
  readonly #id: string;

  constructor(id: string) {
    this.#id = id;
  }

  visit(at: number, entry: TimelineEntry): void {
    this.at = at;
    this.#position = entry.position;
    this.error = null;
    const found = this.#known.get(entry.position);
    if (found) this.ticket = found;
    else this.#load();
  }

  leave(): void {
    this.at = null;
    this.ticket = null;
  }

  #load = soon(async () => {
    const position = this.#position;
    try {
      const found = (await ask(
        api.GET("/api/tickets/{id}", { params: { path: { id: this.#id }, query: { as_of: String(position) } } }),
      )) as Ticket;
      this.#known.set(position, found);
      if (position === this.#position && this.at !== null) this.ticket = found;
    } catch (error) {
      if (position === this.#position) this.error = asApiError(error);
    }
  }, 60);
}
