"""Kept queries asked with many words: as `column__in` would answer, however many they are."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from sapa.accounts.models import Business
from sapa.contacts.models import Contact
from sapa.lib.kept import NUMBER
from sapa.lib.kept_among import MOST_AT_ONCE, kept_among

pytestmark = pytest.mark.django_db


@kept_among(business=NUMBER)
def named(words: Any, business: Any) -> QuerySet[Any, Any]:
    found = Contact.objects.filter(business=business, name__in=words)
    return found.order_by("id").values_list("name", flat=True)


@pytest.fixture
def names(toko_sage: Business, now: datetime) -> list[str]:
    made = [f"Rina {number} 100% 'asli'" for number in range(MOST_AT_ONCE + 40)]
    Contact.objects.bulk_create(Contact(business=toko_sage, name=one, created_at=now) for one in made)
    return made


@pytest.mark.parametrize("count", [0, 1, 2, 3, 8, 9, 100, MOST_AT_ONCE, MOST_AT_ONCE + 1, MOST_AT_ONCE + 40])
def test_each_is_found_once(toko_sage: Business, names: list[str], count: int) -> None:
    asked = [*names[:count], "nobody", *names[:count]] if count else []
    assert named(asked, business=toko_sage.pk) == names[:count]


def test_another_business_is_not_asked(toko_sage: Business, names: list[str]) -> None:
    assert named(names, business=toko_sage.pk + 1) == []


def test_one_query_for_a_piece(toko_sage: Business, names: list[str]) -> None:
    with CaptureQueriesContext(connection) as asked:
        named(names[:100], business=toko_sage.pk)
        named([], business=toko_sage.pk)
        named(names, business=toko_sage.pk)
    assert len(asked.captured_queries) == 3
