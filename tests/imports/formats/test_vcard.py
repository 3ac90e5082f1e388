"""Address books of phones, from vCard 2.1 to 4.0."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sapa.gateway.types import Key, PersonDescribed
from sapa.imports.formats.types import FormatError
from sapa.imports.formats.vcard import VCard
from tests.imports.formats.chats import NOBODY_TOLD, rows, write

ANDROID = """\
BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=57=75=6C=61=6E=64=61=72=69;=52=69=6E=61;;;
FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=52=69=6E=61=20=57=75=6C=61=
=6E=64=61=72=69
TEL;CELL;PREF:0812-3456-7890
TEL;HOME:(022) 1234567
EMAIL;INTERNET:rina@example.com
PHOTO;ENCODING=BASE64;JPEG:/9j/4AAQSkZJRgABAQAAAQABAAD
 abcdef

END:VCARD
"""
IPHONE = """\
BEGIN:VCARD\r
VERSION:3.0\r
N:Santoso;Budi;;;\r
FN:Budi\\, Santoso\r
item1.TEL;type=CELL;waid=6281234567891:+62 812-3456-7891\r
item1.X-ABLabel:Ponsel\r
NOTE:suka sage\\nukuran\r
  L\r
ADR;TYPE=HOME:;;Jl. Mawar 3;Bandung;Jawa Barat;40111;Indonesia\r
END:VCARD\r
"""
NEWEST = """\
BEGIN:VCARD
VERSION:4.0
N:Dewi;Sari;;;
TEL;VALUE=uri;TYPE="voice":tel:+62-813-0000-1111
END:VCARD
"""


def people(folder: Path, words: str) -> list[PersonDescribed]:
    found = rows(VCard(), write(folder, words, "kontak.vcf"))
    return [event for row in found for event in row.events if isinstance(event, PersonDescribed)]


def test_cards_of_all_versions(tmp_path: Path) -> None:
    rina, budi, sari = people(tmp_path, ANDROID + IPHONE + NEWEST)
    assert rina.person.name == "Rina Wulandari"
    assert rina.person.keys == (
        Key("phone", "0812-3456-7890"),
        Key("phone", "(022) 1234567"),
        Key("email", "rina@example.com"),
    )
    assert (budi.person.name, budi.person.keys) == ("Budi, Santoso", (Key("phone", "+6281234567891"),))
    assert (budi.note, budi.city) == ("suka sage\nukuran L", "Bandung")
    assert (sari.person.name, sari.person.keys) == ("Sari Dewi", (Key("phone", "+62-813-0000-1111"),))


def test_the_same_card_gives_the_same_record_in_every_export(tmp_path: Path) -> None:
    (alone,), several = people(tmp_path / "a", IPHONE), people(tmp_path / "b", ANDROID + IPHONE)
    assert alone.person.record == several[1].person.record


def test_a_card_of_nobody_is_a_problem_and_one_without_end_is_read(tmp_path: Path) -> None:
    found = rows(
        VCard(), write(tmp_path, "BEGIN:VCARD\nVERSION:3.0\nEND:VCARD\nBEGIN:VCARD\nFN:Andi\n", "a.vcf")
    )
    assert [row.number for row in found] == [1, 4]
    assert found[0].problem is not None
    assert found[0].problem.code == "person_without_name"
    assert found[1].events


def test_preview_counts_the_cards(tmp_path: Path) -> None:
    preview = VCard().preview(write(tmp_path, ANDROID + IPHONE, "a.vcf"), NOBODY_TOLD)
    assert (preview.rows, preview.sample[1]) == (2, ("Budi, Santoso", "+6281234567891"))


def test_a_card_is_recognised_by_its_beginning() -> None:
    assert VCard().recognise(Path("a.txt"), b"\xef\xbb\xbf" + IPHONE.encode()) > 90
    assert VCard().recognise(Path("a.vcf"), b"nama,nomor\n") == 0


@given(
    st.lists(
        st.one_of(
            st.text(max_size=20),
            st.sampled_from(
                [
                    "BEGIN:VCARD\n",
                    "END:VCARD\n",
                    "\nFN;QUOTED-PRINTABLE:=",
                    "=\n",
                    "\nTEL;WAID=1:",
                    "\n ",
                    ";;",
                    "\\",
                ]
            ),
        ),
        max_size=20,
    )
)
def test_any_text_is_rows_or_one_problem(tmp_path_factory: pytest.TempPathFactory, pieces: list[str]) -> None:
    path = tmp_path_factory.mktemp("card") / "a.vcf"
    path.write_bytes("".join(pieces).encode("utf-8", "replace"))
    try:
        rows(VCard(), path)
    except FormatError:
        return
