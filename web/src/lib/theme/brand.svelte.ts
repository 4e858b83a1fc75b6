// How the tenant looks: the base layer of the tokens, from the server. What was last seen is shown until it answers.
import type { components } from "../api/schema";
import { recall, remember } from "../stored";
import { brandTokens } from "./brand";
import { shownTheme } from "./settings.svelte";

type Brand = components["schemas"]["Brand"];

/** As much of it as the console shows. */
export interface Looks {
  name: string | null;
  logo: string | null;
  icon: string | null;
  color: string | null;
  font: string | null;
  headings: string | null;
}

const PLAIN: Looks = { name: null, logo: null, icon: null, color: null, font: null, headings: null };
const root = document.documentElement;
// What brandTokens is told of, by the names in tokens.css.
const SURFACES = ["--bg", "--surface", "--raised", "--sunken", "--hover", "--note"];
const TEXTS = ["--text", "--muted", "--ok", "--warn", "--bad", "--info", "--past"];

export const looks: Looks = $state({ ...PLAIN, ...recall<Partial<Looks>>("looks", {}) });

/** Pictures from elsewhere are not loaded: who looks at a page here is nobody else's business. */
const own = (picture: string | null | undefined) => (picture?.startsWith("data:image/") ? picture : null);

export function looksOf(brand: Pick<Brand, "company_name" | "logo_url" | "favicon_url" | "colors" | "fonts">): Looks {
  return {
    name: brand.company_name ?? null,
    logo: own(brand.logo_url),
    icon: own(brand.favicon_url) ?? own(brand.logo_url),
    color: brand.colors.accent ?? brand.colors.primary ?? null,
    font: brand.fonts.primary ?? null,
    headings: brand.fonts.secondary ?? brand.fonts.primary ?? null,
  };
}

/** Shows it, without keeping it. */
export function show(next: Looks): void {
  Object.assign(looks, next);
}

/** Asks how a tenant looks; without a name, the one that the address of the page is of. What fails changes nothing. */
export async function learnLooks(tenant?: string | null): Promise<void> {
  const answer = await fetch(`/api/branding${tenant ? `?tenant=${encodeURIComponent(tenant)}` : ""}`).catch(() => null);
  if (answer?.ok) keepLooks((await answer.json()) as Brand);
}

/** Shows it, here and when the next page begins. */
export function keepLooks(brand: Parameters<typeof looksOf>[0]): void {
  const next = looksOf(brand);
  remember("looks", next);
  show(next);
}

const family = (name: string | null) => (name ? `"${name}", var(--font-own)` : null);

function set(name: string, value: string | null): void {
  if (value === null) root.style.removeProperty(name);
  else root.style.setProperty(name, value);
}

/** Tokens as `#rrggbb`, however the style sheet writes them now. */
function colours(names: string[]): string[] {
  const probe = document.createElement("i");
  root.append(probe);
  const found = names.map((name) => {
    probe.style.color = `var(${name})`;
    const parts = getComputedStyle(probe).color.match(/\d+/g) ?? [];
    return `#${parts.slice(0, 3).map((part) => Number(part).toString(16).padStart(2, "0")).join("")}`;
  });
  probe.remove();
  return found;
}

/** Keeps the tokens true to the looks, in either theme. */
export function wearLooks(): () => void {
  return $effect.root(() => {
    $effect(() => {
      void shownTheme.value;
      const [surface = ""] = colours(["--surface"]);
      const ground = { surface, surfaces: colours(SURFACES), texts: colours(TEXTS) };
      const tokens = brandTokens(looks.color ?? "#000000", ground);
      for (const [name, value] of Object.entries(tokens)) set(name, looks.color ? value : null);
    });
    $effect(() => {
      set("--font", family(looks.font));
      set("--font-headings", family(looks.headings));
    });
    $effect(() => {
      const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
      if (!icon) return;
      icon.href = looks.icon ?? "/icon.svg";
      icon.type = looks.icon ? "" : "image/svg+xml";
    });
  });
}
