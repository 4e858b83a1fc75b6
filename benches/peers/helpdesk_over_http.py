"""django-helpdesk behind gunicorn: 32 connections create, list and get tickets of 50,000."""

import http.client
import json
import os
import subprocess
import sys
import time
from importlib.metadata import version

from measured import rounds, say

PEER = f"django-helpdesk {version('django-helpdesk')}"
HERE = os.path.dirname(os.path.abspath(__file__))
PORT = 8471
CONNECTIONS = 32
TICKETS = int(os.environ.get("LEDGERDESK_BENCH_TICKETS", "50000"))
# Two for each core and one, as gunicorn's documentation has it.
WORKERS = 2 * (os.cpu_count() or 1) + 1


def caller(token):
    connection = http.client.HTTPConnection("127.0.0.1", PORT)
    headers = {"Authorization": f"Token {token}", "Content-Type": "application/json"}

    def call(method, path, body=None):
        connection.request(method, path, json.dumps(body) if body else None, headers)
        answer = connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise SystemExit(f"{method} {path}: {answer.status} {text[:500]}")

    return call


def create(call, index, turn):
    email = f"customer-{index}-{turn % 50}@example.com"
    body = {"queue": 1, "title": "Login issues", "description": "I cannot log in. " * 20, "priority": 2,
            "submitter_email": email, "status": 1}
    call("POST", "/api/tickets/", body)


def list_(call, _, __):
    call("GET", "/api/tickets/?status=1")


def get(call, index, turn):
    call("GET", f"/api/tickets/{1 + (index * 997 + turn * 31) % TICKETS}/")


def measure(token):
    for what, act in (("create a ticket", create), ("list tickets", list_), ("get a ticket", get)):

        def worker(index, act=act):
            call, turn = caller(token), 0

            def once():
                nonlocal turn
                turn += 1
                act(call, index, turn)

            return once

        say(PEER, what, *rounds(CONNECTIONS, worker, seconds=8, count=1))


def main():
    site = [sys.executable, os.path.join(HERE, "helpdesk_site.py"), str(TICKETS)]
    token = subprocess.run(site, check=True, capture_output=True, text=True).stdout.split()[-1]
    gunicorn = [sys.executable, "-m", "gunicorn", "--chdir", HERE, "--workers", str(WORKERS), "--threads", "8",
                "--bind", f"127.0.0.1:{PORT}", "--log-level", "error", "helpdesk_site:application"]
    server = subprocess.Popen(gunicorn)
    try:
        until = time.monotonic() + 60
        while True:
            try:
                caller(token)("GET", "/api/tickets/1/")
                break
            except ConnectionRefusedError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)
        measure(token)
    finally:
        server.terminate()
        server.wait()


main()
