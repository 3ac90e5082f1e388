"""What a teammate wants to be told."""

from __future__ import annotations

from typing import Any

from sapa.accounts.models import Teammate
from sapa.lib.database import write
from sapa.notices.models import Wish


def save_wish(*, teammate: Teammate, **values: Any) -> Wish:
    """Keeps the given fields of `Wish`; the others stay as they were."""
    with write():
        wish, _made = Wish.objects.update_or_create(
            business=teammate.business, teammate=teammate, defaults=values
        )
        return wish
