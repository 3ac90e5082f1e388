"""The copy: built whole, named by its state, the same whether stored or made for an earlier moment."""

from __future__ import annotations

import random
import threading
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from django.db import connection

from sapa.accounts.models import Business, Hours
from sapa.accounts.operations import make_business
from sapa.accounts.queries import get_calendar
from sapa.analytics import copies, operations, places, sources, state
from sapa.analytics.building.talks import Line
from sapa.analytics.queries import ask
from sapa.analytics.questions import (
    PARAMETERS,
    TEXTS,
    UnknownQuestionError,
    compile_question,
    list_questions,
    register,
    used_parameters,
)
from sapa.analytics.tables import MINUTE, SECOND, TABLES
from sapa.contacts.models import Contact
from sapa.conversations.models import Message
from sapa.lib.hours import add_open_minutes, open_minutes_between
from sapa.readings.types import INTENTS
from sapa.standings.dossiers import load_dossiers
from sapa.standings.rules.talk import asks, buys
from sapa.standings.types import MessageFact
from tests.world import World, day

pytestmark = pytest.mark.django_db


def rows_of(con: Any, table: str) -> list[dict[str, Any]]:
    found = con.cursor().execute(f"SELECT * FROM {table}")
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def tables_of(con: Any) -> dict[str, list[tuple[Any, ...]]]:
    return {table: sorted(map(repr, rows_of(con, table))) for table in TABLES}


def lay_rina(world: World) -> None:
    rina = world.someone("Rina Wulandari")
    world.asks(rina, day(0), "price")
    world.answers(rina, day(0, "10:30"), "Rp85.000 kak")
    world.buys(rina, day(2), 85_000)
    world.rates(rina, day(6), "nps", 9)


def test_every_table_has_the_columns_it_promises(toko_sage: Business) -> None:
    lay_rina(World(toko_sage))
    con = copies.make_private(toko_sage, None)
    for table, columns in TABLES.items():
        found = [row[0] for row in con.execute(f"DESCRIBE {table}").fetchall()]
        assert sorted(found) == sorted(columns), table


def test_a_copy_is_built_once_for_each_state(toko_sage: Business) -> None:
    world = World(toko_sage)
    lay_rina(world)
    first = operations.build(toko_sage)
    base = places.base_path(toko_sage, first.base)
    made_at = base.stat().st_mtime_ns
    assert operations.build(toko_sage) == first
    assert base.stat().st_mtime_ns == made_at

    lay_rina(world)
    second = operations.build(toko_sage)
    assert second != first
    assert operations.build(toko_sage) == second


def test_a_setting_on_which_columns_rest_makes_the_copy_old(toko_sage: Business) -> None:
    before = state.digest_settings(toko_sage)
    Hours.objects.create(business=toko_sage, valid_from=day(100).date(), week=[[[480, 1020]]] * 7)
    with_hours = state.digest_settings(toko_sage)
    toko_sage.reply_target_minutes = 30
    with_target = state.digest_settings(toko_sage)
    assert len({before, with_hours, with_target}) == 3


def test_what_is_derived_later_makes_the_copy_old_again(toko_sage: Business) -> None:
    """Readings follow the change log: a copy made before they caught up must not pass for the present one."""
    from sapa.contacts.models import Cursor

    lay_rina(World(toko_sage))
    before = operations.build(toko_sage)
    Cursor.objects.create(business=toko_sage, consumer=state.DERIVED, position=3)
    assert not state.is_present(toko_sage, before.mark)
    assert operations.build(toko_sage).mark.derived == 3


def test_verify_finds_a_copy_that_differs(toko_sage: Business) -> None:
    world = World(toko_sage)
    lay_rina(world)
    assert operations.verify(toko_sage) == []
    Message.objects.all().delete()  # behind the log's back
    assert operations.verify(toko_sage) == ["cust", "talk", "reply"]
    operations.rebuild(toko_sage)
    assert operations.verify(toko_sage) == []


def test_another_business_is_not_in_it(toko_sage: Business, now: datetime) -> None:
    other = make_business(
        name="Kopi Andi", owner_email="andi@kopi.example", owner_name="Andi Wijaya", now=now
    )
    lay_rina(World(toko_sage))
    lay_rina(World(other))
    con = copies.make_private(toko_sage, None)
    assert len(rows_of(con, "cust")) == 1
    assert len(rows_of(con, "purchase")) == 1
    assert len(rows_of(con, "talk")) == 1


