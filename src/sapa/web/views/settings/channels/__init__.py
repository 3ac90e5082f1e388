"""Pengaturan › Saluran: what is connected and how well it works, connecting, what came in and what went out."""

from sapa.web.views.settings.channels.connecting import channel_address, channel_connect, channel_new
from sapa.web.views.settings.channels.front import channels, save_sending
from sapa.web.views.settings.channels.incoming import (
    payload,
    payload_fixture,
    payload_replay,
    payload_words,
    payloads,
    payloads_replay,
)
from sapa.web.views.settings.channels.page import (
    channel,
    channel_disconnect,
    channel_forget,
    channel_log,
    channel_prices,
)
from sapa.web.views.settings.channels.signing_in import channel_back, channel_sign_in

__all__ = [
    "channel",
    "channel_address",
    "channel_back",
    "channel_connect",
    "channel_disconnect",
    "channel_forget",
    "channel_log",
    "channel_new",
    "channel_prices",
    "channel_sign_in",
    "channels",
    "payload",
    "payload_fixture",
    "payload_replay",
    "payload_words",
    "payloads",
    "payloads_replay",
    "save_sending",
]
