"""Make the invented shop, through the same doors as a real one: its files are written and imported."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sapa.accounts.models import Business
from sapa.accounts.operations import add_teammate, make_business
from sapa.demo.asking import ask_the_past
from sapa.demo.files import SHOP, write_files
from sapa.demo.moments import lay_moments
from sapa.imports.operations import import_files
from sapa.imports.types import ImportResult
from sapa.snapshots.operations import refresh_changed

OWNER_EMAIL = "tuti@tokosage.example"


def make_demo(*, now: datetime) -> Business:
    """The demo shop, up to date as of `now`; the one that is there already, if it is there."""
    standing = Business.objects.filter(is_sample=True, slug="toko-sage").first()
    if standing is not None:
        return standing
    business = make_business(
        name=SHOP, owner_email=OWNER_EMAIL, owner_name="Bu Tuti", is_sample=True, now=now
    )
    add_teammate(business=business, email="dina@tokosage.example", name="Dina", role="member", now=now)
    fill(business, now=now)
    ask_the_past(business, now=now)
    refresh_changed(business, now=now)
    lay_moments(business, now=now)
    return business


def fill(business: Business, *, now: datetime) -> ImportResult:
    """Bring the invented files into a business: also how practice data comes into a shop of one's own."""
    with tempfile.TemporaryDirectory(prefix="sapa-demo-", ignore_cleanup_errors=True) as folder:
        paths = write_files(Path(folder), now.astimezone(ZoneInfo(business.timezone)))
        result = import_files(business=business, paths=paths, own_name=SHOP, now=now, alone=True)
    refresh_changed(business, now=now)
    return result
