// Which of some texts a few typed letters mean: whole words first, then beginnings of words, then letters in order.
function score(text: string, wanted: string): number {
  const [low, letters] = [text.toLowerCase(), wanted.toLowerCase()];
  if (low.startsWith(letters)) return 4;
  if (low.split(/\W+/).some((word) => word.startsWith(letters))) return 3;
  if (low.includes(letters)) return 2;
  let at = -1;
  for (const letter of letters.replaceAll(" ", "")) {
    at = low.indexOf(letter, at + 1);
    if (at < 0) return 0;
  }
  return 1;
}

export function ranked<T>(items: T[], wanted: string, text: (item: T) => string): T[] {
  return items
    .map((item, index) => ({ item, index, points: score(text(item), wanted) }))
    .filter(({ points }) => points > 0)
    .sort((a, b) => b.points - a.points || a.index - b.index)
    .map(({ item }) => item);
}
