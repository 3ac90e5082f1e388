"""Chats as shops have them: private and in groups, with all that WhatsApp writes between the messages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sapa.gateway.types import ConversationRef, Key, Media
from sapa.imports.formats.types import Answers, FormatError
from sapa.imports.formats.whatsapp import WhatsApp
from tests.imports.formats.chats import JAKARTA, NOBODY_TOLD, TOKO_SAGE, messages, rows, who, write

PRIVATE = """\
21/07/26 03.10 - Pesan dan panggilan terenkripsi secara end-to-end. Hanya orang di chat ini yang dapat membaca.
21/07/26 03.15 - Rina Wulandari: Halo kak, brg udh ready blm?
21/07/26 03.16 - Toko Sage: Ready kak :) mau brp?
total: 2 x 35.000

ongkir: 12.000
21/07/26 03.17 - Rina Wulandari: jam: 08.00 ya
21/07/26 03.18 - Panggilan suara tak terjawab
"""


def said(folder: Path, body: str, answers: Answers = TOKO_SAGE) -> tuple[str, tuple[Media, ...], bool, bool]:
    """One message of Rina's as (words, attachments, deleted, edited)."""
    (one,) = messages(WhatsApp(), write(folder, f"21/07/26 03.15 - Rina Wulandari: {body}\n"), answers)
    return one.text, one.media, one.deleted, one.edited


def skipped(folder: Path, line: str) -> list[str]:
    """Why the lines after an ordinary message are skipped."""
    path = write(folder, f"[21/07/26 03.15.00] Rina Wulandari: halo\n{line}\n")
    return [row.skipped for row in rows(WhatsApp(), path)[1:]]


def test_a_private_chat(tmp_path: Path) -> None:
    path = write(tmp_path, PRIVATE)
    found = rows(WhatsApp(), path)
    assert [(row.number, row.skipped) for row in found] == [
        (1, "notice"),
        (2, ""),
        (3, ""),
        (7, ""),
        (8, "call_missed"),
    ]
    first, second, third = messages(WhatsApp(), path)
    assert first.person is not None
    assert first.person.record == ("external", "whatsapp:Rina Wulandari")
    assert (second.person, second.teammate) == (None, "Toko Sage")
    assert second.text == "Ready kak :) mau brp?\ntotal: 2 x 35.000\n\nongkir: 12.000"
    assert third.text == "jam: 08.00 ya"
    assert {message.conversation for message in (first, second, third)} == {
        ConversationRef("external:whatsapp:Rina Wulandari", "Rina Wulandari")
    }
    preview = WhatsApp().preview(path, NOBODY_TOLD)
    assert (preview.rows, preview.people, preview.questions) == (5, ("Rina Wulandari", "Toko Sage"), ())
    assert (preview.first_at, preview.last_at) == ("2026-07-21T03:10:00+07:00", "2026-07-21T03:18:00+07:00")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<Media tidak disertakan>", ("", ("file",))),
        ("<Media omitted>", ("", ("file",))),
        ("<Media disingkirkan>", ("", ("file",))),
        ("<Media tidak disertakan>\nyang ini kak", ("yang ini kak", ("file",))),
        ("\u200egambar tidak disertakan", ("", ("image",))),
        ("image omitted", ("", ("image",))),
        ("\u200estiker tidak disertakan", ("", ("sticker",))),
        ("\u200eGIF tidak disertakan", ("", ("gif",))),
        ("\u200eaudio omitted", ("", ("audio",))),
        ("\u200eKartu kontak tidak disertakan", ("", ("contact",))),
        ("nota.pdf • \u200e2 halaman \u200edokumen tidak disertakan", ("", ("document:nota.pdf",))),
        ("5 biji martabak gambar tidak disertakan", ("5 biji martabak", ("image",))),
        ("5 biji martabak\u200egambar tidak disertakan", ("5 biji martabak", ("image",))),
        ("ini kak\n\u200egambar tidak disertakan", ("ini kak", ("image",))),
        ("kenapa gambar tidak disertakan ya kak", ("kenapa gambar tidak disertakan ya kak", ())),
        ("IMG-20260721-WA0001.jpg (file terlampir)", ("", ("image:IMG-20260721-WA0001.jpg",))),
        (
            "\u200eIMG-20260721-WA0001.jpg (file terlampir)\nBukti transfer",
            ("Bukti transfer", ("image:IMG-20260721-WA0001.jpg",)),
        ),
        ("PTT-20260721-WA0003.opus (file attached)", ("", ("audio:PTT-20260721-WA0003.opus",))),
        ("STK-20260721-WA0004.webp (file terlampir)", ("", ("sticker:STK-20260721-WA0004.webp",))),
        ("Budi Santoso.vcf (file terlampir)", ("", ("contact:Budi Santoso.vcf",))),
        ("nota 21.pdf (fail dilampirkan)", ("", ("document:nota 21.pdf",))),
        (
            "\u200e<terlampir: 00000012-PHOTO-2026-07-21-03-16-30.jpg>",
            ("", ("image:00000012-PHOTO-2026-07-21-03-16-30.jpg",)),
        ),
        (
            "warna ini \u200e<attached: 00000013-VIDEO-2026.mp4>",
            ("warna ini", ("video:00000013-VIDEO-2026.mp4",)),
        ),
        (
            "nota.pdf • \u200e2 halaman \u200e<attached: 00000017-nota.pdf>",
            ("", ("document:00000017-nota.pdf",)),
        ),
        (
            "lokasi: https://maps.google.com/?q=-6.2,106.8",
            (
                "lokasi: https://maps.google.com/?q=-6.2,106.8",
                ("location:https://maps.google.com/?q=-6.2,106.8",),
            ),
        ),
        ("null", ("", ("file",))),
        ("harga (yang besar) berapa?", ("harga (yang besar) berapa?", ())),
        ("aku <3 banget", ("aku <3 banget", ())),
        ("omitted", ("omitted", ())),
        ("pesan ini dihapus aja kak?", ("pesan ini dihapus aja kak?", ())),
        ("keluar", ("keluar", ())),
    ],
)
def test_words_and_attachments(tmp_path: Path, body: str, expected: tuple[str, tuple[str, ...]]) -> None:
    words, media, deleted, edited = said(tmp_path, body)
    shown = tuple(f"{item.kind}:{item.name}" if item.name else item.kind for item in media)
    assert (words, shown) == expected
    assert not deleted
    assert not edited


