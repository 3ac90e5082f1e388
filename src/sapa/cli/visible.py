"""What a command wrote is followed through before it returns, whether or not a worker runs."""

from __future__ import annotations

from django.utils.translation import gettext as _

from sapa.analytics import operations as analytics
from sapa.cli.types import Call, CannotError
from sapa.snapshots.operations import refresh_changed

_PATIENCE_SECONDS = 600.0


def make_visible(call: Call) -> None:
    """Refreshes what the change log names and builds the analytics copy.

    Raises `CannotError` where another process has held the turn for ten minutes: what was written is stored then.
    """
    try:
        refresh_changed(call.shop, now=call.now, wait_seconds=_PATIENCE_SECONDS)
        analytics.build(call.shop)
    except TimeoutError as error:
        raise CannotError(
            _(
                "Semua tersimpan, tetapi proses lain masih menghitung. Hasilnya tampak begitu proses itu selesai."
            )
        ) from error
