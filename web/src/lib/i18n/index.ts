// Every text of the console: a catalogue, and `t` to read it. Numbers, dates and plurals are the platform's (Intl).
//
//     t("inbox.selected", { count: 3 })
import en from "./en.json";

type Text = string | { one: string; other: string };
export type AdminCatalogue = typeof import("./en.admin.json");
export type MessageKey = keyof typeof en | Exclude<keyof AdminCatalogue, "default">;
export type Values = Record<string, string | number>;

export const locale = "en";

const catalogue: Record<string, Text> = { ...en };
const plurals = new Intl.PluralRules(locale);
const numbers = new Intl.NumberFormat(locale);
const sizes = new Intl.NumberFormat(locale, { notation: "compact", style: "unit", unit: "byte", unitDisplay: "narrow" });

/** Adds the texts of pages that are loaded later. */
export function learn(texts: Record<string, Text>): void {
  Object.assign(catalogue, texts);
}

export function t(key: MessageKey, values: Values = {}): string {
  const text = catalogue[key];
  if (text === undefined) throw new Error(`no text is called ${key}`);
  const chosen = typeof text === "string" ? text : text[plurals.select(Number(values.count)) === "one" ? "one" : "other"];
  return chosen.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? numbers.format(value) : value;
  });
}

/** `48KB`. */
export const fileSize = (bytes: number): string => sizes.format(bytes);

export const has = (key: string): key is MessageKey => key in catalogue;

/** The text of a word of the API, as far as there is one; else the word itself, made readable. */
export function word(kind: string, value: string): string {
  const key = `${kind}.${value}`;
  if (has(key)) return t(key);
  const spaced = value.replaceAll("_", " ").replaceAll(".", " ");
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
