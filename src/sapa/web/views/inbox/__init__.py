"""Kotak Masuk: who waits for an answer, and the talk with each of them beside what is known."""

from sapa.web.views.inbox.composing import draft, presence, remark
from sapa.web.views.inbox.deeds import (
    assign,
    bulk,
    close,
    label,
    mark,
    merge,
    snooze,
    split,
    unlabel,
    unread,
)
from sapa.web.views.inbox.files import drop_file, file, upload_file
from sapa.web.views.inbox.listing import go_next, inbox
from sapa.web.views.inbox.sending import cancel_scheduled, outbox, send
from sapa.web.views.inbox.talk import conversation, reply
from sapa.web.views.inbox.views import view_deed, view_new

__all__ = [
    "assign",
    "bulk",
    "cancel_scheduled",
    "close",
    "conversation",
    "draft",
    "drop_file",
    "file",
    "go_next",
    "inbox",
    "label",
    "mark",
    "merge",
    "outbox",
    "presence",
    "remark",
    "reply",
    "send",
    "snooze",
    "split",
    "unlabel",
    "unread",
    "upload_file",
    "view_deed",
    "view_new",
]
