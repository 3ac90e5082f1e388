"""What the inbox costs: each of its views, and opening a talk, ask the database so many times, whatever they show."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sapa.accounts.models import Business, Teammate
from sapa.conversations.models import Conversation
from sapa.conversations.operations import assign, merge_conversations, put_label, snooze
from tests.web.conftest import Story, thread

pytestmark = pytest.mark.django_db

MANY = 35
# Session, person, places and team come first with every page: four.
VIEWS = {
    "/inbox/?tab=waiting": 17,
    "/inbox/?tab=all": 15,
    "/inbox/?tab=mine": 17,
    "/inbox/?tab=snoozed": 13,
    "/inbox/?tab=old": 15,
    "/inbox/?tab=all&filter=1": 17,
}
TALK = 38


def _asked(client: Client, path: str) -> list[str]:
    """The questions that a page asks, once everything is loaded that stays."""
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return [query["sql"] for query in queries.captured_queries]


@pytest.fixture
def full(people: Story, toko_sage: Business, bu_tuti: Teammate, dina: Teammate, now: datetime) -> Story:
    """Every view has more than a page: many wait, were given to Bu Tuti, are put off, or wait since long."""
    people.tells(
        *(people.says(f"Orang {at}", "harganya berapa kak?", timedelta(hours=at + 2)) for at in range(MANY)),
        *(people.says(f"Tunda {at}", "nanti ya kak", timedelta(hours=at + 2)) for at in range(MANY)),
        *(people.says(f"Lama {at}", "masih ada kak?", timedelta(days=at + 20)) for at in range(MANY)),
    )
    people.settle()
    every = list(Conversation.objects.order_by("id"))
    mine = [one for one in every if one.title.startswith("Orang")]
    later = [one for one in every if one.title.startswith("Tunda")]
    assign(business=toko_sage, conversations=mine, teammate=bu_tuti, by=dina, now=now)
    put_label(business=toko_sage, conversations=mine, name="grosir", by=dina, now=now)
    until = now + timedelta(days=1)
    snooze(business=toko_sage, conversations=later, until=until, by=dina, now=now)
    return people


@pytest.mark.parametrize("path", VIEWS)
def test_a_full_view_asks_exactly_so_often(owner: Client, full: Story, path: str) -> None:
    asked = _asked(owner, path)
    assert len(asked) == VIEWS[path], "\n".join(asked)


@pytest.mark.parametrize("path", VIEWS)
def test_a_view_of_few_asks_one_more_at_most(owner: Client, people: Story, dina: Teammate, path: str) -> None:
    """Whether there is enough to sort at all."""
    assert len(_asked(owner, path)) <= VIEWS[path] + 1


def test_a_talk_asks_exactly_so_often(owner: Client, full: Story) -> None:
    path = f"/inbox/{thread('Rina Wulandari').public_id}/"
    asked = _asked(owner, path)
    assert len(asked) == TALK, "\n".join(asked)


def test_a_talk_asks_for_its_shop_nowhere(owner: Client, full: Story) -> None:
    """It comes with the seat; each thread and channel that asked for it again was a question a thread."""
    asked = _asked(owner, f"/inbox/{thread('Rina Wulandari').public_id}/")
    assert not [sql for sql in asked if 'FROM "accounts_business"' in sql]


def test_merged_talks_cost_one_question_more(
    owner: Client, full: Story, toko_sage: Business, dina: Teammate, now: datetime
) -> None:
    pair = [thread("Orang 1"), thread("Orang 2")]
    merge_conversations(business=toko_sage, kept=pair[0], absorbed=pair[1:], by=dina, now=now)
    assert len(_asked(owner, "/inbox/?tab=all")) == VIEWS["/inbox/?tab=all"] + 1


def test_those_who_come_back_are_not_read_one_by_one(
    owner: Client, full: Story, toko_sage: Business, dina: Teammate, now: datetime
) -> None:
    before = len(_asked(owner, "/inbox/?tab=waiting"))
    answered = Conversation.objects.filter(title__startswith="Orang")
    answered.update(snoozed_until=now - timedelta(hours=1), waiting_since=None)
    asked = _asked(owner, "/inbox/?tab=waiting")
    assert len(asked) <= before + 5, "\n".join(asked)
    assert b"Kembali dari tunda" in owner.get("/inbox/?tab=waiting").content


def test_rows_show_what_a_customer_wrote_as_words(owner: Client, people: Story) -> None:
    people.tells(people.says("<i>Nia</i>", "<script>alert('x')</script> \"& ya\"", timedelta(hours=1)))
    people.settle()
    page = owner.get("/inbox/?tab=waiting").content.decode()
    assert "<i>Nia" not in page
    assert "<script>alert" not in page
    assert "&lt;i&gt;Nia&lt;/i&gt;" in page
    assert "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt; &quot;&amp; ya&quot;" in page
