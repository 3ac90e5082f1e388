"""An order that a chat names and that no rule may join to it is put before a teammate, with the reason."""

from __future__ import annotations

from datetime import datetime

import pytest

from sapa.accounts.models import Business, Teammate
from sapa.accounts.operations import make_business
from sapa.contacts.duplicates import CLUES, Profile, find_pairs
from sapa.contacts.models import Contact, Identity, Link, Suggestion
from sapa.contacts.operations import keep_apart, mark_shared, merge, unmerge
from sapa.contacts.queries import list_suggestions
from sapa.contacts.types import Clue
from sapa.contacts.words import say_evidence
from sapa.gateway.digest.clues import follow_suggestions, list_duplicates, refresh_suggestions
from sapa.gateway.types import Key, Person
from sapa.upkeep.operations.derived import rebuild
from tests.gateway.test_digest import digest, message, order

pytestmark = pytest.mark.django_db

OWN, OTHER = "261121AB12CD34", "261121EF56GH78"


def buyer(user: str) -> Person:
    """Who bought, as a marketplace shows them: by the name of an account."""
    return Person(("order-buyer", f"shopee:{user}"), user, keys=(Key("marketplace:shopee", user),))


def person(name: str) -> Contact:
    return Contact.objects.get(name=name, merged_into__isnull=True)


def suggested(shop: Business) -> dict[tuple[str, str], tuple[str, ...]]:
    """The stored suggestions as the screen shows them; the command, which counts anew, says the same."""
    refresh_suggestions(shop)
    shown = list_suggestions(shop)
    assert [(one.a, one.b, one.evidence) for one in shown] == [
        (one.a, one.b, one.evidence) for one in list_duplicates(shop)
    ]
    return {(one.a.name, one.b.name): one.evidence for one in shown}


@pytest.fixture
def two_orders(toko_sage: Business, now: datetime) -> Business:
    """Rina's chat names her own order and the one of a friend: nothing may be joined."""
    digest(
        toko_sage,
        now,
        message(now, "1", f"Kak, pesanan {OWN} sama {OTHER} titipan teman, dikirim bareng ya"),
        order(now, OWN, buyer("rinaw88")),
        order(now, OTHER, buyer("andi_w")),
    )
    assert not Link.objects.filter(reason=Link.Reason.ORDER_NUMBER).exists()
    return toko_sage


def test_one_buyers_order_joins_and_leaves_nothing_to_suggest(toko_sage: Business, now: datetime) -> None:
    digest(toko_sage, now, message(now, "1", f"pesanan {OWN} kapan?"), order(now, OWN, buyer("rinaw88")))
    assert Link.objects.filter(reason=Link.Reason.ORDER_NUMBER).exists()
    assert suggested(toko_sage) == {}


def test_orders_of_two_buyers_are_offered_both_with_the_number(two_orders: Business) -> None:
    assert suggested(two_orders) == {
        ("Rina Wulandari", "rinaw88"): (f"Menyebut pesanan {OWN}, di samping pesanan orang lain",),
        ("Rina Wulandari", "andi_w"): (f"Menyebut pesanan {OTHER}, di samping pesanan orang lain",),
    }


def test_the_order_may_come_before_the_chat_as_well(toko_sage: Business, now: datetime) -> None:
    digest(toko_sage, now, order(now, OWN, buyer("rinaw88")), order(now, OTHER, buyer("andi_w")))
    digest(toko_sage, now, message(now, "1", f"{OWN} dan {OTHER.lower()} sudah jalan?"))
    assert len(suggested(toko_sage)) == 2


def test_a_number_of_two_orders_names_both_buyers(toko_sage: Business, now: datetime) -> None:
    here = order(now, OWN, buyer("rinaw88"))
    there = order(now, OTHER, buyer("andi_w"), other_numbers=(OWN,))
    digest(toko_sage, now, here, there, message(now, "1", f"nomor {OWN} kak"))
    said = f"Menyebut nomor {OWN}, nomor beberapa pesanan"
    assert set(suggested(toko_sage).values()) == {(said,)}
    assert len(suggested(toko_sage)) == 2


