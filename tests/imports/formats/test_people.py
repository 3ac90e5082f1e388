"""Customer sheets and address books."""

from __future__ import annotations

from pathlib import Path

import pytest

from sapa.gateway.types import Key, Origin, PersonDescribed
from sapa.imports.formats import register
from sapa.imports.formats.persons import name_and_keys, phones_in
from sapa.imports.formats.sources import channel_kind
from tests.imports.formats.tabular import ANSWERS, events, problems, read, write

HEADER = ["Nama Lengkap", "No. WhatsApp", "Email", "Kota", "Tahu dari mana?", "Referral", "Ukuran", "Warna", "Catatan", "Tanggal daftar"]  # fmt: skip


def people(path: Path) -> list[PersonDescribed]:
    found = events(read(path))
    assert all(isinstance(event, PersonDescribed) for event in found)
    return found  # type: ignore[return-value]


def test_a_customer_sheet(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a", HEADER,
        ["Rina Wulandari", "0812-3456-7890", "rina@contoh.example", "Sleman", "video TikTok gamis sage", "", "L", "sage", "suka chat malam", "19/11/2026"],
        ["Budi Santoso", "0813 4567 8901", "", "", "", "Rina Wulandari", "", "", "", ""],
    )  # fmt: skip
    found = register.recognise(path)
    assert found is not None
    assert found[0].kind == "contacts"
    rina, budi = people(path)
    assert rina.person.name == "Rina Wulandari"
    assert rina.person.keys == (Key("phone", "0812-3456-7890"), Key("email", "rina@contoh.example"))
    assert rina.origin == Origin("tiktok", "video TikTok gamis sage")
    assert rina.preferences == (("size", "L"), ("color", "sage"))
    assert (rina.city, rina.note) == ("Sleman", "suka chat malam")
    assert rina.at is not None
    assert rina.at.day == 19
    assert budi.origin == Origin("referral", "", "Rina Wulandari")


def test_the_record_stays_the_same_when_other_cells_change(tmp_path: Path) -> None:
    before = write(tmp_path / "a", ["Nama", "No HP", "Kota"], ["Rina Wulandari", "0812-3456-7890", "Sleman"])
    after = write(tmp_path / "b", ["Nama", "Kota", "HP"], ["rina  wulandari", "Bantul", "+62 812 3456 7890"])
    assert people(before)[0].person.record == people(after)[0].person.record
    other = write(tmp_path / "c", ["Nama", "No HP", "Kota"], ["Budi Santoso", "0812-3456-7890", "Sleman"])
    assert people(other)[0].person.record != people(before)[0].person.record


def test_a_name_alone_stands_for_itself(tmp_path: Path) -> None:
    (sari, rina) = people(write(tmp_path / "a", ["Nama", "No HP"], ["Sari Dewi", ""], ["Rina", "0812****90"]))
    assert sari.person.record == ("external", "contacts:Sari Dewi")
    assert (rina.person.keys, rina.person.record) == ((), ("external", "contacts:Rina"))


def test_several_numbers_in_one_cell_and_a_number_beside_the_name(tmp_path: Path) -> None:
    both, beside = people(
        write(tmp_path / "a", ["Nama", "No HP"], ["Rina", "0812-3456-7890 / 0813 4567 8901"], ["Andi Wijaya 081298765432", ""])
    )  # fmt: skip
    assert both.person.keys == (Key("phone", "0812-3456-7890"), Key("phone", "0813 4567 8901"))
    assert (beside.person.name, beside.person.keys) == ("Andi Wijaya", (Key("phone", "081298765432"),))


def test_rows_that_cannot_be_used_say_why(tmp_path: Path) -> None:
    path = write(tmp_path / "a", ["Nama", "No HP", "Tanggal daftar"], ["", "", "19/11/2026"], ["Rina", "6,28123E+12", ""], ["Budi", "081345678901", "31/02/2026"], ["Sari", "0812345678", ""])  # fmt: skip
    assert problems(read(path)) == [(2, "person_without_name"), (3, "phone_mangled"), (4, "no_such_date")]


