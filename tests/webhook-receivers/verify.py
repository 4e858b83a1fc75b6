"""Verifies deliveries with the official Python library of Standard Webhooks.

Reads [{"secret", "headers", "body"}] from stdin; prints a line for each: `ok TYPE` or `refused`. Ends with 77 when the
library is not there.
"""

import json
import sys

try:
    from standardwebhooks.webhooks import Webhook, WebhookVerificationError
except ImportError:
    sys.exit(77)

for case in json.load(sys.stdin):
    try:
        event = Webhook(case["secret"]).verify(case["body"], case["headers"])
        print("ok", event["type"])
    except WebhookVerificationError:
        print("refused")
