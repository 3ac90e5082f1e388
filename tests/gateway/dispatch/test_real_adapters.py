"""Every channel that can be answered: its customer writes, the reply goes to where the provider wants it."""

from __future__ import annotations

import pkgutil
from datetime import timedelta
from importlib import import_module

import httpx
import pytest

import tests.gateway.adapters as cases_folder
from sapa.accounts.models import Business, Teammate
from sapa.channels.operations import connect_channel
from sapa.conversations.models import Conversation, Message
from sapa.gateway.contract import Failed, RawItem, RawRequest, Retry, Sent, Uncertain
from sapa.gateway.digest import digest_events
from sapa.gateway.dispatch import get_sendability, list_tries, send_due, send_message
from sapa.gateway.types import MessageReceived
from tests.gateway.adapters.cases import AdapterCases

pytestmark = pytest.mark.django_db

_STATES = {Sent: "sent", Retry: "queued", Failed: "failed", Uncertain: "uncertain"}


def _load() -> dict[str, AdapterCases]:
    names = (one.name for one in pkgutil.iter_modules(cases_folder.__path__) if one.name.startswith("cases_"))
    return {name: import_module(f"{cases_folder.__name__}.{name}").CASES for name in sorted(names)}


def _opening(cases: AdapterCases) -> list[MessageReceived]:
    """What the adapter's own example of a message says."""
    raw = cases.message
    given = raw if isinstance(raw, RawItem) else RawRequest("POST", "", {}, raw)
    return [one for one in cases.adapter.parse(given, cases.account) if isinstance(one, MessageReceived)]


SENDING = {
    name: cases
    for name, cases in _load().items()
    if cases.answers and cases.adapter.capabilities.sends and _opening(cases)
}
ASKED = [(name, situation) for name, cases in SENDING.items() for situation in cases.answers]


def _thread(business: Business, cases: AdapterCases) -> Conversation:
    """The conversation that this example opens, on a connected channel."""
    account, events = cases.account, _opening(cases)
    at = events[0].at
    channel = connect_channel(
        business=business,
        kind=account.kind,
        name=account.name,
        account=account.account,
        settings=account.settings,
        by=None,
        now=at,
    )
    digest_events(business=business, events=events, now=at + timedelta(seconds=1))
    return Conversation.objects.select_related("channel", "business").get(channel=channel)


@pytest.mark.parametrize(("name", "situation"), ASKED, ids=[" ".join(one) for one in ASKED])
def test_a_reply_becomes_what_the_provider_answered(
    name: str, situation: str, toko_sage: Business, dina: Teammate
) -> None:
    cases = SENDING[name]
    answer, expected = cases.answers[situation]
    thread = _thread(toko_sage, cases)
    heard = Message.objects.get(conversation=thread).happened_at
    now = heard + timedelta(minutes=2)
    seen = get_sendability(thread, now=now)
    assert (seen.state, seen.why) == ("open", "")
    dispatch = send_message(
        business=toko_sage,
        conversation=thread,
        text="Masih ada kak, mau warna apa?",
        by=dina,
        idempotency_key="balasan",
        now=now,
    )
    asked: list[httpx.Request] = []

    def provider(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return answer(request)

    with httpx.Client(transport=httpx.MockTransport(provider)) as http:
        assert send_due(now=now, http=http) == 1
    dispatch.refresh_from_db()
    assert asked
    if getattr(expected, "new_recipient", ""):
        assert (dispatch.state, dispatch.recipient) == ("queued", expected.new_recipient)  # type: ignore[union-attr]
        return
    code = getattr(expected, "code", "")
    state = "queued" if code == "token_dead" else _STATES[type(expected)]
    assert (dispatch.state, dispatch.failure) == (state, code), list_tries(dispatch)[-1].detail
    if isinstance(expected, Sent):
        message = Message.objects.get(pk=dispatch.message_id)
        assert (message.provider_id, message.send_status) == (expected.provider_id, "sent")
    thread.channel.refresh_from_db()
    assert (thread.channel.broken_why == "token_dead") == (code == "token_dead")
