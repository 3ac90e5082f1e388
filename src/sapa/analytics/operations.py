"""Making, following and dropping the copy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from filelock import FileLock, Timeout

from sapa.accounts.models import Business
from sapa.analytics import copies, places, updating
from sapa.analytics.places import Pointer
from sapa.analytics.questions import prepare
from sapa.analytics.scope import count_touched
from sapa.analytics.state import digest_settings, is_present
from sapa.analytics.tables import TABLES
from sapa.contacts.models import Cursor
from sapa.contacts.operations import keep_for_consumer
from sapa.timeline.models import Touchpoint

BUILD_SECONDS = 600
ASK_SECONDS = 2.0
CONSUMER = "analytics"
LIGHT_TOUCHPOINTS = 20_000
LIGHT_CONTACTS = 2_000
_DEAD_LEAST = 500
_DEAD_SHARE = 0.02


def build(business: Business) -> Pointer:
    """The copy of a business as it now is: brought up to date if the one there is behind, else left as it is.

    One process does so at a time; another waits and then finds it done. Raises `filelock.Timeout` after ten minutes.
    """
    return _find_present(business) or _build_in_turn(business, BUILD_SECONDS)


def build_or_older(business: Business) -> Pointer:
    """As `build`; but where another is at it and takes long, the copy as it was before, if its settings still hold."""
    present = _find_present(business)
    if present is not None:
        return present
    older = places.find_pointer(business)
    if older is None or older.mark.settings != digest_settings(business) or not _stands(business, older):
        return _build_in_turn(business, BUILD_SECONDS)
    try:
        return _build_in_turn(business, ASK_SECONDS)
    except Timeout:
        return older


@contextmanager
def renewing(business: Business, seconds: float = BUILD_SECONDS) -> Iterator[None]:
    """Nobody else makes this business's copy meanwhile. Raises `filelock.Timeout` where the turn does not come."""
    with FileLock(places.lock_path(business), timeout=seconds):
        yield


def _build_in_turn(business: Business, seconds: float) -> Pointer:
    with renewing(business, seconds):
        pointer = _find_present(business)
        if pointer is None:
            pointer = _renew(business, places.find_pointer(business))
            prepare()
        places.remove_others(business, keep=pointer)
    return pointer


def is_light(business: Business) -> bool:
    """Whether bringing the copy up to date is a matter of a moment: few contacts to follow, or a small shop."""
    pointer = places.find_pointer(business)
    if pointer is not None and _can_follow(business, pointer):
        return count_touched(business, pointer.mark.position, LIGHT_CONTACTS + 1) <= LIGHT_CONTACTS
    some = Touchpoint.objects.filter(business=business).order_by().values("id")
    return some[: LIGHT_TOUCHPOINTS + 1].count() <= LIGHT_TOUCHPOINTS


def is_heavy_with_old(business: Business) -> bool:
    """Whether so much in the base no longer holds, or is gone for good, that it should be laid together anew."""
    pointer = places.find_pointer(business)
    if pointer is None or not pointer.delta:
        return False
    return pointer.owes or pointer.dead > max(_DEAD_LEAST, pointer.contacts * _DEAD_SHARE)


def lay_together(business: Business) -> bool:
    """Makes one base of base and delta, while the copy goes on being read and followed. False where there was nothing to do.

    What was removed or erased is not in the new file.
    """
    try:
        with FileLock(places.lock_path(business, "base"), timeout=0):
            then = places.find_pointer(business)
            if then is None or not then.delta:
                return False
            base = updating.lay_together(business, then)
            with renewing(business):
                now = places.find_pointer(business)
                if now is not None and now.base == then.base:
                    now = updating.carry_over(business, now, then, base)
                    places.replace_pointer(business, now)
                places.remove_others(business, keep=now)
            return True
    except Timeout:
        return False


def drop(business: Business) -> None:
    """Removes every copy of a business: after a restore or an erasure nothing of the old one may be read."""
    copies.close_readers(business)
    places.remove_pointer(business)
    places.remove_others(business, keep=None)


def drop_all() -> None:
    """Removes the copies of every business, known or not: the database itself has been replaced."""
    copies.close_all()
    for pattern in ("*.duckdb*", f"*{places.POINTER}"):
        for path in places.folder().glob(pattern):
            with suppress(OSError):
                path.unlink()


def rebuild(business: Business) -> Pointer:
    """Builds the copy anew whatever its state."""
    drop(business)
    return build(business)


def verify(business: Business) -> list[str]:
    """The tables in which the copy differs from one made afresh of what is stored; empty where all is equal."""
    kept = copies.reader(business, build(business))
    fresh = copies.Opened(copies.make_private(business, None))
    try:
        return [table for table in TABLES if _content(kept, table) != _content(fresh, table)]
    finally:
        fresh.close()


def _find_present(business: Business) -> Pointer | None:
    pointer = places.find_pointer(business)
    if pointer is None or not is_present(business, pointer.mark) or not _stands(business, pointer):
        return None
    return pointer


def _renew(business: Business, pointer: Pointer | None) -> Pointer:
    if pointer is not None and _can_follow(business, pointer):
        try:
            made = updating.make_delta(business, pointer)
        except updating.TooMuchError:
            made = updating.make_base(business)
    else:
        if _kept_from(business) is None:  # from here on: what comes while we read is read again
            keep_for_consumer(business, CONSUMER, 0)
        made = updating.make_base(business)
    places.replace_pointer(business, made)
    keep_for_consumer(business, CONSUMER, made.mark.position)
    return made


def _can_follow(business: Business, pointer: Pointer) -> bool:
    """Whether the log still has everything that the copy has not seen, and its settings hold."""
    kept = _kept_from(business)
    return (
        kept is not None
        and kept <= pointer.mark.position
        and pointer.mark.settings == digest_settings(business)
        and _stands(business, pointer)
    )


def _stands(business: Business, pointer: Pointer) -> bool:
    delta = places.delta_path(business, pointer.base, pointer.delta)
    return places.base_path(business, pointer.base).exists() and (not pointer.delta or delta.exists())


def _kept_from(business: Business) -> int | None:
    found = Cursor.objects.filter(business=business, consumer=CONSUMER).values_list("position", flat=True)
    return found.first()


def _content(opened: copies.Opened, table: str) -> tuple[int, int]:
    """Number of rows and a digest of all of them, whatever their order."""
    columns = ", ".join(f"coalesce(CAST(\"{column}\" AS VARCHAR), '')" for column in TABLES[table])
    sql = f"SELECT count(*), coalesce(sum(hash(concat_ws('|', {columns}))), 0) FROM {table}"  # noqa: S608 - names of our own
    rows: Any = opened.cursor().execute(sql).fetchall()
    return int(rows[0][0]), int(rows[0][1])
