import UPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { locale } from "$lib/i18n";
import type { Series } from "./TimeSeries.svelte";

interface Wish {
  times: readonly number[];
  series: readonly Series[];
  height: number;
  timeZone: string;
  number: (value: number) => string;
  point: (index: number | undefined) => void;
}

/** Makes a plot in `box`, with the colours of the theme as it is now. */
export function build(box: HTMLElement, wish: Wish): UPlot {
  const style = getComputedStyle(box);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const font = `12px ${style.fontFamily}`;
  const day = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", timeZone: wish.timeZone });
  const axis: UPlot.Axis = {
    stroke: colour("--muted"),
    font,
    grid: { stroke: colour("--line"), width: 1 },
    ticks: { show: false },
  };
  const options: UPlot.Options = {
    width: box.clientWidth,
    height: wish.height,
    legend: { show: false },
    tzDate: (seconds) => UPlot.tzDate(new Date(seconds * 1000), wish.timeZone),
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
    scales: { x: { range: padded }, y: { range: (_, __, max) => [0, Math.max(1, max * 1.08)] } },
    axes: [
      { ...axis, grid: { show: false }, space: 64, size: 28, values: (_, splits) => splits.map((seconds) => day.format(seconds * 1000)) },
      { ...axis, size: 44, incrs: WHOLE, values: (_, splits) => splits.map((v) => wish.number(v)) },
    ],
    series: [{}, ...wish.series.map((one) => drawn(one, colour))],
    hooks: { setCursor: [(plot) => wish.point(plot.cursor.idx ?? undefined)] },
  };
  const data: UPlot.AlignedData = [[...wish.times], ...wish.series.map((one) => [...one.values])];
  return new UPlot(options, data, box);
}

/** What is counted has no halves. */
const WHOLE = [1, 10, 100, 1e3, 1e4, 1e5, 1e6].flatMap((power) => [power, 2 * power, 5 * power]);

/** Half a step more at either end, so that the first column and the last are whole. */
function padded(plot: UPlot, from: number, to: number): UPlot.Range.MinMax {
  const half = (to - from) / Math.max(1, plot.data[0].length - 1) / 2;
  return [from - half, to + half];
}

const VARIABLES = { one: "--series-1", two: "--series-2", three: "--series-3" };

function drawn(one: Series, colour: (name: string) => string): UPlot.Series {
  const stroke = colour(VARIABLES[one.tone]);
  const shape: UPlot.Series = { label: one.label, stroke, points: { show: false }, width: 2 };
  if (one.columns) {
    return { ...shape, width: 0, fill: stroke, paths: UPlot.paths.bars?.({ size: [0.6, 28], radius: 0.2 }) };
  }
  return one.area ? { ...shape, fill: `color-mix(in srgb, ${stroke} 12%, transparent)` } : shape;
}
