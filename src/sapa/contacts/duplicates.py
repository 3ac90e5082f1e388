"""Contacts who may be one: pure scoring over profiles. It suggests; people decide."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations

from sapa.contacts.types import Clue
from sapa.lib.names import cannot_be_same, may_be_same

LARGEST_BLOCK = 40
LOWEST_SCORE = 0.5
SHOWN_CLUES = 3
UNLIKE_NAMES = 0.1
"""What two names that cannot be one person's take from a clue: friends name each other's orders."""

CLUES = {
    "named_order": 0.65,
    "order_told": 0.62,
    "named_with_others": 0.62,
    "named_one_of_several": 0.6,
    "named_with_many": 0.25,
}
"""How much each clue weighs: an order that a chat names and that no rule may join to it.

Alone the first four are worth a person's look; a chat that names the orders of many is a reseller's or a courier's.
"""

_ALNUM = re.compile(r"[^a-z0-9]+")
_MARKET = "marketplace:"
# One empty set for all: a hundred thousand profiles would else hold seven each.
_NONE: frozenset[str] = frozenset()


@dataclass(slots=True)
class Profile:
    """What is compared of one contact. `typed` are keys that an anonymous visitor typed, as kind:value."""

    id: int
    name: str
    name_key: str
    phones: frozenset[str] = _NONE
    emails: frozenset[str] = _NONE
    handles: frozenset[str] = _NONE
    keys: frozenset[str] = _NONE
    typed: frozenset[str] = _NONE
    cities: frozenset[str] = _NONE
    addresses: frozenset[str] = _NONE

    @property
    def is_only_a_name(self) -> bool:
        return not (self.phones or self.emails or self.handles)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two contacts, the lower id first; `evidence` are (code, value) pairs, worded when shown."""

    a: int
    b: int
    score: float
    evidence: tuple[tuple[str, str], ...]


def add_identity(profile: Profile, kind: str, value: str) -> None:
    """Take an identity into the profile of its contact."""
    if kind in ("phone", "email", "typed"):
        profile.keys |= {f"{kind}:{value}"}
    if kind in ("phone", "whatsapp"):
        profile.phones |= {value}
    elif kind == "email":
        profile.emails |= {value}
        profile.handles |= {bare(value.partition("@")[0])}
    elif kind == "typed":
        profile.typed |= {value}
    elif kind.startswith(_MARKET) or kind in ("instagram", "tiktok", "telegram", "line", "messenger"):
        profile.handles |= {bare(value)}


def bare(text: str) -> str:
    """Letters and digits alone: `Rina.W_90` and `rinaw90` are one handle."""
    return _ALNUM.sub("", text.casefold())


def find_pairs(
    profiles: Sequence[Profile], apart: Iterable[tuple[int, int]] = (), clues: Iterable[Clue] = ()
) -> list[Pair]:
    """The pairs worth a person's look, best first. A name alone that many bear is never enough."""
    by_id = {profile.id: profile for profile in profiles}
    blocks = _blocks(profiles)
    bearers = {key: len(block) for key, block in blocks.items() if key.startswith("name:")}
    excluded = {tuple(sorted(pair)) for pair in apart}
    told = _clues_by_pair(clues, by_id)
    pairs = []
    for a, b in dict.fromkeys(chain(_candidates(blocks), told)):
        if (a, b) in excluded:
            continue
        pair = compare(by_id[a], by_id[b], bearers, told.get((a, b), ()))
        if pair.score >= LOWEST_SCORE:
            pairs.append(pair)
    return sorted(pairs, key=lambda pair: (-pair.score, pair.a, pair.b))


def _blocks(profiles: Iterable[Profile]) -> Mapping[str, list[int]]:
    blocks: dict[str, list[int]] = defaultdict(list)
    for profile in profiles:
        for key in _block_keys(profile):
            blocks[key].append(profile.id)
    return blocks


def _block_keys(profile: Profile) -> set[str]:
    words = profile.name_key.split()
    keys = {f"name:{profile.name_key}"} if words else set()
    if len(words) > 1:
        keys.add("words:" + " ".join(sorted(words)))
        keys.add(f"ends:{words[0]} {words[-1][0]}")
    keys |= {f"handle:{handle}" for handle in profile.handles if len(handle) > 4}
    keys |= {f"address:{address}" for address in profile.addresses if len(address) > 11}
    keys |= {f"typed:{typed}" for typed in profile.typed}
    keys |= {f"typed:{key}" for key in profile.keys}
    if words:
        keys |= {f"near:{words[0]} {phone[:-3]}" for phone in profile.phones}
        keys |= {f"handle:{bare(profile.name_key)}"} if len(words) > 1 else set()
    return keys


