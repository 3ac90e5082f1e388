"""Writes about threads: messages received, notes, and what teammates say of a waiting one."""

from sapa.conversations.operations.assigning import assign
from sapa.conversations.operations.closing import (
    close,
    reopen,
    snooze,
    stir_the_due,
    take_up,
    undo_state,
    unsnooze,
)
from sapa.conversations.operations.deeds import hold
from sapa.conversations.operations.drafts import drop_draft, open_draft, save_draft, take_file_off
from sapa.conversations.operations.handing import count_load, hand_out
from sapa.conversations.operations.joining import is_alias, join_threads, part_threads, was_parted
from sapa.conversations.operations.labels import put_label, take_label, undo_labelling
from sapa.conversations.operations.marks import mark_conversation, mark_many, undo_mark
from sapa.conversations.operations.merging import (
    CannotMergeError,
    merge_conversations,
    split_conversation,
    undo_split,
)
from sapa.conversations.operations.notes import record_notes, remark, take_back_remark
from sapa.conversations.operations.presence import be_present
from sapa.conversations.operations.receive import (
    ConversationSeen,
    MessageSeen,
    open_conversations,
    receive_messages,
)
from sapa.conversations.operations.remarks import add_remark
from sapa.conversations.operations.remarks import take_back as take_back_team_remark
from sapa.conversations.operations.stirs import drop_old_stirs, note_stirs
from sapa.conversations.operations.unread import mark_read, mark_unread, see, undo_unread
from sapa.conversations.operations.views import ViewError, drop_view, move_view, put_back_view, save_view

__all__ = [
    "CannotMergeError",
    "ConversationSeen",
    "MessageSeen",
    "ViewError",
    "add_remark",
    "assign",
    "be_present",
    "close",
    "count_load",
    "drop_draft",
    "drop_old_stirs",
    "drop_view",
    "hand_out",
    "hold",
    "is_alias",
    "join_threads",
    "mark_conversation",
    "mark_many",
    "mark_read",
    "mark_unread",
    "merge_conversations",
    "move_view",
    "note_stirs",
    "open_conversations",
    "open_draft",
    "part_threads",
    "put_back_view",
    "put_label",
    "receive_messages",
    "record_notes",
    "remark",
    "reopen",
    "save_draft",
    "save_view",
    "see",
    "snooze",
    "split_conversation",
    "stir_the_due",
    "take_back_remark",
    "take_back_team_remark",
    "take_file_off",
    "take_label",
    "take_up",
    "undo_labelling",
    "undo_mark",
    "undo_split",
    "undo_state",
    "undo_unread",
    "unsnooze",
    "was_parted",
]
