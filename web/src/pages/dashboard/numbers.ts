// The numbers of a help desk as tiles, each with the tickets behind it.
import type { components } from "$lib/api/schema";
import { toAddress, type Query } from "$lib/desk/query";
import { locale, t } from "$lib/i18n";

export type Analytics = components["schemas"]["Analytics"];
type Period = Analytics["period"];

const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
export const count = (value: number): string => whole.format(value);

/** `45 min`, `3.7 h`, `2.5 d`: one digit is enough to compare. */
export function duration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return "–";
  if (seconds < 3600) return t("unit.minutes", { n: count(Math.round(seconds / 60)) });
  if (seconds < 48 * 3600) return t("unit.hours", { n: count(seconds / 3600) });
  return t("unit.days", { n: count(seconds / 86_400) });
}

/** Bounds of a period on one of a ticket's times. */
export function within(field: "created_at" | "resolved_at" | "closed_at", { from, to }: Period): Query {
  return { ...(from && { [`filter[${field}][gte]`]: from }), ...(to && { [`filter[${field}][lt]`]: to }) };
}

const OVER = "resolved,closed";
export const tickets = (query: Query): string => toAddress("/", query);
export const byStatus = (status: string, period: Period): string =>
  tickets({ "filter[status]": status, ...within("created_at", period), sort: "-created_at" });

export interface Tile {
  id: string;
  label: string;
  value: string;
  note: string;
  href: string;
}

export function tiles({ metrics, period }: Analytics): Tile[] {
  const { performance: done, backlog, tickets: all } = metrics;
  const cameIn = tickets({ ...within("created_at", period), sort: "-first_response_at" });
  const solved = tickets({ "filter[status]": OVER, ...within("resolved_at", period), sort: "-resolved_at" });
  const spread = (of: { median_seconds?: number | null; p90_seconds?: number | null; n: number }) =>
    t("dashboard.spread", { median: duration(of.median_seconds), p90: duration(of.p90_seconds), count: of.n });
  return [
    {
      id: "total", label: t("dashboard.came_in"), value: count(all.total),
      note: t("dashboard.per_agent", { count: metrics.agents.avg_tickets_per_agent ?? 0 }),
      href: tickets({ ...within("created_at", period), sort: "-created_at" }),
    },
    {
      id: "backlog", label: t("dashboard.backlog"), value: count(backlog.total),
      note: t("dashboard.age", { median: duration(backlog.age_median_seconds), p90: duration(backlog.age_p90_seconds) }),
      href: tickets({ "filter[status]": "open,in_progress,pending", sort: "created_at" }),
    },
    { id: "response", label: t("dashboard.response"), value: duration(done.avg_response_time_seconds), note: spread(done.response_time), href: cameIn },
    { id: "resolution", label: t("dashboard.resolution"), value: duration(done.avg_resolution_time_seconds), note: spread(done.resolution_time), href: solved },
    {
      id: "first_contact", label: t("dashboard.first_contact"), value: done.first_contact_resolution ?? "–",
      note: t("dashboard.of", { some: count(done.first_contact.resolved), count: done.first_contact.n }), href: solved,
    },
    {
      id: "satisfaction", label: t("dashboard.satisfaction"), value: done.customer_satisfaction ?? "–",
      note: t("dashboard.rated", { good: count(done.satisfaction.good_percent ?? 0), count: done.satisfaction.n }), href: solved,
    },
  ];
}
