"""What a listener can be told of: touchpoints by their kind, actions when they open and when somebody decides."""

from __future__ import annotations

from sapa.timeline.kinds import KINDS

ACTION_OPENED = "action.opened"
ACTION_DECIDED = "action.decided"
TEST = "test"

# A decision is told as such; its touchpoint would say the same again.
TOUCHPOINTS = frozenset(KINDS) - {"action.done", "action.not_needed"}
TELLABLE = tuple(sorted(TOUCHPOINTS | {ACTION_OPENED, ACTION_DECIDED}))
