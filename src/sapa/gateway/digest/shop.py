"""What is about the shop and its people's addresses: templates, the state of a channel, addresses that changed."""

from __future__ import annotations

from collections.abc import Sequence

from sapa.channels.operations import find_or_make_channel, mark_broken, mark_working
from sapa.contacts import rules as contact_rules
from sapa.contacts.operations.replacements import KeyReplacement, replace_keys
from sapa.gateway.digest.work import Digestion
from sapa.gateway.models import Template
from sapa.gateway.types import ChannelStateChanged, KeyReplaced, TemplateStated

_STATUSES = frozenset({"approved", "pending", "rejected", "paused"})


def take_templates(work: Digestion, indexes: Sequence[int]) -> None:
    """The newest word of the provider stands; what it leaves out stays as it was."""
    for i in indexes:
        event: TemplateStated = work.events[i]  # type: ignore[assignment]
        row, is_new = Template.objects.get_or_create(
            business=work.business,
            channel_id=work.channel_id(i),
            name=event.name[:120],
            language=event.language[:10],
            defaults={"learned_at": event.at, "category": event.category[:16], "text": event.text},
        )
        work.results[i].result = "created" if is_new else "merged"
        if not is_new and event.at < row.learned_at:
            continue
        row.learned_at = event.at
        row.status = event.status if event.status in _STATUSES else "paused"
        row.category = event.category[:16] or row.category
        row.text = event.text or row.text
        row.blanks = list(event.blanks) or row.blanks
        row.save()


def take_states(work: Digestion, indexes: Sequence[int]) -> None:
    for i in indexes:
        event: ChannelStateChanged = work.events[i]  # type: ignore[assignment]
        channel = find_or_make_channel(
            business=work.business,
            kind=event.channel.kind,
            name=event.channel.name,
            now=work.now,
            cache=work.channels,
        )
        if event.why:
            is_news = mark_broken(channel=channel, why=event.why, now=work.now)
        else:
            is_news = mark_working(channel=channel, now=work.now)
        work.results[i].result = "created" if is_news else "merged"
        if is_news:
            work.stir("channel", None)


def take_replacements(work: Digestion, indexes: Sequence[int]) -> None:
    wanted: dict[int, KeyReplacement] = {}
    for i in indexes:
        event: KeyReplaced = work.events[i]  # type: ignore[assignment]
        old = contact_rules.normalise_key(event.old.kind, event.old.value)
        new = contact_rules.normalise_key(event.new.kind, event.new.value)
        if old and new and old != new:
            wanted[i] = KeyReplacement(old, new, event.at)
    found = replace_keys(business=work.business, replacements=list(wanted.values()), now=work.now)
    for i, (contact_id, is_news) in zip(wanted, found, strict=True):
        work.results[i].result = "created" if is_news else "merged"
        if is_news:
            work.touched.add(contact_id)
