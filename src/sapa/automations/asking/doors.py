"""What is known of somebody who may be asked, and by which threads and addresses they can be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, QuerySet

from sapa.accounts.models import Business
from sapa.channels.models import Channel
from sapa.contacts.consents import list_refusing
from sapa.contacts.models import Contact, Identity
from sapa.conversations.models import Conversation
from sapa.gateway.contract import Failure
from sapa.gateway.dispatch.queries import describe, find_capabilities, find_price, list_templates
from sapa.gateway.dispatch.rules import find_refusal
from sapa.gateway.dispatch.types import Asked
from sapa.gateway.models import Dispatch, Template
from sapa.standings.models import Standing
from sapa.surveys.models import Survey
from sapa.surveys.queries import find_last_asked
from sapa.surveys.rules.eligibility import Door, Person, is_drawn
from sapa.surveys.types import Due, Reason, Way

_MOST_THREADS = 5
_OUT_OF_REACH = (Failure.BLOCKED.value, Failure.NO_SUCH_RECIPIENT.value)


@dataclass(frozen=True, slots=True)
class Passage:
    """A door with what stands behind it: a thread, or an e-mail account and the address to write to."""

    door: Door
    conversation: Conversation | None = None
    channel: Channel | None = None
    identity: Identity | None = None
    template: Template | None = None


def look_at(survey: Survey, due: Due, *, now: datetime) -> tuple[Person, list[Passage]]:
    """The person behind an occasion as the rules want them, and their passages in the order of the doors."""
    business = survey.business
    contact = Contact.objects.filter(business=business, pk=due.contact_id).first() if due.contact_id else None
    if contact is None:
        return Person(is_known=False), []
    passages = [passage for way in survey.ways for passage in _passages(survey, contact, way, due, now)]
    person = Person(
        asked_at=find_last_asked(business, contact_id=contact.pk, identity_id=due.identity_id),
        has_complaint=Standing.objects.filter(contact=contact, trust="needs_support").exists(),
        has_opted_out=any(list_refusing([contact.pk], purpose) for purpose in ("service", "promotion")),
        waits_for_us=_threads(business, contact).filter(waiting_since__isnull=False).exists(),
        is_drawn=is_drawn(str(survey.public_id), str(contact.public_id), survey.share),
        doors=[passage.door for passage in passages],
    )
    return person, passages


def _threads(business: Business, contact: Contact) -> QuerySet[Conversation]:
    return Conversation.objects.filter(
        business=business, identity__contact=contact, is_group=False, merged_into=None
    )


def _passages(survey: Survey, contact: Contact, way: str, due: Due, now: datetime) -> list[Passage]:
    if way == Way.EMAIL:
        return _by_mail(survey, contact, now)
    threads = _threads(survey.business, contact).select_related(
        "channel__business", "business", "identity__contact"
    )
    if way == Way.SITE:
        threads = threads.filter(channel__kind="web")
    else:
        threads = threads.exclude(channel__kind__in=("web", "email"))
    found = threads.order_by(F("last_in_at").desc(nulls_last=True), "-id")
    rows = sorted(found[:_MOST_THREADS], key=lambda thread: thread.pk != due.conversation_id)
    return [_in_thread(survey, way, thread, now) for thread in rows]


def _in_thread(survey: Survey, way: str, thread: Conversation, now: datetime) -> Passage:
    """A chat: freely while its time to answer lasts, by the approved template of the survey later."""
    hindrance = judge_thread(thread, now=now)
    template = None
    if hindrance == Reason.WINDOW_CLOSED and survey.template:
        template = list_templates(thread.channel).filter(name=survey.template).first()
        if template is not None and _fits(template):
            hindrance = judge_thread(thread, now=now, template=template)
    return Passage(Door(way, hindrance), conversation=thread, template=template)


def _fits(template: Template) -> bool:
    """Whether a survey can fill all of its blanks: the name first, then what was bought."""
    return template.category != "marketing" and len(template.blanks) <= 2


def judge_thread(thread: Conversation, *, now: datetime, template: Template | None = None) -> str:
    """Why a machine may not ask in this thread now, as a code; "" where it may."""
    if thread.channel.broken_since is not None:
        return Reason.CHANNEL_BROKEN
    capabilities = find_capabilities(thread.channel)
    if capabilities is None:
        return Reason.IMPORT_ONLY
    blocked = _find_block(thread)
    if blocked:
        return blocked
    price = find_price(thread, sort=template.category if template else "service", now=now)
    situation = describe(thread, capabilities, now=now, price=price, purpose="survey", is_automatic=True)
    asked = Asked(text="…", has_template=template is not None, purpose="survey", is_automatic=True)
    refusal = find_refusal(asked, situation)
    return str(refusal.code) if refusal else ""


def _find_block(thread: Conversation) -> str:
    """Why the last message never arrived, where the person cannot be reached here; "" where they wrote since."""
    gone = Dispatch.objects.filter(
        message__conversation=thread, state=Dispatch.State.FAILED, failure__in=_OUT_OF_REACH
    )
    if thread.last_in_at is not None:
        gone = gone.filter(created_at__gt=thread.last_in_at)
    return gone.order_by("-created_at").values_list("failure", flat=True).first() or ""


def _by_mail(survey: Survey, contact: Contact, now: datetime) -> list[Passage]:
    """The newest known address, through the shop's own e-mail; an unsaved thread stands for one to be opened."""
    channel = (
        Channel.objects.filter(business=survey.business, kind="email", is_live=True)
        .select_related("business")
        .order_by("id")
        .first()
    )
    address = (
        Identity.objects.filter(contact=contact, kind="email", is_forgotten=False, is_shared=False)
        .order_by("-learned_at", "-id")
        .first()
    )
    if channel is None or address is None:
        return []
    thread = Conversation(business=survey.business, channel=channel, key=address.value, identity=address)
    return [Passage(Door(Way.EMAIL, _judge_mail(thread, now)), channel=channel, identity=address)]


def _judge_mail(thread: Conversation, now: datetime) -> str:
    if thread.channel.broken_since is not None:
        return Reason.CHANNEL_BROKEN
    if thread.identity is None:
        return ""
    known = Conversation.objects.filter(
        business=thread.business, channel=thread.channel, identity__contact=thread.identity.contact_id
    )
    found = known.select_related("channel__business", "business", "identity__contact").first()
    return judge_thread(found, now=now) if found else ""
