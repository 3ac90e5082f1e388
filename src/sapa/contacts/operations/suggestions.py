"""Suggestions of duplicates are made anew from what is stored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sapa.accounts.models import Business
from sapa.contacts import queries
from sapa.contacts.duplicates import LARGEST_BLOCK, Pair, find_pairs
from sapa.contacts.models import Suggestion
from sapa.contacts.types import Clue
from sapa.lib.database import BULK_ROWS, write, yield_to_others
from sapa.lib.inserting import insert_many

MOST_SUGGESTIONS = 2000


def refresh_suggestions(business: Business, *, clues: Iterable[Clue], alone: bool = False) -> int:
    """Replace the stored suggestions with today's best; returns how many there are.

    Everybody is compared: how rare a name is, and whether a key is too common to say anything, rests on all.
    `gateway.digest.clues.refresh_suggestions` hands in the clues.
    """
    profiles, aparts = queries.list_profiles(business), queries.list_apart_contacts(business)
    pairs = find_pairs(profiles, aparts, clues)[:MOST_SUGGESTIONS]
    wanted = {(pair.a, pair.b): pair for pair in pairs}
    with write():
        standing = {(row.a_id, row.b_id): row for row in Suggestion.objects.filter(business=business)}
        stale = [row.pk for key, row in standing.items() if not _stands(row, wanted.get(key))]
        Suggestion.objects.filter(pk__in=stale).delete()
    rows = [
        _row(business, pair)
        for key, pair in wanted.items()
        if key not in standing or standing[key].pk in stale
    ]
    for start in range(0, len(rows), BULK_ROWS):
        with write():
            insert_many(rows[start : start + BULK_ROWS])
        yield_to_others(alone=alone)
    return len(wanted)


def suggest_for(business: Business, contact_ids: Iterable[int], *, clues: Sequence[Clue]) -> int:
    """Add what speaks for these contacts being others, beside what is suggested already; returns how many were added.

    Only who bears the same name, an account of the same name, or stands in a clue is compared: cheap enough for each
    message. Whatever else is alike, and what no longer holds, `refresh_suggestions` finds.
    """
    ids = set(contact_ids)
    near = queries.find_look_alikes(business, ids, most=LARGEST_BLOCK)
    near.update(one for clue in clues for one in (clue.a, clue.b))
    profiles = queries.list_profiles(business, ids | near)
    pairs = find_pairs(profiles, queries.list_apart_contacts(business), clues)
    with write():
        standing = set(
            Suggestion.objects.filter(business=business, a__in=[pair.a for pair in pairs]).values_list(
                "a_id", "b_id"
            )
        )
        room = MOST_SUGGESTIONS - Suggestion.objects.filter(business=business).count()
        fresh = [pair for pair in pairs if ids & {pair.a, pair.b} and (pair.a, pair.b) not in standing]
        insert_many([_row(business, pair) for pair in fresh[: max(room, 0)]])
    return min(len(fresh), max(room, 0))


def _row(business: Business, pair: Pair) -> Suggestion:
    evidence = [list(one) for one in pair.evidence]
    return Suggestion(business=business, a_id=pair.a, b_id=pair.b, score=pair.score, evidence=evidence)


def _stands(row: Suggestion, pair: object) -> bool:
    return pair is not None and [list(one) for one in getattr(pair, "evidence", ())] == row.evidence
