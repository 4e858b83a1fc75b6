// How a webhook fares, and why something was not taken: in words, from what the API says.
import type { components } from "$lib/api/schema";
import { t } from "$lib/i18n";
import type { Tone } from "$lib/ui/Chip.svelte";

export type Webhook = components["schemas"]["Webhook"];
export type Delivery = components["schemas"]["WebhookDelivery"];
export type DeliveryDetail = components["schemas"]["WebhookDeliveryDetail"];
export type Attempt = components["schemas"]["WebhookAttempt"];

export interface Said {
  tone: Tone;
  text: string;
}

export function health({ active, disabled_reason, health: seen }: Webhook): Said {
  if (!active) {
    const reasons = { gone: t("webhooks.off_gone"), failing: t("webhooks.off_failing") };
    const text = reasons[disabled_reason as keyof typeof reasons];
    return text ? { tone: "bad", text } : { tone: "plain", text: t("webhooks.off") };
  }
  if (seen.failing_since) return { tone: "bad", text: t("webhooks.fails", { count: seen.consecutive_failures }) };
  if (seen.last_success_at) return { tone: "ok", text: t("webhooks.works") };
  return { tone: "plain", text: t("webhooks.unused") };
}

export function state(delivery: Delivery): Said {
  if (delivery.status === "delivered") return { tone: "ok", text: t("deliveries.delivered") };
  if (delivery.status === "failed") return { tone: "bad", text: t("deliveries.failed") };
  return delivery.attempts > 0 ? { tone: "warn", text: t("deliveries.retrying") } : { tone: "plain", text: t("deliveries.queued") };
}

/** What came back, in a few words. */
export function answer(status: number | null | undefined, error: string | null | undefined): string {
  if (status) return t("deliveries.answered", { status: String(status) });
  return error ?? t("deliveries.not_tried");
}

/** What to do about an attempt that was not taken; null when there is nothing more to say than `answer` does. */
export function advice(status: number | null | undefined, error: string | null | undefined): string | null {
  if (!status) {
    if (error?.startsWith("no answer within")) return t("advice.slow");
    return error?.startsWith("no connection") ? t("advice.no_connection") : null;
  }
  if (status < 300) return null;
  if (status < 400) return t("advice.redirect");
  if (status === 401 || status === 403) return t("advice.refused");
  if (status === 404 || status === 405) return t("advice.no_path");
  if (status === 410) return t("advice.gone");
  if (status === 413) return t("advice.too_large");
  if (status === 429 || status === 503) return t("advice.busy");
  return status >= 500 ? t("advice.broken") : t("advice.rejected");
}

/** A shell line that sends the same again: for whoever mends the receiver. */
export function curl({ exchange }: Attempt, payload: unknown): string {
  const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
  const left = ["host", "content-length", "accept", "accept-encoding"];
  const headers = exchange.request_headers.filter(([name = ""]) => !left.includes(name.toLowerCase()));
  const lines = headers.map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`);
  return [`curl -i ${quoted(exchange.url)}`, ...lines, `--data-binary ${quoted(JSON.stringify(payload))}`].join(" \\\n  ");
}
