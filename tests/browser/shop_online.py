# ruff: noqa: E402
"""Run inside a server's data folder: a shop whose customers write, for tests of what is live.

Usage: python -m tests.browser.shop_online begin | say TEXT | mention
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sapa.config.settings")

import django

django.setup()

import httpx

from sapa.accounts.models import Business
from sapa.accounts.operations import add_teammate, make_business, set_password
from sapa.accounts.queries import get_owner
from sapa.contacts.models import Contact, Identity
from sapa.conversations.models import Conversation, Message
from sapa.conversations.operations import add_remark, note_stirs
from sapa.gateway.dispatch import try_and_connect
from sapa.lib import clock
from sapa.lib.database import write


def begin() -> dict[str, Any]:
    """The shop with two teammates, its site's chat, and Rina, who waits."""
    now = clock.now()
    shop = make_business(name="Toko Sage", owner_email="tuti@tokosage.example", owner_name="Bu Tuti", now=now)
    mate = add_teammate(business=shop, email="dina@tokosage.example", name="Dina", role="member", now=now)
    owner = get_owner(shop)
    for one in (owner, mate):
        set_password(user=one.user, password="kemeja sage ukuran L")
    with httpx.Client() as http:
        channel = try_and_connect(
            business=shop,
            kind="web",
            name="",
            settings={"origins": "http://127.0.0.1"},
            base_url="http://127.0.0.1",
            by=None,
            now=now,
            http=http,
        )
    contact = Contact.objects.create(business=shop, name="Rina Wulandari", created_at=now)
    identity = Identity.objects.create(
        business=shop, kind="visitor", value="rina-1", is_key=True, learned_at=now, contact=contact
    )
    thread = Conversation.objects.create(business=shop, channel=channel, key="rina-1", identity=identity)
    say("Kak, sage L masih ada?")
    return {"thread": str(thread.public_id)}


def say(text: str) -> dict[str, Any]:
    """Rina writes, as the digest of a live message leaves it."""
    now, shop = clock.now(), Business.objects.get()
    thread = Conversation.objects.get(business=shop)
    with write():
        Message.objects.create(
            business=shop,
            conversation=thread,
            identity=thread.identity,
            direction="in",
            source="live",
            text=text,
            happened_at=now,
            learned_at=now,
            dedupe_key=f"{text}-{now.timestamp()}",
        )
        thread.waiting_since = thread.waiting_since or now
        thread.last_in_at = thread.last_message_at = now
        thread.save()
        note_stirs(business=shop, conversation_ids=[thread.pk], what="message", now=now)
    return {"at": now.timestamp()}


def mention() -> dict[str, Any]:
    """Dina calls Bu Tuti in a note."""
    now, shop = clock.now(), Business.objects.get()
    owner = get_owner(shop)
    add_remark(
        business=shop,
        conversation=Conversation.objects.get(business=shop),
        text="@Bu Tuti boleh diskon?",
        mentions=[owner.pk],
        by=shop.teammates.get(name="Dina"),
        now=now,
    )
    return {}


if __name__ == "__main__":
    found = {"begin": begin, "say": say, "mention": mention}[sys.argv[1]](*sys.argv[2:])
    sys.stdout.write(json.dumps(found))
