// Every action with its key. What is registered is reachable three ways: by its key, in the palette, and in the help.
import { t, type MessageKey, type Values } from "./i18n";

export type ActionGroup = "go" | "list" | "ticket" | "compose" | "general";

export interface Action {
  id: string;
  title: MessageKey;
  /** What the title speaks of. */
  about?: Values;
  group: ActionGroup;
  /** `mod+k` (Ctrl, or Cmd on a Mac), `?`, `j`, or one after the other: `g i`. */
  keys?: string[];
  run: () => void;
  /** Left out where it cannot be done now. */
  enabled?: () => boolean;
  /** Also while one types. Only for keys with `mod`. */
  whileTyping?: boolean;
}

const registered = new Map<string, Action>();

/** Actions are there as long as the component that registers them: the answer takes them back. */
export function register(actions: Action[]): () => void {
  for (const action of actions) registered.set(action.id, action);
  return () => {
    for (const action of actions) if (registered.get(action.id) === action) registered.delete(action.id);
  };
}

export const actions = (): Action[] => [...registered.values()].filter((action) => action.enabled?.() ?? true);

export const titleOf = ({ title, about }: Action): string => t(title, about);

/** What was pressed, in the words of `keys`. */
export function pressed(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const mod = event.ctrlKey || event.metaKey ? "mod+" : "";
  const alt = event.altKey ? "alt+" : "";
  // Shift is in the character already (`?`), except with letters and named keys.
  const shift = event.shiftKey && (key.length > 1 || /[a-z]/.test(key)) ? "shift+" : "";
  return mod + alt + shift + key;
}

const SEQUENCE_MS = 900;

/** Finds the action of what is pressed, with memory of the key before. */
export class Keyboard {
  #before: { key: string; at: number } | null = null;

  find(key: string, at: number, options: { typing: boolean; single: boolean }): Action | null {
    const before = this.#before && at - this.#before.at < SEQUENCE_MS ? this.#before.key : null;
    this.#before = options.typing ? null : { key, at };
    const wanted = before && !options.typing ? [`${before} ${key}`, key] : [key];
    for (const keys of wanted) {
      const found = actions().find((action) => action.keys?.includes(keys) && allowed(action, keys, options));
      if (found) {
        this.#before = null;
        return found;
      }
    }
    return null;
  }
}

function allowed(action: Action, keys: string, options: { typing: boolean; single: boolean }): boolean {
  if (options.typing) return action.whileTyping === true;
  return options.single || keys.startsWith("mod+");
}

export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  && !(target instanceof HTMLInputElement && /^(checkbox|radio|button|range)$/.test(target.type));

const mac = "navigator" in globalThis && /Mac|iPhone|iPad/.test(navigator.userAgent);
const SHOWN: Record<string, string> = {
  mod: mac ? "⌘" : "Ctrl", shift: "⇧", alt: mac ? "⌥" : "Alt",
  Enter: "↵", Escape: "Esc", ArrowUp: "↑", ArrowDown: "↓",
};

/** A key as it is printed on keyboards: `["Ctrl", "K"]`. */
export const shown = (keys: string): string[] =>
  keys.split(/[ ]|\+(?=.)/).map((key) => SHOWN[key] ?? (key.length === 1 ? key.toUpperCase() : key));
