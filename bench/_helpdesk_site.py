"""A django-helpdesk as its handbook sets one up, run by the Python of its own environment (not by ours), where Sapa is not installed.

`python _helpdesk_site.py TICKETS FOLLOW_UPS_EACH` makes its database (HELPDESK_HOME/helpdesk.sqlite3), lays tickets into it and prints
the session of a signed-in agent with the addresses of the queue; `granian --interface wsgi _helpdesk_site:application` serves it.
As in the shop beside it four of ten are open; everything else of the queue stands as it comes.
"""

from __future__ import annotations

import json
import os
import random
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

HOME = Path(os.environ["HELPDESK_HOME"])

SETTINGS: dict[str, Any] = {
    "SECRET_KEY": "only-for-the-bench",
    "DEBUG": False,
    "ALLOWED_HOSTS": ["*"],
    "ROOT_URLCONF": "_helpdesk_site",
    "USE_TZ": True,
    "SITE_ID": 1,
    "STATIC_URL": "static/",
    "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
    "DATABASES": {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": HOME / "helpdesk.sqlite3",
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA cache_size=-32000; PRAGMA mmap_size=268435456;"
            },
        }
    },
    "INSTALLED_APPS": [
        "django.contrib.admin",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "django.contrib.staticfiles",
        "django.contrib.sites",
        "django.contrib.humanize",
        "helpdesk",
        "rest_framework",
    ],
    "MIDDLEWARE": [
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    "TEMPLATES": [
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
    "LOGIN_URL": "/login/",
    "HELPDESK_TEAMS_MODE_ENABLED": False,
}
# The server loads this file under a name of its own, and Django once more for the addresses.
if not settings.configured:
    settings.configure(**SETTINGS)

import django  # noqa: E402

django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.urls import include, path  # noqa: E402

urlpatterns = [path("", include("helpdesk.urls", namespace="helpdesk"))]
application = get_wsgi_application()


def lay(tickets: int, follow_ups: int) -> dict[str, str]:
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    people, queues = _people(), _queues()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=OFF")
    chance, now = random.Random(20261122), datetime.now(UTC)
    for first in range(1, tickets + 1, 5_000):
        numbers = range(first, min(first + 5_000, tickets + 1))
        _lay_some(numbers, follow_ups, people, queues, chance, now)
    return _told(people[0])


def _people() -> list[Any]:
    from django.contrib.auth import get_user_model

    made = get_user_model().objects
    names = ("tuti", "dina", "andi", "sari", "budi")
    return [made.create_superuser(name, f"{name}@toko.example", "x") for name in names]


def _queues() -> list[Any]:
    from helpdesk.models import Queue

    slugs = ("wa", "ig", "tg", "fb", "line", "mail")
    return [Queue.objects.create(title=slug.upper(), slug=slug) for slug in slugs]


def _lay_some(
    numbers: range,
    follow_ups: int,
    people: list[Any],
    queues: list[Any],
    chance: random.Random,
    now: datetime,
) -> None:
    from helpdesk.models import FollowUp, Ticket

    tickets, said = [], list[Any]()
    for number in numbers:
        at = now - timedelta(minutes=chance.randint(5, 270 * 1440))
        tickets.append(
            Ticket(
                id=number, title=f"Gamis sage ukuran L, pesanan {number}", queue=chance.choice(queues), created=at,
                modified=at, submitter_email=f"orang{number}@surat.example", status=1 if chance.random() < 0.4 else 4,
                description="Kak, gamis sage ukuran L berapa ya? Kalau ambil dua ada potongan?",
                assigned_to=chance.choice(people) if chance.random() < 0.4 else None, priority=chance.randint(1, 5),
            )
        )  # fmt: skip
        said += [_follow_up(number, at, turn, people) for turn in range(follow_ups)]
    Ticket.objects.bulk_create(tickets, batch_size=500)
    FollowUp.objects.bulk_create(said, batch_size=1_000)


def _follow_up(ticket: int, at: datetime, turn: int, people: list[Any]) -> Any:
    from helpdesk.models import FollowUp

    return FollowUp(
        ticket_id=ticket,
        date=at + timedelta(minutes=20 * turn),
        title="Comment",
        public=True,
        comment="Ready kak, silakan diorder. Untuk ukuran L lingkar dadanya 104 cm.",
        user=people[turn % len(people)] if turn % 2 else None,
    )


def _told(agent: Any) -> dict[str, str]:
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    store = SessionStore()
    store[SESSION_KEY] = str(agent.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = agent.get_session_auth_hash()
    store.create()
    return {"cookie": str(store.session_key)}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(lay(int(sys.argv[1]), int(sys.argv[2]))) + "\n")
