"""Tickets made in a django-helpdesk, run by the Python of its own environment (not by ours).

`python _helpdesk_tickets.py` with HELPDESK_HOME makes a database there; then each line on stdin is a number of tickets to make
by its own form for customers, and each line on stdout the seconds that it took. No HTTP server stands between: Django's test
client calls the view, which is faster than a server could be. SQLite, durable at each commit, as Sapa's own.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings

HOME = Path(os.environ["HELPDESK_HOME"])
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
TEMPLATES = [
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
]
SETTINGS: dict[str, Any] = {
    "SECRET_KEY": "only-for-the-bench",
    "ALLOWED_HOSTS": ["*"],
    "ROOT_URLCONF": "_helpdesk_tickets",
    "USE_TZ": True,
    "SITE_ID": 1,
    "STATIC_URL": "static/",
    "MEDIA_ROOT": str(HOME / "media"),
    "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
    "EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
    "DATABASES": {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": HOME / "tickets.sqlite3",
            "CONN_MAX_AGE": None,
            "OPTIONS": {"init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"},
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
    "MIDDLEWARE": MIDDLEWARE,
    "TEMPLATES": TEMPLATES,
    "LOGIN_URL": "/login/",
    "HELPDESK_TEAMS_MODE_ENABLED": False,
}
if not settings.configured:  # Django loads this file a second time, for the addresses
    settings.configure(**SETTINGS)

import django  # noqa: E402

django.setup()

from django.urls import include, path  # noqa: E402

urlpatterns = [path("", include("helpdesk.urls", namespace="helpdesk"))]


def make(client: Any, queue: int, number: int) -> float:
    began = time.perf_counter()
    for at in range(number):
        answer = client.post(
            "/tickets/submit/",
            {
                "queue": queue,
                "title": f"Gamis sage ukuran L, pesanan {at}",
                "body": "Kak, gamis sage ukuran L berapa ya? Kalau ambil dua ada potongan?",
                "priority": 3,
                "submitter_email": f"orang{at}@surat.example",
            },
        )
        if answer.status_code != 302:
            raise RuntimeError(f"{answer.status_code} {answer.content[:300]!r}")
    return time.perf_counter() - began


def main() -> None:
    from django.core.management import call_command
    from django.test import Client
    from helpdesk.models import Queue, Ticket

    call_command("migrate", verbosity=0)
    queue = Queue.objects.create(title="WA", slug="wa", allow_public_submission=True)
    client, before = Client(), 0
    for line in sys.stdin:
        seconds = make(client, queue.pk, int(line))
        made = Ticket.objects.count() - before
        if made != int(line):
            raise RuntimeError(f"{made} tickets instead of {line}")
        before += made
        sys.stdout.write(f"{seconds}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
