"""The outbox of calls: taken by a conditional update, made outside of any transaction, what became of them kept."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F, Q
from django.utils.translation import gettext as _

from sapa.accounts.models import Teammate
from sapa.accounts.operations import record_audit
from sapa.lib.database import write
from sapa.lib.ids import uuid7
from sapa.lib.secrets import UnreadableSecretError
from sapa.programs.calling import Caller
from sapa.programs.kinds import ACTION_OPENED, TEST
from sapa.programs.models import Call, CallTry, Listener
from sapa.programs.queries import make_body, open_secrets
from sapa.programs.rules import is_broken, next_wait
from sapa.programs.types import Answered, Outcome, ProgramError

KEPT = timedelta(days=30)
_ACTIONS_KEPT = timedelta(days=180)
_LEASE = timedelta(minutes=2)
_PRUNED_AT_ONCE = 1000


def list_due_listeners(*, now: datetime, limit: int = 50) -> list[int]:
    """The listeners, by id, to whom something is to be told now; who waits longest comes first."""
    due = Call.objects.filter(state=Call.State.WAITING, next_try_at__lte=now, listener__off_at__isnull=True)
    seen = dict.fromkeys(due.order_by("next_try_at").values_list("listener", flat=True)[: limit * 20])
    return list(seen)[:limit]


def take_next(*, listener_id: int, now: datetime) -> int | None:
    """The next call that is due to a listener, taken for two minutes; None where there is none."""
    due = Call.objects.filter(
        listener=listener_id, listener__off_at__isnull=True, state=Call.State.WAITING, next_try_at__lte=now
    )
    for pk in due.order_by("next_try_at", "id").values_list("id", flat=True)[:5]:
        with write():
            mine = Call.objects.filter(pk=pk, state=Call.State.WAITING, next_try_at__lte=now)
            if mine.update(next_try_at=now + _LEASE, tries=F("tries") + 1):
                return pk
    return None


def send_taken(*, call_id: int, now: datetime, caller: Caller) -> Answered:
    """Makes one call that was taken, and keeps what became of it. A crash on the way makes it again: at least once."""
    call = Call.objects.select_related("listener__business", "contact__merged_into").get(pk=call_id)
    answered = _post(call, now, caller)
    _record(call, answered, now)
    return answered


def send_test(*, listener: Listener, now: datetime, caller: Caller) -> Answered:
    """One call that says nothing but that it is a test, at once; it is never tried again."""
    call = _make_test(listener, now, wait=_LEASE)
    answered = _post(call, now, caller)
    with write():
        _keep_try(call, answered, now)
        is_sent = answered.outcome is Outcome.SENT
        state = Call.State.SENT if is_sent else Call.State.FAILED
        Call.objects.filter(pk=call.pk).update(state=state, tries=1, ended_at=now)
        if is_sent:
            Listener.objects.filter(pk=listener.pk).update(failing_since=None)
    return answered


def ask_test(*, listener: Listener, now: datetime) -> Call:
    """As `send_test`, by the worker. Raises `ProgramError` where the listener is off."""
    _refuse_off(listener)
    return _make_test(listener, now, wait=timedelta())


def replay_call(*, call: Call, by: Teammate | None, now: datetime) -> Call:
    """The same call once more, under the same id, at once. Raises `ProgramError` where the listener is off."""
    _refuse_off(call.listener)
    with write():
        Call.objects.filter(pk=call.pk).update(
            state=Call.State.WAITING, tries=0, next_try_at=now, ended_at=None
        )
        record_audit(
            business=call.business,
            by=by,
            verb="call.replayed",
            object_kind="call",
            object_id=str(call.pk),
            now=now,
        )
    call.refresh_from_db()
    return call


def drop_old_calls(*, now: datetime) -> int:
    """Forgets what was told long ago; of an action that opened it is known longer, so that it is not told twice."""
    old = Q(ended_at__lt=now - KEPT) & (~Q(kind=ACTION_OPENED) | Q(ended_at__lt=now - _ACTIONS_KEPT))
    dropped = 0
    while ids := list(Call.objects.filter(old).order_by("id").values_list("id", flat=True)[:_PRUNED_AT_ONCE]):
        with write():
            Call.objects.filter(pk__in=ids).delete()
        dropped += len(ids)
    return dropped


def _make_test(listener: Listener, now: datetime, *, wait: timedelta) -> Call:
    with write():
        return Call.objects.create(
            business=listener.business,
            listener=listener,
            kind=TEST,
            source_kind=TEST,
            source_key=str(uuid7()),
            happened_at=now,
            next_try_at=now + wait,
            created_at=now,
        )


def _refuse_off(listener: Listener) -> None:
    if listener.off_at is not None:
        raise ProgramError(_("Webhook ini sedang mati. Nyalakan dulu."))


def _post(call: Call, now: datetime, caller: Caller) -> Answered:
    try:
        secrets = open_secrets(call.listener, now=now)
    except UnreadableSecretError:
        return Answered(Outcome.LATER, 0, 0, "no_secret")
    return caller.post(
        call.listener.address,
        webhook_id=str(call.public_id),
        timestamp=int(now.timestamp()),
        body=make_body(call),
        secrets=secrets,
    )


def _record(call: Call, answered: Answered, now: datetime) -> None:
    with write():
        _keep_try(call, answered, now)
        mine, listener = Call.objects.filter(pk=call.pk), Listener.objects.filter(pk=call.listener_id)
        if answered.outcome is Outcome.SENT:
            mine.update(state=Call.State.SENT, ended_at=now)
            listener.filter(failing_since__isnull=False).update(failing_since=None)
            return
        if answered.outcome is Outcome.GONE:
            mine.update(state=Call.State.DROPPED, ended_at=now)
            listener.filter(off_at__isnull=True).update(off_at=now, off_why="gone")
            return
        wait = next_wait(call.tries)
        if wait is None or call.kind == TEST:
            mine.update(state=Call.State.FAILED, ended_at=now)
        else:
            mine.update(next_try_at=now + wait)
        if call.kind == TEST:
            return
        listener.filter(failing_since__isnull=True).update(failing_since=now)
        if is_broken(call.listener.failing_since, now):
            listener.filter(off_at__isnull=True).update(off_at=now, off_why="broken")


def _keep_try(call: Call, answered: Answered, now: datetime) -> None:
    CallTry.objects.create(
        business_id=call.business_id,
        call=call,
        at=now,
        status=answered.status,
        took_ms=answered.took_ms,
        problem=answered.problem,
    )
