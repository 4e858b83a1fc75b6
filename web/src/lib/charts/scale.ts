/** Where a scale"s lines are: from 0 to a round number at or above `max`, in at most `count` steps. */
export function ticks(max: number, count = 4): number[] {
  if (!(max > 0)) return [0, 1];
  const rough = max / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((s) => s >= rough) ?? 10 * power;
  const steps = Math.ceil(max / step - 1e-9);
  return Array.from({ length: steps + 1 }, (_, i) => round(i * step));
}

/** The largest of what is known; 0 when nothing is. */
export function largest(values: readonly (number | null | undefined)[]): number {
  return Math.max(0, ...values.filter((v) => v !== null && v !== undefined));
}

/** The points of a line through `values` in a box, as SVG"s `points`; a gap where nothing is known ends a line. */
export function lines(values: readonly (number | null)[], width: number, height: number): string[] {
  const top = largest(values) || 1;
  const step = width / Math.max(1, values.length - 1);
  const found: string[][] = [[]];
  values.forEach((value, i) => {
    if (value === null) found.push([]);
    else found.at(-1)?.push(`${round(i * step)},${round(height - (value / top) * height)}`);
  });
  return found.filter((line) => line.length > 1).map((line) => line.join(" "));
}

function round(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
