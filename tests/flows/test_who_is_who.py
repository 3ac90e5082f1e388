"""One buyer over marketplace, chat, site and sheet; a family's phone; a reseller; and taking an import back.

S1.17, S3.15 and properties 4, 5 and 7 of the design, through files and the command alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sapa.accounts.models import Business
from sapa.contacts.models import Identity
from sapa.contacts.operations import mark_shared
from tests.cli.conftest import Sapa
from tests.flows.shop import (
    SHOP,
    Bought,
    Who,
    crowd,
    day,
    talk,
    web,
    write_chat,
    write_chats,
    write_events,
    write_orders,
    write_people,
    write_shopee,
)

pytestmark = pytest.mark.django_db(transaction=True)

RINA = Who("Rina Wulandari", "+6281234567890")
BUDI = Who("Budi Santoso", "+6281311112222")
NUMBER = "260110ABCD1234"
NOW = day(30, "12:00")


@pytest.fixture
def shop(sapa: Sapa) -> Sapa:
    """The command, with Toko Sage there and nothing in it."""
    assert sapa("init", "--business", SHOP, "--owner-email", "tuti@tokosage.example").status == 0
    return sapa


def bring(shop: Sapa, *files: Path) -> str:
    said = shop("import", "--json", "--as", SHOP, *files)
    assert said.status == 0, said.err
    assert all(file["failed"] == 0 for file in said.json["files"]), said.json
    return str(said.json["id"])


def people(shop: Sapa) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in shop("contacts", "--json").json}


def kinds(row: dict[str, Any]) -> set[str]:
    return {one["kind"] for one in row["identities"]}


def of_rina(folder: Path) -> dict[str, Path]:
    """What each place knows of her: a user name, a number, a visitor, a row."""
    bought = Bought(
        NUMBER, RINA, day(5, "10:00"), 185_000, status="Selesai", item="Kemeja Linen", variant="Sage,L"
    )
    again = Bought("260120ABCD9999", RINA, day(15, "10:00"), 95_000, status="Selesai", item="Kerudung")
    chat = talk(
        RINA.shown_phone,
        day(6, "09:00"),
        f"Kak, pesanan saya {NUMBER} sudah dikirim?",
        "> Sudah kak, ini resinya",
    )
    visits = [
        web(
            day(4, "20:00"), "tamu-9", name="Kemeja Linen", path="kemeja", referrer="https://www.tiktok.com/"
        ),
        web(day(4, "20:05"), "tamu-9", "track", "Form Submitted", who=RINA, form="tanya"),
    ]
    return {
        "shopee": write_shopee(folder, "Order.completed.csv", [(bought, "rina.w"), (again, "rina.w")]),
        "chat": write_chat(folder, RINA.shown_phone, chat),
        "site": write_events(folder, "situs.jsonl", visits),
        "sheet": write_people(folder, "pelanggan.csv", [(RINA, day(7), "lihat video TikTok")]),
    }


def test_four_places_know_one_buyer_whatever_comes_first(shop: Sapa, tmp_path: Path) -> None:
    files = of_rina(tmp_path)
    bring(shop, files["shopee"])
    (masked,) = people(shop).values()
    assert (masked["orders"], kinds(masked)) == (2, {"marketplace:shopee"})
    assert not any("*" in one["value"] for one in masked["identities"])
    bring(shop, files["chat"])
    bring(shop, files["site"], files["sheet"])
    rows = people(shop)
    assert list(rows) == [RINA.name]
    rina = rows[RINA.name]
    assert {"phone", "marketplace:shopee"} <= kinds(rina)
    assert ("phone", RINA.phone) in [(one["kind"], one["value"]) for one in rina["identities"]]
    assert (rina["orders"], rina["first_seen_at"]) == (2, "2026-01-09T20:00:00+07:00")
    told = shop("timeline", "0812 3456 7890", "--json").json
    assert [entry["kind"] for entry in told if entry["kind"] != "origin.told"] == [
        *("web.page", "web.form", "order.placed", "order.paid", "message.in", "message.out"),
        *("order.placed", "order.paid"),
    ]
    sheet = shop("snapshot", RINA.name, "--json", "--now", NOW.isoformat()).json
    assert sheet["orders"] == {
        "count": 2,
        "total": 280_000,
        "currency": "IDR",
        "last_at": "2026-01-20T10:00:00+07:00",
    }
    assert sheet["origin"]["channel"] == "tiktok"
    assert {"ukuran L", "warna sage"} <= set(sheet["preferences"])


def test_the_same_files_again_and_in_another_order_make_the_same_people(shop: Sapa, tmp_path: Path) -> None:
    files = of_rina(tmp_path)
    bring(shop, files["sheet"], files["site"], files["chat"], files["shopee"])
    before = shop("contacts", "--json").out
    (rina,) = people(shop).values()
    assert (rina["name"], rina["orders"]) == (RINA.name, 2)
    again = shop("import", "--json", "--as", SHOP, *files.values()).json
    assert [file["created"] for file in again["files"]] == [0, 0, 0, 0]
    assert shop("contacts", "--json").out == before


def test_taking_one_import_back_leaves_what_the_others_brought(shop: Sapa, tmp_path: Path) -> None:
    files = of_rina(tmp_path)
    bring(shop, files["shopee"], files["sheet"])
    before = shop("contacts", "--json").out
    chats = bring(shop, files["chat"], files["site"])
    assert len(people(shop)) == 1
    assert shop("import", "--undo", chats).status == 0
    assert shop("contacts", "--json").out == before
    assert shop("verify").status == 0


def test_a_familys_phone_is_two_people_only_where_names_and_mails_say_so(shop: Sapa, tmp_path: Path) -> None:
    sheet = tmp_path / "keluarga.csv"
    sheet.write_text(
        "nama,no hp,email\n"
        "Budi Santoso,0813-1111-2222,budi@mail.example\n"
        "Maya Lestari,0813 1111 2222,maya@mail.example\n"
        "Bu Sari Dewi,081399998888,\n"
        "Sari Dewi,+62 813-9999-8888,\n",
        encoding="utf-8",
    )
    bring(shop, sheet)
    rows = shop("contacts", "--json").json
    assert sorted(row["name"] for row in rows if "Sari" not in row["name"]) == [
        "Budi Santoso",
        "Maya Lestari",
    ]
    assert len(rows) == 3
    # Marked as shared, that phone joins nobody: its chat is neither's until a teammate says who wrote.
    phone = Identity.objects.get(kind="phone", value=BUDI.phone)
    mark_shared(business=phone.business, identity=phone, is_shared=True, by=None, now=day(2))
    bring(
        shop, write_chat(tmp_path, BUDI.shown_phone, talk(BUDI.shown_phone, day(3), "Harganya berapa kak?"))
    )
    assert len(shop("contacts", "--json").json) == 4
    assert all(row["touchpoints"] == 0 for row in shop("contacts", "--json", "--search", "Budi").json)


def test_a_common_name_alone_merges_nobody_but_is_suggested(shop: Sapa, tmp_path: Path) -> None:
    bring(
        shop,
        write_people(tmp_path, "pelanggan.csv", [(BUDI, day(1), "")]),
        write_chat(tmp_path, BUDI.name, talk(BUDI.name, day(2), "Kak, masih ready ga?")),
    )
    assert [row["name"] for row in shop("contacts", "--json").json] == [BUDI.name] * 2
    (pair,) = shop("duplicates", "--json").json
    assert pair["evidence"]
    merged = shop("merge", pair["a"]["id"], pair["b"]["id"]).json
    assert len(shop("contacts", "--json").json) == 1
    assert shop("unmerge", merged["id"]).status == 0
    assert len(shop("contacts", "--json").json) == 2
    assert shop("duplicates", "--json").json == []
    assert shop("verify").status == 0


def test_a_resellers_orders_are_the_resellers(shop: Sapa, tmp_path: Path) -> None:
    """Many buyers' orders in one name and number are one customer of ours: whom the goods go to is theirs."""
    orders = [Bought(f"RS-{n}", BUDI, day(n), 300_000, quantity=10) for n in range(5)]
    chat = talk(
        BUDI.shown_phone, day(6), "Kak, ada harga grosir untuk reseller?", "> Ada kak, minimal 10 pcs"
    )
    bring(shop, write_orders(tmp_path, "pesanan.csv", orders), write_chat(tmp_path, BUDI.shown_phone, chat))
    (row,) = shop("contacts", "--json").json
    assert (row["name"], row["orders"]) == (BUDI.name, 5)
    # The orders of two buyers of theirs, asked about in one chat, make neither of them the reseller.
    buyers = [Bought(f"26012{n}ABCD000{n}", RINA, day(8), 150_000) for n in range(2)]
    shopee = write_shopee(tmp_path, "Order.completed.csv", [(one, f"buyer{one.number[5]}") for one in buyers])
    said = [f"Kak, pesanan {one.number} sudah dikirim?" for one in buyers]
    bring(shop, shopee, write_chat(tmp_path, BUDI.shown_phone, talk(BUDI.shown_phone, day(9), *said)))
    assert sorted(row["orders"] for row in shop("contacts", "--json").json) == [1, 1, 5]


