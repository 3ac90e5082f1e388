"""One person, two threads: a thread gets another key, or the provider's word makes two of them one.

A WhatsApp thread is known by a number first and by a business-scoped user id later. Where both have been written in, all goes
on in the newer one; the other stays as an empty row whose key still leads there. A teammate can take that back, and then no
provider's word joins these two again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Q

from sapa.contacts.models import Identity, Link
from sapa.conversations.models import Conversation
from sapa.conversations.operations import is_alias, join_threads, was_parted
from sapa.gateway.digest.work import Digestion
from sapa.gateway.types import ConversationMoved

NUMBER, USER_ID = "whatsapp", "whatsapp_user"

Found = dict[tuple[int, str], Conversation]


def take_moves(work: Digestion, indexes: Sequence[int]) -> None:
    """A thread goes on under another key; where both have been written in, they are one from now on."""
    for i in indexes:
        event: ConversationMoved = work.events[i]  # type: ignore[assignment]
        keys = {event.old_key, event.new_key[:255]}
        rows = Conversation.objects.filter(business=work.business, channel=work.channel_id(i), key__in=keys)
        threads = {row.key: row for row in rows.select_related("merged_into")}
        old, new = threads.get(event.old_key), threads.get(event.new_key[:255])
        work.results[i].result = "merged"
        if old is None or old is new or (new is not None and old.merged_into_id is not None):
            continue
        if new is None:
            old.key = event.new_key[:255]
            old.save(update_fields=["key"])
            work.stir("state", old.pk)
        else:
            join(work, alias=old, kept=new)


def join(work: Digestion, *, alias: Conversation, kept: Conversation) -> bool:
    """All of `alias` goes on in `kept`; False where a teammate said otherwise before."""
    if kept.merged_into is not None and kept.merged_into.channel_id == kept.channel_id:
        kept = kept.merged_into
    if kept.pk == alias.pk or kept.is_group != alias.is_group or was_parted(work.business, alias):
        return False
    join_threads(business=work.business, kept=kept, alias=alias, now=work.now)
    for one in (alias, kept):
        work.stir("state", one.pk)
    return True


def lead_on(work: Digestion, threads: Found) -> Found:
    """For each thread the one in which it goes on: an empty one whose key was joined, or the same person's under another key.

    Costs nothing while every thread is known and none was joined.
    """
    empty = [one for one in threads.values() if one.last_message_at is None and not one.is_group]
    joined = {one.merged_into_id for one in threads.values() if is_alias(one)}
    kept = Conversation.objects.select_related("identity").in_bulk(joined) if joined else {}
    twins = _find_twins(work, [one for one in empty if one.merged_into_id is None])
    found = dict(threads)
    for place, one in threads.items():
        if one.merged_into_id in kept and is_alias(one):
            found[place] = kept[one.merged_into_id]
        elif (twin := twins.get(one.pk)) is not None:
            found[place] = _join_twins(work, one, twin)
    return found


def _join_twins(work: Digestion, fresh: Conversation, twin: Conversation) -> Conversation:
    """Of a thread without messages and one with, the one that is known by the user id is kept, for a number may hide."""
    by_number = fresh if _kind(fresh) == NUMBER else twin
    by_user_id = twin if by_number is fresh else fresh
    return by_user_id if join(work, alias=by_number, kept=by_user_id) else fresh


def _find_twins(work: Digestion, fresh: Iterable[Conversation]) -> dict[int, Conversation]:
    """For a thread without messages the same person's under the other sort of key, by a number that both are linked to."""
    channels = {one.pk for one in work.channels.values() if one.kind == NUMBER}
    ours = {one.pk: one for one in fresh if one.channel_id in channels and one.identity_id}
    people = Identity.objects.in_bulk({one.identity_id for one in ours.values()}) if ours else {}
    for one in ours.values():
        one.identity = people[one.identity_id or 0]
    ours = {pk: one for pk, one in ours.items() if _kind(one) in (NUMBER, USER_ID)}
    if not ours:
        return {}
    phones = _beside(work, {one.identity_id for one in ours.values()})
    others = _beside(work, set().union(*phones.values()))
    near_by = {other for neighbours in others.values() for other in neighbours}
    rows = Conversation.objects.filter(
        business=work.business, channel__in=channels, identity__in=near_by, merged_into=None, is_group=False
    )
    found: dict[int, Conversation] = {}
    for row in rows.select_related("identity", "merged_into").order_by("id"):
        for pk, one in ours.items():
            near = set().union(*(others.get(phone, ()) for phone in phones.get(one.identity_id or 0, ())))
            if row.identity_id in near and row.last_message_at and _are_twins(row, one):
                found[pk] = row
    return found


def _are_twins(one: Conversation, other: Conversation) -> bool:
    """One by number, one by user id, on one channel, and of one contact still: a teammate may have parted the people."""
    if one.identity is None or other.identity is None or one.channel_id != other.channel_id:
        return False
    kinds = {_kind(one), _kind(other)}
    return kinds == {NUMBER, USER_ID} and one.identity.contact_id == other.identity.contact_id


def _beside(work: Digestion, ids: Iterable[int | None]) -> dict[int, set[int]]:
    """The identities that stand beside these by a key, as the provider named them together; none for an address that changed."""
    wanted = {one for one in ids if one}
    rows = Link.objects.filter(
        Q(a__in=wanted) | Q(b__in=wanted),
        business=work.business,
        reason=Link.Reason.KEY,
        removed_at=None,
    )
    found: dict[int, set[int]] = {}
    passed_on: set[int] = set()
    for a, b, evidence in rows.values_list("a", "b", "evidence"):
        if "replaced" in (evidence or {}):
            passed_on |= {a, b}  # a number that was given up may be somebody else's by now
        for one, other in ((a, b), (b, a)):
            if one in wanted:
                found.setdefault(one, set()).add(other)
    return {one: beside for one, beside in found.items() if one not in passed_on}


def _kind(thread: Conversation) -> str:
    return thread.identity.kind if thread.identity else ""
