"""Mails as people save them: replies without what they quote, threads, and headers that no standard allows."""

from __future__ import annotations

import mailbox
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sapa.gateway.letters.replies import reply_of, text_of_html
from sapa.gateway.types import Key, Media
from sapa.imports.formats.mail import Mail
from sapa.imports.formats.types import Answers, FormatError
from tests.imports.formats.chats import JAKARTA, NOBODY_TOLD, messages, rows, who, write

SHOP = Answers(JAKARTA, own_names=("halo@tokosage.example",))


def mail(body: str = "Halo, ada warna sage?", **headers: str) -> str:
    fields = {
        "From": "Rina Wulandari <Rina@Example.com>",
        "To": "Toko Sage <halo@tokosage.example>",
        "Date": "Tue, 21 Jul 2026 10:15:00 +0700",
        "Subject": "Tanya warna",
        "Message-ID": "<1@example.com>",
        "Content-Type": "text/plain; charset=utf-8",
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    return "".join(f"{name}: {value}\n" for name, value in fields.items() if value) + "\n" + body + "\n"


def test_a_mail_from_a_customer(tmp_path: Path) -> None:
    (one,) = messages(Mail(), write(tmp_path, mail(), "a.eml"), SHOP)
    assert one.person is not None
    assert one.person.record == ("email", "rina@example.com")
    assert one.person.name == "Rina Wulandari"
    assert one.person.keys == (Key("email", "rina@example.com"),)
    assert (one.text, one.at.isoformat()) == ("Halo, ada warna sage?", "2026-07-21T10:15:00+07:00")
    assert (one.conversation.key, one.conversation.title) == ("thread:1@example.com", "Tanya warna")


THREAD = [
    mail(),
    mail(
        "Ada kak",
        From="Dina <halo@tokosage.example>",
        To="rina@example.com",
        Subject="Re: Tanya warna",
        Message_ID="<2@sage>",
        In_Reply_To="<1@example.com>",
        References="<1@example.com>",
    ),
    mail(
        "Oke, kirim ya",
        Subject="Bls: Re: Tanya warna",
        Message_ID="<3@example.com>",
        References="<1@example.com>\n <2@sage>",
    ),
    mail("Tanpa rujukan", Subject="RE: tanya  warna", Message_ID="<4@example.com>"),
    mail("Tentang lain", Subject="Retur", Message_ID="<5@example.com>"),
]


def box(folder: Path, mails: list[str]) -> Path:
    path = folder / "kotak.mbox"
    made = mailbox.mbox(str(path), create=True)
    for one in mails:
        made.add(one.encode("utf-8"))
    made.close()
    return path


def test_a_mailbox_gives_threads_and_both_sides(tmp_path: Path) -> None:
    found = messages(Mail(), box(tmp_path, THREAD), SHOP)
    assert [who(one) for one in found] == [
        "email:rina@example.com",
        "Dina",
        "email:rina@example.com",
        "email:rina@example.com",
        "email:rina@example.com",
    ]
    keys = [one.conversation.key for one in found]
    assert keys[:4] == ["thread:1@example.com"] * 4
    assert keys[4] == "thread:5@example.com"
    assert len({one.dedupe_key for one in found}) == 5


def test_the_owner_of_a_mailbox_is_the_address_in_most_of_its_mails(tmp_path: Path) -> None:
    mails = [mail(From=f"p{n}@example.com", Message_ID=f"<{n}@x>") for n in range(3)]
    path = box(
        tmp_path, [*mails, mail(From="halo@tokosage.example", To="p1@example.com", Message_ID="<9@x>")]
    )
    found = messages(Mail(), path, NOBODY_TOLD)
    assert [who(one) for one in found][-1] == "Toko Sage" or found[-1].person is None
    (question,) = Mail().preview(path, NOBODY_TOLD).questions
    assert (question.code, question.guess) == ("own_name", "halo@tokosage.example")


def test_a_line_that_begins_with_from_stays_in_its_mail(tmp_path: Path) -> None:
    path = box(tmp_path, [mail("Halo\n\nFrom Bandung kak\n"), mail("dua", Message_ID="<2@x>")])
    assert [one.text for one in messages(Mail(), path, SHOP)] == ["Halo\n\nFrom Bandung kak", "dua"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "Halo\n\nPada Sel, 21 Jul 2026 pukul 10.15 Toko Sage <halo@sage.id> menulis:\n\n> Ada kak\n>",
            "Halo",
        ),
        ("Hello\n\nOn Apr 3, 2012, at 4:19 PM, bob wrote:\n\n> Hi", "Hello"),
        (
            "Hello\n\nOn Tue, 3 Apr 2012 at 10:00, Bob the very\nlong <bob@example.com> wrote:\n> Hi\n",
            "Hello",
        ),
        ("On 04/02/2012 06:26 PM, Megan One wrote:\n> Hi\nHello", "Hello"),
        ("Hello\n\n----- Original Message -----\nFrom: bob\nTo: x\nHi", "Hello"),
        ("Oke\n\nDari: Toko Sage\nTerkirim: Selasa\nKepada: Rina\nPerihal: x\n\nlama", "Oke"),
        ("Hello\n\n-- \nRina\nJl. Mawar", "Hello"),
        ("Hello\n\nDikirim dari iPhone saya", "Hello"),
        ("Hello\n> Subject: Test\n> From: bob\n> \n> Hi", "Hello"),
        ("Dia menulis: bagus\nlalu pergi", "Dia menulis: bagus\nlalu pergi"),
        ("Total:\nsage 2\nolive 1", "Total:\nsage 2\nolive 1"),
        (
            "---------- Forwarded message ---------\nFrom: bob\nHi",
            "---------- Forwarded message ---------\nFrom: bob\nHi",
        ),
        ("> hanya kutipan", ""),
    ],
)
def test_only_what_the_mail_itself_says_is_kept(body: str, expected: str) -> None:
    assert reply_of(body) == expected


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>Halo</p><p>ada&nbsp;sage?</p>", "Halo\n\nada sage?"),
        ("<style>p{}</style>Halo<br>kak<script>x()</script>", "Halo\nkak"),
        ("<div>Halo</div><blockquote><div>lama</div></blockquote>", "Halo"),
        ('<div>Halo</div><div class="gmail_quote">x<div>lama</div></div><p>ya</p>', "Halo\n\nya"),
        ("<ul><li>satu<li>dua</ul>", "satu\ndua"),
        ("Halo <![kacau <b>sekali", "Halo"),
        ("5 < 6 &amp; 7", "5 < 6 & 7"),
    ],
)
def test_html_becomes_words(markup: str, expected: str) -> None:
    assert text_of_html(markup).startswith(expected)


