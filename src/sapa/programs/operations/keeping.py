"""A write that carries a key is done once: its answer is kept in the transaction of its effect."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sapa.channels.queries import sealing_key
from sapa.lib.database import write
from sapa.lib.secrets import open_sealed, seal
from sapa.programs.models import KeptAnswer, Token
from sapa.programs.types import Kept, KeyReusedError

HELD = timedelta(days=1)
ERASED = Kept(410, "")
_AT_ONCE = 1000


def find_kept(*, token: Token, key: str, asked: str, now: datetime) -> Kept | None:
    """The answer that this write had already. Raises `KeyReusedError` where the key stands for another write."""
    row = KeptAnswer.objects.filter(business=token.business_id, token=token, key=key).first()
    return None if row is None or row.at <= now - HELD else _open(row, asked)


def once(*, token: Token, key: str, asked: str, now: datetime, deed: Callable[[], Kept]) -> tuple[Kept, bool]:
    """The answer of `deed`, and whether it was done before: in one transaction with it, or not at all.

    `asked` is a digest of the whole request. Whoever asks the same at the same time waits for the first. Bodies are
    sealed: some hold a secret that is shown once. Raises `KeyReusedError`, and what `deed` raises; nothing is kept then.
    """
    with write():
        row, is_new = KeptAnswer.objects.get_or_create(
            business=token.business, token=token, key=key, defaults={"asked": asked, "at": now}
        )
        if not is_new:
            row = KeptAnswer.objects.select_for_update().get(pk=row.pk)
            if row.at > now - HELD:
                return _open(row, asked), True
        kept = deed()
        row.asked, row.at, row.status = asked, now, kept.status
        row.body = seal(sealing_key(), kept.body)
        row.save(update_fields=["asked", "at", "status", "body"])
        return kept, False


def drop_old_answers(*, now: datetime) -> int:
    """Answers of more than a day ago go."""
    dropped = 0
    while ids := list(
        KeptAnswer.objects.filter(at__lte=now - HELD).order_by("id").values_list("id", flat=True)[:_AT_ONCE]
    ):
        with write():
            KeptAnswer.objects.filter(pk__in=ids).delete()
        dropped += len(ids)
    return dropped


def _open(row: KeptAnswer, asked: str) -> Kept:
    if row.asked != asked:
        raise KeyReusedError
    return Kept(row.status, open_sealed(sealing_key(), row.body)) if row.body else ERASED
