// Which rows of a long list are in sight: fixed heights, so that it is arithmetic and not measuring.
export interface Span {
  first: number;
  /** The one after the last. */
  end: number;
}

/** Rows come and go in blocks: what a browser does once for any change is done for four rows at a time. */
export const BLOCK = 4;
/** Blocks on either side, for a scroll that is under way. */
export const SPARE = 2;

/** The blocks in sight, and the spare ones. */
export function inSight(scrolled: number, height: number, row: number, count: number, spare = SPARE): Span {
  const blocks = Math.ceil(count / BLOCK);
  const first = Math.max(0, Math.floor(scrolled / row / BLOCK) - spare);
  const end = Math.min(blocks, Math.ceil((scrolled + height) / row / BLOCK) + spare);
  return { first: Math.min(first, Math.max(0, blocks - 1)), end: Math.max(end, 0) };
}

/** Where to scroll so that a row is in sight; where it is, when it is already. */
export function scrollFor(index: number, scrolled: number, height: number, row: number): number {
  const [top, bottom] = [index * row, (index + 1) * row];
  if (top < scrolled) return top;
  if (bottom > scrolled + height) return bottom - height;
  return scrolled;
}
