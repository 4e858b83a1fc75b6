// Which rows of a long list are in sight: fixed heights, so that it is arithmetic and not measuring.
export interface Span {
  first: number;
  /** The one after the last. */
  end: number;
}

export const SPARE = 8;

/** Rows in sight, and some on either side for a scroll that is under way. */
export function inSight(scrolled: number, height: number, row: number, count: number, spare = SPARE): Span {
  const first = Math.max(0, Math.floor(scrolled / row) - spare);
  const end = Math.min(count, Math.ceil((scrolled + height) / row) + spare);
  return { first: Math.min(first, Math.max(0, count - 1)), end: Math.max(end, 0) };
}

/** Where to scroll so that a row is in sight; where it is, when it is already. */
export function scrollFor(index: number, scrolled: number, height: number, row: number): number {
  const [top, bottom] = [index * row, (index + 1) * row];
  if (top < scrolled) return top;
  if (bottom > scrolled + height) return bottom - height;
  return scrolled;
}
