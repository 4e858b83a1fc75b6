// A list of words such as `ticket.*` and `ticket.closed`, as somebody types it.

/** What was typed, as a list: separated by spaces, commas or lines, each once. */
export function listed(typed: string): string[] {
  return [...new Set(typed.split(/[\s,]+/).filter(Boolean))];
}

/** The list with one word more, or one less; a wish for all of a kind takes the place of its members. */
export function toggled(words: readonly string[], word: string): string[] {
  if (words.includes(word)) return words.filter((one) => one !== word);
  const covered = (one: string) => word === "*" || (word.endsWith(".*") && one.startsWith(word.slice(0, -1)));
  return [...words.filter((one) => !covered(one)), word];
}
