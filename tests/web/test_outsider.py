"""Every address, tried by somebody signed out, by the owner of another shop, and for writes by a viewer.

The list is made from the urlconf: a new address fails here until it says below what it needs.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from sapa.accounts.models import Business, Teammate
from sapa.accounts.operations import record_audit, save_team
from sapa.actions.models import Action
from sapa.channels.operations import find_or_make_channel
from sapa.conversations.models import Attachment, Message
from sapa.conversations.operations import put_label, save_view
from sapa.gateway.models import Dispatch, Payload, ScheduledMessage
from sapa.imports.operations import add_file, start_batch
from sapa.journeys.operations import mark_day
from sapa.knowledge.operations import write_answer
from sapa.knowledge.types import AnswerGiven
from sapa.lib.files import store
from sapa.metrics.models import Shift
from sapa.metrics.referrals.operations import make_kit
from sapa.metrics.spending.operations import record_spends
from sapa.metrics.spending.types import SpendGiven
from sapa.metrics.voice.operations import record_resolve
from sapa.moments.operations import make_canvas
from sapa.notices.models import Device, Notice
from sapa.notices.operations import notify
from sapa.programs.operations import add_listener, ask_test, make_token
from sapa.programs.types import Scope
from sapa.surveys.operations import make_survey
from sapa.web.urls import urlpatterns
from tests.moments.plain import canvas
from tests.surveys.conftest import given
from tests.web.conftest import Story, contact, thread

pytestmark = pytest.mark.django_db

OPEN = {
    "manifest",
    "worker",
    "offline",
    "morning_stop",
    "sign_in",
    "sign_in_link",
    "sign_out",
    "start",
    "save_language",
    "handed_file",
    "public_form",
    "story",
    "public_survey",
}
"""Addresses for everybody."""

OWN = {
    "surveys",
    "survey_new",
    "today",
    "today_figures",
    "inbox",
    "inbox_next",
    "bulk",
    "view_new",
    "answers",
    "answer_menu",
    "answer_new",
    "palette",
    "customers",
    "customer_new",
    "customers_export",
    "duplicates",
    "ready",
    "journey",
    "moments",
    "moment_make",
    "moment_new",
    "journey_behind",
    "believe",
    "marker_add",
    "metrics",
    "metric",
    "metric_accept",
    "voice",
    "metrics_export",
    "perception",
    "spend",
    "spend_add",
    "spend_import",
    "resolve_add",
    "referrals",
    "kit_new",
    "cohorts",
    "cohort_people",
    "cohorts_export",
    "expected",
    "expected_export",
    "notices",
    "notices_read",
    "counts",
    "push_subscribe",
    "push_forget",
    "settings_notices",
    "save_notices",
    "settings_programs",
    "token_issue",
    "hook_add",
    "share_target",
    "imports",
    "upload",
    "pieces",
    "import_sample",
    "settings_service",
    "settings_automations",
    "team",
    "team_messages",
    "save_targets",
    "save_friday",
    "save_assigning",
    "save_ranking",
    "save_moment",
    "save_answer",
    "team_new",
    "settings",
    "settings_part",
    "save_shop",
    "save_hours",
    "save_limits",
    "save_names",
    "save_look",
    "save_password",
    "invite",
    "key_issue",
    "channels",
    "channel_new",
    "channel_sign_in",
    "channel_back",
    "channel_address",
    "save_sending",
    "history",
    "more",
    "start_where",
    "gallery",
}
"""Addresses without an id: everybody sees their own shop's."""

WRITES = {
    "believe",
    "channel_sign_in",
    "survey_new",
    "survey_edit",
    "survey_moment",
    "survey_switch",
    "survey_end",
    "channel_new",
    "channel_address",
    "channel_connect",
    "channel_end",
    "channel_forget",
    "channel_prices",
    "payload_words",
    "payload_replay",
    "payloads_replay",
    "save_sending",
    "decide",
    "answer",
    "answer_new",
    "answer_remove",
    "assign",
    "bulk",
    "view_new",
    "view_deed",
    "unread",
    "close",
    "draft",
    "file_drop",
    "file_upload",
    "label",
    "label_drop",
    "merge",
    "outbox",
    "presence",
    "remark",
    "scheduled_cancel",
    "send",
    "snooze",
    "split",
    "mark",
    "reading",
    "promise",
    "customer_new",
    "shared",
    "join",
    "part",
    "trust",
    "statement",
    "origin",
    "note",
    "marker_add",
    "marker_drop",
    "moment_deed",
    "moment_edit",
    "moment_make",
    "moment_new",
    "moment_plan",
    "moment_step",
    "metric",
    "metric_accept",
    "shift_away",
    "spend_add",
    "spend_import",
    "spend_drop",
    "referral_judge",
    "kit_new",
    "kit_end",
    "resolve_add",
    "resolve_settle",
    "upload",
    "pieces",
    "import_sample",
    "import_run",
    "import_cancel",
    "import_undo",
    "save_shop",
    "save_hours",
    "save_targets",
    "save_friday",
    "save_assigning",
    "save_ranking",
    "save_moment",
    "save_answer",
    "save_channel_service",
    "save_duty",
    "team_new",
    "team_save",
    "team_remove",
    "save_limits",
    "save_names",
    "invite",
    "key_issue",
    "key_withdraw",
    "token_issue",
    "token_withdraw",
    "hook_add",
    "hook_deed",
    "hook_replay",
    "mate_role",
    "mate_link",
    "mate_remove",
    "undo",
}
"""Addresses that change something of the shop; one's own password and looks are one's own."""

