"""Writes about programs: their tokens, who is told, the calls, and answers kept for repeats."""

from sapa.programs.operations.calling import (
    ask_test,
    drop_old_calls,
    list_due_listeners,
    replay_call,
    send_taken,
    send_test,
    take_next,
)
from sapa.programs.operations.following import Follower, stop_following
from sapa.programs.operations.keeping import drop_old_answers, find_kept, once
from sapa.programs.operations.listeners import (
    add_listener,
    change_listener,
    drop_listener,
    renew_secret,
    switch_off,
    switch_on,
)
from sapa.programs.operations.tokens import make_token, note_use, withdraw_token

__all__ = [
    "Follower",
    "add_listener",
    "ask_test",
    "change_listener",
    "drop_listener",
    "drop_old_answers",
    "drop_old_calls",
    "find_kept",
    "list_due_listeners",
    "make_token",
    "note_use",
    "once",
    "renew_secret",
    "replay_call",
    "send_taken",
    "send_test",
    "stop_following",
    "switch_off",
    "switch_on",
    "take_next",
    "withdraw_token",
]
