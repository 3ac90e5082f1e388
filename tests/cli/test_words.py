"""Wrong words end with 2, what cannot be done with 1 and one sentence; without a business it says how to make one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sapa.accounts.models import Business
from sapa.channels.queries import find_channel_by_write_key
from tests.cli.conftest import Sapa


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("terbang",),
        ("init",),
        ("contacts", "--limit", "banyak"),
        ("contacts", "--limit", "-1"),
        ("today", "--now", "kemarin"),
        ("metrics", "--from", "21/11/2026"),
        ("import",),
        ("import", "--undo", "x", "berkas.csv"),
        ("import", "--kind", "puisi", "berkas.csv"),
        ("snapshot",),
        ("merge", "Rina"),
    ],
)
def test_wrong_words_end_with_2_and_print_nothing_on_stdout(shop: Sapa, words: tuple[str, ...]) -> None:
    said = shop(*words)
    assert (said.status, said.out) == (2, "")
    assert said.err


@pytest.mark.parametrize(
    "words",
    [
        ("contacts", "--json"),
        ("today", "--json"),
        ("metrics",),
        ("journey",),
        ("snapshot", "Rina"),
        ("duplicates",),
        ("verify",),
        ("import", "berkas.csv"),
    ],
)
def test_without_a_business_it_says_how_to_make_one(sapa: Sapa, words: tuple[str, ...]) -> None:
    said = sapa(*words)
    assert (said.status, said.out) == (1, "")
    assert "sapa init" in said.err
    assert said.err.count("\n") == 1


def test_init_prints_the_slug_and_a_link_that_signs_in_once(sapa: Sapa) -> None:
    said = sapa(
        "init", "--business", "Kopi Pak Dé", "--owner-email", "DE@kopi.example", "--timezone", "Asia/Makassar"
    )
    slug, link = said.out.splitlines()
    assert (said.status, slug) == (0, "kopi-pak-de")
    assert link.startswith("http://localhost:8000/")
    shop = Business.objects.get()
    assert (shop.timezone, shop.teammates.get().user.email) == ("Asia/Makassar", "de@kopi.example")
    again = sapa("init", "--business", "Kopi", "--owner-email", "bukan alamat")
    assert (again.status, again.out) == (1, "")
    assert "bukan alamat e-mail" in again.err


def test_with_two_businesses_one_must_be_named(shop: Sapa) -> None:
    shop("init", "--business", "Kopi Andi", "--owner-email", "andi@kopi.example")
    said = shop("contacts", "--json")
    assert said.status == 1
    assert "kopi-andi, toko-sage" in said.err or "toko-sage, kopi-andi" in said.err
    assert shop("contacts", "--json", "--business", "kopi-andi").json == []
    assert "toko-sage" in shop("contacts", "--business", "kopi-budi").err


def test_what_comes_later_says_so(sapa: Sapa) -> None:
    for words in (("topics",), ("answer", "ongkir?"), ("simplify", "kebijakan.txt")):
        said = sapa(*words)
        assert (said.status, said.out) == (1, "")
        assert "belum ada di versi ini" in said.err


def test_a_mistake_inside_sapa_is_one_sentence_too(shop: Sapa, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*given: object, **named: object) -> None:
        raise ZeroDivisionError("dibagi nol")

    monkeypatch.setattr("sapa.cli.people.list_contacts", broken)
    monkeypatch.delenv("SAPA_TRACEBACK", raising=False)
    said = shop("contacts")
    assert (said.status, said.out) == (1, "")
    assert "ZeroDivisionError: dibagi nol" in said.err
    assert said.err.count("\n") == 1
    monkeypatch.setenv("SAPA_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        shop("contacts")


def test_a_write_key_is_printed_once_and_a_servers_beside_a_browsers(shop: Sapa) -> None:
    browser, server = shop("write-key").out.strip(), shop("write-key", "--server", "--json").json
    assert server["server"] is True
    assert find_channel_by_write_key(browser) is not None
    assert find_channel_by_write_key(server["write_key"]) is not None
    again = shop("write-key")
    assert "/v1/batch" in again.err
    assert find_channel_by_write_key(browser) is None
    assert find_channel_by_write_key(again.out.strip()) is not None


def test_every_command_that_answers_takes_json_and_prints_one_document(known: Sapa, tmp_path: Path) -> None:
    made = known("init", "--business", "Kopi Andi", "--owner-email", "andi@kopi.example", "--json").json
    assert made["slug"] == "kopi-andi"
    assert made["link"].startswith("http://localhost:8000/")
    shop = ("--business", "toko-sage", "--json")
    link = known("merge", "Budi Santoso", "Sari Dewi", *shop).json["id"]
    assert known("unmerge", link, *shop).json == {"id": link}
    assert known("rebuild", *shop).json["rows"] > 0
    assert "database.db" in known("backup", tmp_path / "cadangan.zip", "--json").json["members"]
    assert known("write-key", *shop).json["write_key"]
    for command in ("contacts", "today", "metrics", "journey", "duplicates", "verify"):
        json.loads(known(command, *shop).out)


def test_who_was_not_known_then_is_said_in_one_sentence(known: Sapa) -> None:
    said = known("snapshot", "Rina Wulandari", "--now", "2025-01-01")
    assert (said.status, said.out) == (1, "")
    assert said.err == "sapa: Rina Wulandari belum dikenal pada 1 Jan 2025 00.00.\n"
    assert "cocok" in known("contacts", "--search", "Zainal").out