@pytest.mark.parametrize(
    "body",
    [
        "Pesan ini dihapus",
        "Pesan ini telah dihapus",
        "\u200ePesan ini dihapus.",
        "Anda menghapus pesan ini",
        "\u200eAnda telah menghapus pesan ini.",
        "This message was deleted",
        "You deleted this message",
        "Mesej ini telah dipadam",
        "Pesan ini dihapus oleh admin Sari Dewi",
    ],
)
def test_deleted_messages_keep_their_place_without_words(tmp_path: Path, body: str) -> None:
    (one,) = messages(WhatsApp(), write(tmp_path, f"21/07/26 03.15 - Rina: {body}\n"), NOBODY_TOLD)
    assert (one.text, one.deleted) == ("", True)


@pytest.mark.parametrize(
    "tag",
    [
        "<Pesan ini diedit>",
        "<Pesan ini telah diedit>",
        "<Pesan diedit>",
        "<This message was edited>",
        "\u200e<Pesan ini diedit>",
    ],
)
def test_the_tag_of_an_edited_message_is_taken_off(tmp_path: Path, tag: str) -> None:
    assert said(tmp_path, f"Jadi 3 ya {tag}") == ("Jadi 3 ya", (), False, True)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("[21/07/26 03.16.00] Rina Wulandari: \u200ePanggilan suara tak terjawab", "call_missed"),
        ("[21/07/26 03.16.00] Rina Wulandari: \u200eMissed video call", "call_missed"),
        ("[21/07/26 03.16.00] Rina Wulandari: \u200ePanggilan suara, \u200e2 mnt", "notice"),
        (
            "[21/07/26 03.16.00] Toko Sage: \u200ePesan dan panggilan dienkripsi secara end-to-end. Hanya orang dalam chat",
            "notice",
        ),
        ("[21/07/26 03.16.00] Toko Sage: \u200eMessages and calls are end-to-end encrypted.", "notice"),
        ("[21/07/26 03.16.00] Toko Sage: \u200eKode keamanan Anda dengan Rina telah berubah.", "notice"),
        ("[21/07/26 03.16.00] Reseller Sage: \u200eSari Dewi menambahkan Anda", "notice"),
        ("[21/07/26 03.16.00] Sari Dewi: \u200eSari Dewi keluar", "notice"),
        ("[21/07/26 03.16.00] Rina Wulandari:", "empty_message"),
        ("[21/07/26 03.16.00] Rina Wulandari: \u200e", "empty_message"),
    ],
)
def test_what_nobody_said_is_skipped_with_its_reason(tmp_path: Path, line: str, reason: str) -> None:
    assert skipped(tmp_path, line) == [reason]


