// Days of a time zone as instants: lists are filtered by instants, trends count days where the tenant is.

/** How far a zone is ahead of UTC at an instant, in milliseconds. */
function ahead(instant: number, zone: string): number {
  const parts = new Intl.DateTimeFormat("en", {
    timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric",
  }).formatToParts(instant);
  const of = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((part) => part.type === type)?.value);
  return Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second")) - Math.floor(instant / 1000) * 1000;
}

/** When a day (`2026-11-03`) begins in a zone. */
export function begins(day: string, zone: string): Date {
  const utc = Date.parse(`${day}T00:00:00Z`);
  const guess = utc - ahead(utc, zone);
  return new Date(utc - ahead(guess, zone));
}

export function after(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** The period of `days` days from `day` on. */
export const span = (day: string, days: number, zone: string) => ({
  from: begins(day, zone).toISOString(),
  to: begins(after(day, days), zone).toISOString(),
});
