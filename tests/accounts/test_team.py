from __future__ import annotations

from datetime import date, datetime

import pytest

from sapa.accounts.models import AuditEntry, Business, Hours, Teammate
from sapa.accounts.operations import (
    FROM_THE_BEGINNING,
    add_teammate,
    change_business,
    change_role,
    make_business,
    remove_teammate,
    set_hours,
)
from sapa.accounts.queries import (
    find_place,
    find_teammate,
    get_calendar,
    get_owner,
    list_audit,
    list_places,
    list_teammates,
)
from sapa.accounts.rules import guess_week, is_week, make_slug, may
from sapa.accounts.types import AccountError, Act

NINE_TO_FIVE = [[540, 1020]]


def test_a_new_business_has_a_slug_an_owner_and_guessed_hours(toko_sage: Business) -> None:
    assert toko_sage.slug == "toko-sage"
    assert (toko_sage.timezone, toko_sage.currency, toko_sage.own_names) == (
        "Asia/Jakarta",
        "IDR",
        ["Toko Sage"],
    )
    owner = get_owner(toko_sage)
    assert (owner.name, owner.role, owner.user.email) == ("Bu Tuti", "owner", "tuti@tokosage.example")
    hours = Hours.objects.get(business=toko_sage)
    assert hours.valid_from == FROM_THE_BEGINNING
    assert hours.week == [NINE_TO_FIVE] * 6 + [[]]


def test_a_second_shop_of_the_same_name_gets_a_slug_of_its_own(toko_sage: Business, now: datetime) -> None:
    other = make_business(name="Toko  Sagé", owner_email="Tuti@TokoSage.example ", now=now)
    assert (other.slug, other.name) == ("toko-sage-2", "Toko Sagé")
    assert get_owner(other).user == get_owner(toko_sage).user
    assert [place.business.slug for place in list_places(get_owner(other).user)] == [
        "toko-sage",
        "toko-sage-2",
    ]


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Kopi Pak Dé & Co.", "kopi-pak-de-co"),
        ("  --Sage-- ", "sage"),
        ("咖啡", "toko"),
        ("a" * 80, "a" * 50),
    ],
)
def test_slugs(name: str, slug: str) -> None:
    assert make_slug(name, ()) == slug


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "  "},
        {"name": "x" * 121},
        {"owner_email": "tuti"},
        {"owner_email": ""},
        {"timezone": "Asia/Atlantis"},
        {"timezone": "../etc"},
    ],
)
def test_a_business_that_cannot_be_is_refused_and_leaves_nothing(
    wrong: dict[str, str], now: datetime
) -> None:
    with pytest.raises(AccountError):
        make_business(**{"name": "Toko Sage", "owner_email": "tuti@tokosage.example", **wrong, "now": now})  # type: ignore[arg-type]
    assert not Business.objects.exists()


@pytest.mark.parametrize(
    ("role", "acts"),
    [
        ("owner", set(Act)),
        ("supervisor", set(Act) - {Act.SETTINGS, Act.TEAM, Act.FORGET}),
        ("member", {Act.LOOK, Act.WORK, Act.STATE, Act.MERGE, Act.IMPORT}),
        ("viewer", {Act.LOOK}),
        ("stranger", set()),
    ],
)
def test_what_each_role_may_do(role: str, acts: set[Act]) -> None:
    assert {act for act in Act if may(role, act)} == acts


def test_an_act_that_does_not_exist_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="fly"):
        may("owner", "fly")


def test_a_teammate_who_left_can_come_back(
    toko_sage: Business, bu_tuti: Teammate, dina: Teammate, now: datetime
) -> None:
    with pytest.raises(AccountError, match="sudah ada"):
        add_teammate(business=toko_sage, email="DINA@tokosage.example", role="member", now=now)
    remove_teammate(teammate=dina, by=bu_tuti, now=now)
    assert find_teammate(toko_sage, "dina@tokosage.example") is None
    assert find_place(dina.user, "toko-sage") is None
    assert [one.name for one in list_teammates(toko_sage)] == ["Bu Tuti"]
    back = add_teammate(
        business=toko_sage, email="dina@tokosage.example", name="Dina", role="viewer", now=now
    )
    assert (back.id, back.role) == (dina.id, "viewer")


def test_a_business_is_never_left_without_an_owner(bu_tuti: Teammate, dina: Teammate, now: datetime) -> None:
    for leave in (
        lambda: change_role(teammate=bu_tuti, role="member", by=bu_tuti, now=now),
        lambda: remove_teammate(teammate=bu_tuti, by=bu_tuti, now=now),
    ):
        with pytest.raises(AccountError, match="satu-satunya pemilik"):
            leave()
    change_role(teammate=dina, role="owner", by=bu_tuti, now=now)
    change_role(teammate=bu_tuti, role="supervisor", by=dina, now=now)
    assert get_owner(dina.business) == dina


