"""What a business copies to its provider: our address for this channel, and the word by which it is known to be ours."""

from __future__ import annotations

from dataclasses import dataclass

from sapa.channels.models import Channel
from sapa.gateway.accounts import account_with, get_account
from sapa.gateway.adapters._meta.signing import verify_token
from sapa.gateway.connecting import Account
from sapa.gateway.dispatch import hook_path
from sapa.lib.secrets import UnreadableSecretError
from sapa.web.access import SeatedRequest

HAVE_NO_HOOK = frozenset({"email", "web"})
HAVE_VERIFY_TOKEN = frozenset({"whatsapp", "instagram", "messenger"})


@dataclass(frozen=True, slots=True)
class HookAddress:
    """`is_safe`: it is https, which providers ask for. `word` is the verify token, empty where a channel has none."""

    address: str
    word: str
    is_safe: bool


def own_address(request: SeatedRequest) -> str:
    """Sapa's own address as the reader's browser calls it, without a slash at the end."""
    return request.build_absolute_uri("/").rstrip("/")


def find_hook(request: SeatedRequest, channel: Channel | None) -> HookAddress | None:
    """None where the channel has no row yet, or its provider calls nobody."""
    if channel is None or channel.kind in HAVE_NO_HOOK:
        return None
    word = verify_token(_account(channel)) if channel.kind in HAVE_VERIFY_TOKEN else ""
    return HookAddress(own_address(request) + hook_path(channel), word, request.is_secure())


def _account(channel: Channel) -> Account:
    try:
        return get_account(channel)
    except UnreadableSecretError:
        return account_with(channel, {})
