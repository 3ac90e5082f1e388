"""Files that nobody sent go after a week; what still waits, was sent or is an answer's picture stays."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.files.storage import default_storage

from sapa.accounts.models import Business, Teammate
from sapa.conversations.models import Attachment
from sapa.conversations.operations import drop_draft, open_draft
from sapa.gateway.dispatch import store_upload
from sapa.gateway.models import ScheduledMessage
from sapa.knowledge.operations import write_answer
from sapa.knowledge.types import AnswerGiven
from sapa.lib.files import store
from sapa.upkeep.operations import drop_left_files
from tests.world import World

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n"
WEEK = timedelta(days=7)


@pytest.fixture
def world(toko_sage: Business) -> World:
    return World(toko_sage)


def upload(world: World, mate: Teammate, now: datetime, content: bytes = PNG) -> Attachment:
    thread = world.thread(world.someone("Rina Wulandari"))
    draft = open_draft(business=world.business, conversation=thread, teammate=mate, kind="reply", now=now)
    return store_upload(business=world.business, name="a.png", chunks=[content], draft=draft, now=now)


def test_it_stays_while_its_draft_lives_and_a_week_longer(
    world: World, dina: Teammate, now: datetime
) -> None:
    file = upload(world, dina, now)
    assert drop_left_files(business=world.business, now=now + 4 * WEEK) == 0
    assert file.draft
    drop_draft(business=world.business, conversation=file.draft.conversation, teammate=dina, kind="reply")
    assert drop_left_files(business=world.business, now=now + WEEK - timedelta(minutes=1)) == 0
    assert default_storage.exists(file.stored_as)
    assert drop_left_files(business=world.business, now=now + WEEK) == 1
    assert not Attachment.objects.exists()
    assert not default_storage.exists(file.stored_as)


@pytest.mark.parametrize(("state", "stays"), [("waiting", True), ("held", True), ("cancelled", False)])
def test_what_a_planned_message_takes_along_stays(
    world: World, dina: Teammate, now: datetime, state: str, stays: bool
) -> None:
    file = upload(world, dina, now)
    assert file.draft
    thread = file.draft.conversation
    ScheduledMessage.objects.create(
        business=world.business,
        conversation=thread,
        content={"files": [file.pk]},
        state=state,
        send_at=now + 2 * WEEK,
        created_at=now,
    )
    drop_draft(business=world.business, conversation=thread, teammate=dina, kind="reply")
    drop_left_files(business=world.business, now=now + WEEK)
    assert Attachment.objects.exists() is stays
    assert default_storage.exists(file.stored_as) is stays


def test_bytes_that_an_answer_shows_too_stay(world: World, dina: Teammate, now: datetime) -> None:
    file = upload(world, dina, now)
    picture = store([PNG], owner=str(world.business.public_id), most=100)
    assert picture.name == file.stored_as
    write_answer(
        business=world.business, given=AnswerGiven("12 ribu"), picture=(picture, "a.png"), by=dina, now=now
    )
    assert file.draft
    drop_draft(business=world.business, conversation=file.draft.conversation, teammate=dina, kind="reply")
    assert drop_left_files(business=world.business, now=now + WEEK) == 1
    assert default_storage.exists(file.stored_as)


def test_of_another_shop_nothing_goes(world: World, dina: Teammate, now: datetime) -> None:
    from sapa.accounts.operations import make_business

    file = upload(world, dina, now)
    Attachment.objects.update(draft=None)
    other = make_business(name="Kopi Andi", owner_email="andi@kopi.example", now=now)
    assert drop_left_files(business=other, now=now + 2 * WEEK) == 0
    assert default_storage.exists(file.stored_as)
