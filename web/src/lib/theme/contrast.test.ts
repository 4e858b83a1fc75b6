import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { brandTokens } from "./brand";
import { contrast } from "./contrast";

const css = readFileSync(new URL("./tokens.css", import.meta.url), "utf8");
const tokens = (block: string) => Object.fromEntries([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map((m) => [m[1], m[2]]));
const blocks = [...css.matchAll(/:root(\[data-theme="dark"\])? \{([^}]*)\}/g)];
const light = Object.assign({}, ...blocks.filter((m) => !m[1]).map((m) => tokens(m[2] ?? ""))) as Record<string, string>;
const dark = Object.assign({}, light, ...blocks.filter((m) => m[1]).map((m) => tokens(m[2] ?? ""))) as Record<string, string>;

const SURFACES = ["bg", "surface", "raised", "sunken", "hover", "selected", "note"];
const TEXTS = ["text", "muted", "brand-text", "ok", "warn", "bad", "info", "past"];
const PAIRS = [
  ...SURFACES.flatMap((surface) => TEXTS.map((text) => [text, surface] as const)),
  ...["ok", "warn", "bad", "info", "past"].flatMap((tone) => [[tone, `${tone}-tint`], ["text", `${tone}-tint`]] as const),
  ["brand-text", "brand-tint"], ["on-brand", "brand"], ["on-brand", "brand-hover"], ["on-bad", "bad-solid"],
] as const;

describe.each([["light", light], ["dark", dark]] as const)("the %s theme", (_, theme) => {
  test.each(PAIRS)("%s is readable on %s", (text, surface) => {
    expect(contrast(theme[text] ?? "", theme[surface] ?? "")).toBeGreaterThanOrEqual(4.5);
  });

  test.each(["bg", "surface", "raised", "hover", "selected", "sunken", "note"])("focus and borders of controls stand out on %s", (surface) => {
    expect(contrast(theme["brand"] ?? "", theme[surface] ?? "")).toBeGreaterThanOrEqual(3);
    if (["surface", "raised"].includes(surface)) expect(contrast(theme["line-strong"] ?? "", theme[surface] ?? "")).toBeGreaterThanOrEqual(3);
  });
});

describe.each([["light", light], ["dark", dark]] as const)("any brand in the %s theme", (_, theme) => {
  const of = (names: readonly string[]) => names.map((name) => theme[name] ?? "");
  const surfaces = of(SURFACES.filter((name) => name !== "selected"));
  const texts = of(TEXTS.filter((name) => name !== "brand-text"));
  const parts = ["00", "33", "66", "99", "cc", "ff"];
  const colors = parts.flatMap((r) => parts.flatMap((g) => parts.map((b) => `#${r}${g}${b}`)));

  test("is readable, and stands out", () => {
    for (const color of colors) {
      const made = { ...theme, ...brandTokens(color, { surface: theme["surface"] ?? "", surfaces, texts }) } as Record<string, string>;
      const pair = (one: string, other: string) => contrast(made[one] ?? "", made[other] ?? "");
      for (const text of TEXTS) expect(pair(text === "brand-text" ? "--brand-text" : text, "--selected"), `${color} ${text}`).toBeGreaterThanOrEqual(4.5);
      for (const surface of SURFACES.filter((name) => name !== "selected")) {
        expect(pair("--brand-text", surface), `${color} ${surface}`).toBeGreaterThanOrEqual(4.5);
        expect(pair("--brand", surface), `${color} ${surface}`).toBeGreaterThanOrEqual(3);
      }
      expect(pair("--brand", "--selected"), color).toBeGreaterThanOrEqual(3);
      for (const ground of ["--brand", "--brand-hover"]) expect(pair("--on-brand", ground), `${color} ${ground}`).toBeGreaterThanOrEqual(4.5);
    }
  });

  test("stays as it is where it can", () => {
    const color = theme === light ? "#3b5bdb" : "#7c98ff";
    expect(brandTokens(color, { surface: theme["surface"] ?? "", surfaces, texts })["--brand"]).toBe(color);
  });
});

test("contrast is counted as WCAG does", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21);
  expect(contrast("#3457d5", "#ffffff")).toBeCloseTo(6.05, 1);
});