def test_a_birthday_is_not_the_day_she_came(tmp_path: Path) -> None:
    (rina,) = people(
        write(tmp_path / "a", ["Nama", "No HP", "Tanggal Lahir"], ["Rina", "081234567890", "05/06/1985"])
    )
    assert rina.at is None


def test_a_list_of_numbers_without_any_header(tmp_path: Path) -> None:
    path = write(tmp_path / "a", ["Rina", "081234567890"], ["Budi", "081345678901"])
    found = register.recognise(path)
    assert found is not None
    assert found[0].kind == "contacts"
    assert [event.person.keys[0].value for event in people(path)] == ["081234567890", "081345678901"]


OLD_GOOGLE = ["Name", "Given Name", "Additional Name", "Family Name", "Group Membership", "E-mail 1 - Type", "E-mail 1 - Value", "Phone 1 - Type", "Phone 1 - Value", "Phone 2 - Type", "Phone 2 - Value", "Address 1 - City", "Organization 1 - Name"]  # fmt: skip
NEW_GOOGLE = ["First Name", "Middle Name", "Last Name", "Phonetic First Name", "Name Prefix", "Nickname", "File As", "Organization Name", "Notes", "Labels", "E-mail 1 - Label", "E-mail 1 - Value", "Phone 1 - Label", "Phone 1 - Value", "Address 1 - City"]  # fmt: skip


def test_google_contacts_in_both_headers(tmp_path: Path) -> None:
    old = write(
        tmp_path / "old", OLD_GOOGLE,
        ["Rina Wulandari", "Rina", "", "Wulandari", "* myContacts", "*", "rina@contoh.example", "Mobile", "0812-3456-7890 ::: 0274 512345", "Work", "+62 813-4567-8901", "Sleman", ""],
        ["", "", "", "", "* myContacts", "", "", "", "", "", "", "", "Toko Kain Makmur"],
    )  # fmt: skip
    new = write(tmp_path / "new", NEW_GOOGLE, ["Budi", "", "Santoso", "", "", "", "", "", "langganan", "* myContacts", "* ", "budi@contoh.example", "Mobile", "081345678901", "Bantul"])  # fmt: skip
    for path in (old, new):
        found = register.recognise(path)
        assert found is not None
        assert found[0].name == "google_contacts"
        assert found[0].preview(path, ANSWERS).rows
    rina, company = people(old)
    assert [key.value for key in rina.person.keys] == ["0812-3456-7890", "0274 512345", "+62 813-4567-8901", "rina@contoh.example"]  # fmt: skip
    assert (rina.person.name, rina.city, company.person.name) == (
        "Rina Wulandari",
        "Sleman",
        "Toko Kain Makmur",
    )
    (budi,) = people(new)
    assert (budi.person.name, budi.note, len(budi.person.keys)) == ("Budi Santoso", "langganan", 2)


@pytest.mark.parametrize(
    ("text", "name", "keys"),
    [
        ("Bu Sari (0812-3456-7890)", "Bu Sari", [("phone", "0812-3456-7890")]),
        ("+62 812 3456 7890", "", [("phone", "+62 812 3456 7890")]),
        ("rina@contoh.example", "", [("email", "rina@contoh.example")]),
        ("@rina.w", "@rina.w", [("instagram", "@rina.w")]),
        ("Pak Andi blok 12", "Pak Andi blok 12", []),
        ("Dina 2026", "Dina 2026", []),
    ],
)
def test_name_or_phone_in_one_cell(text: str, name: str, keys: list[tuple[str, str]]) -> None:
    assert name_and_keys(text) == (name, tuple(Key(*key) for key in keys))


def test_masked_numbers_are_none() -> None:
    assert phones_in("0812****7890, 081345678901") == ("081345678901",)


@pytest.mark.parametrize(
    ("text", "kind"),
    [("IG story", "instagram"), ("dari Tiktok Shop", "marketplace:tiktokshop"), ("Tokped", "marketplace:tokopedia"), ("Grup WA ibu-ibu", "whatsapp"), ("diajak teman kantor", "referral"), ("Google Maps", "google"), ("lewat depan toko", "offline"), ("entah", "")],
)  # fmt: skip
def test_channels_in_the_words_of_people(text: str, kind: str) -> None:
    assert channel_kind(text) == kind
