"""Write keys in the settings: made, shown this once, and withdrawn."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from sapa.accounts.models import AuditEntry, Business
from sapa.channels.operations import find_or_make_channel, issue_write_key
from sapa.channels.queries import find_channel_by_write_key, is_server_key
from tests.web.conftest import Story

pytestmark = pytest.mark.django_db


def _issue(client: Client, **form: str) -> str:
    answer = client.post("/settings/keys/issue/", {"name": "", "use": "site"} | form)
    assert answer.status_code == 200
    return answer.content.decode()


def _key_on(page: str) -> str:
    found = re.search(r'id="new-key" value="([^"]+)"', page)
    assert found
    return found[1]


def _withdraw_on(page: str) -> list[str]:
    return re.findall(r'action="(/settings/keys/[0-9a-f-]+/withdraw/)"', page)


def test_a_key_is_shown_once_with_the_line_for_the_program(owner: Client, toko_sage: Business) -> None:
    page = _issue(owner)
    key = _key_on(page)
    channel = find_channel_by_write_key(key)
    assert channel is not None
    assert channel.business == toko_sage
    assert not is_server_key(key)
    assert f"AnalyticsBrowser.load({{ writeKey: &quot;{key}&quot; }}" in page
    assert "apiHost: &quot;testserver/v1&quot;" in page
    again = owner.get("/settings/keys/").content.decode()
    assert key not in again
    assert "Situs toko" in again


def test_a_servers_key_is_said_to_be_kept_from_pages(owner: Client, toko_sage: Business) -> None:
    page = _issue(owner, name="Kasir", use="server")
    key = _key_on(page)
    assert is_server_key(key)
    assert f"Client(&quot;{key}&quot;, host=&quot;http://testserver&quot;)" in page
    assert "Jangan taruh di halaman web" in page
    assert "komputer toko" in page


def test_a_second_key_of_a_name_ends_the_first_and_other_names_stay(
    owner: Client, toko_sage: Business
) -> None:
    first, other = _key_on(_issue(owner)), _key_on(_issue(owner, name="Blog"))
    server = _key_on(_issue(owner, use="server"))
    second = _key_on(_issue(owner))
    assert find_channel_by_write_key(first) is None
    assert all(find_channel_by_write_key(key) for key in (other, server, second))
    assert len(_withdraw_on(owner.get("/settings/keys/").content.decode())) == 3


def test_a_withdrawn_key_is_refused_and_stands_in_the_trail(owner: Client, toko_sage: Business) -> None:
    key = _key_on(_issue(owner))
    (withdraw,) = _withdraw_on(owner.get("/settings/keys/").content.decode())
    page = owner.post(withdraw, follow=True).content.decode()
    assert "Kunci dicabut." in page
    assert find_channel_by_write_key(key) is None
    assert _withdraw_on(page) == []
    verbs = AuditEntry.objects.filter(business=toko_sage, object_kind="channel").order_by("id")
    assert list(verbs.values_list("verb", flat=True)) == ["issued_write_key", "withdrew_write_key"]
    told = owner.get("/history/").content.decode()
    assert "membuat kunci kiriman data" in told
    assert key not in told


def test_what_cannot_be_is_refused_without_a_key(owner: Client, toko_sage: Business) -> None:
    answer = owner.post("/settings/keys/issue/", {"name": "x" * 101, "use": "site"})
    assert answer.status_code == 422
    assert "new-key" not in answer.content.decode()


def test_nobody_withdraws_the_key_of_another_shop(
    owner: Client, stranger: Client, toko_sage: Business, people: Story
) -> None:
    key = issue_write_key(
        channel=find_or_make_channel(business=toko_sage, kind="web", now=people.now), by=None, now=people.now
    )
    (withdraw,) = _withdraw_on(owner.get("/settings/keys/").content.decode())
    assert stranger.post(withdraw).status_code == 404
    assert find_channel_by_write_key(key)


def test_a_viewer_sees_no_keys(viewer: Client, toko_sage: Business) -> None:
    page = viewer.get("/settings/keys/").content.decode()
    assert "Buat kunci" not in page
