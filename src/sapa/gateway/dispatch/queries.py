"""What the outbox knows: whether a thread may be answered now, what a month costs, what a broken channel holds back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from sapa.accounts.models import Business
from sapa.channels.models import Channel
from sapa.channels.queries import get_settings
from sapa.contacts.models import Consent, Identity, ToldOrigin
from sapa.conversations.models import Conversation, Message
from sapa.conversations.rules import NEVER_ARRIVED
from sapa.gateway.accounts import get_account
from sapa.gateway.contract import Capabilities, Failure
from sapa.gateway.dispatch.prices import PriceTable, find_prices, price_of
from sapa.gateway.dispatch.rules import find_refusal
from sapa.gateway.dispatch.types import Asked, MonthCost, Price, Sendability, Situation
from sapa.gateway.dispatch.words import say_failure, say_refusal
from sapa.gateway.models import Dispatch, DispatchTry, ScheduledMessage, Template
from sapa.gateway.registry import find_adapter
from sapa.lib.kept import MOMENT, NUMBER, TEXT, kept
from sapa.lib.secrets import UnreadableSecretError

AD_ORIGIN = "message:"
"""How the key of an origin begins that came with a message: the ad, post or link that opened the talk."""

_WEEK = timedelta(days=7)
_ANY_WORDS = Asked(text="…")
_NOT_GONE = (Dispatch.State.FAILED, Dispatch.State.CANCELLED)


def get_sendability(conversation: Conversation, *, now: datetime) -> Sendability:
    """Whether and until when a teammate may answer here, and why not: what the composer shows."""
    channel = conversation.channel
    capabilities = find_capabilities(channel)
    if capabilities is None:
        return Sendability("import_only", why=say_failure(Failure.IMPORT_ONLY), code=Failure.IMPORT_ONLY)
    price = find_price(conversation, sort="service", now=now)
    situation = describe(conversation, capabilities, now=now, price=price)
    refusal = find_refusal(_ANY_WORDS, situation)
    limits: dict[str, Any] = {"text_limit": capabilities.text_limit, "media": capabilities.media}
    if refusal is not None and refusal.code is Failure.IMPORT_ONLY:
        return Sendability("import_only", why=say_refusal(refusal, situation.zone), code=refusal.code)
    if channel.broken_since is not None:
        return Sendability("broken", why=tell_broken(channel), code=Failure.CHANNEL_BROKEN, **limits)
    window = capabilities.window
    may_use_template = capabilities.templates and (window is None or window.template_outside)
    templates = may_use_template and list_templates(channel).exists()
    if refusal is not None:
        why = say_refusal(refusal, situation.zone)
        return Sendability(
            "closed", situation.closes_at, why, templates=templates, code=refusal.code, left=0, **limits
        )
    left = None
    if window is not None and window.most_messages is not None:
        left = window.most_messages - situation.sent_since
    return Sendability(
        "open",
        situation.closes_at if window else None,
        templates=templates,
        left=left,
        price=situation.price,
        **limits,
    )


def find_capabilities(channel: Channel) -> Capabilities | None:
    """What this connected account can do; None where the channel is only filled by files or its secrets cannot be read."""
    adapter = find_adapter(channel.kind)
    if adapter is None or not channel.is_live:
        return None
    try:
        return adapter.capabilities_for(get_account(channel))
    except UnreadableSecretError:
        return adapter.capabilities


def describe(
    conversation: Conversation,
    capabilities: Capabilities,
    *,
    now: datetime,
    price: Price | None,
    purpose: str = "service",
    is_automatic: bool = False,
    but: int | None = None,
) -> Situation:
    """All that decides whether a message at this price may go in this thread now; `but` is one that is not counted itself."""
    business, channel = conversation.business, conversation.channel
    heard = _last_heard(conversation)
    closes_at = conversation.window_closes_at
    if capabilities.window is not None and closes_at is None and heard is not None:
        closes_at = heard + timedelta(hours=capabilities.window.hours)
    is_limited = capabilities.window is not None and capabilities.window.most_messages is not None
    is_promotion, is_unasked = purpose == "promotion", is_automatic or purpose == "promotion"
    return Situation(
        now=now,
        zone=ZoneInfo(business.timezone),
        is_live=channel.is_live,
        can_send=capabilities.sends,
        broken_why=channel.broken_why,
        window=capabilities.window,
        first_contact=capabilities.first_contact,
        last_in_at=heard,
        closes_at=closes_at,
        sent_since=_count_sent_since(conversation, heard, but) if is_limited else 0,
        text_limit=capabilities.text_limit,
        media=capabilities.media,
        file_types=capabilities.file_types,
        lacks_address=capabilities.fetches_files is not None and not capabilities.media,
        promotion_given=_consent(conversation, "promotion") if is_promotion else None,
        service_given=_consent(conversation, "service"),
        quiet=(business.quiet_from_minute, business.quiet_to_minute),
        promotions_a_week=business.promotions_a_week,
        promotions_this_week=_count_promotions(conversation, now, but) if is_promotion else 0,
        price=price.amount if price else None,
        spent=spent_this_month(business, now=now)
        if is_unasked and business.month_cost_limit is not None
        else 0,
        cost_limit=business.month_cost_limit,
    )


def _last_heard(conversation: Conversation) -> datetime | None:
    """The customer's newest own word that came live: an import or a handed-over history opens no window."""
    found: datetime | None = _heard.first(conversation=conversation.pk)
    return found


