"""Kept queries: compiled once, they answer as the queryset would, whatever is put in."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from sapa.accounts.models import Business, Teammate
from sapa.contacts.models import Contact, Identity
from sapa.lib.ids import uuid7
from sapa.lib.kept import MANY, MOMENT, NUMBER, TEXT, UUID_, kept

pytestmark = pytest.mark.django_db


@kept(business=NUMBER)
def mates_of(business: Any) -> QuerySet[Teammate]:
    return Teammate.objects.filter(business_id=business).select_related("user", "business").order_by("id")


@kept(ids=MANY, since=MOMENT)
def names(ids: Any, since: Any) -> QuerySet[Any, Any]:
    found = Contact.objects.filter(id__among=ids, created_at__gte=since).order_by("id")
    return found.values_list("name", "created_at", "public_id")


@kept(public_id=UUID_, name=TEXT)
def keys_of(public_id: Any, name: Any) -> QuerySet[Any, Any]:
    found = Identity.objects.filter(contact__public_id=public_id, contact__name=name)
    return found.order_by("id").values_list("value", flat=True)


@kept(ids=MANY)
def identities(ids: Any) -> QuerySet[Identity]:
    return Identity.objects.filter(id__among=ids).select_related("contact").order_by("id")


def add_contact(business: Business, name: str, now: datetime) -> Contact:
    return Contact.objects.create(business=business, name=name, created_at=now)


def test_models_come_with_those_of_related_tables(toko_sage: Business, dina: Teammate) -> None:
    found = mates_of(business=toko_sage.pk)
    wanted = list(Teammate.objects.filter(business=toko_sage).order_by("id"))
    assert found == wanted
    for one, other in zip(found, wanted, strict=True):
        for field in Teammate._meta.concrete_fields:
            assert getattr(one, field.attname) == getattr(other, field.attname)
    with CaptureQueriesContext(connection) as asked:
        assert [one.user.name for one in found] == [one.user.name for one in found]
        assert {one.business.name for one in found} == {"Toko Sage"}
    assert not asked.captured_queries


def test_a_model_that_was_read_so_can_be_stored(toko_sage: Business, dina: Teammate) -> None:
    mine = mates_of(business=toko_sage.pk)[-1]
    mine.name = "Dina S."
    mine.save(update_fields=["name"])
    dina.refresh_from_db()
    assert dina.name == "Dina S."


def test_values_are_those_that_the_queryset_gives(toko_sage: Business, now: datetime) -> None:
    rina = add_contact(toko_sage, "Rina Wulandari", now)
    budi = add_contact(toko_sage, "Budi Santoso", now - timedelta(days=2))
    ids = [rina.pk, budi.pk]
    found = names(ids=ids, since=now - timedelta(days=9))
    assert found == list(names.queryset().model.objects.filter(id__in=ids).order_by("id").values_list("name", "created_at", "public_id"))  # fmt: skip
    assert [name for name, *_ in names(ids=ids, since=now)] == ["Rina Wulandari"]


@pytest.mark.parametrize("count", [0, 1, 2, 29, 30, 31, 400])
def test_any_number_of_ids(toko_sage: Business, now: datetime, count: int) -> None:
    Contact.objects.bulk_create(
        [
            Contact(business=toko_sage, name=f"Sari {one}", created_at=now, public_id=uuid7())
            for one in range(count)
        ]
    )
    ids = list(Contact.objects.values_list("id", flat=True))
    assert len(names(ids=ids, since=now)) == count


def test_who_is_nobody_of_a_left_join_is_none(toko_sage: Business, now: datetime) -> None:
    alone = Identity.objects.create(business=toko_sage, kind="phone", value="+62812", learned_at=now)
    found = identities(ids=[alone.pk])
    assert found == [alone]
    assert found[0].contact is None


def test_words_are_words(toko_sage: Business, now: datetime) -> None:
    sari = add_contact(toko_sage, "Sari '100%s' Dewi", now)
    Identity.objects.create(business=toko_sage, contact=sari, kind="phone", value="+62811", learned_at=now)
    assert keys_of(public_id=sari.public_id, name="Sari '100%s' Dewi") == ["+62811"]
    assert keys_of(public_id=sari.public_id, name="Sari") == []
    assert keys_of.first(public_id=sari.public_id, name="Sari") is None


def test_it_is_compiled_once(toko_sage: Business, dina: Teammate) -> None:
    built: list[int] = []

    @kept(business=NUMBER)
    def counted(business: Any) -> QuerySet[Teammate]:
        built.append(1)
        return Teammate.objects.filter(business_id=business).order_by("id")

    assert counted(business=toko_sage.pk) == counted(business=toko_sage.pk)
    assert counted(business=toko_sage.pk + 1) == []
    assert len(built) == 1


def test_what_it_cannot_read_is_refused(toko_sage: Business) -> None:
    @kept(business=NUMBER)
    def dicts(business: Any) -> QuerySet[Any, Any]:
        return Teammate.objects.filter(business_id=business).values("name")

    with pytest.raises(TypeError, match="models or tuples"):
        dicts(business=toko_sage.pk)
