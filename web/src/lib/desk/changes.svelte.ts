// Changes to tickets: shown at once, taken back when the server refuses, and asked about when others changed the same.
import { api, ask, idempotencyKey } from "../api/client";
import { asApiError, type ApiError } from "../api/problem";
import type { Ticket, TicketChanges } from "../api/types";
import { t, word } from "../i18n";
import { dismiss, toast } from "../ui/toasts.svelte";
import { refresh, ticketOf } from "./cache.svelte";
import { clashing, shownAs, type Clash } from "./conflict";
import { list } from "./list.svelte";
import { nameOf } from "./people.svelte";

/** What waits for a decision: what others changed while I did. */
export const conflict: { open: { ticket: Ticket; wish: TicketChanges; clashes: Clash[] } | null } = $state({ open: null });

function show(ticket: Ticket): void {
  const known = ticketOf(ticket.ticket_id);
  if (known.ticket) known.ticket = ticket;
  list.force(ticket);
}

const write = (ticket: Ticket, wish: TicketChanges, key: string) =>
  ask(
    api.PATCH("/api/tickets/{id}", {
      params: { path: { id: ticket.id }, header: { "If-Match": `"${ticket.version}"`, "Idempotency-Key": key } },
      body: wish,
    }),
  );

/** Changes a ticket. The answer says whether it was done; what went wrong is shown already. */
export async function change(seen: Ticket, wish: TicketChanges): Promise<boolean> {
  show(shownAs(seen, wish, nameOf));
  try {
    const done = (await write(seen, wish, idempotencyKey())) as Ticket;
    show(done);
    void refresh(done.ticket_id, done.position);
    tell(done, wish);
    return true;
  } catch (error) {
    return settle(seen, wish, asApiError(error));
  }
}

/** What a wish is, in a few words: `Status: Resolved`. */
function inWords(wish: TicketChanges): string {
  const said = Object.entries(wish).map(([field, value]) => {
    if (field.startsWith("tags")) return t("field.tags");
    if (field === "title") return t("field.title");
    const nothing = field === "assignee_id" ? t("general.nobody") : t("general.none");
    return `${word("field", field)}: ${typeof value === "string" ? (nameOf(value) ?? word(field, value)) : nothing}`;
  });
  return said.join(", ");
}

let told = 0;

/** Says what was done, also by a key that was pressed by mistake, with the way back. */
function tell(done: Ticket, wish: TicketChanges): void {
  const takeBack = async () => {
    await refresh(done.ticket_id, done.position);
    const event = ticketOf(done.ticket_id).entries?.filter(({ undoable, position }) => undoable && position <= done.position).at(-1);
    if (event?.id) await undo(done, event.id);
  };
  dismiss(told);
  told = toast(t("change.done", { id: done.ticket_id, what: inWords(wish) }), { action: { label: t("undo.undo"), run: () => void takeBack() } });
}

async function settle(seen: Ticket, wish: TicketChanges, error: ApiError): Promise<boolean> {
  show(seen);
  if (error.code !== "version_mismatch") {
    toast(error.offline ? t("change.offline") : error.message, { tone: "bad" });
    return false;
  }
  const theirs = await ask(api.GET("/api/tickets/{id}", { params: { path: { id: seen.id } } })).catch(() => null);
  if (!theirs) return false;
  show(theirs);
  const clashes = clashing(seen, wish, theirs);
  // Others changed something else: both hold.
  if (!clashes.length) return change(theirs, wish);
  conflict.open = { ticket: theirs, wish, clashes };
  return false;
}

/** Takes back what an event did. */
export async function undo(ticket: Ticket, event: string): Promise<void> {
  try {
    const params = { path: { id: ticket.id }, header: { "Idempotency-Key": idempotencyKey() } };
    const done = (await ask(api.POST("/api/tickets/{id}/undo", { params, body: { event_id: event } }))) as Ticket;
    show(done);
    await refresh(done.ticket_id, done.position);
    toast(t("undo.done"));
  } catch (error) {
    const problem = asApiError(error);
    const fields = (problem.problem?.changed_fields ?? []).map((field) => word("field", field)).join(", ");
    toast(problem.code === "changed_since" ? t("undo.changed_since", { fields }) : problem.message, { tone: "bad" });
    void refresh(ticket.ticket_id);
  }
}