NAMES = sorted(str(pattern.name) for pattern in urlpatterns)


@pytest.fixture
def address(toko_sage: Business, bu_tuti: Teammate, dina: Teammate, people: Story) -> Callable[[str], str]:
    """The address of a name, with ids of Toko Sage."""
    now = people.now
    batch = start_batch(business=toko_sage, by=bu_tuti, now=now)
    rows = people_file()
    file = add_file(batch=batch, name="kontak.csv", content=rows, now=now)[0]
    marker = mark_day(
        business=toko_sage, day=now.date() - timedelta(days=9), label="Tabel ongkir", by=None, now=now
    )
    entry = record_audit(
        business=toko_sage, by=bu_tuti, verb="changed", object_kind="business", object_id="1", now=now
    )
    channel = find_or_make_channel(business=toko_sage, kind="web", now=now)
    rina, sari = contact("Rina Wulandari"), contact("Sari Dewi")
    notify(business=toko_sage, teammate_ids=[bu_tuti.pk], kind="mention", title="Dina", line="Rina", now=now)
    device = Device.objects.create(
        business=toko_sage,
        teammate=bu_tuti,
        endpoint="https://push.example.com/a",
        endpoint_digest="a",
        added_at=now,
    )
    values: dict[str, object] = {
        "action_id": Action.objects.get(contact=rina).public_id,
        "conversation_id": thread("Rina Wulandari").public_id,
        "message_id": Message.objects.get(text="Kak, sage L masih ada?").pk,
        "contact_id": rina.public_id,
        "identity_id": rina.identities.filter(is_key=True)[0].pk,
        "a": rina.public_id,
        "b": sari.public_id,
        "form": "csv",
        "marker_id": marker.pk,
        **_of_figures(toko_sage, bu_tuti, now),
        "key": "repeat_order_90d",
        "batch_id": batch.public_id,
        "file_id": file.public_id,
        **_of_the_inbox(toko_sage, bu_tuti, now),
        "survey_id": make_survey(business=toko_sage, given=given(), by=bu_tuti, now=now).public_id,
        "mate_id": dina.public_id,
        "team_id": save_team(
            business=toko_sage, team=None, name="Gudang", mates=[], by=bu_tuti, now=now
        ).public_id,
        "channel_id": channel.public_id,
        "kind": "telegram",
        "payload_id": Payload.objects.create(
            business=toko_sage, channel=channel, dedupe_key="a", body=b'{"text": "Rina"}', received_at=now
        ).pk,
        "part": "shop",
        "notice_id": Notice.objects.get(teammate=bu_tuti).public_id,
        "device_id": device.public_id,
        "entry_id": entry.pk,
        **_of_programs(toko_sage, bu_tuti, now),
        **_of_moments(toko_sage, now),
        "token": "tidak-ada",
    }

    def of(name: str) -> str:
        pattern = next(one for one in urlpatterns if one.name == name)
        return reverse(name, kwargs={key: values[key] for key in _arguments(pattern)})

    return of


def _of_the_inbox(shop: Business, by: Teammate, now: datetime) -> dict[str, object]:
    """A label, an answer with a picture, a message in the outbox and one that is planned."""
    rina = thread("Rina Wulandari")
    message = Message.objects.create(
        business=shop,
        conversation=rina,
        direction="out",
        text="Ready",
        happened_at=now,
        learned_at=now,
        by=by,
    )
    dispatch = Dispatch.objects.create(
        business=shop, channel=rina.channel, message=message, state="failed", due_at=now, created_at=now
    )
    planned = ScheduledMessage.objects.create(
        business=shop, conversation=rina, text="Ready", send_at=now + timedelta(days=1), created_at=now
    )
    put_label(business=shop, conversations=[rina], name="stok", by=by, now=now)
    picture = store([b"\x89PNG\r\n\x1a\n"], owner=str(shop.public_id), most=100), "tabel.png"
    answer = write_answer(business=shop, given=AnswerGiven("12 ribu"), picture=picture, by=by, now=now)
    attachment = Attachment.objects.create(
        business=shop,
        message=message,
        kind="image",
        mime="image/png",
        state="stored",
        stored_as=picture[0].name,
        created_at=now,
    )
    return {
        "attachment_id": attachment.public_id,
        "view_id": save_view(
            business=shop, name="Grosir", tab="all", choice={}, for_team=True, by=by, now=now
        )[0].public_id,
        "label_id": rina.labellings.get().label.public_id,
        "answer_id": answer.public_id,
        "dispatch_id": dispatch.public_id,
        "deed": "retry",
        "scheduled_id": planned.public_id,
    }