def test_android_notices_without_a_sender_are_no_messages(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        '21/07/26 03.10 - Sari Dewi membuat grup "Reseller Sage"\n'
        "21/07/26 03.11 - Sari Dewi menambahkan Anda\n"
        "21/07/26 03.12 - Budi Santoso keluar\n"
        "21/07/26 03.12 - +62 812-3456-7890 bergabung menggunakan tautan undangan grup ini\n"
        "21/07/26 03.13 - Panggilan video tak terjawab\n"
        "21/07/26 03.14 - Rina: halo\n",
        "_chat.txt",
    )
    assert [row.skipped for row in rows(WhatsApp(), path)] == [*["notice"] * 4, "call_missed", ""]


GROUP = """\
21/07/26 03.10 - Sari Dewi membuat grup "Reseller Sage"
21/07/26 03.11 - ~\u202fBudi: ikut dong
21/07/26 03.12 - \u202a+62 812\u20113456\u20117890\u202c: harga reseller brp?
21/07/26 03.13 - Rina Wulandari: sama
21/07/26 03.14 - Toko Sage: 35rb kak
"""


def test_in_a_group_every_sender_is_a_person_of_their_own(tmp_path: Path) -> None:
    found = messages(WhatsApp(), write(tmp_path, GROUP, "_chat.txt"))
    assert {message.conversation for message in found} == {
        ConversationRef("group:Reseller Sage", "Reseller Sage", is_group=True)
    }
    assert [who(message) for message in found] == [
        "external:whatsapp:Reseller Sage:~Budi",
        "whatsapp:+6281234567890",
        "external:whatsapp:Rina Wulandari",
        "Toko Sage",
    ]
    assert found[0].person is not None
    assert found[0].person.name == "Budi"
    assert found[1].person is not None
    assert found[1].person.keys == (Key("phone", "+6281234567890"),)


def test_a_group_is_told_by_its_file_name_too(tmp_path: Path) -> None:
    words = "21/07/26 03.11 - Rina: halo\n21/07/26 03.12 - Toko Sage: halo juga\n"
    found = messages(WhatsApp(), write(tmp_path, words, "Chat WhatsApp dengan Pecinta Sage Bandung.txt"))
    assert found[0].conversation == ConversationRef(
        "group:Pecinta Sage Bandung", "Pecinta Sage Bandung", is_group=True
    )


@pytest.mark.parametrize(
    "name",
    [
        "Chat WhatsApp dengan +62 812-3456-7890.txt",
        "WhatsApp Chat with +62 812-3456-7890.txt",
        "WhatsApp Chat - +62 812-3456-7890.txt",
        "WhatsApp%20Chat%20with%20%2B62%20812-3456-7890.txt",
        "WhatsApp Chat with 0812-3456-7890 (1).txt",
        "+62 812-3456-7890.txt",
    ],
)
@pytest.mark.parametrize("author", ["+62 812-3456-7890", "~ Rina"])
def test_a_file_named_after_a_number_gives_the_number(tmp_path: Path, name: str, author: str) -> None:
    words = f"21/07/26 03.11 - {author}: halo\n21/07/26 03.12 - Toko Sage: halo juga\n"
    found = messages(WhatsApp(), write(tmp_path, words, name), NOBODY_TOLD)
    assert [who(message) for message in found] == ["whatsapp:+6281234567890", "Toko Sage"]
    assert found[0].conversation.key == "whatsapp:+6281234567890"
    assert not found[0].conversation.is_group


TWO = "21/07/26 03.11 - Rina: halo\n21/07/26 03.12 - Sage: halo juga\n"


