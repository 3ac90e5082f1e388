"""Stories of who is who: facts point to the finest identity, links make people, and everything can be taken back."""

from __future__ import annotations

from datetime import datetime

import pytest

from sapa.accounts.models import AuditEntry, Business, Teammate
from sapa.contacts import queries
from sapa.contacts.models import Contact, Identity, Link
from sapa.contacts.operations import identify_many, keep_apart, mark_shared, merge, state, unmerge
from sapa.contacts.operations.identify import PersonSeen
from sapa.contacts.types import AmbiguousNameError, NormalKey

pytestmark = pytest.mark.django_db

RINA_PHONE = NormalKey("phone", "+6281234567890")
RINA_EMAIL = NormalKey("email", "rina@mail.example")


def see(shop: Business, now: datetime, *people: PersonSeen) -> list[Contact | None]:
    found = identify_many(business=shop, people=people, now=now)
    ids = [one.contact_id for one in found]
    contacts = Contact.objects.in_bulk([pk for pk in ids if pk])
    assert list(queries.find_component_differences(shop)) == []
    return [contacts[pk] if pk else None for pk in ids]


def row(number: str, name: str, *keys: NormalKey) -> PersonSeen:
    return PersonSeen(("row", number), name, keys)


def contact_of(shop: Business, kind: str, value: str) -> Contact | None:
    return Identity.objects.get(business=shop, kind=kind, value=value).contact


def test_records_with_one_key_are_one_contact(toko_sage: Business, now: datetime) -> None:
    sheet, order = see(
        toko_sage,
        now,
        row("1", "Rina Wulandari", RINA_PHONE),
        PersonSeen(("order", "shopee:A1"), "", (RINA_PHONE,)),
    )
    (mail,) = see(toko_sage, now, row("2", "Rina W", RINA_PHONE, RINA_EMAIL))
    assert sheet == order == mail
    assert sheet is not None
    assert sheet.name == "Rina Wulandari"


def test_a_key_that_joins_two_known_contacts_lets_the_oldest_survive(
    toko_sage: Business, now: datetime
) -> None:
    first, second = see(toko_sage, now, row("1", "Rina Wulandari", RINA_PHONE), row("2", "Rina", RINA_EMAIL))
    assert first is not None
    assert second is not None
    assert first != second
    see(toko_sage, now, row("3", "", RINA_PHONE, RINA_EMAIL))
    second.refresh_from_db()
    assert second.merged_into == first
    assert contact_of(toko_sage, "email", RINA_EMAIL.value) == first
    assert AuditEntry.objects.filter(business=toko_sage, verb="contacts.joined").count() == 1


def test_a_common_name_alone_never_merges(toko_sage: Business, now: datetime) -> None:
    one, two = see(
        toko_sage,
        now,
        row("1", "Sari Dewi", NormalKey("phone", "+6281111111111")),
        row("2", "Sari Dewi", NormalKey("phone", "+6282222222222")),
    )
    assert one != two


def test_unlike_names_and_unlike_emails_on_one_phone_are_two_people(
    toko_sage: Business, now: datetime
) -> None:
    rina, budi = see(
        toko_sage,
        now,
        row("1", "Rina Wulandari", RINA_PHONE, RINA_EMAIL),
        row("2", "Budi Santoso", RINA_PHONE, NormalKey("email", "budi@mail.example")),
    )
    assert rina != budi
    (later,) = see(toko_sage, now, row("3", "Rina W", RINA_PHONE))
    assert later == rina


def test_a_visitor_belongs_to_nobody_until_a_key_joins_earlier_visits(
    toko_sage: Business, now: datetime
) -> None:
    visitor = PersonSeen(("visitor", "v1"), "", ())
    assert see(toko_sage, now, visitor) == [None]
    (rina,) = see(toko_sage, now, row("1", "Rina", RINA_PHONE))
    (joined,) = see(toko_sage, now, PersonSeen(("visitor", "v1"), "", (RINA_PHONE,)))
    assert joined == rina


def test_a_visitor_who_comes_after_a_merge_joins_the_one_that_survived(
    toko_sage: Business, now: datetime, dina: Teammate
) -> None:
    first, second = see(toko_sage, now, row("1", "Rina", RINA_PHONE), row("2", "Rina W", RINA_EMAIL))
    assert first is not None
    assert second is not None
    merge(business=toko_sage, a=first, b=second, by=dina, now=now)
    (visitor,) = see(toko_sage, now, PersonSeen(("visitor", "v9"), "", (RINA_EMAIL,)))
    assert visitor == first


