"""What schemathesis cannot know of this API: things that exist, and rules between fields that no schema can state.

Requests that are meant to be right are made right (real ids, one of two fields, a future instant); those that are meant
to be wrong stay as they are. Streams are not waited for, and nothing takes away what the run itself gets in with.
"""

import itertools
import json
import os
import re
from datetime import datetime, timedelta, timezone

import requests
import schemathesis

BASE = os.environ["LEDGERDESK_BASE"]
KEY = os.environ["LEDGERDESK_KEY"]
TENANT = os.environ["LEDGERDESK_TENANT"]
EMAIL = os.environ["LEDGERDESK_EMAIL"]
PASSWORD = os.environ["LEDGERDESK_PASSWORD"]

ID = re.compile(r"\b(tkt|cus|agt|tea|whk|dlv|key|svc|inv|ses|fil|rol|sgr|lgh|arv|lst|viw|rtp)_[0-9a-f]{32}\b")
OURS = re.compile(r"^(etag|location|link|retry-after|www-authenticate|request-id|idempotency-replayed|helpdesk-.*)$")

NUMBER = re.compile(r"^T-[0-9]+$", re.IGNORECASE)
ETAG = re.compile(r'^(\*|"[0-9]+(\.[0-9a-f]{16})?")$')

IN_A_WEEK = (datetime.now(timezone.utc) + timedelta(days=7)).isoformat()
IN_A_MONTH = (datetime.now(timezone.utc) + timedelta(days=30)).isoformat()

numbers = itertools.count(1)
http = requests.Session()


class Things:
    """Ids of what exists, by prefix; the oldest comes first again when each had its turn."""

    def __init__(self):
        self.ids = {}
        self.deliveries = []

    def learn(self, text):
        for found in ID.finditer(text):
            known = self.ids.setdefault(found[1], [])
            if found[0] not in known and found[0] not in OWN:
                known.append(found[0])

    def learn_deliveries(self, page):
        """Those of events: a test cannot be repeated."""
        real = [one for one in page["data"] if one["position"]]
        self.deliveries.extend((one["webhook_id"], one["id"]) for one in real)

    def forget(self, id):
        known = self.ids.get(id[:3], [])
        if id in known:
            known.remove(id)

    def is_known(self, id):
        return id in self.ids.get(id[:3], [])

    def one(self, prefix):
        known = self.ids.get(prefix)
        return known[next(numbers) % len(known)] if known else None


def ask(method, path, body=None):
    answer = http.request(method, BASE + path, json=body, headers={"Authorization": f"Bearer {KEY}"}, timeout=20)
    answer.raise_for_status()
    return answer.json()


def tokens(email=EMAIL):
    return ask("POST", "/api/sessions", {"tenant": TENANT, "email": email, "password": PASSWORD})


def session(email=EMAIL):
    """One that was just begun: the access log tells of others, which ended long ago."""
    begun = tokens(email)["session_id"]
    things.learn(begun)
    return begun


def invitation():
    return ask("POST", "/api/invitations", {"email": f"guest-{next(numbers)}@example.com", "name": "Guest"})


def upload():
    answer = http.post(BASE + "/api/files", data=b"a file", headers={"Authorization": f"Bearer {KEY}"}, timeout=20)
    answer.raise_for_status()
    return answer.json()["id"]


def passing(prefix):
    """Somebody, or a ticket, that is there to be erased, and for nothing else."""
    if prefix == "tkt":
        id = ask("POST", "/api/tickets", {"title": "Passing", "body": "It goes.", "customer": customer})["id"]
    else:
        path = {"cus": "/api/customers", "agt": "/api/agents"}[prefix]
        id = ask("POST", path, {"name": "Passing", "external_id": f"passing-{next(numbers)}"})["id"]
    OWN.add(id)
    return id


OWN = {tokens()["agent"]["id"]}
OWN.update(key["id"] for key in ask("GET", "/api/keys")["data"] if KEY.startswith(key["hint"].rstrip("…")))
things = Things()
customer = {"name": "Ann Other", "email": "ann@example.com"}
# Nobody listens there: deliveries fail at once.
webhook = {"url": "http://127.0.0.1:9/", "events": ["ticket.created"]}
for path, body in [
    ("/api/webhooks", webhook),
    ("/api/tickets", {"title": "Printer", "body": "It does not print.", "customer": customer}),
    ("/api/agents", {"name": "Eve", "email": "eve@example.com"}),
    ("/api/teams", {"name": "Second line"}),
    ("/api/keys", {"name": "Spare", "scopes": ["tickets:read"]}),
    ("/api/service-accounts", {"name": "CRM", "role": "agent"}),
    ("/api/roles", {"name": "Readers", "permissions": [{"permission": "tickets:read", "reach": "team"}]}),
    ("/api/support-access", {"until": IN_A_WEEK, "reason": "a question"}),
    ("/api/log-streams", {"name": "SIEM", "url": webhook["url"]}),
    ("/api/views", {"name": "Refunds", "query": {"filter[tag]": "refund"}}),
    ("/api/retention-policies", {"name": "Old", "criteria": {"statuses": ["closed"], "older_than_days": 36500}}),
    ("/api/access-reviews", {"title": "Fourth quarter", "due_at": IN_A_MONTH}),
    # With it all that happened before is queued: the first one has a delivery.
    ("/api/webhooks", webhook),
]:
    things.learn(json.dumps(ask("POST", path, body)))
