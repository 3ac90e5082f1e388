"""The demo shop asks after each delivery since two months: who was asked, who answered what, and who was left in peace."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from sapa.accounts.models import Business
from sapa.accounts.queries import get_owner
from sapa.automations.asking.operations import switch_survey
from sapa.automations.asking.queries import kind_of
from sapa.conversations.models import Message
from sapa.moments.operations import write_moment
from sapa.moments.types import MomentGiven
from sapa.orders.models import Order
from sapa.orders.types import INVALID_STATUSES
from sapa.surveys.models import Survey
from sapa.surveys.operations import answer, make_survey, note_asked, note_skipped
from sapa.surveys.queries import find_last_asked
from sapa.surveys.rules.eligibility import Door, Person, is_drawn, judge
from sapa.surveys.rules.wording import USUAL
from sapa.surveys.types import Due, Kind, Occasion, SurveyGiven, Way

RUNS_SINCE = timedelta(days=60)
DELAY = timedelta(hours=48)
_SAID = (
    (5, ""), (5, "bahannya adem, suka"), (4, ""), (4, "bagus, cuma kurirnya agak lama"), (5, "pas di badan"), (3, ""),
    (2, "kurir lama, kemasannya penyok"), (5, ""), (4, "warnanya sedikit beda dari foto"), (5, "makasih sudah dibantu pilih ukuran"),
)  # fmt: skip
_GIVEN = SurveyGiven(
    name="Sesudah barang sampai",
    kind=Kind.CSAT,
    occasion=Occasion.DELIVERED,
    delay_hours=int(DELAY.total_seconds() // 3600),
    every_days=90,
    share=90,
    ways=(Way.CHAT, Way.SITE),
    language="id",
    template="tanya_puas",
    words=USUAL[Kind.CSAT],
)


def ask_the_past(business: Business, *, now: datetime) -> Survey:
    """A survey that has been running for two months, with what came of it; the same people every time."""
    at = now - RUNS_SINCE
    owner = get_owner(business)
    survey = make_survey(business=business, given=_GIVEN, by=owner, now=at)
    given = MomentGiven(
        "Barang baru sampai",
        "Berharap cocok, dan ingin didengar kalau tidak.",
        "Yang barangnya bermasalah merasa ditanya mesin, bukan ditolong.",
        owner.pk,
        may_be_automated=True,
    )
    moment = write_moment(business=business, code=kind_of(survey), given=given, by=owner, now=at)
    switch_survey(survey=survey, moment=moment, is_on=True, by=owner, now=at)
    said = random.Random(business.slug)
    for due in _list_past(business, now):
        _decide(survey, due, said)
    return survey


def _list_past(business: Business, now: datetime) -> list[Due]:
    """The deliveries of these two months; an order book without a day of delivery is taken to be two days late."""
    orders = Order.objects.filter(
        business=business, placed_at__gt=now - RUNS_SINCE, identity__contact__isnull=False
    )
    found = []
    for order in (
        orders.exclude(status__in=INVALID_STATUSES).select_related("identity").order_by("placed_at", "id")
    ):
        at = (order.delivered_at or order.placed_at + timedelta(days=2)) + DELAY
        if at < now - timedelta(hours=6):
            product = next((str(one.get("name") or "") for one in order.items), "")[:60]
            found.append(
                Due(order.identity_id, order.identity.contact_id, f"order:{order.pk}", at, product=product)
            )
    return found


def _decide(survey: Survey, due: Due, said: random.Random) -> None:
    """The rules of every survey, over what was known on that day."""
    wrote = Message.objects.filter(identity__contact=due.contact_id, happened_at__lte=due.at).exists()
    person = Person(
        asked_at=find_last_asked(survey.business, contact_id=due.contact_id, identity_id=due.identity_id),
        is_drawn=is_drawn(survey.slug, str(due.occasion), survey.share),
        doors=[Door(Way.CHAT)] if wrote else [],
    )
    verdict = judge(person, due_at=due.at, now=due.at)
    if verdict.deed != "ask":
        note_skipped(survey=survey, due=due, reason=verdict.reason, now=due.at)
        return
    ask = note_asked(survey=survey, due=due, way=Way.CHAT, conversation=None, message=None, now=due.at)
    if said.random() < 0.6:
        score, words = said.choice(_SAID)
        at = due.at + timedelta(minutes=said.randrange(4, 300))
        answer(ask=ask, score=score, words=words, at=at, now=at)
