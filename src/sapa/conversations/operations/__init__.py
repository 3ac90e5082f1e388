"""Writes about threads: messages received, notes, and what teammates say of a waiting one."""

from sapa.conversations.operations.marks import mark_conversation, undo_mark
from sapa.conversations.operations.notes import record_notes, remark, take_back_remark
from sapa.conversations.operations.receive import (
    ConversationSeen,
    MessageSeen,
    open_conversations,
    receive_messages,
)
from sapa.conversations.operations.stirs import note_stirs

__all__ = [
    "ConversationSeen",
    "MessageSeen",
    "mark_conversation",
    "note_stirs",
    "open_conversations",
    "receive_messages",
    "record_notes",
    "remark",
    "take_back_remark",
    "undo_mark",
]