@pytest.mark.parametrize(
    ("week", "can_be"),
    [
        (guess_week(), True),
        ([[[480, 720], [780, 1440]]] * 7, True),
        ([[]] * 7, True),
        ([[]] * 6, False),
        ([[[540, 540]]] * 7, False),
        ([[[540, 1441]]] * 7, False),
        ([[[540, 720], [700, 900]]] * 7, False),
        ([[[540.0, 720]]] * 7, False),
        (None, False),
    ],
)
def test_weeks(week: object, can_be: bool) -> None:
    assert is_week(week) is can_be


def test_new_hours_leave_the_past_alone_unless_the_guess_was_wrong(
    toko_sage: Business, bu_tuti: Teammate, now: datetime
) -> None:
    longer = [[[480, 1260]]] * 7
    set_hours(business=toko_sage, week=longer, valid_from=date(2026, 12, 1), by=bu_tuti, now=now)
    assert [row.valid_from for row in toko_sage.hours.order_by("valid_from")] == [
        FROM_THE_BEGINNING,
        date(2026, 12, 1),
    ]
    set_hours(business=toko_sage, week=longer, by=bu_tuti, now=now)
    assert [(row.valid_from, row.week) for row in toko_sage.hours.all()] == [(FROM_THE_BEGINNING, longer)]
    with pytest.raises(AccountError):
        set_hours(business=toko_sage, week=[[]], by=bu_tuti, now=now)


def test_settings_are_checked_and_every_change_is_in_the_audit_trail(
    toko_sage: Business, bu_tuti: Teammate, now: datetime
) -> None:
    change_business(business=toko_sage, values={"reply_target_minutes": 60}, by=bu_tuti, now=now)
    toko_sage.refresh_from_db()
    assert toko_sage.reply_target_minutes == 60
    newest, first = list_audit(toko_sage, object_kind="business")
    assert (newest.verb, newest.teammate, newest.data) == (
        "changed",
        bu_tuti,
        {"before": {"reply_target_minutes": 120}, "after": {"reply_target_minutes": 60}},
    )
    assert first.verb == "made"
    for wrong in (
        {"slug": "x"},
        {"goal": "fame"},
        {"reply_target_minutes": -1},
        {"timezone": "Mars/Olympus"},
    ):
        with pytest.raises(AccountError):
            change_business(business=toko_sage, values=wrong, by=bu_tuti, now=now)
    assert Business.objects.get().goal == "purchase"


def test_the_calendar_knows_hours_and_indonesian_holidays(toko_sage: Business, now: datetime) -> None:
    set_hours(business=toko_sage, week=[[[480, 1260]]] * 7, valid_from=date(2026, 12, 1), now=now)
    calendar = get_calendar(toko_sage)
    sunday, monday, independence = date(2026, 11, 22), date(2026, 11, 23), date(2026, 8, 17)
    assert calendar.timezone == "Asia/Jakarta"
    assert calendar.spans_on(monday) == ((540, 1020),)
    assert calendar.spans_on(sunday) == calendar.spans_on(independence) == ()
    assert calendar.spans_on(date(2026, 12, 6)) == ((480, 1260),)
    change_business(business=toko_sage, values={"open_on_holidays": True}, now=now)
    assert get_calendar(toko_sage).spans_on(independence) == ((540, 1020),)


@pytest.mark.parametrize(
    ("friday", "others", "with_prayer"),
    [
        ([[480, 1020]], [[480, 1020]], [[480, 690], [780, 1020]]),
        ([[480, 720], [780, 1020]], [[480, 720], [780, 1020]], [[480, 690], [780, 1020]]),
        ([[540, 690]], [[540, 690]], [[540, 690]]),
        ([], [[480, 1020]], []),
        ([[480, 1000]], [[480, 1020]], [[480, 690], [780, 1000]]),
    ],
)
def test_friday_makes_room_for_prayer_and_back(
    friday: list[list[int]], others: list[list[int]], with_prayer: list[list[int]]
) -> None:
    from sapa.accounts.rules import prays_on_friday, without_prayer_break
    from sapa.accounts.rules import with_prayer as praying

    week = [others, others, others, others, friday, others, []]
    changed = praying(week)
    assert changed[4] == with_prayer
    assert prays_on_friday(changed) is bool(friday)
    assert without_prayer_break(changed) == week


def test_friday_prayer_holds_from_today_and_can_be_put_back(
    toko_sage: Business, bu_tuti: Teammate, now: datetime
) -> None:
    from sapa.accounts.operations import restore_hours, set_friday_prayer

    set_friday_prayer(business=toko_sage, prays=True, by=bu_tuti, now=now)
    calendar = get_calendar(toko_sage)
    assert calendar.spans_on(date(2026, 11, 20)) == ((540, 1020),), "the past does not move"
    assert calendar.spans_on(date(2026, 11, 27)) == ((540, 690), (780, 1020))
    entry = AuditEntry.objects.filter(verb="set_hours").latest("id")
    assert restore_hours(
        business=toko_sage, before=entry.data["before"], after=entry.data["after"], by=bu_tuti, now=now
    )
    assert get_calendar(toko_sage).spans_on(date(2026, 11, 27)) == ((540, 1020),)