def test_a_mail_of_html_alone_is_read(tmp_path: Path) -> None:
    path = write(tmp_path, mail("<p>Halo <b>kak</b></p>", Content_Type="text/html; charset=utf-8"), "a.eml")
    assert messages(Mail(), path, SHOP)[0].text == "Halo kak"


def test_attachments_are_named_and_not_read(tmp_path: Path) -> None:
    body = (
        '--x\nContent-Type: text/plain\n\nBukti\n--x\nContent-Type: image/jpeg; name="bukti.jpg"\n'
        'Content-Disposition: attachment; filename="bukti.jpg"\nContent-Transfer-Encoding: base64\n\nAAAA\n--x--\n'
    )
    path = write(tmp_path, mail(body, Content_Type='multipart/mixed; boundary="x"'), "a.eml")
    (one,) = messages(Mail(), path, SHOP)
    assert (one.text, one.media) == ("Bukti", (Media("image", "bukti.jpg", "image/jpeg"),))


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (
            {"Date": "Pn, 29 paX 2007 21:13:00 +0100", "Received": "from a; Mon, 05 Nov 2007 20:17:37 +1100"},
            "2007-11-05",
        ),
        (
            {"Date": "Mon, 30 Jun 3609 15:33:50 +0600", "Received": "x; Mon, 30 Jun 2008 02:34:00 -0700"},
            "2008-06-30",
        ),
        ({"Date": "21 Jul 2026 10:15:00"}, "2026-07-21"),
    ],
)
def test_a_bad_date_is_replaced_by_the_servers(
    tmp_path: Path, headers: dict[str, str], expected: str
) -> None:
    (one,) = messages(Mail(), write(tmp_path, mail(**headers), "a.eml"), SHOP)
    assert one.at.date().isoformat() == expected
    assert one.at.tzinfo is not None


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"From": ""}, "sender_missing"),
        ({"From": "tanpa alamat"}, "sender_missing"),
        ({"Date": ""}, "mail_without_date"),
    ],
)
def test_a_mail_that_says_too_little_is_a_problem(tmp_path: Path, headers: dict[str, str], code: str) -> None:
    (row,) = rows(Mail(), write(tmp_path, mail(**headers), "a.eml"), SHOP)
    assert row.problem is not None
    assert row.problem.code == code


