"""Many integer keys in one query without a placeholder for each."""

from __future__ import annotations

import pytest

from sapa.accounts.models import Business
from sapa.contacts.models import Contact, Identity
from sapa.lib.lookups import Ids
from tests.world import World

pytestmark = pytest.mark.django_db


def test_it_finds_what_in_finds(toko_sage: Business) -> None:
    people = World(toko_sage).someones(3)
    wanted = [people[0].pk, people[2].pk, 999_999]
    by_key = Contact.objects.order_by("id").values_list("id", flat=True)
    assert list(by_key.filter(id__among=wanted)) == list(by_key.filter(id__in=wanted)) == wanted[:2]
    assert Identity.objects.filter(contact_id__among=wanted).count() == 2
    assert not Contact.objects.filter(id__among=[]).exists()


def test_keys_written_once_serve_several_queries(toko_sage: Business) -> None:
    people = World(toko_sage).someones(3)
    wanted = Ids([people[0].pk, people[2].pk])
    assert wanted.numbers == (people[0].pk, people[2].pk)
    assert Contact.objects.filter(id__among=wanted).count() == 2
    assert Identity.objects.filter(contact__among=wanted).count() == 2
    assert Identity.objects.filter(contact_id__among=wanted, contact__name="").count() == 0
    assert not Contact.objects.filter(id__among=Ids([])).exists()


def test_nothing_but_integers_gets_into_the_query() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        Contact.objects.filter(id__among=["1); DROP TABLE contacts_contact; --"])