def test_an_earlier_moment_sees_what_had_happened_by_then(toko_sage: Business) -> None:
    """As of day 10 the copy equals the one of a world in which nothing else ever came."""
    world = World(toko_sage)
    sari = world.someone("Sari Dewi")
    world.asks(sari, day(1), "ingredients")
    order = world.buys(sari, day(3), delivered_at=day(5))
    world.promises(sari, day(3), day(4), day(3.5))
    then = tables_of(copies.make_private(toko_sage, None))

    budi = world.someone("Budi Santoso")
    world.asks(budi, day(11), "price")
    world.answers(sari, day(12), "sudah sampai kak?")
    world.buys(sari, day(20))
    world.rates(sari, day(21), "csat", 5)
    world.tells_origin(sari, day(22), "tiktok", "video jahe")
    order.status, order.ended_at = "returned", day(25)
    order.save()
    assert tables_of(copies.make_private(toko_sage, day(10))) == then
    assert tables_of(copies.make_private(toko_sage, None)) != then


def test_moments_keep_their_microseconds(toko_sage: Business) -> None:
    world = World(toko_sage)
    rina = world.someone()
    whole = datetime(2026, 3, 1, 23, 59, 59, tzinfo=UTC)
    for at in (whole, whole.replace(microsecond=999_999), whole.replace(microsecond=1)):
        world.touch(rina, "web.page", at)
    found = [row["happened_at"] for row in rows_of(copies.make_private(toko_sage, None), "ev")]
    start = round(whole.timestamp()) * 1_000_000
    assert found == [start, start + 1, start + 999_999]


def test_days_and_months_are_those_of_the_shop(toko_sage: Business) -> None:
    world = World(toko_sage)
    toko_sage.timezone = "Asia/Jayapura"
    world.touch(
        world.someone(), "web.page", datetime(2026, 1, 31, 15, 0, tzinfo=UTC)
    )  # 1 February, 00.00 WIT
    [row] = rows_of(copies.make_private(toko_sage, None), "cust")
    assert row["seen_month"] == 2026 * 12 + 1
    assert datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=row["seen_day"]) == datetime(
        2026, 2, 1, tzinfo=UTC
    )


def test_nobody_known_is_no_contact(toko_sage: Business) -> None:
    world = World(toko_sage)
    world.touch(world.someone(known=False, kind="visitor"), "web.page", day(0))
    world.buys(world.someone(known=False, kind="order"), day(1), masked=True)
    con = copies.make_private(toko_sage, None)
    assert rows_of(con, "cust") == []
    assert [row["is_masked"] for row in rows_of(con, "purchase")] == [True]


def test_what_a_message_asks_is_what_the_sheet_of_a_contact_says(toko_sage: Business) -> None:
    """The copy says in SQL what `standings.rules.talk` says: every reading there can be, side by side."""
    world = World(toko_sage)
    cases = list(product(("", *INTENTS), (True, False), (True, False)))
    expected = {}
    for intent, is_question, closes in cases:
        someone = world.someone()
        at = day(1)
        world.says(someone, at, "kak", intent=intent, asks=is_question, closes=closes)
        said = MessageFact(0, 0, None, True, "kak", at, 0, at, (), False, False, "", intent or None, None, False, is_question, closes)  # fmt: skip
        expected[someone.pk] = (asks(said), buys(said))
    found = rows_of(copies.make_private(toko_sage, None), "cust")
    assert {row["contact"]: (row["questions"] == 1, row["hot_at"] is not None) for row in found} == expected


TOLD = ("baik kak", "Halo Kak, bajunya nyaman dipakai?", "Sudah sampai Kak?", "mau yang mana kak?")
HEARD = (
    ("nyaman kak, adem", {"intent": "testimonial", "sentiment": "positive"}),
    ("bagus kak cuma agak kusut", {"intent": "testimonial", "sentiment": "positive"}),
    ("sudah diterima kak, terima kasih", {"intent": "thanks", "sentiment": "neutral"}),
    ("makasih kak", {"intent": "thanks", "closes": True}),
    ("yang navy ada kak?", {"intent": "stock", "asks": True}),
    ("jaitannya lepas", {"intent": "complaint", "sentiment": "negative", "needs_human": True}),
)


def test_who_waits_in_the_figures_is_who_waits_on_the_screens(toko_sage: Business) -> None:
    """A talk is open in the copy where the clock of its thread runs, and begins where that clock first ran."""
    world = World(toko_sage)
    chance = random.Random(11)  # noqa: S311 - stories, not secrets
    for _ in range(150):
        someone, at = world.someone(), day(0)
        for _ in range(chance.randint(1, 6)):
            at += timedelta(minutes=chance.randint(1, 60))
            if chance.random() < 0.5:
                world.answers(someone, at, chance.choice(TOLD), automatic=chance.random() < 0.2)
            else:
                text, reading = chance.choice(HEARD)
                world.says(someone, at, text, **reading)
    con = copies.make_private(toko_sage, None)
    talks = {row["contact"]: row for row in rows_of(con, "talk")}
    people = list(Contact.objects.filter(business=toko_sage).values_list("id", flat=True))
    open_ones = closed_ones = 0
    for dossier in load_dossiers(toko_sage, people):
        (thread,) = dossier.conversations
        talk = talks.get(dossier.contact_id)
        waits = thread.waiting_since is not None
        assert waits is (talk is not None and not talk["is_settled"])
        if talk is not None and waits and talk["answered_at"] is None:
            assert thread.waiting_since is not None
            assert talk["opened_at"] == round(thread.waiting_since.timestamp() * 1_000_000)
        open_ones += waits
        closed_ones += talk is None and any(said.is_in for said in thread.messages)
    assert open_ones > 20
    assert closed_ones > 5


