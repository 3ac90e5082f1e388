"""The desk of the outbox's tests: Toko Sage on a connected channel, and a survey that may ask."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from sapa.accounts.models import Business
from sapa.automations.asking.operations import ask_by_surveys, switch_survey
from sapa.automations.asking.queries import kind_of
from sapa.channels.operations import find_or_make_channel
from sapa.conversations.models import Conversation
from sapa.moments.models import Moment
from sapa.moments.operations import write_moment
from sapa.moments.types import MomentGiven
from sapa.orders.models import Order
from sapa.surveys.models import Survey
from sapa.surveys.operations import make_survey
from sapa.surveys.rules.wording import USUAL
from sapa.surveys.types import SurveyGiven
from tests.gateway.dispatch.conftest import desk, http, provider
from tests.world import JAKARTA

__all__ = ["desk", "http", "provider"]

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=JAKARTA)
BASE = "https://sapa.tokosage.example"

CSAT = SurveyGiven(
    name="Sesudah barang sampai",
    kind="csat",
    occasion="delivered",
    delay_hours=24,
    every_days=90,
    share=100,
    ways=("chat", "site", "email"),
    language="id",
    template="",
    words=USUAL["csat"],
)


@pytest.fixture
def now() -> datetime:
    return NOON


def given(**changed: Any) -> SurveyGiven:
    found = replace(CSAT, **changed)
    return found if "words" in changed else replace(found, words=USUAL[found.kind])


def permit(survey: Survey, now: datetime, **changed: Any) -> Moment:
    told = {
        "name": "Barang baru sampai",
        "feeling": "Menunggu kabar dan berharap barangnya cocok",
        "risk": "Orang yang barangnya rusak merasa ditanya mesin",
        "responsible_id": None,
        "may_be_automated": True,
    }
    return write_moment(
        business=survey.business,
        code=kind_of(survey),
        given=MomentGiven(**(told | changed)),
        by=None,
        now=now,
    )


def running(business: Business, *, at: datetime = NOON - timedelta(days=2), **changed: Any) -> Survey:
    """A survey that was switched on two days ago."""
    survey = make_survey(business=business, given=given(**changed), by=None, now=at)
    switch_survey(survey=survey, moment=permit(survey, at), is_on=True, by=None, now=at)
    return survey


def delivered(thread: Conversation, at: datetime = NOON - timedelta(hours=25), **more: Any) -> Order:
    """An order of who writes in this thread."""
    assert thread.identity is not None
    channel = find_or_make_channel(business=thread.business, kind="shop", now=at)
    return Order.objects.create(
        business=thread.business,
        channel=channel,
        number=f"INV-{Order.objects.count() + 1}",
        identity=thread.identity,
        **{
            "status": "delivered",
            "placed_at": at - timedelta(days=3),
            "delivered_at": at,
            "items": [{"name": "Kemeja sage L"}],
        }
        | more,
    )


def ask(business: Business, now: datetime = NOON) -> int:
    return ask_by_surveys(business=business, base=BASE, now=now)
