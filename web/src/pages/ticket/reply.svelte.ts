// One reply under way: its draft, its sending, and what is in the way of it.
import { api, ask, idempotencyKey } from "$lib/api/client";
import { asApiError, type ApiError } from "$lib/api/problem";
import { session } from "$lib/api/session.svelte";
import type { Ticket } from "$lib/api/types";
import { refresh } from "$lib/desk/cache.svelte";
import { list } from "$lib/desk/list.svelte";
import { draftOf, holding, keepDraft, sending, turned, written, type Draft, type DraftFile, type DraftKind } from "$lib/desk/drafts";

import { Uploads } from "./uploads.svelte";

/** Of one message. */
export const MAX_FILES = 20;

type State = "writing" | "sending" | "waiting" | "refused" | "overtaken";

export class Reply {
  draft: Draft = $state.raw({ text: "", kind: "public", files: [], key: null });
  state: State = $state("writing");
  error: ApiError | null = $state(null);
  /** The last line of the timeline that its writer has seen: what comes after it, they have not answered to. */
  seen = $state(0);
  /** How often in a row there was no answer. */
  failures = 0;

  readonly uploads = new Uploads(({ id, name, size }) => this.#hold([...this.draft.files, { id, name, size }]));
  readonly #ticket: string;
  readonly #agent: string;

  constructor(ticket: string, canReply: boolean) {
    this.#ticket = ticket;
    this.#agent = session.agent?.id ?? "";
    this.draft = draftOf(this.#agent, ticket);
    if (!canReply) this.draft = turned(this.draft, "internal");
    // A key is left where a sending was cut off: by a closed tab, for instance. It is safe to send again.
    if (this.draft.key) this.state = "waiting";
  }

  #keep(draft: Draft): void {
    this.draft = draft;
    keepDraft(this.#agent, this.#ticket, draft);
  }

  write(text: string): void {
    this.#keep(written(this.draft, text));
    if (this.state !== "sending") this.state = "writing";
  }

  turn(kind: DraftKind): void {
    this.#keep(turned(this.draft, kind));
    if (this.state !== "sending") this.state = "writing";
  }

  #hold(files: DraftFile[]): void {
    this.#keep(holding(this.draft, files));
    if (this.state !== "sending") this.state = "writing";
  }

  /** Takes files in; the answer is how many there was no room for. */
  attach(files: File[]): number {
    const room = Math.max(0, MAX_FILES - this.draft.files.length - this.uploads.list.length);
    for (const file of files.slice(0, room)) this.uploads.begin(file);
    return Math.max(0, files.length - room);
  }

  detach(id: string): void {
    this.#hold(this.draft.files.filter((file) => file.id !== id));
  }

  /** Whether there is something to send, and all of it is here. */
  get ready(): boolean {
    return Boolean(this.draft.text.trim()) && !this.uploads.list.length;
  }

  discard(): void {
    this.uploads.clear();
    this.#keep({ ...this.draft, text: "", files: [], key: null });
    this.state = "writing";
  }

  /** `anyway`: although somebody wrote since. */
  async send(ticket: Ticket, last: number, anyway = false): Promise<boolean> {
    if (!this.ready || this.state === "sending") return false;
    if (!anyway && this.seen && last > this.seen) {
      this.state = "overtaken";
      return false;
    }
    const draft = sending(this.draft, idempotencyKey);
    this.#keep(draft);
    this.state = "sending";
    this.error = null;
    try {
      const params = { path: { id: ticket.id }, header: { "Idempotency-Key": draft.key } };
      const done = (await ask(
        api.POST("/api/tickets/{id}/messages", {
          params,
          body: { body: draft.text, visibility: draft.kind, ...(draft.files.length && { attachments: draft.files.map(({ id }) => id) }) },
        }),
      )) as Ticket;
      list.put(done);
      await refresh(done.ticket_id, done.position);
      this.#keep({ text: "", kind: draft.kind, files: [], key: null });
      this.state = "writing";
      this.seen = this.failures = 0;
      return true;
    } catch (error) {
      this.error = asApiError(error);
      this.failures = this.error.offline ? this.failures + 1 : 0;
      this.state = this.error.offline ? "waiting" : "refused";
      if (!this.error.offline) this.#keep({ ...draft, key: null });
      return false;
    }
  }
}
