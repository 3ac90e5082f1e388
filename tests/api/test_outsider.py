"""Every endpoint, asked without a token, under a token without its scope, and by the program of another shop."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction

from sapa.accounts.models import Business, Teammate
from sapa.actions.models import Action
from sapa.actions.operations import decide
from sapa.api.register import REGISTER, Endpoint
from sapa.api.urls import urlpatterns
from sapa.channels.models import Channel
from sapa.contacts.models import Identity
from sapa.contacts.operations import merge
from sapa.contacts.operations.statements import state
from sapa.conversations.models import Label
from sapa.conversations.operations import put_label
from sapa.imports.operations import start_batch
from sapa.lib import json
from sapa.orders.models import Order
from sapa.programs.models import Call
from sapa.programs.operations import add_listener, ask_test
from sapa.programs.types import Scope
from tests.api.conftest import Program, make_program
from tests.web.conftest import Story, contact, thread

pytestmark = pytest.mark.django_db

BLANK = re.compile(r"\{(\w+)\}")
Address = Callable[[Endpoint], str]


@pytest.fixture
def address(toko_sage: Business, bu_tuti: Teammate, people: Story) -> Address:
    """The path of an endpoint, with ids of Toko Sage that are really there."""
    now = people.now
    rina, sari = contact("Rina Wulandari"), contact("Sari Dewi")
    action = Action.objects.get(contact__name="Budi Santoso")
    decision = decide(
        business=toko_sage,
        contact=action.contact,
        rule=action.rule,
        evidence_key=action.evidence_key,
        verdict="done",
        by=bu_tuti,
        now=now,
    )
    said = state(business=toko_sage, contact=rina, field="trust", value="trusting", by=bu_tuti, now=now)
    put_label(
        business=toko_sage, conversations=[thread("Rina Wulandari")], name="label-sage", by=None, now=now
    )
    listener, _secret = add_listener(
        business=toko_sage, address="https://kasir.example.com/", kinds=["message.in"], by=None, now=now
    )
    call: Call = ask_test(listener=listener, now=now)
    link = merge(business=toko_sage, a=contact("Budi Santoso"), b=sari, by=bu_tuti, now=now)
    ids: dict[str, Any] = {
        "contact_id": rina.public_id,
        "action_id": Action.objects.get(contact=rina).public_id,
        "conversation_id": thread("Rina Wulandari").public_id,
        "label_id": Label.objects.get().public_id,
        "channel_id": Channel.objects.filter(business=toko_sage).first().public_id,  # type: ignore[union-attr]
        "order_id": Order.objects.filter(business=toko_sage).first().public_id,  # type: ignore[union-attr]
        "import_id": start_batch(business=toko_sage, by=None, now=now).public_id,
        "webhook_id": listener.public_id,
        "call_id": call.public_id,
    }
    numbers = {"delete_statement": said.pk, "delete_merge": link.pk, "delete_decision": decision.pk}

    def of(one: Endpoint) -> str:
        return BLANK.sub(lambda found: str(ids.get(found[1]) or numbers[one.name]), one.path)

    return of


def test_every_path_of_the_register_is_an_address_and_nothing_else_is() -> None:
    routes = {str(one.pattern) for one in urlpatterns}
    made = {
        re.sub(r"<\w+:(\w+)>", r"{\1}", route.removeprefix("v1")) for route in routes if route[:3] == "v1/"
    }
    assert made == {one.path for one in REGISTER}
    assert len(routes) == len(made) + 2  # the document, and the word for everything else
    assert (
        len({(one.method, one.path) for one in REGISTER})
        == len(REGISTER)
        == len({one.name for one in REGISTER})
    )


def _each(
    address: Address, program: Program, among: Iterable[Endpoint]
) -> Iterator[tuple[Endpoint, int, bytes]]:
    """Each of these asked with ids that are there, in the same shop: what one changes is rolled back."""
    for one in among:
        body = BODIES.get(one.name) if one.body else None
        with transaction.atomic():
            answer = program.ask(one.method, address(one), body, key="k" if one.is_write else "")
            transaction.set_rollback(True)
        yield one, answer.status_code, answer.content


WITH_IDS = [one for one in REGISTER if "{" in one.path]


def test_without_a_token_nothing_is_answered(address: Address) -> None:
    for one, status, _body in _each(address, Program("sapa_tidak-ada"), REGISTER):
        assert status == 401, one.name


def test_without_its_scope_nothing_is_answered(
    address: Address, toko_sage: Business, bu_tuti: Teammate, now: datetime
) -> None:
    for scope in Scope:
        others = make_program(toko_sage, bu_tuti, now, [other for other in Scope if other != scope])
        for one, status, _body in _each(address, others, [one for one in REGISTER if one.scope == scope]):
            assert status == 403, one.name


BODIES: dict[str, dict[str, Any]] = {
    "create_note": {"text": "rahasia"},
    "create_statement": {"field": "name", "value": "Orang lain"},
    "create_decision": {"verdict": "done"},
    "send_reply": {"text": "Halo"},
    "put_assignment": {},
    "put_snooze": {"until": "2026-12-01T09:00:00+07:00"},
    "create_label": {"name": "asing"},
    "change_webhook": {"on": False},
}


def test_another_shops_ids_are_nobodys(address: Address, outsider: Program) -> None:
    for one, status, body in _each(address, outsider, WITH_IDS):
        assert (one.name in BODIES) == (one.body is not None), f"say above what {one.name} would take"
        assert (status, json.decode(body)["error"]["code"]) == (404, "not_found"), one.name


def test_they_are_there_for_their_own(address: Address, program: Program) -> None:
    """So that the test above cannot pass because of a wrong address."""
    for one, status, body in _each(address, program, WITH_IDS):
        assert status in (200, 201, 202, 204, 409), (one.name, body)


def test_lists_of_another_shop_hold_nothing_of_this_one(address: Address, outsider: Program) -> None:
    lists = [one for one in REGISTER if not one.is_write and "{" not in one.path]
    for one, status, body in _each(address, outsider, lists):
        assert status == 200, one.name
        for word in ("Toko Sage", "Rina", "Sari Dewi", "Bu Tuti", "S-39", "label-sage", "kasir.example"):
            assert word.encode() not in body, one.name


@pytest.mark.parametrize("query", ["channel", "label", "team", "assignee"])
def test_what_narrows_a_list_finds_nothing_of_another_shop(
    query: str, toko_sage: Business, bu_tuti: Teammate, people: Story, outsider: Program, program: Program
) -> None:
    channel = Channel.objects.filter(business=toko_sage, kind="whatsapp").get()
    ids = {"channel": channel.public_id, "assignee": bu_tuti.public_id}
    given = ids.get(query, toko_sage.public_id)
    assert outsider.get(f"/conversations?{query}={given}")["items"] == []


def test_ids_in_bodies_and_queries_are_looked_up_in_ones_own_shop(
    people: Story, outsider: Program, bu_tuti: Teammate, other_shop: Business, now: datetime
) -> None:
    rina, sari = contact("Rina Wulandari"), contact("Sari Dewi")
    outsider.post("/merges", {"a": str(rina.public_id), "b": str(sari.public_id)}, status=404)
    outsider.get(f"/orders?contact={sari.public_id}", status=404)
    outsider.get("/today?for=tuti@tokosage.example", status=422)
    mine = outsider.post("/contacts", {"name": "Rina Wulandari", "phone": "0812-3456-7890"})
    assert mine["id"] != str(rina.public_id)
    assert Identity.objects.filter(value="+6281234567890").count() == 2
    said = {"field": "owner", "value": str(bu_tuti.public_id)}
    outsider.post(f"/contacts/{mine['id']}/statements", said, status=422)
