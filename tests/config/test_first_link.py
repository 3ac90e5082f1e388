"""Before there is a shop, only who sits here or holds the printed link may make it."""

from __future__ import annotations

import argparse
from datetime import datetime

import pytest
from django.test import Client

from sapa.accounts.models import Business
from sapa.cli.types import Call
from sapa.config import serving


def printed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, now: datetime) -> str:
    monkeypatch.setattr(serving, "lan_address", lambda host: "192.168.1.9")
    words = argparse.Namespace(host="0.0.0.0", port=8000)  # noqa: S104 - what serve listens on
    serving._say_where(Call(words, now, as_of=False), None)
    lines = capsys.readouterr().err.splitlines()
    return next(line for line in lines if "192.168.1.9" in line).partition("192.168.1.9:8000")[2]


@pytest.mark.django_db
def test_the_link_for_a_phone_carries_the_key_that_others_on_the_network_lack(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    path = printed(capsys, monkeypatch, now)
    away = Client(REMOTE_ADDR="192.168.1.20")
    assert away.get("/start/").status_code == 403
    assert away.get(path).status_code == 200


@pytest.mark.django_db
def test_once_there_is_a_shop_the_link_is_the_address_alone(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, now: datetime, toko_sage: Business
) -> None:
    assert printed(capsys, monkeypatch, now) == "/"
