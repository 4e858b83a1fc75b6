// Verifies deliveries with the official JavaScript library of Standard Webhooks.
//
// Reads [{"secret", "headers", "body"}] from stdin; prints a line for each: `ok TYPE` or `refused`. Ends with 77 when
// the library is not there.

import { readFileSync } from "node:fs";

let library;
try {
  library = await import("standardwebhooks");
} catch {
  process.exit(77);
}

for (const { secret, headers, body } of JSON.parse(readFileSync(0, "utf8"))) {
  try {
    console.log("ok", new library.Webhook(secret).verify(body, headers).type);
  } catch (error) {
    if (!(error instanceof library.WebhookVerificationError)) throw error;
    console.log("refused");
  }
}
