import { beforeAll, describe, expect, test } from "vitest";
import { learn } from "$lib/i18n";
import texts from "$lib/i18n/en.admin.json";
import { advice, answer, curl, health, type Webhook } from "./health";

beforeAll(() => learn(texts));

const webhook = (changes: Partial<Webhook>): Webhook => ({
  id: "whk_1", url: "https://crm.example.com", events: ["*"], active: true, include_imported: false, ordering: "per_ticket",
  health: { consecutive_failures: 0 }, pending: 0, created_at: "", updated_at: "", version: 1, position: 1, ...changes,
});

describe("how a webhook fares", () => {
  test("one that fails says so before what it took earlier", () => {
    const seen = { consecutive_failures: 3, failing_since: "2026-11-01T00:00:00Z", last_success_at: "2026-10-01T00:00:00Z" };
    expect(health(webhook({ health: seen }))).toEqual({ tone: "bad", text: "Fails: 3 attempts in a row" });
  });
  test("one that somebody disabled is no alarm, one that disabled itself is", () => {
    expect(health(webhook({ active: false, disabled_reason: "requested" })).tone).toBe("plain");
    expect(health(webhook({ active: false, disabled_reason: "failing" })).tone).toBe("bad");
  });
});

test("why nothing was taken, and what to do", () => {
  expect(answer(500, "expected 2xx")).toBe("The endpoint answered 500");
  expect(answer(null, "no answer within 15s")).toBe("no answer within 15s");
  expect(advice(null, "no answer within 15s")).toContain("too long");
  expect(advice(302, null)).toContain("Redirects");
  expect(advice(204, null)).toBeNull();
});

test("a curl line sends the same again, whatever is in it", () => {
  const exchange = {
    url: "https://crm.example.com/hooks", request_headers: [["webhook-id", "evt_1"], ["content-length", "9"]],
    response_headers: [], response_body: "", response_truncated: false,
  };
  const line = curl({ number: 1, at: "", duration_ms: 1, exchange }, { title: "it's" });
  expect(line).toContain("-H 'webhook-id: evt_1'");
  expect(line).not.toContain("content-length");
  expect(line).toContain(`'{"title":"it'\\''s"}'`);
});