def test_a_number_that_the_shop_wrote_to_somebody_is_a_clue_and_no_join(
    toko_sage: Business, now: datetime
) -> None:
    digest(
        toko_sage,
        now,
        message(now, "1", "kak punyaku sudah dikirim?"),
        message(now, "2", f"Sudah Kak, pesanan {OWN} jalan tadi pagi", None, rank=1),
        order(now, OWN, buyer("rinaw88")),
    )
    assert not Link.objects.filter(reason=Link.Reason.ORDER_NUMBER).exists()
    assert suggested(toko_sage) == {("Rina Wulandari", "rinaw88"): (f"Toko menulis pesanan {OWN} kepadanya",)}


def test_what_the_customer_wrote_herself_stands_before_what_the_shop_wrote(two_orders: Business) -> None:
    digest(two_orders, person("rinaw88").created_at, message(person("rinaw88").created_at, "9", OWN, None))
    assert suggested(two_orders)[("Rina Wulandari", "rinaw88")][0].startswith("Menyebut pesanan")


def test_a_chat_that_names_the_orders_of_many_says_little(toko_sage: Business, now: datetime) -> None:
    """A reseller's chat: none of the buyers is the reseller."""
    numbers = [f"26112{n}AB12CD34" for n in range(5)]
    digest(toko_sage, now, message(now, "1", "cek " + " ".join(numbers)))
    digest(toko_sage, now, *(order(now, number, buyer(f"pembeli_{number[5]}")) for number in numbers))
    assert suggested(toko_sage) == {}


def test_among_many_a_like_name_still_brings_one_up(toko_sage: Business, now: datetime) -> None:
    numbers = [f"26112{n}AB12CD34" for n in range(5)]
    names = ["Rina Wulandari", "Budi", "Sari", "Andi", "Tuti"]
    digest(toko_sage, now, message(now, "1", "cek " + " ".join(numbers)))
    digest(
        toko_sage,
        now,
        *(
            order(now, number, Person(("order-buyer", number), name))
            for number, name in zip(numbers, names, strict=True)
        ),
    )
    ((_pair, evidence),) = suggested(toko_sage).items()
    assert evidence[0] == f"Menyebut pesanan {numbers[0]}, di antara pesanan banyak orang"
    assert "Namanya sama: Rina Wulandari" in evidence


def test_who_stands_apart_is_not_offered_again(two_orders: Business, now: datetime, dina: Teammate) -> None:
    keep_apart(business=two_orders, a=person("Rina Wulandari"), b=person("andi_w"), by=dina, now=now)
    assert set(suggested(two_orders)) == {("Rina Wulandari", "rinaw88")}


def test_it_goes_when_the_two_are_joined_and_stays_away_when_they_are_parted(
    two_orders: Business, now: datetime, dina: Teammate
) -> None:
    assert len(suggested(two_orders)) == 2
    rina, own = person("Rina Wulandari"), person("rinaw88")
    link = merge(business=two_orders, a=rina, b=own, by=dina, now=now)
    assert {one.b.name for one in list_suggestions(two_orders)} == {"andi_w"}
    unmerge(business=two_orders, link_id=link.pk, by=dina, now=now)
    assert {one.b.name for one in list_suggestions(two_orders)} == {"andi_w"}
    assert set(suggested(two_orders)) == {("Rina Wulandari", "andi_w")}


def test_a_join_that_was_taken_back_is_not_suggested(
    toko_sage: Business, now: datetime, dina: Teammate
) -> None:
    digest(toko_sage, now, message(now, "1", f"pesanan {OWN} kapan?"), order(now, OWN, buyer("rinaw88")))
    link = Link.objects.get(reason=Link.Reason.ORDER_NUMBER)
    unmerge(business=toko_sage, link_id=link.pk, by=dina, now=now)
    assert suggested(toko_sage) == {}


def test_who_writes_on_a_shared_number_is_not_known_and_not_offered(
    toko_sage: Business, now: datetime, dina: Teammate
) -> None:
    home = Person(("phone", "+6281234567890"), "Keluarga Rina")
    digest(
        toko_sage,
        now,
        message(now, "1", f"pesanan {OWN} dan {OTHER}", home),
        order(now, OWN, buyer("rinaw88")),
        order(now, OTHER, buyer("andi_w")),
    )
    assert len(suggested(toko_sage)) == 2
    phone = Identity.objects.get(kind="phone")
    mark_shared(business=toko_sage, identity=phone, is_shared=True, by=dina, now=now)
    assert suggested(toko_sage) == {}


