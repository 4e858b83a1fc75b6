// What the event feed means for what is shown: rows and tickets are made fresh, what is new is counted.
import { onEvent, onReturn } from "../api/live.svelte";
import type { FeedItem } from "../api/types";
import { soon } from "../soon";
import { isKnown, refresh } from "./cache.svelte";
import { list, ticketPage } from "./list.svelte";
import { loadPeople } from "./people.svelte";
import { loadViews } from "./views.svelte";

/** The ticket that is open, by `T-001`. */
export const open: { ticket: string | null } = $state({ ticket: null });

const touched = new Set<string>();
let position = 0;

const freshRows = soon(async () => {
  await list.asked;
  const rows = list.rows.filter((row) => touched.has(row.id)).slice(0, 100);
  touched.clear();
  if (rows.length) {
    const numbers = rows.map((row) => row.ticket_id).join(",");
    const page = await ticketPage({ "filter[ticket_id]": numbers, "filter[deleted]": "true" }, { limit: 100, min_position: position });
    for (const ticket of page.data) list.put(ticket);
  }
}, 200);

const countWaiting = soon(async () => {
  const { query, asked } = list;
  if (!query) return;
  await asked;
  const page = await ticketPage(query, { limit: 50, min_position: position });
  // Somebody has asked for something else since.
  if (asked !== list.asked) return;
  const shown = new Set(list.rows.map((row) => row.id));
  list.waiting = page.data.filter((ticket) => !shown.has(ticket.id)).length;
}, 800);

const countViews = soon(() => loadViews().catch(() => {}), 2500);
const freshPeople = soon(() => loadPeople().catch(() => {}), 1000);

function heard(item: FeedItem): void {
  position = Math.max(position, item.position);
  if (item.subject?.kind === "agent" || item.subject?.kind === "team") freshPeople();
  if (item.subject?.kind !== "ticket") return;
  const { id, version } = item.subject;
  const row = list.rows.find((row) => row.id === id);
  // What is on its way may have been read before this happened.
  if (list.pages.state === "loading" || (row && row.version < version)) {
    touched.add(id);
    freshRows();
  }
  const number = row?.ticket_id ?? null;
  if (number && number !== open.ticket && isKnown(number)) void refresh(number, item.position);
  if (open.ticket) freshOpen(id, version, item.position);
  countWaiting();
  countViews();
}

let openId: string | null = null;
let openVersion = 0;

/** Told by the page of the ticket what it shows. */
export function shows(id: string | null, version: number): void {
  openId = id;
  openVersion = version;
}

function freshOpen(id: string, version: number, at: number): void {
  if (open.ticket && id === openId && version > openVersion) void refresh(open.ticket, at);
}

export function followDesk(): () => void {
  const stops = [
    onEvent(heard),
    onReturn(() => {
      void list.asked.then(() => {
        for (const row of list.rows.slice(0, 100)) touched.add(row.id);
        freshRows();
      });
      countWaiting();
      countViews();
      if (open.ticket) void refresh(open.ticket);
    }),
  ];
  return () => stops.forEach((stop) => stop());
}