def test_an_earlier_now_sees_nothing_later_and_everything_recounts_equal(shop: Sapa, tmp_path: Path) -> None:
    files = of_rina(tmp_path)
    crowded = {
        who: talk(who.phone, day(n), "Harganya berapa kak?", "> 85.000 kak")
        for n, who in enumerate(crowd(12))
    }
    bring(shop, *files.values(), write_chats(tmp_path, "chat.zip", crowded))
    early = day(6, "08:00").isoformat()
    seen = shop("timeline", RINA.name, "--json", "--now", early).json
    assert [entry["kind"] for entry in seen] == ["web.page", "web.form", "order.placed", "order.paid"]
    assert shop("snapshot", RINA.name, "--json", "--now", early).json["orders"]["count"] == 1
    assert shop("journey", "--json", "--now", early).json["contacts"] == 7
    said = {words: _answer(shop, words) for words in ("today", "metrics", "journey", "contacts")}
    assert shop("verify").status == 0
    assert shop("rebuild").status == 0
    assert {words: _answer(shop, words) for words in said} == said
    assert shop("verify").status == 0


def _answer(shop: Sapa, words: str) -> str:
    return shop(words, "--json", "--now", NOW.isoformat()).out


def test_what_one_shop_reads_is_never_the_others(shop: Sapa, tmp_path: Path) -> None:
    assert shop("init", "--business", "Toko Lain", "--owner-email", "lain@tokolain.example").status == 0
    assert Business.objects.count() == 2
    chat = write_chat(tmp_path, RINA.shown_phone, talk(RINA.shown_phone, day(2), "Harganya berapa kak?"))
    said = shop("import", "--json", "--business", "toko-sage", "--as", SHOP, chat)
    assert said.status == 0, said.err
    assert len(shop("contacts", "--json", "--business", "toko-sage").json) == 1
    assert shop("contacts", "--json", "--business", "toko-lain").json == []