things.learn(json.dumps([invitation(), tokens(), upload()]))
things.learn_deliveries(ask("GET", f"/api/webhooks/{things.ids['whk'][0]}/deliveries"))
assert things.deliveries, "the first webhook has no delivery"
guest_agent = requests.post(
    BASE + "/api/invitations/accept",
    json={"tenant": TENANT, "token": invitation()["token"], "password": PASSWORD},
    timeout=20,
).json()["agent"]
guest = guest_agent["id"]
OWN.add(guest)
ERASES = {"eraseCustomer": "cus", "eraseAgent": "agt", "eraseTicket": "tkt"}
REWRITES = ("redactMessage", "rectifyMessage")
erased = passing("cus")
ask("POST", f"/api/customers/{erased}/erase")


def operation_id(case):
    return case.operation.definition.raw["operationId"]


@schemathesis.hook
def before_call(context, case, kwargs):
    operation = operation_id(case)
    if operation in ("listEvents", "listAudit", "listAccessLog"):
        case.headers["Accept"] = "application/json"
    bound(case.query)
    if case.path_parameters.get("id") in OWN:
        case.path_parameters["id"] = things.one(case.path_parameters["id"][:3])
    right = case.meta is None or case.meta.generation.mode.is_positive
    if right:
        make_right(operation, case)
    if operation in ERASES and (right or may_exist(case.path_parameters.get("id"))):
        case.path_parameters["id"] = passing(ERASES[operation])
    elif operation == "getErasure" and right:
        case.path_parameters["id"] = erased
    elif operation in REWRITES and right:
        case.path_parameters.update(message())
    elif operation in ("undoChange", "getCauses") and right:
        ticket, event = change()
        case.path_parameters["id"] = ticket
        if operation == "undoChange" and isinstance(case.body, dict):
            case.body["event_id"] = event
        elif operation == "getCauses":
            case.path_parameters["event_id"] = event


def message():
    """One that was just written, on a ticket that nobody else knows yet."""
    talk = ask("POST", "/api/tickets", {"title": "Talk", "body": "Said too much.", "customer": customer})["id"]
    return {"id": talk, "message_id": ask("GET", f"/api/tickets/{talk}/messages")["data"][0]["id"]}


def change():
    """One that was just made, on a ticket that nobody else knows yet."""
    ticket = ask("POST", "/api/tickets", {"title": "Change", "customer": customer})["id"]
    ask("PATCH", f"/api/tickets/{ticket}", {"priority": "critical"})
    return ticket, ask("GET", f"/api/tickets/{ticket}/timeline")["data"][-1]["id"]


def may_exist(id):
    return isinstance(id, str) and (things.is_known(id) or id.startswith("external:"))


def bound(query):
    """A position that is not there yet is waited for, as is what happens next."""
    for name, most in [("after", 1), ("min_position", 1), ("wait", 0)]:
        value = str(query.get(name))
        if "." in value or value.isdigit() and int(value) > most:
            query[name] = most


