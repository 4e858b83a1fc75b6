// What somebody is logged in with, in two words: "Firefox on Linux". What is not known stays as it was sent.
const PROGRAMS = [
  [/\bEdg(?:e|A|iOS)?\//, "Edge"], [/\bOPR\//, "Opera"], [/\b(?:Firefox|FxiOS)\//, "Firefox"],
  [/\b(?:HeadlessChrome|Chrome|CriOS)\//, "Chrome"], [/\bVersion\/.*\bSafari\//, "Safari"],
] as const;
const SYSTEMS = [
  [/\b(?:iPhone|iPad)\b/, "iOS"], [/\bAndroid\b/, "Android"], [/\bWindows\b/, "Windows"], [/\bCrOS\b/, "ChromeOS"],
  [/\bMac OS X\b/, "macOS"], [/\bLinux\b/, "Linux"],
] as const;

const nameOf = (text: string, known: readonly (readonly [RegExp, string])[]) => known.find(([mark]) => mark.test(text))?.[1];

export function programOf(userAgent: string): string {
  const [program, system] = [nameOf(userAgent, PROGRAMS), nameOf(userAgent, SYSTEMS)];
  return program && system ? `${program} on ${system}` : userAgent;
}
