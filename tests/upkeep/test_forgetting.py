"""Forgetting a person: no word of theirs is left anywhere, nothing brings it back, and the figures still add up."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings

from sapa.accounts.models import Business
from sapa.accounts.operations import add_teammate, make_business
from sapa.accounts.queries import list_audit
from sapa.contacts.models import Contact, Identity
from sapa.contacts.operations import state
from sapa.contacts.queries import find_contact
from sapa.conversations.models import Message
from sapa.imports.operations import import_files
from sapa.snapshots.operations import refresh_changed
from sapa.timeline.models import Touchpoint
from sapa.upkeep.operations import forget, replay_forgotten, verify
from tests.cli.conftest import CHAT, ORDERS

pytestmark = pytest.mark.django_db(transaction=True)

CUSTOMERS = (
    "Nama,No HP,Alamat,Catatan\nRina Wulandari,0812-9999-1111,Jl. Melati 5,suka warna sage\n,bukan nomor,,\n"
)
REVIEWS = "Tanggal,Nama,No HP,Bintang,Ulasan,Sumber\n2026-11-10,Rina Wulandari,0812-9999-1111,5,bahannya adem sekali,Google\n"
WORDS = (
    "Rina",
    "6281299991111",
    "81299991111",
    "ukuran L",
    "harganya berapa",
    "Melati",
    "adem",
    "kirim fotonya",
)


@pytest.fixture
def shop(transactional_db: None, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Business:
    """Toko Sage with Rina's chat, card and review, and with two other customers."""
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path / "files")
    monkeypatch.setattr(settings, "HOME", tmp_path)
    shop = make_business(name="Toko Sage", owner_email="tuti@tokosage.example", now=now)
    _import(shop, tmp_path, now)
    rina = find_contact(shop, "0812-9999-1111")
    assert rina is not None
    mate = add_teammate(business=shop, email="dina@tokosage.example", name="Dina", role="member", now=now)
    state(
        business=shop,
        contact=rina,
        field="trust",
        value="trusting",
        why="Rina sering datang",
        by=mate,
        now=now,
    )
    refresh_changed(shop, now=now)
    return shop


def _import(shop: Business, folder: Path, now: datetime) -> None:
    contents = {
        "Chat WhatsApp dengan +62 812-9999-1111.txt": CHAT.replace("Rina Wulandari:", "+62 812-9999-1111:"),
        "pesanan.csv": ORDERS,
        "pelanggan.csv": CUSTOMERS,
        "ulasan.csv": REVIEWS,
    }
    paths = [folder / name for name in contents]
    for path in paths:
        path.write_text(contents[path.name], encoding="utf-8")
    import_files(business=shop, paths=paths, own_name="Toko Sage", now=now, alone=True)
    refresh_changed(shop, now=now)


def _everything() -> Iterator[tuple[str, str]]:
    """(table, all that stands in one of its rows) of every table of the house."""
    for model in apps.get_models():
        if model.__module__.startswith("sapa."):
            for row in model._default_manager.values():
                told: dict[str, Any] = {
                    name: bytes(value).decode("utf-8", "replace")
                    if isinstance(value, memoryview | bytes)
                    else str(value)
                    for name, value in row.items()
                }
                yield model.__name__, json.dumps(told, ensure_ascii=False)


def _found(words: tuple[str, ...]) -> list[tuple[str, str]]:
    return [
        (table, word) for table, row in _everything() for word in words if word.casefold() in row.casefold()
    ]


def test_no_word_of_a_forgotten_person_is_left_and_others_keep_theirs(
    shop: Business, now: datetime, tmp_path: Path
) -> None:
    assert {table for table, _word in _found(WORDS)} >= {
        "Message",
        "Identity",
        "Contact",
        "Review",
        "Description",
    }
    touchpoints = Touchpoint.objects.count()
    rina = find_contact(shop, "0812-9999-1111")
    assert rina is not None
    erased = forget(business=shop, contact=rina, by=None, now=now)
    assert erased.messages == 4
    assert _found(WORDS) == []
    assert find_contact(shop, "0812-9999-1111") is None
    assert Touchpoint.objects.count() == touchpoints
    assert find_contact(shop, "Budi Santoso") is not None
    assert "Sage L" in json.dumps([row for _table, row in _everything()])
    assert list_audit(shop)[0].verb == "forgot"
    assert not [path for path in (tmp_path / "files").rglob("*") if path.is_file()]
    assert verify(business=shop, now=now) == []


def test_the_old_files_do_not_bring_the_words_back(shop: Business, now: datetime, tmp_path: Path) -> None:
    rina = find_contact(shop, "0812-9999-1111")
    assert rina is not None
    forget(business=shop, contact=rina, by=None, now=now)
    before = (Message.objects.count(), Touchpoint.objects.count(), Contact.objects.count())
    _import(shop, tmp_path, now + timedelta(days=1))
    assert (Message.objects.count(), Touchpoint.objects.count(), Contact.objects.count()) == before
    assert [one for one in _found(WORDS) if one[0] not in ("FailedRow", "BatchFile")] == []


def test_what_they_write_later_is_theirs_to_tell_anew(shop: Business, now: datetime, tmp_path: Path) -> None:
    rina = find_contact(shop, "0812-9999-1111")
    assert rina is not None
    forget(business=shop, contact=rina, by=None, now=now)
    later = tmp_path / "Chat WhatsApp dengan +62 812-9999-1111.txt"
    later.write_text("25/12/26, 09.12 - +62 812-9999-1111: halo kak, saya lagi\n", encoding="utf-8")
    import_files(business=shop, paths=[later], own_name="Toko Sage", now=now + timedelta(days=40), alone=True)
    again = find_contact(shop, "0812-9999-1111")
    assert again is not None
    assert again.id != rina.id
    assert [message.text for message in Message.objects.filter(identity__contact=again)] == [
        "halo kak, saya lagi"
    ]


def test_a_restored_older_copy_forgets_again(shop: Business, now: datetime, tmp_path: Path) -> None:
    kept = {row["id"]: row for row in Identity.objects.values()}
    messages = {row["id"]: row["text"] for row in Message.objects.values()}
    rina = find_contact(shop, "0812-9999-1111")
    assert rina is not None
    forget(business=shop, contact=rina, by=None, now=now)
    for pk, row in kept.items():
        Identity.objects.filter(id=pk).update(
            value=row["value"], name=row["name"], is_forgotten=False, learned_at=row["learned_at"]
        )
    for pk, text in messages.items():
        Message.objects.filter(id=pk).update(text=text)
    assert _found(WORDS)
    assert replay_forgotten(now=now + timedelta(days=1)) == 1
    assert _found(WORDS) == []
    assert replay_forgotten(now=now + timedelta(days=1)) == 0
