"""An answer, by whichever way it came: a response and its touchpoint, changeable for an hour, never twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from sapa.accounts.models import Business
from sapa.channels.operations import find_or_make_channel
from sapa.contacts.operations import identify_many, note_changes
from sapa.contacts.operations.identify import PersonSeen
from sapa.conversations.models import Mark, Message
from sapa.conversations.operations import mark_conversation, note_stirs
from sapa.lib.database import write
from sapa.responses.models import Response
from sapa.responses.operations import change_response, record_responses
from sapa.responses.rules import is_on_scale
from sapa.surveys.models import Ask, Survey
from sapa.surveys.operations.asking import PAGE_FOR
from sapa.surveys.queries import list_heard, list_listening
from sapa.surveys.rules.replies import Reply, read_reply
from sapa.surveys.rules.wording import write_buttons
from sapa.surveys.types import TooLateError, Way
from sapa.timeline.operations import Happening, replace_touchpoints

CHANGE_FOR = timedelta(hours=1)
LONGEST_WORDS = 2000
CHANNEL = "survey"


def may_change(ask: Ask, *, now: datetime) -> bool:
    """Whether an answer may still be given or changed."""
    if ask.answered_at is not None:
        return now < ask.answered_at + CHANGE_FOR
    return ask.closes_at is None or now < ask.closes_at


def answer(*, ask: Ask, score: int, words: str | None, at: datetime, now: datetime) -> Ask:
    """The answer to a question, or its change; `words` None keeps those that were written before.

    Raises `TooLateError` past the hour or the page's end, and ValueError for a score that is not on the scale.
    """
    if not is_on_scale(ask.survey.kind, score):
        raise ValueError(f"{score} is not on the scale of {ask.survey.kind}")
    with write():
        ask = Ask.objects.select_for_update(of=("self",)).select_related("business", "survey").get(pk=ask.pk)
        if not may_change(ask, now=at):
            raise TooLateError
        if ask.response_id is None:
            _record(ask, score, words or "", at, now)
        else:
            change_response(
                response_id=ask.response_id,
                score=score,
                words=None if words is None else words[:LONGEST_WORDS],
            )
            ask.response = Response.objects.get(pk=ask.response_id)
        _put_on_timeline(ask, now)
    return ask


def answer_openly(*, survey: Survey, score: int, now: datetime) -> Ask:
    """An answer on the page that is open to all: of somebody unknown, so of an identity without a contact."""
    if not is_on_scale(survey.kind, score):
        raise ValueError(f"{score} is not on the scale of {survey.kind}")
    public_id = uuid4()
    person = PersonSeen(record=("visitor", f"survey:{public_id}"), name="", keys=())
    with write():
        found = identify_many(business=survey.business, people=[person], now=now)
        ask = Ask.objects.create(
            public_id=public_id,
            business=survey.business,
            survey=survey,
            identity_id=found[0].identity_id,
            occasion=f"page:{public_id}",
            state=Ask.State.ASKED,
            way=Way.PAGE,
            due_at=now,
            at=now,
            closes_at=now + PAGE_FOR,
        )
        return answer(ask=ask, score=score, words=None, at=now, now=now)


def take_replies(*, business: Business, now: datetime) -> int:
    """Read what was written in chats after a question; answers how many answers were found. What is none stays a message."""
    return sum(_take(ask, now) for ask in list_listening(business, now=now))


def _take(ask: Ask, now: datetime) -> int:
    thread = ask.conversation
    if thread is None or thread.last_in_at is None:
        return 0
    found = _find_reply(ask)
    with write():
        Ask.objects.filter(pk=ask.pk).update(heard_at=thread.last_in_at)
        if found is None:
            return 0
        said, reply = found
        if ask.response is not None and (ask.response.score, ask.response.words) == (
            reply.score,
            reply.words,
        ):
            return 0
        answer(ask=ask, score=reply.score, words=reply.words, at=said.happened_at, now=now)
        thread.refresh_from_db()
        if (
            thread.waiting_since is not None
            and thread.waiting_since == said.happened_at
            and "?" not in said.text
        ):
            # An answer to our own question asks nothing of us; who was unhappy is today's action instead.
            mark_conversation(
                business=ask.business, conversation=thread, kind=Mark.Kind.NO_ANSWER, by=None, now=now
            )
    return 1


def _find_reply(ask: Ask) -> tuple[Message, Reply] | None:
    """The newest message that answers. Once a person of the shop has spoken, only one that quotes the question does."""
    asked_id = ask.message.provider_id if ask.message else ""
    titles = tuple(title for _code, title in write_buttons(ask.survey.kind, ask.survey.language))
    is_ours, found = False, None
    for said in list_heard(ask):
        if said.direction == Message.Direction.OUT:
            is_ours = is_ours or not said.is_automatic
            continue
        is_quoting = bool(asked_id) and said.reply_to == asked_id
        if said.source != Message.Source.LIVE or (is_ours and not is_quoting):
            continue
        reply = read_reply(said.text, ask.survey.kind, is_quoting=is_quoting, titles=titles)
        if reply is not None and (found is None or may_change(ask, now=said.happened_at)):
            found = said, reply
    if found is not None and not may_change(ask, now=found[0].happened_at):
        return None
    return found


def _record(ask: Ask, score: int, words: str, at: datetime, now: datetime) -> None:
    row = Response(
        business=ask.business,
        channel_id=_channel_of(ask, now),
        identity_id=ask.identity_id,
        dedupe_key=f"ask:{ask.public_id}",
        survey=ask.survey.kind,
        score=score,
        words=words[:LONGEST_WORDS],
        happened_at=at,
        learned_at=now,
    )
    [(pk, _is_new)] = record_responses([row])
    ask.response, ask.answered_at, ask.state = Response.objects.get(pk=pk), at, Ask.State.ANSWERED
    ask.save(update_fields=["response", "answered_at", "state"])


def _channel_of(ask: Ask, now: datetime) -> int:
    if ask.conversation is not None:
        return ask.conversation.channel_id
    return find_or_make_channel(business=ask.business, kind=CHANNEL, name="", now=now).pk


def _put_on_timeline(ask: Ask, now: datetime) -> None:
    given = ask.response
    if given is None:
        return
    key = str(given.pk)
    measures = {"survey": given.survey, "score": given.score}
    happening = Happening(
        given.identity_id,
        "survey.answered",
        given.happened_at,
        "response",
        key,
        given.channel_id,
        0,
        measures,
    )
    replace_touchpoints(
        business=ask.business, source_kind="response", happenings=[happening], source_keys=[key], now=now
    )
    note_changes(ask.business, [given.identity.contact_id])
    if ask.conversation_id is not None:
        note_stirs(business=ask.business, conversation_ids=[ask.conversation_id], what="state", now=now)
