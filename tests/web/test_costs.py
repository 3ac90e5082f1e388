"""What a page costs: the number of questions to the database does not grow with what it shows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.web.conftest import Story, contact, thread

pytestmark = pytest.mark.django_db

# Session, person, places and team come first with every page.
COSTS = {
    "/": 20,
    "/inbox/": 18,
    "/inbox/?tab=all": 16,
    "/inbox/?tab=old": 16,
    "/customers/": 9,
    "/customers/?q=rina": 10,
    "/settings/": 10,
}


# The sheet beside it asks for what is known of the person: more than half of these.
TALK = 45


@contextmanager
def _counted() -> Iterator[CaptureQueriesContext]:
    with CaptureQueriesContext(connection) as queries:
        yield queries


def _cost(owner: Client, path: str) -> int:
    owner.get(path)
    with _counted() as queries:
        assert owner.get(path).status_code == 200
    return len(queries)


@pytest.mark.parametrize("path", COSTS)
def test_lists_ask_the_same_however_many_they_show(owner: Client, people: Story, path: str) -> None:
    assert _cost(owner, path) <= COSTS[path]
    people.tells(
        *(people.says(f"Orang {at}", "harganya berapa kak?", timedelta(hours=at + 2)) for at in range(35))
    )
    people.settle()
    assert _cost(owner, path) <= COSTS[path]


def test_a_talk_asks_the_same_however_long_it_is(owner: Client, people: Story) -> None:
    path = f"/inbox/{thread('Rina Wulandari').public_id}/"
    few = _cost(owner, path)
    assert few <= TALK
    people.tells(
        *(people.says("Rina Wulandari", f"pesan {at}", timedelta(minutes=90 - at)) for at in range(60))
    )
    people.settle()
    assert _cost(owner, path) == few


def test_a_sheet_has_a_ceiling(owner: Client, people: Story) -> None:
    assert _cost(owner, f"/customers/{contact('Sari Dewi').public_id}/") <= 54
