"""Today: what should be done, and what somebody made of it."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from enum import Enum
from typing import Annotated, Any

import msgspec
from django.utils.translation import gettext as _

from sapa.accounts.queries import find_teammate
from sapa.actions.operations import decide, undo_decision
from sapa.actions.queries import get_action, get_decision, list_today
from sapa.actions.types import TodayItem
from sapa.api.endpoints.customers import Moment, read_number
from sapa.api.errors import not_found, unfit
from sapa.api.paging import Page, PageAsked, cut_page
from sapa.api.register import Asked, endpoint
from sapa.api.types import DecisionLine
from sapa.programs.types import Scope

TOMORROW_AT = time(9)


class Verdict(Enum):
    DONE = "done"
    LATER = "later"
    NOT_NEEDED = "not_needed"


class TodayAsked(PageAsked, forbid_unknown_fields=True, kw_only=True):
    for_: Annotated[str, msgspec.Meta(max_length=254)] = msgspec.field(default="", name="for")


class DecisionTold(msgspec.Struct, forbid_unknown_fields=True):
    """`until` goes with later: without it, tomorrow at nine."""

    verdict: Verdict
    until: Moment | None = None


@endpoint(
    "GET",
    "/today",
    Scope.READ_CUSTOMERS,
    "Every open action, one a customer, most pressing first; `for` is a teammate's e-mail",
    answer=TodayItem,
    paged=True,
    query=TodayAsked,
)
def get_today(asked: Asked) -> Page[TodayItem]:
    wanted: TodayAsked = asked.query
    teammate = None
    if wanted.for_:
        teammate = find_teammate(asked.business, wanted.for_)
        if teammate is None:
            raise unfit(_("Tidak ada anggota tim dengan e-mail ini."), "for")
    items = list_today(asked.business, now=asked.now, teammate=teammate)
    return cut_page(items, wanted, _name_item, _is_less_pressing)


def _name_item(item: TodayItem) -> tuple[Any, ...]:
    return item.score, item.id


def _is_less_pressing(item: TodayItem, spot: Any) -> bool:
    try:
        return item.score <= float(spot[0])
    except (ValueError, TypeError, IndexError):
        return False


@endpoint(
    "POST",
    "/today/{action_id}/decision",
    Scope.WRITE_CUSTOMERS,
    "What somebody made of an action: done, later or not needed",
    answer=DecisionLine,
    status=201,
    body=DecisionTold,
)
def create_decision(asked: Asked) -> DecisionLine:
    told: DecisionTold = asked.body
    action = get_action(asked.business, asked.ids["action_id"])
    until = None
    if told.verdict is Verdict.LATER:
        until = told.until or _tomorrow(asked)
        if until <= asked.now:
            raise unfit(_("Waktunya sudah lewat. Pilih yang akan datang."), "until")
    elif told.until is not None:
        raise unfit(_("until hanya untuk verdict later."), "until")
    decision = decide(
        business=asked.business,
        contact=action.contact,
        rule=action.rule,
        evidence_key=action.evidence_key,
        verdict=told.verdict.value,
        until=until,
        by=asked.by,
        now=asked.now,
    )
    return DecisionLine(str(decision.pk), decision.verdict, until.astimezone(asked.zone) if until else None)


def _tomorrow(asked: Asked) -> datetime:
    return datetime.combine(
        asked.now.astimezone(asked.zone).date() + timedelta(days=1), TOMORROW_AT, asked.zone
    )


@endpoint("DELETE", "/decisions/{number}", Scope.WRITE_CUSTOMERS, "Takes a decision back", status=204)
def delete_decision(asked: Asked) -> None:
    decision = get_decision(asked.business, read_number(asked, "number"))
    if decision.undone_at is not None:
        raise not_found()
    undo_decision(business=asked.business, decision=decision, by=asked.by, now=asked.now)