def make_right(operation, case):
    if "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = f"fuzz-{next(numbers)}"
    # Most versions have passed: now and then is enough.
    if "If-Match" in case.headers and (next(numbers) % 4 or not ETAG.match(str(case.headers["If-Match"]))):
        case.headers["If-Match"] = "*"
    # A cursor is good for one list only: tests of lists follow them.
    case.query.pop("cursor", None)
    if not any(character.isalnum() for character in str(case.query.get("q", "word"))):
        case.query["q"] = "printer"
    # A field once, whichever way.
    if "sort" in case.query:
        case.query["sort"] = str(case.query["sort"]).split(",")[0]
    if operation in ("getEvidence", "listUsageDays"):
        # The later one before now.
        case.query = {name: value for name, value in case.query.items() if name not in ("as_of", "from", "to")}
        if operation == "getEvidence" and "control" not in case.query:
            case.query.pop("format", None)
    if "as_of" in case.query:
        case.query["as_of"] = "999999999" if operation == "getTicket" else "2026-01-01"
    if "from" in case.query:
        case.query["from"] = "2026-01-01"
    if "to" in case.query:
        case.query["to"] = "2030-12-31T12:00:00Z"
    if operation == "issuePasswordReset":
        case.path_parameters["id"] = guest
    if operation == "revokeInvitation":
        things.learn(json.dumps(invitation()))
    if operation == "endSession":
        case.path_parameters["id"] = session()
    if operation == "endAgentSession":
        case.path_parameters.update(id=guest, session_id=session(guest_agent["email"]))
    if operation == "getTile":
        case.path_parameters.update(level="0", tile="000")
    elif operation == "getCheckpoint":
        case.query.pop("size", None)
    elif operation == "proveInclusion":
        case.query = {"position": 1}
    elif operation == "proveConsistency":
        case.query = {"from": 1}
    if operation == "getReport" and "report" not in case.query:
        case.query.clear()
    for name, value in case.path_parameters.items():
        case.path_parameters[name] = value if value == guest else existing(value)
    if isinstance(case.body, dict):
        case.body = fitting(operation, {name: existing(value) for name, value in case.body.items()})
    if operation == "decideAccess" and isinstance(case.body, dict):
        # Somebody who is in this review.
        path = f"{BASE}/api/access-reviews/{case.path_parameters['id']}/items"
        page = http.get(path, headers={"Authorization": f"Bearer {KEY}"}, timeout=20).json()
        if page.get("data"):
            case.body["item"] = page["data"][0]["item"]
    if operation == "withdrawConsent" and isinstance(case.body, dict):
        # Nobody withdraws what was never given.
        consent = {"purpose": case.body.get("purpose"), "text_version": "1", "source": "fuzz"}
        path = f"{BASE}/api/customers/{case.path_parameters['id']}/consents"
        http.post(path, json=consent, headers={"Authorization": f"Bearer {KEY}"}, timeout=20)
    of_delivery(case)


def existing(value):
    """The same, or something that exists in place of what does not."""
    if isinstance(value, list):
        return [existing(item) for item in value]
    if isinstance(value, str) and ID.fullmatch(value) and not things.is_known(value):
        return things.one(value[:3]) or value
    if isinstance(value, str) and NUMBER.match(value):
        return "T-1"
    return value


def of_delivery(case):
    """A delivery goes with its webhook."""
    webhook, delivery = things.deliveries[-1]
    if "delivery_id" in case.path_parameters:
        case.path_parameters.update(id=webhook, delivery_id=delivery)
    elif isinstance(case.body, dict) and "delivery_id" in case.body:
        case.path_parameters["id"] = webhook
        case.body["delivery_id"] = delivery


def fitting(operation, body):
    if str(body.get("role")).startswith("rol_"):
        body["role"] = "agent"
    if body.get("allowed_addresses"):
        # Among them this one: nobody shuts themselves out.
        body["allowed_addresses"] = ["127.0.0.0/8", "2001:db8::/32"]
    if body.get("attachments"):
        # A file belongs to one message, and comes with a text.
        body["attachments"] = [upload()] if body.get("body") else []
    if operation == "createTicket":
        if body.get("customer_id"):
            body.pop("customer", None)
        elif not identifies(body.get("customer")):
            body["customer"] = customer
    elif operation == "addMessage" and body.get("agent_id"):
        body.pop("customer_id", None)
    elif operation in ("createWebhook", "patchWebhook") and body.get("url"):
        body["url"] = f"{webhook['url']}{next(numbers)}"
    elif operation == "replayWebhook" and "from_position" in body:
        body["from_position"] = 1
    elif operation in ("createKey", "rotateKey"):
        body.update(expires_at=IN_A_MONTH)
        if body.get("rate_limit"):
            # What the plan of this tenant allows.
            body["rate_limit"] = min(body["rate_limit"], 1000)
        if "owner" in body:
            # One's own, or a program's: the key of this run is nobody's.
            body["owner"] = things.one("svc")
    elif operation == "decideAccess":
        # A role goes with its change alone.
        if body.get("decision") == "change_role":
            body["role"] = "agent"
        else:
            body.pop("role", None)
    elif operation == "grantSupportAccess":
        # Some are taken back by the run itself; so many stand at once at most.
        if len(things.ids.get("sgr", [])) > 10:
            taken_back = things.one("sgr")
            http.delete(f"{BASE}/api/support-access/{taken_back}", headers={"Authorization": f"Bearer {KEY}"}, timeout=20)
            things.forget(taken_back)
        body.update(until=IN_A_WEEK)
    elif operation in ("createLogStream", "patchLogStream"):
        if body.get("url"):
            body["url"] = f"{webhook['url']}{next(numbers)}"
        if body.get("from_position"):
            body["from_position"] = 1
        # No certificate is made up.
        body.pop("ca_certificates", None)
        # So many there are at most.
        if operation == "createLogStream" and len(things.ids.get("lst", [])) > 3:
            deleted = things.one("lst")
            http.delete(f"{BASE}/api/log-streams/{deleted}", headers={"Authorization": f"Bearer {KEY}"}, timeout=20)
            things.forget(deleted)
    elif operation == "openAccessReview":
        body.update(due_at=IN_A_MONTH)
    elif operation in ("createView", "patchView") and "query" in body:
        # What the list takes.
        body["query"] = {"filter[status]": "open,pending", "sort": "-priority"}
    elif operation == "createRetentionPolicy" and len(things.ids.get("rtp", [])) > 40:
        # So many there are at most.
        deleted = things.one("rtp")
        http.delete(f"{BASE}/api/retention-policies/{deleted}", headers={"Authorization": f"Bearer {KEY}"}, timeout=20)
        things.forget(deleted)
    elif operation == "placeLegalHold":
        # About a tag that nothing has: what the run deletes and erases must not be held.
        body = {name: body[name] for name in ("matter", "reason") if name in body}
        body.update(about="tag", tag=f"held-{next(numbers)}")
    elif operation == "logIn":
        body.update(tenant=TENANT, email=EMAIL, password=PASSWORD)
    elif operation == "refreshSession":
        body.update(refresh_token=tokens()["refresh_token"])
    elif operation == "acceptInvitation":
        body.update(tenant=TENANT, token=invitation()["token"], password=PASSWORD)
    elif operation == "acceptPasswordReset":
        token = ask("POST", f"/api/agents/{guest}/password-reset")["token"]
        body.update(tenant=TENANT, token=token, password=PASSWORD)
    elif operation == "reauthenticate":
        body = {"password": PASSWORD}
    elif operation == "beginPasskeyLogIn":
        body.update(tenant=TENANT)
    elif operation in ("updateTenant", "patchTenant"):
        body = own_tenant(body)
    elif operation == "patchAccessPolicy":
        body = policy(body)
    elif operation in ("createRole", "updateRole", "previewRole"):
        body = role(body)
    elif operation == "changePassword":
        body.update(current=PASSWORD, new=PASSWORD)
    return body