def test_two_people_who_sign_in_on_one_tablet_stay_two(toko_sage: Business, now: datetime) -> None:
    rina, budi = NormalKey("user", "u-rina"), NormalKey("user", "u-budi")
    see(toko_sage, now, row("1", "Rina", rina, RINA_PHONE), row("2", "Budi", budi, RINA_EMAIL))
    tablet = ("visitor", "tablet")
    (first,) = see(toko_sage, now, PersonSeen(tablet, "", (rina,)))
    see(toko_sage, now, PersonSeen(tablet, "", (budi,)))
    assert contact_of(toko_sage, *tablet) == first == contact_of(toko_sage, "user", "u-rina")
    assert contact_of(toko_sage, "user", "u-budi") != first


def test_what_an_anonymous_visitor_types_joins_only_that_visitors_own_touches(
    toko_sage: Business, now: datetime
) -> None:
    (rina,) = see(toko_sage, now, row("1", "Rina", RINA_EMAIL))
    typed = (NormalKey("typed", f"email:{RINA_EMAIL.value}"),)
    phone, laptop = see(
        toko_sage,
        now,
        PersonSeen(("visitor", "phone"), "", (), typed),
        PersonSeen(("visitor", "laptop"), "", (), typed),
    )
    assert phone is None
    assert laptop is None
    assert rina is not None
    links = Link.objects.filter(business=toko_sage).count()
    assert links == 3


def test_unmerge_gives_each_its_own_back_and_a_second_import_does_not_join_them_again(
    toko_sage: Business, now: datetime, dina: Teammate
) -> None:
    rows = (row("1", "Rina Wulandari", RINA_PHONE), row("2", "Rina W", RINA_EMAIL))
    first, second = see(toko_sage, now, *rows)
    assert first is not None
    assert second is not None
    link = merge(business=toko_sage, a=first, b=second, by=dina, now=now)
    assert contact_of(toko_sage, "row", "2") == first
    unmerge(business=toko_sage, link_id=link.pk, by=dina, now=now)
    assert list(queries.find_component_differences(toko_sage)) == []
    assert contact_of(toko_sage, "row", "2") == second
    second.refresh_from_db()
    assert second.merged_into is None
    assert see(toko_sage, now, *rows) == [first, second]
    joiner = row("3", "Rina", RINA_PHONE, RINA_EMAIL)
    see(toko_sage, now, joiner)
    assert contact_of(toko_sage, "row", "1") != contact_of(toko_sage, "row", "2")


def test_an_automatic_join_can_be_taken_apart_too(toko_sage: Business, now: datetime, dina: Teammate) -> None:
    see(toko_sage, now, row("1", "Rina", RINA_PHONE), row("2", "Ibu Rina", RINA_PHONE))
    link = Link.objects.get(a__value=RINA_PHONE.value, b__value="2")
    unmerge(business=toko_sage, link_id=link.pk, by=dina, now=now)
    assert contact_of(toko_sage, "row", "1") != contact_of(toko_sage, "row", "2")
    see(toko_sage, now, row("2", "Ibu Rina", RINA_PHONE))
    assert contact_of(toko_sage, "row", "1") != contact_of(toko_sage, "row", "2")


def test_a_family_phone_marked_shared_joins_nobody_and_can_be_unmarked(
    toko_sage: Business, now: datetime, dina: Teammate
) -> None:
    see(toko_sage, now, row("1", "Rina", RINA_PHONE), row("2", "Budi", RINA_PHONE))
    assert contact_of(toko_sage, "row", "1") == contact_of(toko_sage, "row", "2")
    phone = Identity.objects.get(business=toko_sage, kind="phone")
    mark_shared(business=toko_sage, identity=phone, is_shared=True, by=dina, now=now)
    owners = {
        contact_of(toko_sage, "row", "1"),
        contact_of(toko_sage, "row", "2"),
        contact_of(toko_sage, *_key()),
    }
    assert len(owners) == 3
    (sari,) = see(toko_sage, now, row("3", "Sari", RINA_PHONE))
    assert sari not in owners
    mark_shared(business=toko_sage, identity=phone, is_shared=False, by=dina, now=now)
    assert contact_of(toko_sage, "row", "1") == contact_of(toko_sage, "row", "3")
    assert list(queries.find_component_differences(toko_sage)) == []


