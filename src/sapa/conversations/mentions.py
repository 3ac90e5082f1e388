"""Whom a remark calls by `@`: pure."""

from __future__ import annotations

from collections.abc import Mapping


def find_mentions(text: str, names: Mapping[int, str]) -> list[int]:
    """The ids of those whose name stands behind an `@`, whatever its case; the first name suffices where it is one person's.

    `names` are ids with full names. Of two names that fit at one place the longer counts.
    """
    plain = text.casefold()
    firsts: dict[str, list[int]] = {}
    for pk, name in names.items():
        firsts.setdefault(name.casefold().split(" ")[0], []).append(pk)
    known = {first: ids[0] for first, ids in firsts.items() if len(ids) == 1 and first}
    known |= {name.casefold(): pk for pk, name in names.items() if name}
    found: list[int] = []
    for at in (place for place, letter in enumerate(plain) if letter == "@"):
        behind = plain[at + 1 :]
        fitting = [
            name for name in known if behind.startswith(name) and not behind[len(name) :][:1].isalnum()
        ]
        if fitting:
            found.append(known[max(fitting, key=len)])
    return list(dict.fromkeys(found))
