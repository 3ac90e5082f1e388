"""Switching surveys on and off, and asking: in the right moment, seldom, and never who cannot answer."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from sapa.accounts.models import Business, Teammate
from sapa.accounts.operations import record_audit
from sapa.automations.asking.doors import Passage, look_at
from sapa.automations.asking.queries import find_switch, kind_of, list_running
from sapa.automations.models import Automation
from sapa.automations.types import AutomationError
from sapa.contacts.models import Contact
from sapa.conversations.models import Conversation
from sapa.conversations.operations import open_conversations
from sapa.conversations.operations.receive import ConversationSeen
from sapa.gateway.dispatch import CannotSendError, send_message
from sapa.lib.database import write
from sapa.moments.models import Moment
from sapa.moments.queries import may_automate
from sapa.responses.rules import SCALES
from sapa.surveys.models import Survey
from sapa.surveys.operations import note_asked, note_skipped, settle_unsent
from sapa.surveys.queries import list_due, wording_of
from sapa.surveys.rules.eligibility import WAITS, judge
from sapa.surveys.rules.wording import call_by, fill, write_buttons, write_chat, write_mail
from sapa.surveys.types import Due, Way


def switch_survey(
    *, survey: Survey, moment: Moment | None, is_on: bool, by: Teammate | None, now: datetime
) -> Automation:
    """Let a survey ask, or stop it.

    Raises `AutomationError` where it should ask but its moment is not named, its risk not written, or not permitted.
    """
    if moment is None or (is_on and not may_automate(moment, now=now)):
        raise AutomationError(
            _(
                "Sebelum dinyalakan: beri nama momennya, tulis perasaan pelanggan dan risikonya, lalu beri izin."
            )
        )
    if is_on and survey.ended_at is not None:
        raise AutomationError(_("Survei ini sudah disimpan ke arsip. Urungkan dulu pengarsipannya."))
    with write():
        found = find_switch(survey)
        before = {"is_on": found.is_on, "text": found.text} if found else None
        row = found or Automation(business=survey.business, kind=kind_of(survey))
        if before is None or before["is_on"] != is_on:
            row.switched_at = now
        row.moment, row.is_on = moment, is_on
        row.save()
        record_audit(
            business=survey.business,
            by=by,
            verb="automation.saved",
            object_kind="automation",
            object_id=str(row.pk),
            data={"before": before, "after": {"is_on": row.is_on, "text": row.text}},
            now=now,
        )
    return row


def ask_by_surveys(*, business: Business, base: str, now: datetime) -> int:
    """Ask those whose turn it is, survey by survey; answers how many were asked. `base` is Sapa's own address.

    Nobody is asked unless the survey is switched on and its moment permits it. Who waits for a better hour comes again.
    """
    settle_unsent(business=business)
    asked = 0
    for survey, automation in list_running(business, now=now):
        for due in list_due(survey, since=automation.switched_at, now=now):
            asked += _decide(survey, due, base, now)
    return asked


def _decide(survey: Survey, due: Due, base: str, now: datetime) -> bool:
    person, passages = look_at(survey, due, now=now)
    verdict = judge(person, due_at=due.at, now=now)
    if verdict.deed == "skip":
        note_skipped(survey=survey, due=due, reason=verdict.reason, now=now)
    if verdict.deed != "ask":
        return False
    try:
        return _ask(survey, due, passages[verdict.door], base, now)
    except CannotSendError as refusal:
        if refusal.code not in WAITS:
            note_skipped(survey=survey, due=due, reason=str(refusal.code), now=now)
        return False


def _ask(survey: Survey, due: Due, passage: Passage, base: str, now: datetime) -> bool:
    """Send and write down in one transaction. The person's row is held, so that two surveys never ask them at once."""
    public_id = uuid4()
    with write():
        contact = Contact.objects.select_for_update().get(pk=due.contact_id or 0)
        again = judge(look_at(survey, due, now=now)[0], due_at=due.at, now=now)
        if again.deed != "ask":
            return False
        thread = passage.conversation or _open_mail(survey, passage, public_id)
        text, template = _words(survey, due, contact, passage, base, public_id)
        has_buttons = passage.door.way != Way.EMAIL and template is None
        dispatch = send_message(
            business=survey.business,
            conversation=thread,
            text=text,
            template=template,
            by=None,
            idempotency_key=_key(survey, due),
            now=now,
            purpose="survey",
            automatic=True,
            buttons=write_buttons(survey.kind, survey.language) if has_buttons else (),
        )
        note_asked(
            survey=survey,
            due=due,
            way=passage.door.way,
            conversation=thread,
            message=dispatch.message,
            now=now,
            public_id=public_id,
        )
    return True


def _words(
    survey: Survey, due: Due, contact: Contact, passage: Passage, base: str, public_id: UUID
) -> tuple[str, Mapping[str, object] | None]:
    language, said = survey.language, wording_of(survey, survey.language)
    name = call_by(contact.name, language)
    question = fill(said.question, name=name, product=due.product, language=language)
    if passage.template is not None:
        values = [
            name or contact.name or "Kak",
            due.product or fill("{produk}", name="", product="", language=language),
        ]
        chosen = passage.template
        return "", {
            "name": chosen.name,
            "language": chosen.language,
            "values": values[: len(chosen.blanks)],
            "blanks": list(chosen.blanks),
        }
    if passage.door.way == Way.EMAIL:
        low, high = SCALES[survey.kind]
        link = f"{base.rstrip('/')}/s/{public_id}/"
        links = {score: f"{link}?n={score}" for score in range(low, high + 1)}
        return write_mail(question, links, kind=survey.kind, language=language), None
    open_question = fill(said.open_question, name=name, product=due.product, language=language)
    return write_chat(question, open_question, kind=survey.kind, language=language), None


def _open_mail(survey: Survey, passage: Passage, public_id: UUID) -> Conversation:
    channel, identity = passage.channel, passage.identity
    if channel is None or identity is None:
        raise ValueError("an e-mail needs an account and an address")
    key = f"survey:{public_id}"
    title = survey.business.name[:200]
    seen = ConversationSeen(
        channel_id=channel.pk, key=key, title=title, is_group=False, identity_id=identity.pk
    )
    return open_conversations(business=survey.business, seen=[seen])[(channel.pk, key)]


def _key(survey: Survey, due: Due) -> str:
    return f"survey:{hashlib.sha256(f'{survey.public_id}:{due.occasion}'.encode()).hexdigest()[:48]}"
