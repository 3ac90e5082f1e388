"""Switching automations, and the answer after hours: stated honestly, once, and never to a complaint."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from sapa.accounts.models import Business, Teammate
from sapa.accounts.operations import record_audit
from sapa.accounts.queries import get_calendar
from sapa.automations.models import Automation, Run
from sapa.automations.queries import find_automation, find_usual_minutes, list_unanswered, listen
from sapa.automations.rules import USUAL_TEXT, Closed, closed_around, find_faults, find_hindrance, word_answer
from sapa.automations.types import SENT, AutomationError, AutomationKind
from sapa.conversations.models import Conversation, Message
from sapa.gateway.dispatch import CannotSendError, send_message
from sapa.lib.database import write
from sapa.moments.models import Moment
from sapa.moments.queries import may_automate
from sapa.moments.types import MomentCode

_LONGEST = 600


def save_after_hours(
    *,
    business: Business,
    moment: Moment | None,
    is_on: bool,
    text: str,
    by: Teammate | None,
    now: datetime,
) -> Automation:
    """Switch the answer after hours on or off, and say in which words.

    Raises `AutomationError` where it should be on but the moment is not named, its risk not written, or not permitted
    (S2.56), and for words that promise nothing or have a blank that nobody fills.
    """
    text = (text.strip() or USUAL_TEXT)[:_LONGEST]
    _check_words(text)
    if moment is None or (is_on and not may_automate(moment, now=now)):
        raise AutomationError(
            _(
                "Sebelum dinyalakan: beri nama momennya, tulis perasaan pelanggan dan risikonya, lalu beri izin."
            )
        )
    with write():
        found = find_automation(business, AutomationKind.AFTER_HOURS)
        before = _told(found) if found else None
        row = found or Automation(business=business, kind=AutomationKind.AFTER_HOURS)
        if before is None or before["is_on"] != is_on:
            row.switched_at = now
        row.moment, row.is_on, row.text = moment, is_on, text
        row.save()
        _audit(row, "automation.saved", before, by, now)
    return row


def put_back_automation(
    *, automation: Automation, entry_data: Mapping[str, Any], by: Teammate | None, now: datetime
) -> None:
    """As it was before a change; one that was new is off. Raises LookupError where it was changed again since.

    Raises `AutomationError` where it would be on again but its moment permits that no more.
    """
    standing = _told(automation)
    if standing != entry_data["after"]:
        raise LookupError("this automation has changed since")
    wanted = entry_data["before"] or {**standing, "is_on": False}
    if wanted["is_on"] and not may_automate(automation.moment, now=now):
        raise AutomationError(_("Momennya tidak lagi mengizinkan ini. Periksa momennya dulu."))
    with write():
        automation.is_on, automation.text, automation.switched_at = wanted["is_on"], wanted["text"], now
        automation.save()
        _audit(automation, "automation.put_back", standing, by, now)


def answer_after_hours(*, business: Business, now: datetime) -> int:
    """Answer those who wrote since the shop closed, each once a closed stretch; answers how many were sent.

    Nobody is answered unless it is switched on and its moment permits it. What is not read yet waits for the next call.
    """
    automation = find_automation(business, AutomationKind.AFTER_HOURS)
    if automation is None or not automation.is_on or not may_automate(automation.moment, now=now):
        return 0
    closed = closed_around(get_calendar(business), now)
    if closed is None:
        return 0
    threads = _not_yet(automation, closed, list_unanswered(business, closed, now=now))
    if not threads:
        return 0
    usual = find_usual_minutes(business, now=now)
    sent: set[str] = set()
    for thread in threads:
        party = _party(thread)
        if party in sent or thread.last_in_at is None or thread.last_in_at < automation.switched_at:
            continue
        hindrance = find_hindrance(listen(thread, now=now))
        if hindrance == "unread":
            continue
        if hindrance is not None:
            _note(automation, thread, closed, hindrance, None, now)
        elif _send(automation, thread, closed, usual, now):
            sent.add(party)
    return len(sent)


def _send(
    automation: Automation, thread: Conversation, closed: Closed, usual: int | None, now: datetime
) -> bool:
    business = automation.business
    contact = thread.identity.contact if thread.identity else None
    name = _call(contact.name) if contact else "Kak"
    zone = ZoneInfo(business.timezone)
    text = word_answer(automation.text, name=name, closed=closed, usual=usual, now=now, zone=zone)
    key = f"{automation.public_id}:{_party(thread)}:{closed.since.isoformat()}"
    try:
        with write():
            dispatch = send_message(
                business=business,
                conversation=thread,
                text=text,
                by=None,
                idempotency_key=f"auto:{hashlib.sha256(key.encode()).hexdigest()[:48]}",
                now=now,
                purpose="service",
                automatic=True,
            )
            _note(automation, thread, closed, SENT, dispatch.message, now)
    except CannotSendError as refusal:
        _note(automation, thread, closed, str(refusal.code), None, now)
        return False
    return True


def _call(name: str) -> str:
    """How a customer is addressed: `Kak Rina`; without a name just `Kak`."""
    first = name.split()[0] if name.split() else ""
    return f"Kak {first}" if first.isalpha() else "Kak"


def _party(thread: Conversation) -> str:
    contact_id = thread.identity.contact_id if thread.identity else None
    return f"c{contact_id}" if contact_id else f"i{thread.identity_id}"


def _not_yet(automation: Automation, closed: Closed, threads: list[Conversation]) -> list[Conversation]:
    """Those whose person it has not dealt with in this stretch."""
    done = set(
        Run.objects.filter(
            automation=automation,
            stretch=closed.since.isoformat()[:40],
            party__in={_party(thread) for thread in threads},
        ).values_list("party", flat=True)
    )
    return [thread for thread in threads if _party(thread) not in done]


def _note(
    automation: Automation,
    thread: Conversation,
    closed: Closed,
    outcome: str,
    message: Message | None,
    now: datetime,
) -> None:
    identity = thread.identity
    if identity is None:
        return
    with write():
        Run.objects.get_or_create(
            business=automation.business,
            automation=automation,
            party=_party(thread),
            stretch=closed.since.isoformat()[:40],
            defaults={
                "identity": identity,
                "conversation": thread,
                "outcome": outcome[:24],
                "message": message,
                "at": now,
            },
        )


def _check_words(text: str) -> None:
    fault = find_faults(text)
    if fault is None:
        return
    if fault.startswith("blank:"):
        blank = fault.removeprefix("blank:")
        raise AutomationError(
            _("Isian {%(blank)s} tidak dikenal. Pakai {nama}, {buka} atau {lama}.") % {"blank": blank}
        )
    raise AutomationError(_("Sebutkan kapan toko buka lagi: tulis {buka} di dalam kalimatnya."))


def _told(automation: Automation) -> dict[str, Any]:
    return {"is_on": automation.is_on, "text": automation.text}


def _audit(
    automation: Automation, verb: str, before: dict[str, Any] | None, by: Teammate | None, now: datetime
) -> None:
    record_audit(
        business=automation.business,
        by=by,
        verb=verb,
        object_kind="automation",
        object_id=str(automation.pk),
        data={"before": before, "after": _told(automation)},
        now=now,
    )


__all__ = ["MomentCode", "answer_after_hours", "put_back_automation", "save_after_hours"]