def test_a_rebuild_makes_the_same_suggestions_again(two_orders: Business, now: datetime) -> None:
    before = suggested(two_orders)
    rebuild(business=two_orders, now=now)
    assert Suggestion.objects.count() == len(before) == 2
    assert suggested(two_orders) == before


def test_another_shops_orders_are_nobodys_clue(toko_sage: Business, now: datetime) -> None:
    other_shop = make_business(name="Kopi Andi", owner_email="andi@kopi.example", now=now)
    digest(toko_sage, now, message(now, "1", f"{OWN} dan {OTHER}"))
    digest(other_shop, now, order(now, OWN, buyer("rinaw88")), order(now, OTHER, buyer("andi_w")))
    assert suggested(toko_sage) == {}


def test_every_clue_has_its_sentence() -> None:
    for code in CLUES:
        assert OWN in say_evidence(code, OWN)


@pytest.mark.parametrize(
    ("code", "one", "two", "is_offered"),
    [
        ("named_order", Profile(1, "Rina", "rina"), Profile(2, "rinaw88", "rinaw88"), True),
        (
            "named_order",
            Profile(1, "Rina", "rina", phones=frozenset({"+6281234567890"})),
            Profile(2, "rinaw88", "rinaw88", phones=frozenset({"+628577770000"})),
            True,
        ),
        ("named_order", Profile(1, "Rina Wulandari", "rina wulandari"), Profile(2, "Budi Santoso", "budi santoso"), True),
        (
            "named_order",
            Profile(1, "Rina Wulandari", "rina wulandari", phones=frozenset({"+6281234567890"})),
            Profile(2, "Budi Santoso", "budi santoso", phones=frozenset({"+628577770000"})),
            False,
        ),
        ("named_with_many", Profile(1, "Rina", "rina"), Profile(2, "ibu_kos", "ibu kos"), False),
    ],
    ids=["nothing against it", "other numbers", "other names", "other numbers and names", "among many"],
)  # fmt: skip
def test_what_stands_against_a_clue(code: str, one: Profile, two: Profile, is_offered: bool) -> None:
    assert bool(find_pairs([one, two], clues=[Clue(2, 1, code, OWN)])) == is_offered


def shown(shop: Business) -> set[tuple[str, str]]:
    return {(one.a.name, one.b.name) for one in list_suggestions(shop)}


def test_who_comes_by_a_live_message_is_compared_with_who_is_alike(
    toko_sage: Business, now: datetime
) -> None:
    digest(toko_sage, now, order(now, OWN, buyer("rinaw88")))
    assert follow_suggestions(toko_sage, now=now) == 0  # from here on
    digest(toko_sage, now, message(now, "1", f"Kak, pesanan {OWN} sama {OTHER} titipan teman"))
    digest(toko_sage, now, order(now, OTHER, buyer("andi_w")))
    assert follow_suggestions(toko_sage, now=now) > 0
    found = shown(toko_sage)
    assert found
    refresh_suggestions(toko_sage)
    assert shown(toko_sage) >= found
    assert follow_suggestions(toko_sage, now=now) == 0


def test_only_contacts_that_were_touched_are_looked_at(two_orders: Business, now: datetime) -> None:
    assert follow_suggestions(two_orders, now=now) == 0
    digest(two_orders, now, order(now, "261121ZZ99ZZ99", buyer("orang_lain")))
    assert follow_suggestions(two_orders, now=now) == 0
    assert not list_suggestions(two_orders)


def test_what_an_import_brings_is_left_to_its_own_comparison(
    two_orders: Business, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow_suggestions(two_orders, now=now)
    monkeypatch.setattr("sapa.gateway.digest.clues.MANY", 1)
    digest(two_orders, now, message(now, "2", f"pesanan {OTHER} gimana kak?"))
    assert follow_suggestions(two_orders, now=now) == 0
    monkeypatch.undo()
    assert follow_suggestions(two_orders, now=now) == 0
