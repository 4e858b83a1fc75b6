// Short messages at the edge of the page. One with an action (undo) stays longer.
export interface Toast {
  id: number;
  text: string;
  tone: "plain" | "bad";
  action?: { label: string; run: () => void };
}

export const toasts: { list: Toast[] } = $state({ list: [] });
let next = 1;

export function toast(text: string, options: { tone?: Toast["tone"]; action?: Toast["action"] } = {}): number {
  const id = next++;
  const { tone = "plain", action } = options;
  toasts.list = [...toasts.list.slice(-2), { id, text, tone, ...(action && { action }) }];
  setTimeout(() => dismiss(id), action || tone === "bad" ? 9000 : 4500);
  return id;
}

export function dismiss(id: number): void {
  toasts.list = toasts.list.filter((toast) => toast.id !== id);
}