@kept(conversation=NUMBER)
def _heard(conversation: Any) -> QuerySet[Any, Any]:
    heard = Message.objects.filter(
        conversation_id=conversation, direction=Message.Direction.IN, source=Message.Source.LIVE
    )
    return heard.order_by("-happened_at", "-rank", "-id").values_list("happened_at", flat=True)[:1]


def _count_sent_since(conversation: Conversation, heard: datetime | None, but: int | None) -> int:
    sent = Message.objects.filter(conversation=conversation, direction=Message.Direction.OUT)
    if heard is not None:
        sent = sent.filter(happened_at__gte=heard)
    return sent.exclude(send_status__in=NEVER_ARRIVED).exclude(pk=but or 0).count()


def identities_of(conversation: Conversation) -> QuerySet[Identity]:
    """Every identity of whom this thread is with: of the contact, or the one alone where nobody is known."""
    identity = conversation.identity
    if identity is None:
        return Identity.objects.none()
    if identity.contact_id is None:
        return Identity.objects.filter(pk=identity.pk)
    return Identity.objects.filter(business_id=conversation.business_id, contact=identity.contact_id)


def _consent(conversation: Conversation, purpose: str) -> bool | None:
    identity = conversation.identity
    if identity is None:
        return None
    if identity.contact_id is None:
        found: bool | None = _consent_alone.first(identity=identity.pk, purpose=purpose)
    else:
        found = _consent_of.first(contact=identity.contact_id, purpose=purpose)
    return found


@kept(identity=NUMBER, purpose=TEXT)
def _consent_alone(identity: Any, purpose: Any) -> QuerySet[Any, Any]:
    return _newest_word(Consent.objects.filter(identity_id=identity), purpose)


@kept(contact=NUMBER, purpose=TEXT)
def _consent_of(contact: Any, purpose: Any) -> QuerySet[Any, Any]:
    return _newest_word(Consent.objects.filter(identity__contact_id=contact), purpose)


def _newest_word(consents: QuerySet[Consent], purpose: Any) -> QuerySet[Any, Any]:
    words = consents.filter(purpose=purpose, undone_at=None)
    return words.order_by("-at", "-id").values_list("is_given", flat=True)[:1]


def _count_promotions(conversation: Conversation, now: datetime, but: int | None) -> int:
    sent = Dispatch.objects.filter(
        business=conversation.business_id, purpose="promotion", created_at__gt=now - _WEEK
    ).exclude(state__in=_NOT_GONE)
    whose = Q(message__conversation=conversation)
    whose |= Q(message__conversation__identity__in=identities_of(conversation))
    return sent.filter(whose).exclude(message=but or 0).count()


def list_templates(channel: Channel) -> QuerySet[Template]:
    """The approved templates of a channel."""
    return Template.objects.filter(business=channel.business_id, channel=channel, status="approved").order_by(
        "name"
    )


def prices_for(channel: Channel) -> PriceTable | None:
    """What messages of this channel cost, the owner's own prices over the table's; None where they cost nothing."""
    if find_prices(channel.kind, channel.business.currency) is None:
        return None
    try:
        own = get_settings(channel).get("prices")
    except UnreadableSecretError:
        own = None
    return find_prices(channel.kind, channel.business.currency, own)


def find_price(conversation: Conversation, *, sort: str, now: datetime) -> Price | None:
    """What the next message of a sort (service, or a template's category) would cost here; None where unknown or nothing."""
    table = prices_for(conversation.channel)
    if table is None:
        return None
    since = now - timedelta(hours=table.free_hours_after_ad)
    is_free = conversation.identity_id is not None and bool(
        _from_ad(identity=conversation.identity_id, since=since, now=now)
    )
    count = 0
    if sort == "service" and not is_free and table.free_service_a_month:
        # Counted no further than matters: past the free ones it is all the same.
        used = _of_month(conversation.business, now).filter(channel=conversation.channel_id)
        count = used.filter(content__priced_as="service").values("id")[: table.free_service_a_month].count()
    return price_of(table, sort=sort, service_this_month=count, is_free_after_ad=is_free)