def role(body):
    """A name that no other has, and each permission once, with a reach only where it takes one."""
    if body.get("name"):
        body["name"] = f"Role {next(numbers)}"
    if body.get("permissions"):
        once = {grant["permission"]: grant for grant in body["permissions"]}
        body["permissions"] = [
            grant if name.startswith("tickets:") else {"permission": name} for name, grant in once.items()
        ]
    return body


def policy(body):
    """Of origins and roles those that there are; an idle limit that is not longer than the absolute one; no past."""
    if body.get("origins"):
        body["origins"] = ["https://app.example.com"]
    if body.get("roles"):
        body["roles"] = {"light_agent": {"allowed_addresses": ["203.0.113.0/24"]}}
    if isinstance(body.get("sessions"), dict):
        body["sessions"] = {"idle_minutes": 60, "absolute_minutes": 1440, "reauthentication_minutes": 15}
    if isinstance(body.get("access_reviews"), dict):
        # When the first opens: in the future.
        body["access_reviews"].pop("first_at", None)
    return body


def own_tenant(body):
    """Its own id, names that nobody else has, one value for each thing, hours that are some."""
    named = {"tenant_id": TENANT, "domain": f"help-{next(numbers)}.localhost"}
    body.update({field: value for field, value in named.items() if body.get(field)})
    if body.get("custom_domain"):
        body["custom_domain"] = f"help-{next(numbers)}.example.com"
    for field in ("logo", "primary_color", "secondary_color"):
        (body.get("branding") or {}).pop(field, None)
    if (body.get("settings") or {}).get("business_hours"):
        body["settings"]["business_hours"] = "9:00-17:00 EST"
    return body


def identifies(customer):
    return isinstance(customer, dict) and bool(customer.get("email") or customer.get("external_id"))


@schemathesis.hook
def after_call(context, case, response):
    if not 200 <= response.status_code < 300:
        return
    id = case.path_parameters.get("id")
    if case.method == "DELETE" and id and operation_id(case) != "deleteTicket":
        things.forget(id)
        return
    text = response.content.decode("utf-8", "replace")
    things.learn(text)
    if operation_id(case) == "listWebhookDeliveries":
        things.learn_deliveries(response.json())


@schemathesis.check
def every_header_of_ours_is_documented(context, response, case):
    described = case.operation.definition.raw["responses"].get(str(response.status_code))
    if described is None or "$ref" in described:
        return
    names = {name.lower() for name in described.get("headers", {})}
    unknown = [name for name in response.headers if OURS.match(name.lower()) and name.lower() not in names]
    assert not unknown, f"{response.status_code} does not document {', '.join(unknown)}"
