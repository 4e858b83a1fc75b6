// What somebody writes, kept in this browser from the first letter until the server has it.
//
// A draft that was sent without an answer keeps its key: sent again it is the same message, never a second one. Another
// text takes another key.
import { recall, remember } from "../stored";

export type DraftKind = "public" | "internal";

export interface Draft {
  text: string;
  kind: DraftKind;
  /** Of the sending that is under way or failed. */
  key: string | null;
}

const slot = (agent: string, ticket: string) => `draft.${agent}.${ticket}`;
const EMPTY: Draft = { text: "", kind: "public", key: null };

export const draftOf = (agent: string, ticket: string): Draft => recall(slot(agent, ticket), EMPTY);

export function keepDraft(agent: string, ticket: string, draft: Draft): void {
  remember(slot(agent, ticket), draft.text.trim() ? draft : null);
}

export const written = (draft: Draft, text: string): Draft => (draft.text === text ? draft : { ...draft, text, key: null });

export const turned = (draft: Draft, kind: DraftKind): Draft => (draft.kind === kind ? draft : { ...draft, kind, key: null });

export const sending = (draft: Draft, key: () => string): Draft & { key: string } => ({ ...draft, key: draft.key ?? key() });
