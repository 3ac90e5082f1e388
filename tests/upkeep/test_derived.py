"""Rebuild throws away what is derived, and only that; verify sees what was tampered with."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps

from sapa.accounts.models import Business
from sapa.accounts.operations import make_business
from sapa.contacts.models import Contact, Identity
from sapa.conversations.models import Conversation
from sapa.imports.operations import import_files
from sapa.readings.models import Reading
from sapa.snapshots.operations import refresh_changed
from sapa.standings.models import Standing
from sapa.timeline.models import Touchpoint
from sapa.upkeep.operations import rebuild, verify
from sapa.upkeep.tables import DERIVED, FACTS
from tests.cli.conftest import CHAT, ORDERS

pytestmark = pytest.mark.django_db(transaction=True)

BOOKKEEPING = {"contacts.Change", "contacts.Cursor"}


@pytest.fixture
def shop(transactional_db: None, now: datetime, tmp_path: Path) -> Business:
    shop = make_business(name="Toko Sage", owner_email="tuti@tokosage.example", now=now)
    chat, orders = tmp_path / "Chat WhatsApp dengan Rina Wulandari.txt", tmp_path / "pesanan.csv"
    chat.write_text(CHAT, encoding="utf-8")
    orders.write_text(ORDERS, encoding="utf-8")
    import_files(business=shop, paths=[chat, orders], now=now, alone=True)
    refresh_changed(shop, now=now)
    return shop


def _rows(labels: Any, *, without: tuple[str, ...] = ()) -> dict[str, list[dict[str, Any]]]:
    found = {}
    for label in sorted(labels):
        rows = apps.get_model(label)._default_manager.order_by("id").values()
        found[label] = [{name: value for name, value in row.items() if name not in without} for row in rows]
    return found


def test_a_rebuild_makes_the_same_again_and_touches_no_fact(shop: Business, now: datetime) -> None:
    facts = _rows(FACTS - BOOKKEEPING)
    derived = _rows(DERIVED, without=("id", "public_id"))
    assert all(
        derived[label]
        for label in ("standings.Standing", "readings.Reading", "promises.Promise", "actions.Action")
    )
    assert rebuild(business=shop, now=now) >= sum(map(len, derived.values()))
    assert _rows(FACTS - BOOKKEEPING) == facts
    again = _rows(DERIVED, without=("id", "public_id"))
    for label, rows in derived.items():
        assert sorted(map(str, again[label])) == sorted(map(str, rows)), label
    assert verify(business=shop, now=now) == []


@pytest.mark.parametrize(
    "tamper",
    [
        lambda: Standing.objects.filter(order_count=1).update(order_count=7),
        lambda: Standing.objects.order_by("id").first().delete(),  # type: ignore[union-attr]
        lambda: Reading.objects.filter(message__direction="in").update(intent="thanks"),
        lambda: Touchpoint.objects.update(phase="retention"),
        lambda: Conversation.objects.update(waiting_since=None, last_in_at=None),
        lambda: Identity.objects.filter(kind="phone").update(contact=Contact.objects.order_by("id").first()),
    ],
    ids=["standing", "missing row", "reading", "phase", "conversation", "contact"],
)
def test_what_was_tampered_with_is_seen_and_mended(shop: Business, now: datetime, tamper: Any) -> None:
    assert verify(business=shop, now=now) == []
    tamper()
    assert verify(business=shop, now=now)
    rebuild(business=shop, now=now)
    assert verify(business=shop, now=now) == []


def test_a_rebuild_of_one_business_leaves_another_alone(shop: Business, now: datetime) -> None:
    other = make_business(name="Kopi Andi", owner_email="andi@kopi.example", now=now)
    before = _rows(DERIVED)
    assert rebuild(business=other, now=now) == 0
    assert _rows(DERIVED) == before
