// A company's colour, made fit for a theme: what is derived from it is readable wherever it stands.
import { contrast } from "./contrast";

/** What of a theme a colour must go with. */
export interface Ground {
  /** What is behind everything. */
  surface: string;
  /** Every surface that something of the brand stands on. */
  surfaces: string[];
  /** Every colour of text that stands on the tint. */
  texts: string[];
}

const INKS = ["#ffffff", "#000000"] as const;
const STEPS = 50;

/** `share` of one colour, and the rest of the other. */
function mix(one: string, other: string, share: number): string {
  const part = (color: string, at: number) => parseInt(color.slice(at, at + 2), 16);
  const mixed = [1, 3, 5].map((at) => Math.round(part(one, at) * share + part(other, at) * (1 - share)));
  return `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

/** As little of `towards` as does: what fits first on the way there, or the end of it. */
function until(color: string, towards: string, fits: (color: string) => boolean): string {
  for (let step = 0; step < STEPS; step++) {
    const mixed = mix(towards, color, step / STEPS);
    if (fits(mixed)) return mixed;
  }
  return towards;
}

const onAll = (grounds: string[], least: number) => (color: string) => grounds.every((ground) => contrast(color, ground) >= least);
const inkOn = (color: string) => (contrast(color, INKS[0]) >= 4.5 ? INKS[0] : INKS[1]);

/** The tokens of `tokens.css` that are the brand's, of `#rrggbb`. */
export function brandTokens(color: string, { surface, surfaces, texts }: Ground): Record<string, string> {
  // Away from what is behind: darker where that is light.
  const away = inkOn(surface) === "#000000" ? "#000000" : "#ffffff";
  const tint = until(mix(color, surface, 0.14), surface, (shade) => onAll(texts, 4.5)(shade));
  const grounds = [...surfaces, tint];
  const brand = until(color, away, onAll(grounds, 3));
  const ink = inkOn(brand);
  return {
    "--brand": brand,
    "--on-brand": ink,
    // Away from what is written on it.
    "--brand-hover": mix(brand, ink === "#ffffff" ? "#000000" : "#ffffff", 0.86),
    "--brand-text": until(color, away, onAll(grounds, 4.5)),
    "--brand-tint": tint,
    "--selected": tint,
  };
}
