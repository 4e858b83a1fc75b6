// Who else is here: told while a ticket is open, asked for at the same time. Never an error: it is a courtesy.
import { api, ask } from "$lib/api/client";
import { asApiError } from "$lib/api/problem";
import { session } from "$lib/api/session.svelte";

export interface Present {
  agent: { id: string; name?: string | null };
  state: string;
  since: string;
}

const EVERY_MS = 10_000;

export class Presence {
  others: Present[] = $state.raw([]);
  #state: "viewing" | "replying" = "viewing";
  #timer: ReturnType<typeof setTimeout> | undefined;
  #over = false;
  readonly #ticket: string;

  constructor(ticket: string) {
    this.#ticket = ticket;
  }

  get #params() {
    return { params: { path: { id: this.#ticket } } };
  }

  begin(): () => void {
    void this.#tell();
    return () => {
      this.#over = true;
      clearTimeout(this.#timer);
      void api.DELETE("/api/tickets/{id}/presence", this.#params).catch(() => {});
    };
  }

  is(state: "viewing" | "replying"): void {
    if (this.#state === state) return;
    this.#state = state;
    clearTimeout(this.#timer);
    void this.#tell();
  }

  async #tell(): Promise<void> {
    if (document.visibilityState === "visible") {
      try {
        const { data } = await ask(api.PUT("/api/tickets/{id}/presence", { ...this.#params, body: { state: this.#state } }));
        this.others = data.filter(({ agent }) => agent.id !== session.agent?.id);
      } catch (error) {
        this.others = [];
        if (asApiError(error).absent) return;
      }
    }
    if (!this.#over) this.#timer = setTimeout(() => void this.#tell(), EVERY_MS);
  }
}
