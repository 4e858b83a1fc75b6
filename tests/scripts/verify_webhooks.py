"""Verifies deliveries with the official Python library of Standard Webhooks.

Reads [{"secret", "headers", "body"}] from stdin; prints a line for each: `ok TYPE` or `refused`.
"""

import json
import sys

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

for case in json.load(sys.stdin):
    try:
        event = Webhook(case["secret"]).verify(case["body"], case["headers"])
        print("ok", event["type"])
    except WebhookVerificationError:
        print("refused")
