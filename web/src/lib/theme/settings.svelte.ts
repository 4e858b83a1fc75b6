// How the console looks to this person, on this device.
import { recall, remember } from "../stored";

export type Theme = "system" | "light" | "dark";
export type Density = "comfortable" | "compact";

interface Settings {
  theme: Theme;
  density: Density;
  /** Whether single keys do things (WCAG 2.1.4: they can be turned off). */
  singleKeys: boolean;
}

export const settings: Settings = $state({
  theme: recall<Theme>("theme", "system"),
  density: recall<Density>("density", "comfortable"),
  singleKeys: recall("singleKeys", true),
});

/** What the theme comes to now: charts that paint on a canvas are drawn anew when it changes. */
export const shownTheme: { value: "light" | "dark" } = $state({ value: "light" });

const dark = matchMedia("(prefers-color-scheme: dark)");

function show(): void {
  shownTheme.value = settings.theme === "system" ? (dark.matches ? "dark" : "light") : settings.theme;
  document.documentElement.dataset.theme = shownTheme.value;
  document.documentElement.dataset.density = settings.density;
}

export function change(changes: Partial<Settings>): void {
  Object.assign(settings, changes);
  for (const [key, value] of Object.entries(changes)) remember(key, value);
  show();
}

dark.addEventListener("change", show);
show();
