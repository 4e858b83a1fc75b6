// What can be done with the ticket that is open.
import { api, ask, idempotencyKey } from "$lib/api/client";
import { may } from "$lib/api/permissions.svelte";
import { asApiError } from "$lib/api/problem";
import { session } from "$lib/api/session.svelte";
import type { Status, Ticket } from "$lib/api/types";
import { refresh, type Known } from "$lib/desk/cache.svelte";
import { change, undo } from "$lib/desk/changes.svelte";
import { list } from "$lib/desk/list.svelte";
import { t } from "$lib/i18n";
import { register } from "$lib/keys";
import { toast } from "$lib/ui/toasts.svelte";
import { closeTicket } from "../desk/actions";
import { menus } from "./menus.svelte";
import { lastOfMine } from "./timeline";

const once = (id: string) => ({ params: { path: { id }, header: { "Idempotency-Key": idempotencyKey() } } });
const refused = (error: unknown) => toast(asApiError(error).message, { tone: "bad" });

export async function remove(ticket: Ticket): Promise<void> {
  try {
    await ask(api.DELETE("/api/tickets/{id}", once(ticket.id)));
    list.drop(new Set([ticket.id]));
    closeTicket();
    void refresh(ticket.ticket_id);
    const back = { label: t("undo.undo"), run: () => void restore(ticket.ticket_id) };
    toast(t("ticket.is_deleted", { id: ticket.ticket_id }), { action: back });
  } catch (error) {
    refused(error);
  }
}

export async function restore(id: string): Promise<void> {
  try {
    await ask(api.POST("/api/tickets/{id}/restore", once(id)));
    await Promise.all([refresh(id), list.reload()]);
    toast(t("ticket.is_restored", { id }));
  } catch (error) {
    refused(error);
  }
}

interface Page {
  known: Known;
  historic: () => boolean;
  toggleTime: () => void;
  step: (by: number) => void;
}

export function ticketActions({ known, historic, toggleTime, step }: Page): () => void {
  const writes = () => may("tickets:write") && known.ticket !== null;
  const set = (changes: Parameters<typeof change>[1]) => () => known.ticket && void change(known.ticket, changes);
  const status = (to: Status) => set({ status: to });
  const mine = () => lastOfMine(known.entries ?? [], session.agent?.id ?? "");
  return register([
    { id: "assign-me", title: "action.assign_me", group: "ticket", keys: ["="], enabled: writes, run: set({ assignee_id: session.agent?.id ?? null }) },
    { id: "assign", title: "action.assign", group: "ticket", keys: ["a"], enabled: writes, run: () => (menus.assignee = true) },
    { id: "status", title: "action.status", group: "ticket", keys: ["s"], enabled: writes, run: () => (menus.status = true) },
    { id: "priority", title: "action.priority", group: "ticket", keys: ["p"], enabled: writes, run: () => (menus.priority = true) },
    { id: "tag", title: "action.tag", group: "ticket", keys: ["t"], enabled: writes, run: () => document.querySelector<HTMLElement>("input[data-tag]")?.focus() },
    { id: "resolve", title: "action.resolve", group: "ticket", keys: ["e"], enabled: writes, run: status("resolved") },
    { id: "pending", title: "action.pending", group: "ticket", keys: ["w"], enabled: writes, run: status("pending") },
    { id: "close", title: "action.close", group: "ticket", keys: ["#"], enabled: writes, run: status("closed") },
    {
      id: "undo", title: "action.undo", group: "ticket", keys: ["z"], enabled: () => writes() && Boolean(mine()?.id),
      run: () => known.ticket && void undo(known.ticket, mine()?.id ?? ""),
    },
    { id: "time", title: "past.open", group: "ticket", keys: ["h"], enabled: historic, run: toggleTime },
    { id: "time-earlier", title: "past.earlier", group: "ticket", keys: ["["], enabled: historic, run: () => step(-1) },
    { id: "time-later", title: "past.later", group: "ticket", keys: ["]"], enabled: historic, run: () => step(1) },
    {
      id: "delete", title: "action.delete", group: "ticket", keys: ["Delete"], enabled: () => may("tickets:delete") && known.ticket !== null,
      run: () => known.ticket && void remove(known.ticket),
    },
  ]);
}
