// One change to many tickets: each for itself, a few at a time, and together taken back.
import { api, ask, idempotencyKey } from "$lib/api/client";
import { asApiError } from "$lib/api/problem";
import type { Ticket, TicketChanges } from "$lib/api/types";
import { shownAs } from "$lib/desk/conflict";
import { list } from "$lib/desk/list.svelte";
import { nameOf } from "$lib/desk/people.svelte";
import { t } from "$lib/i18n";
import { toast } from "$lib/ui/toasts.svelte";

export const progress: { running: boolean; done: number; of: number } = $state({ running: false, done: 0, of: 0 });

const AT_A_TIME = 4;

async function each(tickets: Ticket[], act: (ticket: Ticket) => Promise<void>): Promise<Map<string, string>> {
  const refused = new Map<string, string>();
  const left = [...tickets];
  Object.assign(progress, { running: true, done: 0, of: tickets.length });
  const worker = async () => {
    for (let ticket = left.shift(); ticket; ticket = left.shift()) {
      try {
        await act(ticket);
      } catch (error) {
        list.force(ticket);
        refused.set(ticket.ticket_id, asApiError(error).message);
      }
      progress.done += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
  progress.running = false;
  return refused;
}

async function write(ticket: Ticket, changes: TicketChanges): Promise<Ticket> {
  const params = { path: { id: ticket.id }, header: { "Idempotency-Key": idempotencyKey() } };
  return (await ask(api.PATCH("/api/tickets/{id}", { params, body: changes }))) as Ticket;
}

/** What puts a ticket back to what it was, as far as these changes go. */
function back(ticket: Ticket, changes: TicketChanges): TicketChanges {
  const added = changes.tags_add?.filter((tag) => !ticket.tags.includes(tag)) ?? [];
  return {
    ...(changes.status && { status: ticket.status }),
    ...(changes.priority && { priority: ticket.priority }),
    ...(changes.assignee_id !== undefined && { assignee_id: ticket.assignee?.id ?? null }),
    ...(changes.team_id !== undefined && { team_id: ticket.team?.id ?? null }),
    ...(added.length && { tags_remove: added }),
  };
}

export async function bulk(tickets: Ticket[], changes: TicketChanges): Promise<void> {
  for (const ticket of tickets) list.force(shownAs(ticket, changes, nameOf));
  const done: { before: Ticket; after: Ticket }[] = [];
  const refused = await each(tickets, async (before) => {
    const after = await write(before, changes);
    list.put(after);
    done.push({ before, after });
  });
  list.clear();
  if (refused.size) {
    const [number, why] = [...refused][0] ?? ["", ""];
    toast(t("bulk.refused", { count: refused.size, number, why }), { tone: "bad" });
  }
  if (done.length) toast(t("bulk.done", { count: done.length }), { action: { label: t("undo.undo"), run: () => void takeBack(done, changes) } });
}

async function takeBack(done: { before: Ticket; after: Ticket }[], changes: TicketChanges): Promise<void> {
  const before = new Map(done.map((change) => [change.after.id, change.before]));
  const refused = await each(done.map((change) => change.after), async (after) => {
    const was = before.get(after.id);
    if (was) list.put(await write(after, back(was, changes)));
  });
  if (refused.size) toast(t("bulk.refused", { count: refused.size, number: [...refused.keys()][0] ?? "", why: [...refused.values()][0] ?? "" }), { tone: "bad" });
  else toast(t("undo.done"));
}
