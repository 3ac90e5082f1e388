"""Outgoing webhooks: made, changed, tried, and what was told with every attempt."""

from __future__ import annotations

from enum import Enum
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec

from sapa.api.endpoints.shop import local
from sapa.api.errors import conflict
from sapa.api.paging import Number, Page, PageAsked, make_page, read_cursor
from sapa.api.register import Asked, endpoint
from sapa.api.types import AttemptLine, CallLine, Secret, WebhookLine, WebhookMade
from sapa.lib.database import write
from sapa.programs import operations, queries
from sapa.programs.models import Call, Listener
from sapa.programs.types import ProgramError, Scope

Address = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
Events = Annotated[
    list[Annotated[str, msgspec.Meta(max_length=24)]], msgspec.Meta(min_length=1, max_length=100)
]
Name = Annotated[str, msgspec.Meta(max_length=60)]


class WebhookTold(msgspec.Struct, forbid_unknown_fields=True):
    """`events` are kinds of touchpoint, `action.opened` and `action.decided`; `with_text` sends what people wrote as well."""

    url: Address
    events: Events
    name: Name = ""
    with_text: bool = False


class WebhookChange(msgspec.Struct, forbid_unknown_fields=True):
    url: Address | None = None
    events: Events | None = None
    name: Name | None = None
    with_text: bool | None = None
    on: bool | None = None


class CallState(Enum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


class CallsAsked(PageAsked, forbid_unknown_fields=True, kw_only=True):
    state: CallState | None = None


def _listener(asked: Asked) -> Listener:
    return queries.get_listener(asked.business, asked.ids["webhook_id"])


def _line(listener: Listener, zone: ZoneInfo) -> WebhookLine:
    return WebhookLine(
        id=str(listener.public_id),
        name=listener.name,
        url=listener.address,
        events=tuple(listener.kinds),
        with_text=listener.with_text,
        state="on" if listener.off_at is None else "off",
        off_why=listener.off_why or None,
        failing_since=local(listener.failing_since, zone),
        created_at=listener.created_at.astimezone(zone),
    )


@endpoint(
    "GET", "/webhooks", Scope.MANAGE_WEBHOOKS, "Every webhook of the shop", answer=WebhookLine, paged=True
)
def list_webhooks(asked: Asked) -> Page[WebhookLine]:
    found = queries.list_listeners(asked.business)
    return Page(items=tuple(_line(one, asked.zone) for one in found), next=None)


@endpoint(
    "POST",
    "/webhooks",
    Scope.MANAGE_WEBHOOKS,
    "An address that is called from now on; its secret is in this answer only",
    answer=WebhookMade,
    status=201,
    body=WebhookTold,
)
def create_webhook(asked: Asked) -> WebhookMade:
    told: WebhookTold = asked.body
    try:
        listener, secret = operations.add_listener(
            business=asked.business,
            address=told.url,
            kinds=told.events,
            name=told.name,
            with_text=told.with_text,
            by=asked.by,
            now=asked.now,
        )
    except ProgramError as error:
        raise _renamed(error) from error
    return WebhookMade(_line(listener, asked.zone), secret)


_FIELDS = {"address": "url", "kinds": "events"}


def _renamed(error: ProgramError) -> ProgramError:
    """The same, in the words of the API."""
    return ProgramError(str(error), _FIELDS.get(error.field, error.field))


@endpoint("GET", "/webhooks/{webhook_id}", Scope.MANAGE_WEBHOOKS, "One webhook", answer=WebhookLine)
def get_webhook(asked: Asked) -> WebhookLine:
    return _line(_listener(asked), asked.zone)


@endpoint(
    "PATCH",
    "/webhooks/{webhook_id}",
    Scope.MANAGE_WEBHOOKS,
    "Changes what is given; `on` switches it off and on",
    answer=WebhookLine,
    body=WebhookChange,
)
def change_webhook(asked: Asked) -> WebhookLine:
    told: WebhookChange = asked.body
    listener = _listener(asked)
    with write():
        if any(one is not None for one in (told.url, told.events, told.name, told.with_text)):
            try:
                operations.change_listener(
                    listener=listener,
                    address=told.url,
                    kinds=told.events,
                    name=told.name,
                    with_text=told.with_text,
                    by=asked.by,
                    now=asked.now,
                )
            except ProgramError as error:
                raise _renamed(error) from error
        if told.on is not None:
            switch = operations.switch_on if told.on else operations.switch_off
            switch(listener=listener, by=asked.by, now=asked.now)
    return _line(_listener(asked), asked.zone)


@endpoint(
    "DELETE",
    "/webhooks/{webhook_id}",
    Scope.MANAGE_WEBHOOKS,
    "It goes, with what it was told",
    status=204,
)
def delete_webhook(asked: Asked) -> None:
    operations.drop_listener(listener=_listener(asked), by=asked.by, now=asked.now)


@endpoint(
    "POST",
    "/webhooks/{webhook_id}/secret",
    Scope.MANAGE_WEBHOOKS,
    "A new secret; the former one signs beside it for a day",
    answer=Secret,
    status=201,
)
def renew_secret(asked: Asked) -> Secret:
    secret = operations.renew_secret(listener=_listener(asked), by=asked.by, now=asked.now)
    return Secret(secret, local(_listener(asked).former_until, asked.zone))


@endpoint(
    "POST",
    "/webhooks/{webhook_id}/test",
    Scope.MANAGE_WEBHOOKS,
    "A call of kind `test`, made by the worker at once",
    answer=CallLine,
    status=202,
    may_fail=(409,),
)
def create_test(asked: Asked) -> CallLine:
    try:
        return _call(operations.ask_test(listener=_listener(asked), now=asked.now), asked.zone)
    except ProgramError as error:
        raise conflict("webhook_off", str(error)) from error


@endpoint(
    "GET",
    "/webhooks/{webhook_id}/calls",
    Scope.MANAGE_WEBHOOKS,
    "What it was told, newest first, with every attempt",
    answer=CallLine,
    paged=True,
    query=CallsAsked,
)
def list_calls(asked: Asked) -> Page[CallLine]:
    wanted: CallsAsked = asked.query
    rows = queries.list_calls(
        _listener(asked),
        state=wanted.state.value if wanted.state else "",
        before_id=read_cursor(wanted.after, Number),
        limit=wanted.limit + 1,
    )
    return make_page(rows, wanted.limit, _place, lambda row: _call(row, asked.zone))


def _place(call: Call) -> int:
    return call.pk


@endpoint(
    "POST",
    "/webhooks/{webhook_id}/calls/{call_id}/replay",
    Scope.MANAGE_WEBHOOKS,
    "The same call once more, under the same id",
    answer=CallLine,
    status=202,
    may_fail=(409,),
)
def replay_call(asked: Asked) -> CallLine:
    call = queries.get_call(_listener(asked), asked.ids["call_id"])
    try:
        return _call(operations.replay_call(call=call, by=asked.by, now=asked.now), asked.zone)
    except ProgramError as error:
        raise conflict("webhook_off", str(error)) from error


def _call(call: Call, zone: ZoneInfo) -> CallLine:
    is_waiting = call.state == Call.State.WAITING
    return CallLine(
        id=str(call.public_id),
        event=call.kind,
        state=call.state,
        happened_at=call.happened_at.astimezone(zone),
        next_try_at=local(call.next_try_at, zone) if is_waiting else None,
        ended_at=local(call.ended_at, zone),
        attempts=tuple(
            AttemptLine(one.at.astimezone(zone), one.status, one.took_ms, one.problem or None)
            for one in queries.list_attempts(call)
        ),
    )
