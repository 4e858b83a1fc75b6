"""A Django site with nothing but django-helpdesk and its REST API: settings, URLs and WSGI application in one.

Two things differ from what it ships. Callers show a token, because Django's password hash for each request would be all
that is measured; and a list reads its page: as shipped, each request of the API loads every ticket of the database.
"""

import os
import sys

from django.conf import settings

HERE = os.path.dirname(os.path.abspath(__file__))

settings.configure(
    SECRET_KEY="of a bench",
    DEBUG=False,
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF="helpdesk_site",
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    USE_TZ=True,
    SITE_ID=1,
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "helpdesk",
            "HOST": os.environ["PGHOST"],
            "USER": "postgres",
            "CONN_MAX_AGE": None,
        }
    },
    INSTALLED_APPS=[
        "django.contrib.admin",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.humanize",
        "django.contrib.messages",
        "django.contrib.sessions",
        "django.contrib.sites",
        "django.contrib.staticfiles",
        "rest_framework",
        "rest_framework.authtoken",
        "helpdesk",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
    STATIC_URL="/static/",
    EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend",
    HELPDESK_ACTIVATE_API_ENDPOINT=True,
    HELPDESK_TEAMS_MODE_ENABLED=False,
    REST_FRAMEWORK={"DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.TokenAuthentication"]},
)

import django  # noqa: E402

django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.urls import include, path  # noqa: E402
from helpdesk.user import HelpdeskUser  # noqa: E402
from helpdesk.views.api import TicketViewSet  # noqa: E402


def one_page(view):
    tickets = HelpdeskUser(view.request.user).accessible_tickets().order_by("-priority", "-created")
    status = view.request.query_params.get("status")
    return tickets.filter(status=status) if status else tickets


TicketViewSet.get_queryset = one_page
urlpatterns = [path("", include("helpdesk.urls", namespace="helpdesk"))]
application = get_wsgi_application()


def fill(tickets):
    """A queue, a user with a token, and so many tickets with a message each; prints the token."""
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.db import connection
    from helpdesk.models import FollowUp, Queue, Ticket
    from rest_framework.authtoken.models import Token

    call_command("migrate", verbosity=0)
    user = get_user_model().objects.create_superuser("bench", "bench@example.com", "bench")
    queue = Queue.objects.create(title="Support", slug="support")
    body = "I cannot log in since this morning. " * 9
    for begin in range(0, tickets, 5_000):
        made = Ticket.objects.bulk_create(
            Ticket(
                queue=queue,
                title=f"Login issues {turn % 1_000}",
                description=body,
                submitter_email=f"customer-{turn % 2_000}@example.com",
                status=1 + turn % 5,
                priority=1 + turn % 4,
            )
            for turn in range(begin, min(begin + 5_000, tickets))
        )
        FollowUp.objects.bulk_create(
            FollowUp(ticket=ticket, title="Ticket Opened", comment=body, public=True, user=user) for ticket in made
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(Token.objects.create(user=user).key)


if __name__ == "__main__":
    fill(int(sys.argv[1]))
