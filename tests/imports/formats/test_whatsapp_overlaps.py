"""The same chat exported twice, later, from another phone or without its media, gives the same keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sapa.gateway.types import MessageReceived
from sapa.imports.formats.drafts import new_message, new_row
from sapa.imports.formats.types import Answers, Row
from sapa.imports.formats.whatsapp import WhatsApp, survey
from sapa.imports.formats.whatsapp.reading import CHANNEL
from tests.imports.formats.chats import JAKARTA, TOKO_SAGE, messages, write

TALK = [
    ("03.15", "Rina Wulandari", "halo kak"),
    ("03.15", "Rina Wulandari", "ada?"),
    ("03.15", "Rina Wulandari", "ada?"),
    ("03.15", "Toko Sage", "ada?"),
    ("03.16", "Toko Sage", "ada kak\n2 x 35.000"),
    ("03.20", "Rina Wulandari", "oke"),
]


def android(talk: list[tuple[str, str, str]] = TALK) -> str:
    return "".join(f"21/07/26 {time} - {author}: {words}\n" for time, author, words in talk)


def iphone(talk: list[tuple[str, str, str]] = TALK) -> str:
    return "".join(
        f"[21/07/2026, {time.replace('.', ':')}:{number:02}] {author}: {words}\r\n"
        for number, (time, author, words) in enumerate(talk)
    )


def keys(folder: Path, words: str, answers: Answers = TOKO_SAGE) -> list[str]:
    return [message.dedupe_key for message in messages(WhatsApp(), write(folder, words), answers)]


def test_every_message_has_a_key_of_its_own_even_when_said_twice(tmp_path: Path) -> None:
    found = keys(tmp_path, android())
    assert len(set(found)) == len(TALK)


def test_exports_that_overlap_share_the_keys_of_what_they_share(tmp_path: Path) -> None:
    first, second = keys(tmp_path / "a", android(TALK[:5])), keys(tmp_path / "b", android(TALK))
    assert first == second[:5]


def test_an_iphone_export_has_the_keys_of_the_android_one(tmp_path: Path) -> None:
    assert keys(tmp_path / "a", android()) == keys(tmp_path / "b", iphone())


@pytest.mark.parametrize(
    ("without", "with_media"),
    [
        ("<Media tidak disertakan>", "IMG-20260721-WA0001.jpg (file terlampir)"),
        ("<Media tidak disertakan>", "IMG-20260721-WA0001.jpg (file terlampir)\nBukti transfer"),
        ("\u200egambar tidak disertakan", "\u200e<terlampir: 00000012-PHOTO-2026-07-21.jpg>"),
        ("<Media omitted>", "\u200estiker tidak disertakan"),
        ("Pesan ini dihapus", "Pesan ini telah dihapus"),
        ("jadi 3 ya", "jadi 3 ya <Pesan ini diedit>"),
        ("jadi 3 ya", "\u200ejadi 3 ya \n"),
    ],
)
def test_with_or_without_media_a_message_is_one(tmp_path: Path, without: str, with_media: str) -> None:
    found = [
        keys(tmp_path / name, f"21/07/26 03.15 - Rina Wulandari: {body}\n21/07/26 03.16 - Toko Sage: ya\n")
        for name, body in (("a", without), ("b", with_media))
    ]
    assert found[0] == found[1]


def test_two_photos_in_one_minute_stay_two(tmp_path: Path) -> None:
    body = "21/07/26 03.15 - Rina Wulandari: <Media tidak disertakan>\n"
    assert len(set(keys(tmp_path, body * 2))) == 2


def test_the_shop_may_change_the_name_it_shows(tmp_path: Path) -> None:
    old = keys(tmp_path / "a", android())
    new = keys(tmp_path / "b", android().replace("Toko Sage", "Sage Official"), Answers(JAKARTA))
    assert old == new


def test_the_same_promotion_to_two_people_is_two_messages(tmp_path: Path) -> None:
    words = "21/07/26 03.15 - Toko Sage: Promo hari ini!\n"
    (rina,) = messages(WhatsApp(), write(tmp_path, words, "Chat WhatsApp dengan Rina.txt"), TOKO_SAGE)
    (budi,) = messages(WhatsApp(), write(tmp_path, words, "Chat WhatsApp dengan Budi.txt"), TOKO_SAGE)
    assert rina.dedupe_key != budi.dedupe_key
    assert rina.conversation.key == "external:whatsapp:Rina"


def test_ranks_keep_the_order_within_a_minute(tmp_path: Path) -> None:
    found = messages(WhatsApp(), write(tmp_path, android()))
    assert [message.rank for message in found] == [0, 1, 2, 3, 0, 0]
    assert sorted(found, key=lambda message: (message.at, message.rank)) == found


def test_messages_out_of_order_keep_their_keys(tmp_path: Path) -> None:
    moved = [TALK[5], *TALK[:5]]
    assert sorted(keys(tmp_path / "a", android(moved))) == sorted(keys(tmp_path / "b", android()))


def test_a_chat_too_long_to_keep_is_read_twice_with_the_same_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, android() + iphone())
    kept = list(WhatsApp().read(path, TOKO_SAGE))
    monkeypatch.setattr(survey, "KEPT_PIECES", 3)
    assert list(WhatsApp().read(path, TOKO_SAGE)) == kept
    path = write(tmp_path, android(), "b.txt")
    assert [row.number for row in WhatsApp().read(path, TOKO_SAGE)] == [1, 2, 3, 4, 5, 7]


def test_a_long_chat_forgets_no_minute_too_early(tmp_path: Path) -> None:
    lines = [
        f"{day:02}/07/26 {hour:02}.{minute:02} - Rina Wulandari: ok\n"
        for day in range(13, 17)
        for hour in range(24)
        for minute in range(60)
        for _ in range(2)
    ]
    found = keys(tmp_path, "".join(lines))
    assert len(set(found)) == len(lines) == 4 * 24 * 60 * 2


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["03.15", "03.16", "03.17"]),
            st.sampled_from(["Rina Wulandari", "Toko Sage"]),
            st.sampled_from(["ok", "ada?", "<Media tidak disertakan>", "satu\ndua"]),
        ),
        max_size=20,
    ),
    st.integers(0, 20),
)
def test_any_beginning_of_a_chat_merges_into_the_whole(
    tmp_path_factory: pytest.TempPathFactory, talk: list[tuple[str, str, str]], cut: int
) -> None:
    folder = tmp_path_factory.mktemp("chat")
    whole = keys(folder / "a", android(talk)) if talk else []
    part = keys(folder / "b", android(talk[:cut])) if talk[:cut] else []
    assert part == whole[: len(part)]
    assert len(set(whole)) == len(whole) == len(talk)


def test_what_is_made_fast_equals_what_is_made_slowly(tmp_path: Path) -> None:
    (slow,) = messages(WhatsApp(), write(tmp_path, android(TALK[:1])))
    fast = new_message(
        CHANNEL, slow.conversation, slow.dedupe_key, slow.person, "", slow.text, slow.at, slow.rank
    )
    by_hand = MessageReceived(
        CHANNEL, slow.conversation, slow.dedupe_key, slow.person, slow.text, slow.at, slow.rank
    )
    assert fast == by_hand == slow
    assert hash(fast) == hash(by_hand)
    assert repr(fast) == repr(by_hand)
    assert new_row(3, fast) == Row(3, (by_hand,))
    with pytest.raises(AttributeError):
        fast.text = "lain"  # type: ignore[misc]
