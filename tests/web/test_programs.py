"""Tokens and webhooks in the settings: made, shown once, withdrawn, tried, told once more."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from sapa.accounts.models import AuditEntry, Business, Teammate
from sapa.programs.models import Call, Listener, Token
from sapa.programs.operations import add_listener
from sapa.programs.queries import find_token
from tests.programs.conftest import Worker, receiver
from tests.programs.receiver import Receiver
from tests.web.conftest import Story

__all__ = ["receiver"]

pytestmark = pytest.mark.django_db

PAGE = "/settings/programs/"


def _shown(page: str, name: str) -> str:
    found = re.search(rf'id="{name}" value="([^"]+)"', page)
    assert found
    return found[1]


def _make(owner: Client, **more: Any) -> str:
    form = {"name": "Kasir", "scopes": ["read:customers", "write:talk"], "ends": "90"} | more
    return owner.post(f"{PAGE}tokens/", form).content.decode()


def test_a_token_is_shown_once_and_opens_the_api(owner: Client, people: Story) -> None:
    secret = _shown(_make(owner), "new-token")
    token = find_token(secret, now=people.now)
    assert token is not None
    assert token.scopes == ["read:customers", "write:talk"]
    again = owner.get(PAGE).content.decode()
    assert secret not in again
    assert f"…{secret[-4:]}" in again
    assert "belum dipakai" in again
    bearer = {"Authorization": f"Bearer {secret}"}
    assert Client().get("/api/v1/contacts", headers=bearer).status_code == 200


def test_a_withdrawn_token_is_shut_and_stays_shut(owner: Client, people: Story) -> None:
    secret = _shown(_make(owner), "new-token")
    page = owner.post(f"{PAGE}tokens/{Token.objects.get().public_id}/", follow=True).content.decode()
    assert "Token dicabut" in page
    assert find_token(secret, now=people.now) is None
    told = owner.get("/history/").content.decode()
    assert "membuat token untuk program" in told
    assert "mencabut token program" in told
    entry = AuditEntry.objects.get(verb="token.withdrawn")
    owner.post(f"/history/{entry.pk}/undo/")
    assert find_token(secret, now=people.now) is None


@pytest.mark.parametrize("wrong", [{"name": ""}, {"scopes": []}, {"scopes": ["read:minds"]}, {"ends": "7"}])
def test_what_makes_no_token(wrong: dict[str, Any], owner: Client) -> None:
    answer = owner.post(f"{PAGE}tokens/", {"name": "Kasir", "scopes": ["read:talk"], "ends": "90"} | wrong)
    assert answer.status_code == 422
    assert not Token.objects.exists()


def test_a_webhook_is_added_tried_told_and_told_again(
    owner: Client, receiver: Receiver, story: Story, toko_sage: Business
) -> None:
    form = {"address": receiver.address, "name": "Gudang", "groups": ["message", "action"]}
    secret = _shown(owner.post(f"{PAGE}webhooks/", form).content.decode(), "new-secret")
    listener = Listener.objects.get()
    assert listener.kinds == ["action.decided", "action.opened", "message.in", "message.out"]
    at = f"{PAGE}webhooks/{listener.public_id}/"
    assert "Belum ada yang dikabarkan" in owner.get(at).content.decode()
    assert "Kabar uji sampai dalam" in owner.post(f"{at}test/", follow=True).content.decode()
    receiver.answers = [503]
    story.tells(story.says("Rina Wulandari", "Halo", story.now - story.now))
    worker = Worker(toko_sage, story.now)
    worker.works()
    page = owner.get(at).content.decode()
    assert "503 · menolak" in page
    assert "dicoba lagi" in page
    assert "Tidak sampai sejak" in page
    call = Call.objects.get(kind="message.in")
    assert "Dikirim lagi." in owner.post(f"{at}{call.public_id}/replay/", follow=True).content.decode()
    assert worker.calls() == 1
    assert "204 · sampai, percobaan ke-2" in owner.get(at).content.decode()
    assert secret not in owner.get(at).content.decode()
    fresh = _shown(owner.post(f"{at}secret/").content.decode(), "new-secret")
    assert fresh != secret


def test_a_test_that_does_not_arrive_says_why(
    owner: Client, receiver: Receiver, toko_sage: Business, bu_tuti: Teammate, story: Story
) -> None:
    listener, _secret = add_listener(
        business=toko_sage, address=receiver.address, kinds=["message.in"], by=bu_tuti, now=story.now
    )
    receiver.answers = [302]
    page = owner.post(f"{PAGE}webhooks/{listener.public_id}/test/", follow=True).content.decode()
    assert "302 · mengalihkan ke alamat lain" in page


def test_off_and_on_can_be_taken_back_and_what_is_off_can_go(
    owner: Client, receiver: Receiver, toko_sage: Business, bu_tuti: Teammate, story: Story
) -> None:
    listener, _secret = add_listener(
        business=toko_sage, address=receiver.address, kinds=["message.in"], by=bu_tuti, now=story.now
    )
    at = f"{PAGE}webhooks/{listener.public_id}/"
    page = owner.post(f"{at}off/", follow=True).content.decode()
    assert "Webhook dimatikan." in page
    undo = re.search(r"/history/\d+/undo/", page)
    assert undo
    owner.post(undo[0])
    assert Listener.objects.get().off_at is None
    owner.post(f"{at}off/")
    assert "Dimatikan oleh tim." in owner.get(at).content.decode()
    owner.post(f"{at}drop/")
    assert not Listener.objects.exists()
    assert owner.post(f"{at}on/").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"address": "http://kasir.example.com/"}, "https://"),
        ({"address": "https://192.168.1.7/"}, "jaringan sendiri"),
        ({"address": ""}, "belum diisi"),
        ({"groups": []}, "belum diisi"),
    ],
)
def test_what_is_no_webhook_says_what_to_do(wrong: dict[str, Any], told: str, owner: Client) -> None:
    form = {"address": "https://kasir.example.com/", "groups": ["message"]} | wrong
    answer = owner.post(f"{PAGE}webhooks/", form)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not Listener.objects.exists()


def test_only_who_may_change_settings_sees_programs(owner: Client, teammate: Client, viewer: Client) -> None:
    for client in (teammate, viewer):
        assert client.get(PAGE).status_code == 403
        assert PAGE not in client.get("/settings/").content.decode()
    assert PAGE in owner.get("/settings/").content.decode()
