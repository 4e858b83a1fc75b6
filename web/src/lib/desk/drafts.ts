// What somebody writes, kept in this browser from the first letter until the server has it.
//
// A draft that was sent without an answer keeps its key: sent again it is the same message, never a second one. Another
// text, or another file, takes another key.
import { recall, remember } from "../stored";

export type DraftKind = "public" | "internal";

/** A file that the server has, and that no message has yet. */
export interface DraftFile {
  id: string;
  name: string;
  size: number;
}

export interface Draft {
  text: string;
  kind: DraftKind;
  files: DraftFile[];
  /** Of the sending that is under way or failed. */
  key: string | null;
}

const slot = (agent: string, ticket: string) => `draft.${agent}.${ticket}`;
const EMPTY: Draft = { text: "", kind: "public", files: [], key: null };

export const draftOf = (agent: string, ticket: string): Draft => ({ ...EMPTY, ...recall(slot(agent, ticket), EMPTY) });

export function keepDraft(agent: string, ticket: string, draft: Draft): void {
  remember(slot(agent, ticket), draft.text.trim() || draft.files.length ? draft : null);
}

export const written = (draft: Draft, text: string): Draft => (draft.text === text ? draft : { ...draft, text, key: null });

export const turned = (draft: Draft, kind: DraftKind): Draft => (draft.kind === kind ? draft : { ...draft, kind, key: null });

export const holding = (draft: Draft, files: DraftFile[]): Draft => ({ ...draft, files, key: null });

export const sending = (draft: Draft, key: () => string): Draft & { key: string } => ({ ...draft, key: draft.key ?? key() });
