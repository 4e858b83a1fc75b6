// Instants as people say them. `now` is a parameter, so that a list agrees with itself and a test with the clock.
import { locale } from "./index";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "narrow" });
const clock = new Intl.DateTimeFormat(locale, { timeStyle: "short" });
const dayThisYear = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" });
const dayAnyYear = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric" });
const whole = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "medium" });

/** `now`, `5m ago`, `3h ago`, `yesterday`, `4d ago`, `12 Aug`, `12 Aug 2024`: short enough for a column. */
export function ago(instant: string | Date, now: Date): string {
  const then = new Date(instant);
  const past = now.getTime() - then.getTime();
  if (past < -MINUTE) return then.getFullYear() === now.getFullYear() ? dayThisYear.format(then) : dayAnyYear.format(then);
  if (past < MINUTE) return relative.format(0, "second");
  if (past < HOUR) return relative.format(-Math.floor(past / MINUTE), "minute");
  if (past < DAY) return relative.format(-Math.floor(past / HOUR), "hour");
  if (past < 7 * DAY) return relative.format(-Math.floor(past / DAY), "day");
  return then.getFullYear() === now.getFullYear() ? dayThisYear.format(then) : dayAnyYear.format(then);
}

/** With weekday, date and seconds: for what must be exact. */
export const exact = (instant: string | Date): string => whole.format(new Date(instant));

/** The time of day, with the date where it is not today's. */
export function moment(instant: string | Date, now: Date): string {
  const then = new Date(instant);
  if (then.toDateString() === now.toDateString()) return clock.format(then);
  const day = then.getFullYear() === now.getFullYear() ? dayThisYear : dayAnyYear;
  return `${day.format(then)}, ${clock.format(then)}`;
}