@kept(identity=NUMBER, since=MOMENT, now=MOMENT)
def _from_ad(identity: Any, since: Any, now: Any) -> QuerySet[Any, Any]:
    """Whether this person came through an advertisement lately."""
    told = ToldOrigin.objects.filter(identity_id=identity, at__gt=since, at__lte=now)
    return told.filter(dedupe_key__startswith=AD_ORIGIN).values_list("id", flat=True)[:1]


def _of_month(business: Business, now: datetime) -> QuerySet[Dispatch]:
    """The dispatches of the shop's own calendar month that went out or are on their way."""
    local = now.astimezone(ZoneInfo(business.timezone))
    start = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    end = (start + timedelta(days=32)).replace(day=1)
    found = Dispatch.objects.filter(business=business, created_at__gte=start, created_at__lt=end)
    return found.exclude(state__in=_NOT_GONE)


def spent_this_month(business: Business, *, now: datetime) -> int:
    """What this month's messages cost so far, in minor units: as receipts say, else as the table says."""
    return _of_month(business, now).aggregate(total=Sum("cost"))["total"] or 0


def list_month_costs(business: Business, *, now: datetime) -> list[MonthCost]:
    """The cost counter: one line for each channel on which messages cost something, for the month of `now`."""
    rows = (
        _of_month(business, now)
        .values("channel_id")
        .annotate(
            messages=Count("id"),
            free=Count("id", filter=Q(cost=0)),
            service=Count("id", filter=Q(content__priced_as="service")),
            amount=Sum("cost"),
        )
    )
    counted = {row["channel_id"]: row for row in rows.order_by()}
    month = f"{now.astimezone(ZoneInfo(business.timezone)):%Y-%m}"
    costs = []
    for channel in Channel.objects.filter(business=business).select_related("business").order_by("id"):
        table = prices_for(channel)
        if table is None:
            continue
        row = counted.get(channel.pk, {"messages": 0, "free": 0, "service": 0, "amount": 0})
        left = max(table.free_service_a_month - row["service"], 0) if table.free_service_a_month else None
        costs.append(
            MonthCost(channel.pk, month, row["messages"], row["free"], row["amount"] or 0, free_left=left)
        )
    return costs


def list_queued(channel: Channel) -> QuerySet[Dispatch]:
    """The rows of a channel that wait for their turn, whether due or not."""
    return _in_state(channel, Dispatch.State.QUEUED, due_at__isnull=False)


def list_taken(channel: Channel) -> QuerySet[Dispatch]:
    """The rows of a channel that are on their way."""
    return _in_state(channel, Dispatch.State.TAKEN, taken_at__isnull=False)


def _in_state(channel: Channel, state: str, **there: bool) -> QuerySet[Dispatch]:
    """Read by the small index of that state: named plainly, the channel would be looked up by its own index of years."""
    found = Dispatch.objects.alias(on=F("channel_id") + 0).filter(state=state, on=channel.pk, **there)
    return found.order_by("due_at" if state == Dispatch.State.QUEUED else "taken_at", "id")


def count_at_risk(channel: Channel) -> int:
    """How many messages a broken channel holds back: those in the outbox and those scheduled on it."""
    scheduled = ScheduledMessage.objects.filter(
        business=channel.business_id,
        conversation__channel=channel,
        state=ScheduledMessage.State.WAITING,
    )
    return list_queued(channel).count() + scheduled.count()


def tell_broken(channel: Channel) -> str:
    """ "Terputus sejak …  · N pesan berisiko": since when a channel is broken, why, and what waits because of it."""
    if channel.broken_since is None:
        return ""
    zone = ZoneInfo(channel.business.timezone)
    return _("Terputus sejak %(since)s · %(count)d pesan berisiko. %(why)s") % {
        "since": f"{channel.broken_since.astimezone(zone):%d/%m %H.%M}",
        "count": count_at_risk(channel),
        "why": say_failure(channel.broken_why),
    }


def list_tries(dispatch: Dispatch) -> list[DispatchTry]:
    """The delivery log of one message, oldest first."""
    return list(DispatchTry.objects.filter(dispatch=dispatch).order_by("at", "id"))


def get_dispatch(business: Business, public_id: Any) -> Dispatch:
    """One dispatch with its message and thread. Raises `Dispatch.DoesNotExist`."""
    found = Dispatch.objects.select_related("message__conversation", "channel__business")
    return found.get(business=business, public_id=public_id)


def list_undelivered(business: Business, *, limit: int = 50) -> list[Dispatch]:
    """Messages about which a teammate must decide, newest first: failed, uncertain, or held behind such a one."""
    troubled = Q(state__in=(Dispatch.State.FAILED, Dispatch.State.UNCERTAIN))
    troubled |= Q(state=Dispatch.State.QUEUED, failure=Failure.HELD.value)
    found = Dispatch.objects.filter(troubled, business=business).select_related("message__conversation")
    return list(found.order_by("-created_at")[:limit])
