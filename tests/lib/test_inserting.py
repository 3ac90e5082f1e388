"""Rows written in plain SQL are the rows that Django would have written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from sapa.accounts.models import AuditEntry, Business
from sapa.contacts.models import Contact
from sapa.lib.inserting import insert_many, insert_rows, upsert_rows
from sapa.standings.models import Standing

pytestmark = pytest.mark.django_db

MOMENTS = [
    datetime(2026, 11, 21, 14, 30, tzinfo=timezone(timedelta(hours=7))),
    datetime(2026, 1, 1, 0, 0, 0, 123, tzinfo=UTC),
]
DATA: list[Any] = [{}, {"kata": "“sage”", "n": 1.5, "tidak": None}, [1, [2]], "teks"]


def entry(shop: Business, at: datetime, data: Any) -> AuditEntry:
    return AuditEntry(business=shop, at=at, verb="v", object_kind="k", object_id="1", data=data)


def stored(pk: int) -> tuple[Any, ...]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT at, CAST(data AS TEXT), teammate_id, undone_at FROM accounts_auditentry WHERE id = %s",
            [pk],
        )
        return tuple(cursor.fetchone())


@pytest.mark.parametrize("at", MOMENTS)
@pytest.mark.parametrize("data", DATA)
def test_a_row_is_stored_as_django_stores_it(toko_sage: Business, at: datetime, data: Any) -> None:
    theirs = entry(toko_sage, at, data)
    theirs.save()
    (ours,) = insert_many([entry(toko_sage, at, data)])
    assert ours.pk > theirs.pk
    assert stored(ours.pk) == stored(theirs.pk)
    again = AuditEntry.objects.get(pk=ours.pk)
    assert (again.at, again.data) == (at, data)


@pytest.mark.parametrize("at", MOMENTS)
@pytest.mark.parametrize("data", DATA)
def test_values_are_stored_as_the_row_that_holds_them(toko_sage: Business, at: datetime, data: Any) -> None:
    theirs = entry(toko_sage, at, data)
    theirs.save()
    named = {"at": at, "business_id": toko_sage.pk, "verb": "v", "object_kind": "k", "object_id": "1"}
    ids = insert_rows(AuditEntry, [{**named, "data": data}, {**named, "data": data}])
    assert [one - theirs.pk for one in ids] == [1, 2]
    assert [stored(pk) for pk in ids] == [stored(theirs.pk)] * 2


def test_what_is_not_named_takes_its_default(toko_sage: Business, now: datetime) -> None:
    insert_rows(Contact, [{"business_id": toko_sage.pk, "created_at": now} for _ in range(3)])
    made = Contact.objects.all()
    assert {(one.name, one.name_key, one.merged_into_id, one.created_at) for one in made} == {
        ("", "", None, now)
    }
    assert len({one.public_id for one in made}) == 3


def test_ids_go_on_where_django_left_off_and_are_never_given_twice(
    toko_sage: Business, now: datetime
) -> None:
    first = Contact.objects.create(business=toko_sage, name="Rina", created_at=now)
    made = insert_many([Contact(business=toko_sage, name=str(n), created_at=now) for n in range(3)])
    assert [one.pk - first.pk for one in made] == [1, 2, 3]
    Contact.objects.filter(pk=made[-1].pk).delete()
    last = Contact.objects.create(business=toko_sage, name="Budi", created_at=now)
    assert last.pk > made[-1].pk
    assert len({one.public_id for one in Contact.objects.all()}) == 4


def test_a_row_that_was_inserted_is_saved_again_as_an_update(toko_sage: Business, now: datetime) -> None:
    (rina,) = insert_many([Contact(business=toko_sage, name="Rina", created_at=now)])
    rina.name = "Rina Wulandari"
    rina.save()
    assert Contact.objects.get().name == "Rina Wulandari"


def test_nothing_to_insert_is_nothing(db: None) -> None:
    assert insert_many([]) == []
    assert list(insert_rows(Contact, [])) == []


def standing(shop: Business, contact: Contact, at: datetime, **changed: Any) -> dict[str, Any]:
    return {
        "business_id": shop.pk,
        "contact_id": contact.pk,
        "first_seen_at": at,
        "last_seen_at": at,
        "stage": "heard",
        "phase": "awareness",
        "trust_why": {"code": "new"},
    } | changed


def test_a_row_takes_the_place_of_the_one_with_its_key(toko_sage: Business, now: datetime) -> None:
    rina, budi = insert_many(
        [Contact(business=toko_sage, name=name, created_at=now) for name in ("Rina", "Budi")]
    )
    upsert_rows(Standing, [standing(toko_sage, rina, now)], key="contact_id")
    first = Standing.objects.get()
    later = standing(toko_sage, rina, now + timedelta(days=1), stage="asked", trust_why={"code": "praise"})
    upsert_rows(Standing, [later, standing(toko_sage, budi, now)], key="contact_id")
    again, other = Standing.objects.order_by("contact_id")
    assert (again.pk, again.last_seen_at, again.stage) == (first.pk, now + timedelta(days=1), "asked")
    assert (again.trust_why, other.trust_why) == ({"code": "praise"}, {"code": "new"})
    assert (other.contact_id, other.order_count, other.owner_id) == (budi.pk, 0, None)
    upsert_rows(Standing, [], key="contact_id")
    assert Standing.objects.count() == 2