def own_of(path: Path, answers: Answers = NOBODY_TOLD) -> set[str]:
    return {message.teammate for message in messages(WhatsApp(), path, answers)} - {""}


def test_the_shop_is_who_the_file_is_not_named_after(tmp_path: Path) -> None:
    path = write(tmp_path, TWO, "WhatsApp Chat with Rina.txt")
    assert own_of(path) == {"Sage"}
    assert WhatsApp().preview(path, NOBODY_TOLD).questions == ()


def test_the_shop_is_who_took_back_a_message_of_its_own(tmp_path: Path) -> None:
    path = write(tmp_path, TWO + "21/07/26 03.13 - Rina: Anda menghapus pesan ini\n", "_chat.txt")
    assert own_of(path) == {"Rina"}


def test_the_shop_is_whom_the_importer_names(tmp_path: Path) -> None:
    path = write(tmp_path, TWO, "WhatsApp Chat with Sage.txt")
    assert own_of(path, Answers(JAKARTA, own_names=("  sage ",))) == {"Sage"}


def test_where_nothing_tells_the_shop_is_asked_for_with_a_guess(tmp_path: Path) -> None:
    path = write(tmp_path, TWO.replace("Sage", "Dina"), "_chat.txt")
    (question,) = WhatsApp().preview(path, NOBODY_TOLD).questions
    assert (question.code, question.choices, question.guess) == ("own_name", ("Rina", "Dina"), "Dina")
    assert own_of(path) == {"Dina"}


def test_a_name_like_a_shops_is_the_better_guess(tmp_path: Path) -> None:
    path = write(tmp_path, "21/07/26 03.11 - Kopi Senja: hai\n21/07/26 03.12 - Rina: ya?\n", "_chat.txt")
    assert own_of(path) == {"Kopi Senja"}


def test_a_group_without_a_sign_of_the_shop_has_none(tmp_path: Path) -> None:
    words = "".join(
        f"21/07/26 03.1{n} - {name}: halo\n" for n, name in enumerate(["Rina", "Budi", "Sari", "Andi"])
    )
    path = write(tmp_path, words, "_chat.txt")
    assert own_of(path) == set()
    assert [q.guess for q in WhatsApp().preview(path, NOBODY_TOLD).questions if q.code == "own_name"] == [""]


def test_a_name_with_a_colon_is_known_when_told(tmp_path: Path) -> None:
    path = write(
        tmp_path, "21/07/26 03.11 - Sage: Bandung: halo: ya\n21/07/26 03.12 - Rina: hai\n", "_chat.txt"
    )
    first, _ = messages(WhatsApp(), path, Answers(JAKARTA, own_names=("Sage: Bandung",)))
    assert (first.teammate, first.text) == ("Sage: Bandung", "halo: ya")


def test_lines_before_the_first_message_are_a_problem_of_their_own(tmp_path: Path) -> None:
    path = write(tmp_path, "catatan saya\ndua baris\n" + PRIVATE)
    first = rows(WhatsApp(), path)[0]
    assert first.problem is not None
    assert (first.number, first.problem.code, first.raw) == (
        1,
        "line_without_header",
        ("\ncatatan saya\ndua baris",),
    )


def test_a_text_without_messages_is_no_chat(tmp_path: Path) -> None:
    with pytest.raises(FormatError) as caught:
        rows(WhatsApp(), write(tmp_path, "hanya catatan\nbiasa\n"))
    assert caught.value.problem.code == "not_whatsapp"


@pytest.mark.parametrize(
    ("words", "least", "most"),
    [
        (PRIVATE, 90, 100),
        (GROUP, 90, 100),
        ("[7/21/26, 3:15:42\u202fPM] Rina: hi\n", 60, 100),
        ("21/07/26; Rina; beli 2; lunas\n22/07/26; Budi; tanya; nanti\n", 0, 0),
        ("Rina: halo\nSari: hai\n", 0, 0),
        ("nama,nomor\nRina,0812\n", 0, 0),
        ("From: rina@example.com\nSubject: halo\n\n21/07/26 03.15 - Rina: halo", 0, 80),
    ],
)
def test_a_chat_is_recognised_by_its_lines(tmp_path: Path, words: str, least: int, most: int) -> None:
    assert least <= WhatsApp().recognise(write(tmp_path, words, "tanpa nama"), words.encode()) <= most