def test_machines_and_bounces_are_told_apart(tmp_path: Path) -> None:
    (auto,) = messages(Mail(), write(tmp_path, mail(Auto_Submitted="auto-replied"), "a.eml"), SHOP)
    assert auto.automatic
    report = mail("--x\n\nx\n--x--", Content_Type='multipart/report; boundary="x"')
    assert [row.skipped for row in rows(Mail(), write(tmp_path, report, "b.eml"), SHOP)] == [
        "delivery_report"
    ]


@pytest.mark.parametrize(
    ("words", "least"),
    [
        (mail(), 90),
        ("From rina@example.com Tue Jul 21 10:15:00 2026\n" + mail(), 90),
        ("Subject: =?NONE?B?VEVTVA=?=\n\nTEST", 20),
    ],
)
def test_mails_are_recognised(tmp_path: Path, words: str, least: int) -> None:
    assert Mail().recognise(tmp_path, words.encode()) >= least


@pytest.mark.parametrize(
    "words", ["Rina: halo\nSari: hai\n", "21/07/26 03.15 - Rina: halo\n", "a,b\n1,2\n", ""]
)
def test_other_texts_are_no_mail(tmp_path: Path, words: str) -> None:
    assert Mail().recognise(tmp_path, words.encode()) == 0


def test_the_odd_mails_of_others_never_raise(shared: Path) -> None:
    paths = sorted((shared / "data/channels/email").rglob("*.eml"))
    assert len(paths) > 50
    for path in paths:
        Mail().preview(path, NOBODY_TOLD)
        assert len(rows(Mail(), path, NOBODY_TOLD)) == 1, path.name


@pytest.mark.parametrize("name", ["android", "apple_mail", "comcast", "hotmail", "sparrow", "thunderbird"])
def test_the_replies_of_other_programs_are_one_word(shared: Path, name: str) -> None:
    (one,) = messages(Mail(), shared / "data/channels/email/replies" / f"{name}.eml", NOBODY_TOLD)
    assert one.text == "Hello"


HOSTILE = st.one_of(
    st.binary(max_size=200),
    st.sampled_from(
        [
            b"From: =?utf-8?B?x?= <a@b.c>\n",
            b"Content-Type: multipart/mixed; boundary=x\n\n--x\n",
            b"Content-Type: text/plain; charset=nichts\n",
            b"Content-Transfer-Encoding: base64\n\n=\n",
            b"From a@b.c Tue Jul 21 10:15:00 2026\n",
            b"Date: Tue, 99 Jul 99999 99:99:99 +9999\n",
            b"To: ((((@,;:<>\n",
            b"Content-Disposition: attachment; filename*=x'y'%zz\n",
            b"\n",
            b"\n\n",
        ]
    ),
)


@given(st.lists(HOSTILE, max_size=15))
def test_any_bytes_are_rows_or_one_problem(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes]
) -> None:
    path = tmp_path_factory.mktemp("mail") / "a.eml"
    path.write_bytes(b"".join(pieces))
    assert 0 <= Mail().recognise(path, path.read_bytes()) <= 100
    try:
        rows(Mail(), path, NOBODY_TOLD)
        Mail().preview(path, NOBODY_TOLD)
    except FormatError:
        return


def test_mails_nested_without_end_are_a_problem(tmp_path: Path) -> None:
    deep = "".join(f"Content-Type: multipart/mixed; boundary=x{n}\n\n--x{n}\n" for n in range(3000))
    path = write(tmp_path, mail(Content_Type="").rstrip("\n").rpartition("\n\n")[0] + "\n" + deep, "a.eml")
    assert len(rows(Mail(), path, SHOP)) == 1