def _candidates(blocks: Mapping[str, list[int]]) -> Iterator[tuple[int, int]]:
    seen: set[tuple[int, int]] = set()
    for block in blocks.values():
        if not 1 < len(block) <= LARGEST_BLOCK:
            continue
        for a, b in combinations(sorted(set(block)), 2):
            if (a, b) not in seen:
                seen.add((a, b))
                yield a, b


def _clues_by_pair(
    clues: Iterable[Clue], by_id: Mapping[int, Profile]
) -> Mapping[tuple[int, int], list[Clue]]:
    found: dict[tuple[int, int], list[Clue]] = {}
    for clue in clues:
        low, high = sorted((clue.a, clue.b))
        if low != high and low in by_id and high in by_id:
            found.setdefault((low, high), []).append(clue)
    return found


def compare(one: Profile, two: Profile, bearers: Mapping[str, int], clues: Sequence[Clue] = ()) -> Pair:
    """Weigh what speaks for and against one person; the score is held between 0 and 0.99."""
    weights = [
        *_by_clues(one, two, clues),
        *_by_name(one, two, bearers),
        *_by_keys(one, two),
        *_by_place(one, two),
    ]
    score = sum(weight for weight, _, _ in weights) - _against(one, two)
    evidence = tuple((code, value) for weight, code, value in weights if weight > 0)
    low, high = sorted((one.id, two.id))
    return Pair(low, high, round(min(0.99, max(0.0, score)), 3), evidence)


def _by_clues(one: Profile, two: Profile, clues: Sequence[Clue]) -> Iterator[tuple[float, str, str]]:
    """The strongest clue counts; more of its sort only name more of what it rests on."""
    if not clues:
        return
    code = max((clue.code for clue in clues), key=lambda code: CLUES[code])
    values = sorted({clue.value for clue in clues if clue.code == code})
    against = UNLIKE_NAMES if one.name and two.name and cannot_be_same(one.name, two.name) else 0.0
    yield CLUES[code] - against, code, ", ".join(values[:SHOWN_CLUES])


def _by_name(one: Profile, two: Profile, bearers: Mapping[str, int]) -> Iterator[tuple[float, str, str]]:
    if not one.name_key or not two.name_key:
        return
    likeness = may_be_same(one.name, two.name)
    if likeness < 0.6:
        return
    words = min(len(one.name_key.split()), len(two.name_key.split()))
    if one.name_key == two.name_key:
        rarity = 0.15 if bearers.get(f"name:{one.name_key}", 2) <= 3 else 0.0
        yield (0.4 if words > 1 else 0.2) + (rarity if words > 1 else 0.0), "same_name", one.name
    else:
        yield 0.4 * likeness, "like_name", f"{one.name} / {two.name}"
    if words > 1 and one.is_only_a_name != two.is_only_a_name:
        yield 0.1, "name_without_number", ""


def _by_keys(one: Profile, two: Profile) -> Iterator[tuple[float, str, str]]:
    for mine, theirs in ((one, two), (two, one)):
        for typed in sorted(mine.typed & theirs.keys):
            yield 0.6, "typed_key", typed.partition(":")[2]
    handles = {handle for handle in one.handles & two.handles if len(handle) > 4}
    if handles:
        yield 0.4, "same_handle", min(handles)
    elif bare(one.name_key) in two.handles or bare(two.name_key) in one.handles:
        yield 0.25, "handle_is_name", min(one.handles | two.handles)
    near = [(a, b) for a in one.phones for b in two.phones if a != b and _one_digit_apart(a, b)]
    if near:
        yield 0.3, "near_phone", f"{near[0][0]} / {near[0][1]}"


def _by_place(one: Profile, two: Profile) -> Iterator[tuple[float, str, str]]:
    if one.addresses & two.addresses:
        yield 0.3, "same_address", min(one.addresses & two.addresses)
    elif one.cities & two.cities:
        yield 0.1, "same_city", min(one.cities & two.cities)


def _against(one: Profile, two: Profile) -> float:
    """Each has an e-mail and a number of its own, or they live in different towns."""
    apart = 0.0
    if one.emails and two.emails and not one.emails & two.emails:
        apart += 0.1
    if one.phones and two.phones and not one.phones & two.phones:
        apart += 0.1
    if one.cities and two.cities and not one.cities & two.cities:
        apart += 0.15
    return apart


def _one_digit_apart(a: str, b: str) -> bool:
    return len(a) == len(b) and sum(x != y for x, y in zip(a, b, strict=True)) == 1
