# ruff: noqa: E402
"""Run inside a server's data folder: connects Toko Sage's site, answers the newest visitor, or lets the owner in.

Usage: python -m tests.browser.shop_with_site connect ORIGINS | answer TEXT | link
"""

from __future__ import annotations

import json
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sapa.config.settings")

import django

django.setup()

import httpx

from sapa.accounts.models import Business
from sapa.accounts.operations import make_business
from sapa.accounts.operations.signing import make_sign_in_link
from sapa.conversations.models import Conversation
from sapa.gateway.dispatch import send_message, try_and_connect
from sapa.lib import clock


def connect(origins: str) -> object:
    now = clock.now()
    shop = make_business(name="Toko Sage", owner_email="tuti@tokosage.example", owner_name="Bu Tuti", now=now)
    with httpx.Client() as http:
        channel = try_and_connect(
            business=shop,
            kind="web",
            name="",
            settings={"origins": origins, "whatsapp": "0812-3456-7890", "track": "always"},
            base_url="http://127.0.0.1",
            by=None,
            now=now,
            http=http,
        )
    return {"key": str(channel.public_id)}


def answer(text: str) -> object:
    now, shop = clock.now(), Business.objects.get()
    thread = Conversation.objects.filter(business=shop).latest("last_message_at")
    made = send_message(
        business=shop,
        conversation=thread,
        text=text,
        by=shop.teammates.get(),
        idempotency_key=f"uji:{text}",
        now=now,
    )
    return {"state": made.state}


def link() -> object:
    owner = Business.objects.get().teammates.get()
    return {"token": make_sign_in_link(user=owner.user, now=clock.now())}


if __name__ == "__main__":
    found = {"connect": connect, "answer": answer, "link": link}[sys.argv[1]](*sys.argv[2:])
    sys.stdout.write(json.dumps(found))