def test_business_minutes_of_many_talks_are_those_of_the_calendar(toko_sage: Business) -> None:
    Hours.objects.create(
        business=toko_sage,
        valid_from=day(30).date(),
        week=[[[480, 690], [780, 1020]]] * 4 + [[[480, 660]]] + [[]] * 2,
    )
    calendar = get_calendar(toko_sage)
    chance = random.Random(7)  # noqa: S311 - times, not secrets
    starts = [day(0) + timedelta(seconds=chance.randint(0, 90 * 86_400)) for _ in range(200)]
    ends = [start + timedelta(seconds=chance.randint(0, 5 * 86_400)) for start in starts]
    import numpy as np

    at, to = (np.array([moment.timestamp() for moment in some]) for some in (starts, ends))
    at, to = (some.round().astype("int64") * SECOND for some in (at, to))
    line = Line(calendar, int(at.min()), int(to.max()))
    spent = (line.position(to) - line.position(at)) / MINUTE
    due = line.after(at, 120 * MINUTE) / SECOND
    for index, (start, end) in enumerate(zip(starts, ends, strict=True)):
        assert spent[index] == pytest.approx(open_minutes_between(calendar, start, end))
        assert due[index] == pytest.approx(add_open_minutes(calendar, start, 120).timestamp())


def test_a_shop_that_never_opens_counts_every_minute(toko_sage: Business) -> None:
    Hours.objects.filter(business=toko_sage).delete()
    Hours.objects.create(business=toko_sage, valid_from=day(-400).date(), week=[[]] * 7)
    world = World(toko_sage)
    world.asks(world.someone(), day(0), "price")
    [talk] = rows_of(copies.make_private(toko_sage, None), "talk")
    assert talk["deadline_at"] - talk["opened_at"] == 120 * 60 * 1_000_000


@pytest.mark.django_db(transaction=True)
def test_all_reads_of_a_build_see_one_moment(toko_sage: Business, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another process stores while a copy is being built is in all of its tables or, as here, in none."""
    world = World(toko_sage)
    lay_rina(world)
    stored = []
    insert = sources._insert

    def store_meanwhile() -> None:
        lay_rina(world)
        connection.close()

    def insert_and_store(*given: Any) -> None:
        insert(*given)
        if not stored:
            stored.append(True)
            other = threading.Thread(target=store_meanwhile)
            other.start()
            other.join()

    monkeypatch.setattr(sources, "_insert", insert_and_store)
    con = copies.make_private(toko_sage, None)
    assert [len(rows_of(con, table)) for table in ("cust", "purchase", "talk", "survey")] == [1, 1, 1, 1]
    assert connection.get_autocommit()
    con = copies.make_private(toko_sage, None)
    assert [len(rows_of(con, table)) for table in ("cust", "purchase", "talk", "survey")] == [2, 2, 2, 2]


class TestQuestions:
    def test_all_are_compiled_with_parameters_of_their_own(self) -> None:
        import sapa.journeys.queries
        import sapa.metrics.queries
        import sapa.metrics.service  # noqa: F401

        used: set[str] = set()
        for name in list_questions():
            sql = compile_question(name)
            assert "'$" not in sql, name
            used |= used_parameters(sql)
        assert used == {*PARAMETERS, *TEXTS}  # one that no question asks with is not kept

    def test_an_unknown_one_is_refused(self, toko_sage: Business) -> None:
        with pytest.raises(UnknownQuestionError):
            ask(toko_sage, "metric.nothing", {})

    def test_a_name_is_one_question(self) -> None:
        def one(t: Any, a: Any) -> Any:
            return t.cust.aggregate(n=t.cust.count())

        def other(t: Any, a: Any) -> Any:
            return t.cust.aggregate(n=t.cust.count())

        register("test.one", one)
        register("test.one", one)
        with pytest.raises(ValueError, match=r"test\.one"):
            register("test.one", other)

    def test_a_missing_value_is_said(self, toko_sage: Business) -> None:
        def recent(t: Any, a: Any) -> Any:
            people = t.cust.filter(t.cust.seen_at > a.now)
            return people.aggregate(n=people.count())

        register("test.recent", recent)
        with pytest.raises(KeyError, match="now"):
            ask(toko_sage, "test.recent", {})
        assert ask(toko_sage, "test.recent", {"now": 0}) == [{"n": 0}]
