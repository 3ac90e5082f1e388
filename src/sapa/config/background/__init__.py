"""What the worker does side by side: each round has a thread of its own, so that a slow provider delays nobody."""

from sapa.config.background.automating import Automating
from sapa.config.background.calling import Calling
from sapa.config.background.digesting import Digesting
from sapa.config.background.following import Building, Following, Importing, Stale
from sapa.config.background.looking import Looking
from sapa.config.background.pulse import Every, Pulse
from sapa.config.background.rounds import Round, run_rounds
from sapa.config.background.sending import Fetching, Polling, Refreshing, Sending
from sapa.config.background.telling import Telling

__all__ = [
    "Automating",
    "Building",
    "Calling",
    "Digesting",
    "Every",
    "Fetching",
    "Following",
    "Importing",
    "Looking",
    "Polling",
    "Pulse",
    "Refreshing",
    "Round",
    "Sending",
    "Stale",
    "Telling",
    "run_rounds",
]
