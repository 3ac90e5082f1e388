"""The three figures that a shop lives on, from files and the command alone, beside a table counted by hand.

S2.40 to S2.47: first contact to first purchase, repeat orders in 90 days, referral without being asked.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Sapa
from tests.flows.shop import (
    Bought,
    Line,
    Who,
    crowd,
    day,
    move,
    talk,
    write_chats,
    write_orders,
    write_reviews,
    write_shopee,
)

NOW = day(130, "12:00")
HOURS = (2, 10, 20, 30, 48, 60, 71, 72, 73, 90, 120, 200)
"""From the first question to the first order, of the twelve who bought long ago."""
PEOPLE = crowd(19)
BUYERS, LEFT, FRESH, FRESH_BUYER, AT_ONCE = PEOPLE[:12], PEOPLE[12:16], PEOPLE[16], PEOPLE[17], PEOPLE[18]
QUESTIONS = (
    "Harganya berapa kak?",
    "Kak, ukuran L masih ada?",
    "Bisa dicicil nggak kak?",
    "Ongkir ke Bekasi berapa ya?",
)


def asked(who: Who, number: int, at: float) -> list[Line]:
    return talk(who.phone, day(at, "09:00"), QUESTIONS[number % 4], "> Sebentar saya cek ya kak")


def first_orders() -> list[Bought]:
    orders = [
        Bought(f"A-{number}", who, day(number, "09:00") + timedelta(hours=HOURS[number]), 100_000)
        for number, who in enumerate(BUYERS)
    ]
    orders.append(Bought("A-baru", FRESH_BUYER, day(128, "14:00"), 100_000))
    orders.append(Bought("A-langsung", AT_ONCE, day(12, "09:00"), 100_000))
    return orders


def repeats(first: list[Bought]) -> list[Bought]:
    """Four within 90 days (two of them with a voucher), one a day too late, one cancelled, one returned."""
    wanted = (
        *((10, {}), (89, {}), (20, {"voucher": "HEMAT"}), (30, {"voucher": "HEMAT"})),
        *((91, {}), (15, {"status": "Dibatalkan"}), (15, {"status": "Dikembalikan"})),
    )
    changes: list[dict[str, Any]] = [dict(more) for _, more in wanted]
    return [
        move(order, number=f"{order.number}-lagi", at=order.at + timedelta(days=days), total=200_000, **more)
        for order, (days, _), more in zip(first, wanted, changes, strict=False)
    ]


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    chats = {who: asked(who, number, number) for number, who in enumerate(PEOPLE[:16])}
    chats |= {FRESH: asked(FRESH, 0, 128), FRESH_BUYER: asked(FRESH_BUYER, 1, 128)}
    chats[BUYERS[0]] = [
        *chats[BUYERS[0]],
        *talk(BUYERS[0].phone, day(30), "Temen aku mau pesan juga kak, aku kasih nomor kakak ya"),
    ]
    chats[BUYERS[1]] = [
        *chats[BUYERS[1]],
        *talk(BUYERS[1].phone, day(30), "> Kak, boleh bantu ceritakan ke teman ya"),
        *talk(BUYERS[1].phone, day(32), "Temen aku mau pesan juga kak, aku kasih nomor kakak ya"),
    ]
    first = first_orders()
    masked = [(Bought(f"26010{n}ABCDEF{n}", BUYERS[0], day(20 + n), 80_000), "") for n in range(3)]
    return [
        write_chats(tmp_path, "chat.zip", chats),
        write_orders(tmp_path, "pesanan.csv", [*first, *repeats(first)]),
        write_shopee(tmp_path, "Order.completed.csv", masked),
        write_reviews(tmp_path, "ulasan.csv", [(day(33), BUYERS[2], 5, "Bagus sekali")]),
    ]


@pytest.fixture
def read(sapa: Sapa, files: list[Path]) -> dict[str, dict[str, Any]]:
    """The figures as `sapa metrics --json` prints them as of the story's moment."""
    assert sapa("init", "--business", "Toko Sage", "--owner-email", "tuti@tokosage.example").status == 0
    brought = sapa("import", "--json", "--as", "Toko Sage", *files)
    assert brought.status == 0, brought.err
    assert [file["failed"] for file in brought.json["files"]] == [0] * 21
    said = sapa("metrics", "--json", "--now", NOW.isoformat())
    assert said.status == 0, said.err
    return {figure["key"]: figure for figure in said.json}


