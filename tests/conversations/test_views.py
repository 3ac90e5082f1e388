"""What a teammate marks unread is theirs alone; saved views are one's own or the team's; all of it can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from sapa.accounts.models import AuditEntry, Business, Teammate
from sapa.conversations.models import Conversation, SavedView
from sapa.conversations.operations import (
    ViewError,
    drop_view,
    mark_read,
    mark_unread,
    move_view,
    put_back_view,
    save_view,
    see,
    undo_unread,
)
from sapa.conversations.operations.views import MOST
from sapa.conversations.queries import find_unread, get_view, list_inbox, list_views
from sapa.conversations.types import Tab
from sapa.snapshots.operations import refresh_changed
from tests.world import World, day

pytestmark = pytest.mark.django_db


@pytest.fixture
def threads(toko_sage: Business) -> list[Conversation]:
    world = World(toko_sage)
    rina, budi = world.someone("Rina Wulandari"), world.someone("Budi Santoso")
    world.asks(rina, day(0), "stock")
    world.answers(budi, day(0, "11:00"))
    refresh_changed(toko_sage, now=day(0, "12:00"))
    return [world.thread(rina), world.thread(budi)]


def test_unread_is_the_teammate_s_own(
    toko_sage: Business, dina: Teammate, bu_tuti: Teammate, threads: list[Conversation], now: datetime
) -> None:
    mark_unread(business=toko_sage, conversations=threads[:1], teammate=dina, now=now)
    assert set(find_unread(dina)) == {threads[0].pk}
    assert find_unread(bu_tuti) == {}
    assert [row.id for row in list_inbox(toko_sage, now=now, tab=Tab.UNREAD, me=dina)] == [threads[0].pk]
    assert list_inbox(toko_sage, now=now, tab=Tab.UNREAD, me=bu_tuti) == []
    see(business=toko_sage, conversations=threads, teammate=bu_tuti)
    assert set(find_unread(dina)) == {threads[0].pk}
    see(business=toko_sage, conversations=threads, teammate=dina)
    assert find_unread(dina) == {}


def test_marking_what_is_marked_is_no_deed(
    toko_sage: Business, dina: Teammate, threads: list[Conversation], now: datetime
) -> None:
    assert mark_read(business=toko_sage, conversations=threads, teammate=dina, now=now) is None
    mark_unread(business=toko_sage, conversations=threads[:1], teammate=dina, now=now)
    entry = mark_unread(business=toko_sage, conversations=threads, teammate=dina, now=now)
    assert entry is not None
    assert entry.data["conversations"] == [threads[1].pk]
    assert mark_unread(business=toko_sage, conversations=threads, teammate=dina, now=now) is None


def test_marks_are_taken_back_by_whose_they_are(
    toko_sage: Business, dina: Teammate, bu_tuti: Teammate, threads: list[Conversation], now: datetime
) -> None:
    put = mark_unread(business=toko_sage, conversations=threads, teammate=dina, now=now)
    assert put is not None
    with pytest.raises(LookupError):
        undo_unread(business=toko_sage, entry_data=put.data, was_put=True, by=bu_tuti, now=now)
    undo_unread(business=toko_sage, entry_data=put.data, was_put=True, by=dina, now=now)
    assert find_unread(dina) == {}
    undo_unread(business=toko_sage, entry_data=put.data, was_put=False, by=dina, now=now)
    assert set(find_unread(dina)) == {one.pk for one in threads}


Keep = Callable[[str, bool, Teammate], tuple[SavedView, AuditEntry]]


@pytest.fixture
def keep(toko_sage: Business, now: datetime) -> Keep:
    def save(name: str, for_team: bool, by: Teammate) -> tuple[SavedView, AuditEntry]:
        given = {"business": toko_sage, "tab": "all", "choice": {"who": "nobody"}, "now": now}
        return save_view(name=name, for_team=for_team, by=by, **given)

    return save


def names(mate: Teammate) -> list[str]:
    return [one.name for one in list_views(mate)]


def test_one_s_own_and_the_team_s(keep: Keep, dina: Teammate, bu_tuti: Teammate) -> None:
    mine, _entry = keep("Punyaku", False, dina)
    keep("Belum ada yang pegang", True, dina)
    assert names(dina) == ["Punyaku", "Belum ada yang pegang"]
    assert names(bu_tuti) == ["Belum ada yang pegang"]
    with pytest.raises(SavedView.DoesNotExist):
        get_view(dina.business, bu_tuti, mine.public_id)


def test_of_another_shop_are_nobody_s(keep: Keep, dina: Teammate, now: datetime) -> None:
    from sapa.accounts.operations import make_business

    view, _entry = keep("Grosir", True, dina)
    other = make_business(name="Kopi Andi", owner_email="andi@kopi.example", now=now)
    assert list_views(other.teammates.get()) == []
    with pytest.raises(SavedView.DoesNotExist):
        get_view(other, other.teammates.get(), view.public_id)


def test_they_stand_in_the_order_they_are_given(
    toko_sage: Business, keep: Keep, dina: Teammate, now: datetime
) -> None:
    views = [keep(name, True, dina)[0] for name in ("a", "b", "c")]
    entry = move_view(view=views[2], forward=False, by=dina, now=now)
    assert names(dina) == ["a", "c", "b"]
    assert move_view(view=views[0], forward=False, by=dina, now=now) is None
    assert entry is not None
    put_back_view(
        business=toko_sage, view_id=views[2].pk, verb=entry.verb, entry_data=entry.data, by=dina, now=now
    )
    assert names(dina) == ["a", "b", "c"]


def test_a_dropped_view_comes_back_as_it_was(
    toko_sage: Business, keep: Keep, dina: Teammate, now: datetime
) -> None:
    view, _entry = keep("Grosir", False, dina)
    keep("Lain", True, dina)
    address, number = view.public_id, view.pk
    entry = drop_view(view=view, by=dina, now=now)
    assert names(dina) == ["Lain"]
    given = {"business": toko_sage, "view_id": number, "verb": entry.verb, "by": dina, "now": now}
    put_back_view(entry_data=entry.data, **given)
    again = get_view(toko_sage, dina, address)
    assert (again.name, again.choice, again.teammate_id) == ("Grosir", {"who": "nobody"}, dina.pk)
    assert names(dina) == ["Grosir", "Lain"]
    with pytest.raises(LookupError):
        put_back_view(entry_data=entry.data, **given)


@pytest.mark.parametrize(("name", "tab", "reason"), [("  ", "all", "no_name"), ("A", "x", "unknown_tab")])
def test_what_cannot_be_kept(
    toko_sage: Business, dina: Teammate, now: datetime, name: str, tab: str, reason: str
) -> None:
    with pytest.raises(ViewError) as caught:
        save_view(business=toko_sage, name=name, tab=tab, choice={}, for_team=False, by=dina, now=now)
    assert caught.value.reason == reason
    assert not SavedView.objects.exists()


def test_more_than_twenty_nobody_finds_again(keep: Keep, dina: Teammate) -> None:
    for number in range(MOST):
        keep(str(number), True, dina)
    with pytest.raises(ViewError) as caught:
        keep("satu lagi", True, dina)
    assert caught.value.reason == "too_many"