@pytest.mark.parametrize("first_is_handle", [True, False])
def test_on_a_join_the_name_of_a_person_stands_before_that_of_an_account(
    toko_sage: Business, now: datetime, dina: Teammate, first_is_handle: bool
) -> None:
    handle = row("1", "rinaw_90", NormalKey("instagram", "rinaw_90"))
    person = row("2", "Rina Wulandari", NormalKey("phone", "+6281234567890"))
    see(toko_sage, now, *((handle, person) if first_is_handle else (person, handle)))
    one = contact_of(toko_sage, "instagram", "rinaw_90")
    two = contact_of(toko_sage, "phone", "+6281234567890")
    assert one
    assert two
    link = merge(business=toko_sage, a=one, b=two, by=dina, now=now)
    kept = contact_of(toko_sage, "phone", "+6281234567890")
    assert kept
    assert (kept.name, kept.name_key) == ("Rina Wulandari", "rina wulandari")
    unmerge(business=toko_sage, link_id=link.pk, by=dina, now=now)
    alone = contact_of(toko_sage, "instagram", "rinaw_90")
    assert alone
    assert alone.name == "rinaw_90"


def test_a_name_that_a_teammate_gave_stands_before_both(
    toko_sage: Business, now: datetime, dina: Teammate
) -> None:
    see(toko_sage, now, row("1", "rinaw_90", NormalKey("instagram", "rinaw_90")))
    see(toko_sage, now, row("2", "Rina Wulandari", NormalKey("phone", "+6281234567890")))
    one = contact_of(toko_sage, "instagram", "rinaw_90")
    two = contact_of(toko_sage, "phone", "+6281234567890")
    assert one
    assert two
    state(business=toko_sage, contact=one, field="name", value="kak_rina", by=dina, now=now)
    one.refresh_from_db()
    merge(business=toko_sage, a=one, b=two, by=dina, now=now)
    kept = contact_of(toko_sage, "phone", "+6281234567890")
    assert kept
    assert kept.name == "kak_rina"


def _key() -> tuple[str, str]:
    return RINA_PHONE.kind, RINA_PHONE.value


def test_two_who_look_alike_and_are_not_one_stay_apart(
    toko_sage: Business, now: datetime, dina: Teammate
) -> None:
    first, second = see(toko_sage, now, row("1", "Rina", RINA_PHONE), row("2", "Rina", RINA_EMAIL))
    assert first is not None
    assert second is not None
    keep_apart(business=toko_sage, a=first, b=second, by=dina, now=now)
    see(toko_sage, now, row("3", "Rina", RINA_PHONE, RINA_EMAIL))
    assert contact_of(toko_sage, "row", "1") != contact_of(toko_sage, "row", "2")


def test_a_teammates_merge_lifts_what_stood_apart(toko_sage: Business, now: datetime, dina: Teammate) -> None:
    first, second = see(toko_sage, now, row("1", "Rina", RINA_PHONE), row("2", "Rina", RINA_EMAIL))
    assert first is not None
    assert second is not None
    keep_apart(business=toko_sage, a=first, b=second, by=dina, now=now)
    merge(business=toko_sage, a=first, b=second, by=dina, now=now)
    assert contact_of(toko_sage, "row", "1") == contact_of(toko_sage, "row", "2") == first


@pytest.mark.parametrize(
    "who", ["0812-3456-7890", "62812 3456 7890", "rina@MAIL.example", "Rina Wulandari", "Bu Rina Wulandari"]
)
def test_a_person_is_found_as_people_write_it(toko_sage: Business, now: datetime, who: str) -> None:
    (rina,) = see(toko_sage, now, row("1", "Rina Wulandari", RINA_PHONE, RINA_EMAIL))
    assert queries.find_contact(toko_sage, who) == rina


def test_a_name_that_several_bear_asks_which(toko_sage: Business, now: datetime) -> None:
    see(toko_sage, now, row("1", "Sari Dewi", RINA_PHONE), row("2", "Sari Dewi", RINA_EMAIL))
    with pytest.raises(AmbiguousNameError) as error:
        queries.find_contact(toko_sage, "Sari Dewi")
    assert len(error.value.choices) == 2


def test_suggestions_carry_evidence_and_a_common_name_is_not_enough(
    toko_sage: Business, now: datetime
) -> None:
    strangers = [
        row(f"s{n}", "Siti Aminah", NormalKey("phone", f"+62813{n * 7919:07}")) for n in range(101, 107)
    ]
    rina, saved = see(
        toko_sage,
        now,
        row("1", "Rina Wulandari", RINA_PHONE),
        PersonSeen(("external", "whatsapp:Rina Wulandari"), "Rina Wulandari", ()),
        *strangers,
    )[:2]
    assert rina is not None
    assert saved is not None
    (found,) = queries.list_duplicates(toko_sage, clues=())
    assert {found.a.id, found.b.id} == {str(rina.public_id), str(saved.public_id)}
    assert "Rina Wulandari" in found.evidence[0]