def test_the_figures_equal_the_table(read: dict[str, dict[str, Any]], sapa: Sapa) -> None:
    check_table(read)
    check_tomorrow(read)
    check_people_instead_of_a_number(read)
    check_nothing_later_is_seen(sapa)


def check_table(read: dict[str, dict[str, Any]]) -> None:
    found = {
        key: (figure["value"], figure["sample_size"], figure["excluded"])
        for key, figure in read.items()
        if key
        in (
            "first_contact_to_purchase",
            "hot_leads_within_72h",
            "repeat_order_90d",
            "organic_repeat_90d",
            "unprompted_referral",
            "repeat_order_value",
            "organic_referrals",
            "conversion",
        )
    }
    assert found == {
        # 2, 5, 10, 20, 30, 48, [60], 71, 72, 73, 90, 120, 200
        "first_contact_to_purchase": (60.0, 13, {"not_bought_yet": 5, "order_came_first": 1}),
        # 2, 10, 20, 30, 48, 60, 71, 72 of the 16 whose 72 hours are over
        "hot_leads_within_72h": (0.5, 16, {"too_recent": 2}),
        "repeat_order_90d": (pytest.approx(4 / 13), 13, {"masked_orders": 3, "too_recent": 1}),
        "organic_repeat_90d": (pytest.approx(2 / 13), 13, {"masked_orders": 3, "too_recent": 1}),
        "unprompted_referral": (pytest.approx(2 / 14), 14, {}),
        "repeat_order_value": (None, 5, {}),
        "organic_referrals": (2, 2, {"prompted": 1}),
        "conversion": (pytest.approx(14 / 19), 19, {}),
    }


def check_tomorrow(read: dict[str, dict[str, Any]]) -> None:
    """Every figure names what is done tomorrow, and who answers for it (S2.40)."""
    for figure in read.values():
        assert figure["question"].endswith("?"), figure["key"]
        assert figure["owner"]
        assert figure["tomorrow"]["text"].endswith((".", "?"))
        assert figure["tomorrow"]["actions"] >= 0
        assert figure["value"] is not None or figure["why_not"], figure["key"]
    assert read["first_contact_to_purchase"]["target"] == 72
    assert read["hot_leads_within_72h"]["interval"][0] < 0.5 < read["hot_leads_within_72h"]["interval"][1]
    # One fresh lead has asked and not bought: that is tomorrow's call.
    assert read["hot_leads_within_72h"]["tomorrow"]["actions"] == 1


def check_people_instead_of_a_number(
    read: dict[str, dict[str, Any]],
) -> None:
    value = read["repeat_order_value"]
    assert value["value"] is None
    assert "5" in value["why_not"]
    assert {person["name"] for person in value["people"]} == {who.name for who in BUYERS[:5]}


def check_nothing_later_is_seen(sapa: Sapa) -> None:
    early = sapa("metrics", "--json", "--now", day(7, "12:00").isoformat()).json
    leads = next(figure for figure in early if figure["key"] == "hot_leads_within_72h")
    assert (leads["value"], leads["sample_size"], leads["excluded"]) == (None, 5, {"too_recent": 3})
    assert "5 dari 5" in leads["why_not"]
    whole = sapa(
        "metrics", "--json", "--from", "2026-01-05", "--to", "2026-01-07", "--now", NOW.isoformat()
    ).json
    assert next(figure for figure in whole if figure["key"] == "conversion")["sample_size"] == 3
