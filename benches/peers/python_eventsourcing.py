"""eventsourcing for Python over its own PostgreSQL recorder: a command loads its aggregate and saves one event."""

import os
import time
from importlib.metadata import version
from uuid import uuid4

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from measured import BODY, EVENTS_OF_A_STREAM, rounds, say

PEER = f"eventsourcing {version('eventsourcing')}"


class Ticket(Aggregate):
    @event("Opened")
    def __init__(self, body):
        self.messages = 1

    @event("Replied")
    def reply(self, body):
        self.messages += 1


def writer(app):
    def worker(_):
        done, ticket = 0, None

        def act():
            nonlocal done, ticket
            if done % EVENTS_OF_A_STREAM == 0:
                opened = Ticket(body=BODY)
                app.save(opened)
                ticket = opened.id
            else:
                loaded = app.repository.get(ticket)
                loaded.reply(body=BODY)
                app.save(loaded)
            done += 1

        return act

    return worker


def replay(app):
    """All events of the log into tickets in memory."""
    tickets, count, position = {}, 0, None
    began = time.monotonic()
    while notifications := app.recorder.select_notifications(position, 1000, inclusive_of_start=False):
        for notification in notifications:
            happened = app.mapper.to_domain_event(notification)
            tickets[happened.originator_id] = happened.mutate(tickets.get(happened.originator_id))
        count += len(notifications)
        position = notifications[-1].id
    return count / (time.monotonic() - began)


def main():
    app = Application(
        env={
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": "eventsourcing",
            "POSTGRES_HOST": os.environ["PGHOST"],
            "POSTGRES_PORT": "5432",
            "POSTGRES_USER": "postgres",
            "POSTGRES_PASSWORD": "trust",
            "POSTGRES_POOL_SIZE": "16",
            "POSTGRES_MAX_OVERFLOW": "32",
        }
    )
    for writers in (1, 8, 32):
        say(PEER, f"append, {writers}", *rounds(writers, writer(app)))
    say(PEER, "replay", replay(app))
    app.close()


main()
