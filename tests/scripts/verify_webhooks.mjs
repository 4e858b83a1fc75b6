// Verifies deliveries with the official JavaScript library of Standard Webhooks. Run in the directory that has it.
//
// Reads [{"secret", "headers", "body"}] from stdin; prints a line for each: `ok TYPE` or `refused`.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const { Webhook, WebhookVerificationError } = createRequire(`${process.cwd()}/`)("standardwebhooks");

for (const { secret, headers, body } of JSON.parse(readFileSync(0, "utf8"))) {
  try {
    console.log("ok", new Webhook(secret).verify(body, headers).type);
  } catch (error) {
    if (!(error instanceof WebhookVerificationError)) throw error;
    console.log("refused");
  }
}
