// What can be done with the list, also while a ticket is open beside it.
import { change } from "$lib/desk/changes.svelte";
import { list } from "$lib/desk/list.svelte";
import { open } from "$lib/desk/live.svelte";
import { may } from "$lib/api/permissions.svelte";
import { session } from "$lib/api/session.svelte";
import type { Status } from "$lib/api/types";
import { register } from "$lib/keys";
import { navigate } from "$lib/router.svelte";
import { listAddress } from "./address.svelte";
import { bulk } from "./bulk.svelte";

function move(step: number): void {
  const to = Math.max(0, Math.min(list.rows.length - 1, list.cursor + step));
  list.cursor = to;
  const row = list.rows[to];
  if (open.ticket && row) navigate(`/tickets/${row.ticket_id}`, { replace: true });
  if (to > list.rows.length - 20) void list.pages.more();
}

export const here = () => list.rows[list.cursor];
const inList = () => !open.ticket;
const writes = () => may("tickets:write");

/** Of what is selected, else of the row of the cursor. */
function set(changes: Parameters<typeof change>[1]): void {
  const ticket = here();
  if (list.selected.size) void bulk(list.chosen, changes);
  else if (ticket) void change(ticket, changes);
}

export const closeTicket = () => navigate(listAddress.value);

export function listActions(): () => void {
  const status = (to: Status) => () => set({ status: to });
  return register([
    { id: "next", title: "action.next", group: "list", keys: ["j"], run: () => move(1) },
    { id: "previous", title: "action.previous", group: "list", keys: ["k"], run: () => move(-1) },
    {
      id: "open", title: "action.open", group: "list", keys: ["o"], enabled: inList,
      run: () => here() && navigate(`/tickets/${here()?.ticket_id}`),
    },
    { id: "select", title: "action.select", group: "list", keys: ["x"], enabled: inList, run: () => list.select(list.cursor) },
    {
      id: "select-range", title: "action.select_range", group: "list", keys: ["shift+x"], enabled: inList,
      run: () => list.select(list.cursor, true),
    },
    { id: "select-all", title: "action.select_all", group: "list", keys: ["mod+a"], enabled: inList, run: () => list.selectAll() },
    {
      id: "search", title: "action.search", group: "list", keys: ["/"],
      run: () => (open.ticket ? (closeTicket(), setTimeout(focusSearch)) : focusSearch()),
    },
    {
      id: "fresh", title: "action.show_new", group: "list", keys: ["."], enabled: () => list.waiting > 0,
      run: () => void list.reload(),
    },
    {
      id: "list-mine", title: "action.assign_me", group: "list", keys: ["="], enabled: () => inList() && writes(),
      run: () => session.agent && set({ assignee_id: session.agent.id }),
    },
    { id: "list-resolve", title: "action.resolve", group: "list", keys: ["e"], enabled: () => inList() && writes(), run: status("resolved") },
    {
      id: "leave", title: "action.back", group: "list", keys: ["Escape", "u"],
      enabled: () => Boolean(open.ticket) || list.selected.size > 0,
      run: () => (open.ticket ? closeTicket() : list.clear()),
    },
  ]);
}

function focusSearch(): void {
  document.querySelector<HTMLInputElement>("input[data-search]")?.focus();
}