def test_a_chat_in_utf_16_is_recognised_and_read(tmp_path: Path) -> None:
    path = tmp_path / "chat.txt"
    path.write_bytes(PRIVATE.encode("utf-16"))
    assert WhatsApp().recognise(path, path.read_bytes()) >= 90
    assert len(messages(WhatsApp(), path)) == 3


@pytest.mark.parametrize("name", ["ours_id_android.txt", "ours_id_ios.txt"])
def test_the_shared_exports_are_read_as_expected(shared: Path, name: str) -> None:
    expected = json.loads((shared / "data/whatsapp/expected.json").read_text(encoding="utf-8"))[name]
    found = rows(WhatsApp(), shared / "data/whatsapp" / name, NOBODY_TOLD)
    events = messages(WhatsApp(), shared / "data/whatsapp" / name, NOBODY_TOLD)
    assert sum(event.deleted for event in events) == expected["deleted"]
    if "senders" in expected:
        assert (len(events), sum(bool(row.skipped) for row in found)) == (
            expected["messages"],
            expected["system"],
        )
        assert sum(event.edited for event in events) == expected["edited"]
        assert found[0].skipped == "notice"
        assert events[0].at.date().isoformat() == expected["first"][:10]
        assert any(media.name == expected["attachment"] for event in events for media in event.media)
        names = [event.teammate or (event.person.name if event.person else "") for event in events]
        assert names.count("Andi Wijaya") == expected["senders"]["Andi Wijaya"]
        assert names.count("Toko Sari") == expected["senders"]["Toko Sari"]
    else:
        assert len(found) == expected["messages"]
        assert sum(bool(row.skipped) for row in found) == expected["system_like"]
        assert sum(len(event.media) for event in events) == expected["media"]
        assert sum("\n" in event.text for event in events) == expected["multiline"]


def test_the_shared_mixed_headers_are_all_messages(shared: Path) -> None:
    found = messages(WhatsApp(), shared / "data/whatsapp/ours_mixed_headers.txt", NOBODY_TOLD)
    assert [
        (event.at.day, event.at.hour, event.at.minute) for event in found if "ambiguous" not in event.text
    ] == [
        (21, 15, 15),
        (21, 0, 5),
        (21, 12, 5),
        *[(21, 15, 15)] * 3,
    ]
    assert len(found) == 7


def test_the_samples_of_others_are_read(shared: Path) -> None:
    folder = shared / "data/channels/whatsapp-export"
    counts = {
        path.name: len(messages(WhatsApp(), path, NOBODY_TOLD)) for path in sorted(folder.glob("*.txt"))
    }
    assert counts == {"id-android-24h.txt": 5, "ios-12h-nnbsp.txt": 4, "pustur-short-chat.txt": 3}


PIECES = st.lists(
    st.one_of(
        st.text(max_size=30),
        st.sampled_from(
            [
                "\n",
                "21/07/26 03.15 - Rina: ",
                "[21/07/26 03.15.01] Sage: ",
                "\u200e",
                "31/02/26 03.15 - Rina: x",
                "<Media tidak disertakan>",
                "7/21/26, 3:15\u202fPM - ",
                "(file terlampir)",
                "x.pdf • 2 ",
                "00/00/00 99.99 - a: ",
                ": ",
            ]
        ),
    ),
    max_size=25,
)


@given(PIECES)
@example(["21/07/26 03.15 - : ", "x"])
@example(["[21/07/26 03.15.99] \u200e: \u200e"])
@example(["1/1/0000, 1:1", "1/1/0, 1:11 - a: b"])
def test_any_text_is_rows_or_one_problem(tmp_path_factory: pytest.TempPathFactory, pieces: list[str]) -> None:
    path = tmp_path_factory.mktemp("chat") / "chat.txt"
    path.write_bytes("".join(pieces).encode("utf-8", "replace"))
    one = WhatsApp()
    assert 0 <= one.recognise(path, path.read_bytes()) <= 100
    try:
        found = rows(one, path, NOBODY_TOLD)
        preview = one.preview(path, NOBODY_TOLD)
    except FormatError:
        return
    assert preview.rows is not None
    assert abs(preview.rows - len(found)) <= 1
