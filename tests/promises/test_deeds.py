"""What announces a deed, and what became of a promise."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sapa.promises.rules import PATIENCE, deed, detect, judge
from sapa.promises.types import Judgement, PromiseKind, PromiseState, Said, Step

JAKARTA = ZoneInfo("Asia/Jakarta")

ANNOUNCED = [
    ("resinya JP1234567890 ya kak", {"send_tracking", "send_goods"}),
    ("Resi: 003112345678", {"send_tracking", "send_goods"}),
    ("SPXID061234567890", {"send_tracking", "send_goods"}),
    ("ini resinya ya kak 🙏", {"send_tracking", "send_goods"}),
    ("resi sudah saya kirim ke WA ya", {"send_tracking", "send_goods"}),
    ("sudah kami kirim ya kak", {"send_goods"}),
    ("paketnya udah jalan kak", {"send_goods"}),
    ("barusan di-pickup kurir kak, sudah dikirim ya", {"send_goods"}),
    ("tadi pagi sudah kami kirimkan", {"send_goods"}),
    ("your order has been shipped", {"send_goods"}),
    ("ini fotonya kak", {"send_info"}),
    ("berikut katalog terbaru kami ya bu", {"send_info"}),
    ("katalognya di sini kak https://contoh.id/katalog", {"send_info"}),
    ("penawaran sudah saya kirim lewat email pak", {"send_info"}),
    ("refund sudah kami transfer ya kak", {"refund"}),
    ("dananya sudah kami kembalikan", {"refund"}),
    ("sudah direfund ya kak, silakan dicek", {"refund"}),
    ("barangnya sudah kami ganti yang baru ya", {"replace"}),
    ("penggantinya sudah dikirim kak", {"replace", "send_goods"}),
    ("kak, sage sudah ready lagi ya", {"restock_info"}),
    ("stoknya sudah masuk kak", {"restock_info"}),
    ("tadi saya telepon tapi belum diangkat ya pak", {"call_back"}),
    ("kuenya sudah kami antar ya bu", {"deliver"}),
    ("jahitannya sudah selesai bu", {"other"}),
]

NOT_ANNOUNCED = [
    "resinya belum keluar kak",
    "belum kami kirim ya kak",
    "sudah dikirim belum ya kak?",
    "paketnya sudah sampai kak?",
    "besok kami kirim",
    "kalau sudah dikirim, saya kabari",
    "pembayaran sudah kami terima ya kak",
    "uangnya sudah masuk ya kak, terima kasih",
    "kakak sudah transfer?",
    "tidak jadi dikirim hari ini kak",
    "sama-sama kak",
    "paket sudah sampai di gudang transit",
    "mau dikirim fotonya?",
    "",
]


@pytest.mark.parametrize(("text", "kinds"), ANNOUNCED)
def test_a_deed_is_announced(text: str, kinds: set[str]) -> None:
    assert {kind.value for kind in deed(text)} == kinds


@pytest.mark.parametrize("text", NOT_ANNOUNCED)
def test_nothing_is_announced(text: str) -> None:
    assert deed(text) == set()


def test_a_picture_is_information_and_with_the_word_resi_a_waybill() -> None:
    assert deed("", ["image"]) == {PromiseKind.SEND_INFO}
    assert PromiseKind.SEND_TRACKING in deed("resi ya kak", ["image"])
    assert deed("", ["sticker"]) == set()


MADE = datetime(2026, 11, 18, 10, 0, tzinfo=JAKARTA)
DUE = datetime(2026, 11, 20, 0, 0, tzinfo=JAKARTA)
MUCH_LATER = DUE + PATIENCE + timedelta(hours=1)


def said(text: str, *, after: timedelta, media: tuple[str, ...] = (), automatic: bool = False) -> Said:
    return Said(MADE + after, text, media, automatic)


def state_of(
    kind: PromiseKind, *messages: Said, steps: tuple[Step, ...] = (), now: datetime = MUCH_LATER
) -> PromiseState:
    return judge(kind=kind, made_at=MADE, due_at=DUE, said=messages, steps=steps, now=now).state


HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_kept_when_the_deed_is_announced_before_it_is_due() -> None:
    judgement = judge(
        kind=PromiseKind.SEND_TRACKING,
        made_at=MADE,
        due_at=DUE,
        said=[said("sama-sama kak", after=HOUR), said("resinya JP1234567890 ya kak", after=DAY)],
        now=MUCH_LATER,
    )
    assert judgement == Judgement(PromiseState.KEPT, MADE + DAY)


def test_the_minute_it_is_due_still_counts_and_the_next_is_late() -> None:
    kind = PromiseKind.SEND_GOODS
    assert state_of(kind, said("sudah kami kirim kak", after=DUE - MADE)) is PromiseState.KEPT
    late = said("sudah kami kirim kak", after=DUE - MADE + timedelta(minutes=1))
    assert state_of(kind, late) is PromiseState.LATE


def test_open_until_fourteen_days_past_due_then_broken() -> None:
    kind = PromiseKind.REFUND
    assert state_of(kind, now=MADE + HOUR) is PromiseState.OPEN
    assert state_of(kind, now=DUE + PATIENCE) is PromiseState.OPEN
    assert state_of(kind, now=DUE + PATIENCE + timedelta(seconds=1)) is PromiseState.BROKEN
    much_too_late = said("refund sudah kami transfer", after=DUE - MADE + PATIENCE + DAY)
    assert state_of(kind, much_too_late, now=DUE + timedelta(days=60)) is PromiseState.BROKEN


def test_nothing_later_than_now_is_seen() -> None:
    done = said("sudah kami kirim kak", after=HOUR * 5)
    assert state_of(PromiseKind.SEND_GOODS, done, now=MADE + HOUR) is PromiseState.OPEN


def test_what_was_done_before_the_promise_does_not_keep_it() -> None:
    before = said("sudah kami kirim kak", after=-HOUR)
    assert state_of(PromiseKind.SEND_GOODS, before) is PromiseState.BROKEN


@pytest.mark.parametrize(
    ("kind", "status", "expected"),
    [
        (PromiseKind.SEND_GOODS, "shipped", PromiseState.KEPT),
        (PromiseKind.SEND_TRACKING, "shipped", PromiseState.KEPT),
        (PromiseKind.DELIVER, "shipped", PromiseState.BROKEN),
        (PromiseKind.DELIVER, "delivered", PromiseState.KEPT),
        (PromiseKind.REFUND, "refunded", PromiseState.KEPT),
        (PromiseKind.SEND_GOODS, "paid", PromiseState.BROKEN),
        (PromiseKind.SEND_INFO, "shipped", PromiseState.BROKEN),
    ],
)
def test_the_steps_of_an_order_keep_a_promise(kind: PromiseKind, status: str, expected: PromiseState) -> None:
    assert state_of(kind, steps=(Step(status, MADE + HOUR),)) is expected


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (said("kak, gudang bilang warna sage tinggal dua ya", after=HOUR * 6), PromiseState.KEPT),
        (said("", after=HOUR * 6, media=("image",)), PromiseState.KEPT),
        (said("sama-sama kak", after=HOUR * 6), PromiseState.BROKEN),
        (said("mohon ditunggu ya kak", after=HOUR * 6), PromiseState.BROKEN),
        (said("oke kak siap", after=HOUR * 6), PromiseState.BROKEN),
        (said("", after=HOUR * 6, media=("sticker",)), PromiseState.BROKEN),
        (said("warna sage juga ada kak", after=timedelta(minutes=1)), PromiseState.BROKEN),
        (said("maaf kak, besok saya kabari ya", after=HOUR * 6), PromiseState.BROKEN),
        (
            said("Terima kasih telah menghubungi Toko Sage", after=HOUR * 6, automatic=True),
            PromiseState.BROKEN,
        ),
    ],
)
def test_a_promised_word_is_kept_by_one_that_says_something(message: Said, expected: PromiseState) -> None:
    assert state_of(PromiseKind.REPLY, message) is expected


def test_a_story_from_promise_to_deed() -> None:
    (promised,) = detect("besok kami kirim resinya ya kak", MADE, JAKARTA)
    chat = [
        said("sama-sama kak", after=timedelta(minutes=2)),
        said("maaf kak resinya belum keluar", after=timedelta(hours=30)),
        said("ini resinya ya kak: JP1234567890", after=timedelta(hours=44)),
    ]
    outcome = judge(kind=promised.kind, made_at=MADE, due_at=promised.due_at, said=chat, now=MUCH_LATER)
    assert outcome == Judgement(PromiseState.LATE, MADE + timedelta(hours=44))
