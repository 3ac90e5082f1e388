"""Consent: what a person or a provider says of it, and the words by which customers end promotions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sapa.contacts.operations.consents import ConsentSeen, record_consents
from sapa.conversations.models import Message
from sapa.gateway.digest.work import Digestion
from sapa.gateway.types import ConsentStated
from sapa.timeline.operations import record_touchpoints

PROMOTION = "promotion"


def take_consents(work: Digestion, indexes: Sequence[int]) -> None:
    events: dict[int, ConsentStated] = {i: work.events[i] for i in indexes}  # type: ignore[misc]
    _write(
        work,
        {
            i: ConsentSeen(
                identity_id=work.identified[i].identity_id,
                dedupe_key=event.dedupe_key,
                purpose=event.purpose,
                is_given=event.given,
                how=event.how,
                at=event.at,
                text_version=event.text_version,
            )
            for i, event in events.items()
        },
    )


def withdraw_by_word(work: Digestion, messages: Mapping[int, Message]) -> None:
    """Whoever writes STOP or BERHENTI gets no promotions any more; the message stays a message."""
    _write(
        work,
        {
            i: ConsentSeen(
                identity_id=work.identified[i].identity_id,
                dedupe_key=f"word:{message.pk}",
                purpose=PROMOTION,
                is_given=False,
                how="keyword",
                at=message.happened_at,
            )
            for i, message in messages.items()
        },
        settles=False,
    )


def _write(work: Digestion, seen: Mapping[int, ConsentSeen], *, settles: bool = True) -> None:
    rows = record_consents(business=work.business, seen=list(seen.values()))
    happenings = []
    for (i, one), (pk, is_new) in zip(seen.items(), rows, strict=True):
        if settles:
            work.results[i].result = "created" if is_new else "merged"
        if is_new:
            work.touched.add(work.identified[i].contact_id)
        kind = "consent.given" if one.is_given else "consent.withdrawn"
        measures = {"purpose": one.purpose, "how": one.how}
        happenings.append(work.happening(i, kind, one.at, ("consent", str(pk)), measures))
    record_touchpoints(business=work.business, happenings=happenings, now=work.now)
