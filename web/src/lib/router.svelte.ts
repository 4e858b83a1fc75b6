// Where one is: the address is the state. Links are ordinary `<a href>`s; a click on one stays within the page.
export interface Place {
  path: string;
  query: URLSearchParams;
}

const here = (): Place => ({ path: location.pathname, query: new URLSearchParams(location.search) });

export const place: { current: Place } = $state({ current: here() });

export function navigate(to: string, { replace = false } = {}): void {
  if (to === location.pathname + location.search) return;
  if (replace) history.replaceState(null, "", to);
  else history.pushState(null, "", to);
  place.current = here();
}

/** The parameters of a path that fits a pattern such as `/tickets/:id`; null when it does not. */
export function match(pattern: string, path: string): Record<string, string> | null {
  const [wanted, found] = [pattern.split("/"), path.replace(/(.)\/$/, "$1").split("/")];
  if (wanted.length !== found.length) return null;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = found[index] ?? "";
    if (part.startsWith(":") && value) params[part.slice(1)] = decodeURIComponent(value);
    else if (part !== value) return null;
  }
  return params;
}

/** Whether a click is for us, and not for a new tab, a download or another site. */
function ours(event: MouseEvent, link: HTMLAnchorElement): boolean {
  const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  const inside = link.origin === location.origin && !link.pathname.startsWith("/api/");
  return plain && inside && !link.target && !link.hasAttribute("download") && !event.defaultPrevented;
}

export function followLinks(): () => void {
  const click = (event: MouseEvent) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (!link || !link.hasAttribute("href") || !ours(event, link)) return;
    event.preventDefault();
    navigate(link.pathname + link.search);
  };
  const back = () => (place.current = here());
  document.addEventListener("click", click);
  addEventListener("popstate", back);
  return () => {
    document.removeEventListener("click", click);
    removeEventListener("popstate", back);
  };
}
