// One timeline of messages and changes: what stands together, and in which words.
import type { TimelineEntry } from "$lib/api/types";
import { t, word, type MessageKey, has } from "$lib/i18n";

export type Block = { kind: "message"; entry: TimelineEntry } | { kind: "changes"; entries: TimelineEntry[] };

/** Messages stand alone; changes between two messages stand together. */
export function blocks(entries: TimelineEntry[]): Block[] {
  const found: Block[] = [];
  for (const entry of entries) {
    const last = found.at(-1);
    if (entry.message) found.push({ kind: "message", entry });
    else if (last?.kind === "changes") last.entries.push(entry);
    else found.push({ kind: "changes", entries: [entry] });
  }
  return found;
}

type Names = (id: string) => string | undefined;

/** A value of a field, as people say it. */
export function valueOf(field: string, value: unknown, name: Names): string {
  if (value === null || value === undefined || value === "") return t("general.none");
  if (Array.isArray(value)) return value.length ? value.map(String).join(", ") : t("general.none");
  const text = String(value);
  if (field === "status" || field === "priority") return word(field, text);
  if (field.endsWith("_id")) return name(text) ?? text;
  return text;
}

/** What an entry changed, a phrase for each field: `set status from Open to Resolved`. */
export function phrases(entry: TimelineEntry, name: Names): string[] {
  if (entry.type === "ticket.created") return [t("event.ticket.created")];
  // What stands there beside them, such as a reason, is no change.
  const changes = Object.entries(entry.changes as Record<string, [unknown, unknown]>).filter(([, change]) => Array.isArray(change));
  const told = changes.map(([field, [before, after]]) => phrase(field, before, after, name));
  return told.length ? told : [word("event", entry.type)];
}

function phrase(field: string, before: unknown, after: unknown, name: Names): string {
  if (field === "deleted") return t(after ? "event.ticket.deleted" : "event.ticket.restored");
  if (field === "tags") return tagPhrase(before as string[], after as string[]);
  const [from, to] = [valueOf(field, before, name), valueOf(field, after, name)];
  const own = `change.${field}`;
  const cleared = `change.${field}.cleared`;
  if ((after === null || after === undefined) && has(cleared)) return t(cleared, { from });
  if (has(own)) return t(own, { from, to });
  return t("change.other" as MessageKey, { field: word("field", field), from, to });
}

function tagPhrase(before: string[], after: string[]): string {
  const added = after.filter((tag) => !before.includes(tag));
  const removed = before.filter((tag) => !after.includes(tag));
  return [
    added.length ? t("change.tags.added", { tags: added.join(", ") }) : "",
    removed.length ? t("change.tags.removed", { tags: removed.join(", ") }) : "",
  ].filter(Boolean).join(t("general.and"));
}

/** The newest change of mine that can be taken back. */
export const lastOfMine = (entries: TimelineEntry[], me: string): TimelineEntry | undefined =>
  entries.filter((entry) => entry.undoable && entry.actor.id === me).at(-1);
