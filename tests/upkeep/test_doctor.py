from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings

from sapa.accounts.models import Business
from sapa.upkeep.living import worker_lock
from sapa.upkeep.operations import doctor
from sapa.upkeep.types import Finding, Health


def _found(now: datetime) -> dict[str, Finding]:
    return {finding.what: finding for finding in doctor(now=now)}


@pytest.mark.django_db(transaction=True)
def test_a_sound_shop_has_nothing_bad_and_every_warning_has_advice(
    toko_sage: Business, now: datetime
) -> None:
    found = _found(now)
    assert not [finding for finding in found.values() if finding.health is Health.BAD]
    assert all(finding.advice for finding in found.values() if finding.health is not Health.OK)
    assert found["worker"].health is Health.WARN
    with worker_lock():
        assert _found(now)["worker"].health is Health.OK


@pytest.mark.django_db(transaction=True)
def test_what_is_wrong_is_named_with_what_to_do(
    now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _found(now)["business"].health is Health.WARN
    assert _found(datetime(2020, 1, 1, tzinfo=UTC))["clock"].health is Health.BAD
    monkeypatch.setattr(settings, "KEY_FILE", tmp_path / "tidak-ada.key")
    assert _found(now)["key"].health is Health.BAD
    (tmp_path / "rusak.key").write_text("bukan kunci", encoding="utf-8")
    monkeypatch.setattr(settings, "KEY_FILE", tmp_path / "rusak.key")
    assert _found(now)["key"].health is Health.BAD
    monkeypatch.setattr(settings, "HOME", tmp_path / "hilang")
    found = _found(now)
    assert found["folder"].health is Health.BAD
    assert found["disk"].health is Health.BAD
    assert all(finding.advice for finding in found.values() if finding.health is Health.BAD)


@pytest.mark.django_db(transaction=True)
def test_on_the_internet_the_hosts_must_be_named(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "HTTPS", True)
    found = _found(now)["security"]
    assert found.health is Health.BAD
    assert "SAPA_ALLOWED_HOSTS" in found.found