def _of_figures(shop: Business, by: Teammate, now: datetime) -> dict[str, object]:
    """A figure that moved, and a decision about what customers said."""
    shift = Shift.objects.create(
        business=shop,
        metric="csat",
        weeks=1,
        since=now.date(),
        to=now.date(),
        before_n=20,
        after_n=20,
        is_up=True,
        odds=0.0001,
        found_at=now,
    )
    resolve = record_resolve(
        business=shop,
        week=now.date(),
        topic="",
        text="Tabel ongkir",
        owner=by,
        until=now.date(),
        by=by,
        now=now,
    )
    kit = make_kit(
        business=shop,
        code="RINA10",
        text="Coba sage",
        target="https://a.example",
        advocate=None,
        by=by,
        now=now,
    )
    [spend] = record_spends(
        business=shop, given=[SpendGiven(now.date(), now.date(), "tiktok", "", 100_000)], by=by, now=now
    )
    return {
        "shift_id": shift.public_id,
        "resolve_id": resolve.public_id,
        "kit_id": kit.public_id,
        "spend_id": spend.public_id,
    }


def _of_moments(shop: Business, now: datetime) -> dict[str, object]:
    """A moment with its plan."""
    moment = make_canvas(business=shop, given=canvas("Tanya ongkir"), by=None, now=now)
    step = moment.trials.get().steps.order_by("day")[0]
    return {"moment_id": moment.public_id, "step_id": step.public_id}


def _of_programs(shop: Business, by: Teammate, now: datetime) -> dict[str, object]:
    """A token, a webhook, and something that it was told."""
    token, _secret = make_token(business=shop, name="Kasir", scopes=[Scope.READ_TALK], by=by, now=now)
    listener, _signs = add_listener(
        business=shop, address="https://kasir.example.com/", kinds=["message.in"], by=by, now=now
    )
    call = ask_test(listener=listener, now=now)
    return {"token_id": token.public_id, "hook_id": listener.public_id, "call_id": call.public_id}


def people_file() -> io.BytesIO:
    return io.BytesIO(b"Nama,No HP\nRina,0812-3456-7890\n")


def _arguments(pattern: URLPattern) -> list[str]:
    return list(pattern.pattern.converters)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in OPEN])
def test_somebody_signed_out_is_asked_to_sign_in(name: str, address: Callable[[str], str]) -> None:
    for answer in (Client().get(address(name)), Client().post(address(name))):
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("name", [name for name in NAMES if name not in OPEN | OWN])
def test_the_owner_of_another_shop_finds_nothing(
    name: str, address: Callable[[str], str], stranger: Client
) -> None:
    for answer in (stranger.get(address(name)), stranger.post(address(name), {"verdict": "done"})):
        assert answer.status_code in (404, 405)


@pytest.mark.parametrize("name", sorted(OWN))
def test_the_owner_of_another_shop_sees_no_word_of_this_one(
    name: str, address: Callable[[str], str], stranger: Client
) -> None:
    answer = stranger.get(address(name))
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    for word in ("Toko Sage", "Rina", "Sari Dewi", "Dina"):
        assert word.encode() not in body


@pytest.mark.parametrize("name", sorted(WRITES))
def test_a_viewer_writes_nothing(name: str, address: Callable[[str], str], viewer: Client) -> None:
    assert viewer.post(address(name), {"verdict": "done", "kind": "answered"}).status_code == 403


@pytest.mark.parametrize("name", sorted(WRITES))
def test_a_form_from_elsewhere_is_refused(
    name: str, address: Callable[[str], str], bu_tuti: Teammate
) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(bu_tuti.user, backend="django.contrib.auth.backends.ModelBackend")
    assert strict.post(address(name), {"verdict": "done"}).status_code == 403


def test_every_address_is_said_to_be_open_own_or_one_shops() -> None:
    with_id = {
        str(one.name)
        for one in urlpatterns
        if set(_arguments(one)) - {"form", "key", "kind", "part", "token", "shop", "code"}
    }
    assert set(NAMES) - OPEN - OWN == with_id
    assert set(NAMES) >= OPEN | OWN | WRITES


@pytest.mark.parametrize("name", [name for name in NAMES if name not in OPEN | {"pieces"}])
def test_the_owner_sees_every_address_work(name: str, address: Callable[[str], str], owner: Client) -> None:
    answer = owner.get(address(name))
    answer.close()  # a picture is read from an open file
    assert answer.status_code in (200, 303, 405)


def test_an_id_that_is_nobodys_is_no_page(owner: Client) -> None:
    nobody = UUID(int=7)
    for path in (f"/customers/{nobody}/", f"/inbox/{nobody}/", f"/imports/{nobody}/"):
        assert owner.get(path).status_code == 404
