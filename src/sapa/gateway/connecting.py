"""What it takes to connect a channel: the account, what the page says and asks before, and signing in with the provider."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from sapa.gateway.types import ChannelRef


@dataclass(frozen=True, slots=True)
class Account:
    """What an adapter may know of a connected channel; `settings` are opened secrets and plain values by name."""

    id: int
    public_id: str
    kind: str
    name: str
    account: str
    timezone: ZoneInfo
    currency: str
    settings: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def ref(self) -> ChannelRef:
        """The channel that this account's events name."""
        return ChannelRef(self.kind, self.name)


@dataclass(frozen=True, slots=True)
class SettingField:
    """One value that the business enters to connect: `label` and `help` are lazily translated sentences."""

    name: str
    label: Any
    help: Any = ""
    is_secret: bool = False
    is_required: bool = True
    default: str = ""
    choices: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Guide:
    """What the settings page says before a channel is connected: lazily translated.

    `proven` is False where the adapter follows the provider's documented shapes and was never run against the provider.
    `steps` are what the business must obtain, in order; `takes` how long that takes.
    """

    title: Any
    steps: tuple[Any, ...]
    takes: Any
    proven: bool
    fields: tuple[SettingField, ...]


class SignInError(Exception):
    """The provider gave no token for the answer that the browser brought back; the words are the provider's own, without secrets."""


class ChoiceNeededError(SignInError):
    """The account has several places (Pages, numbers): `names` are (id, name); `field` is the setting that says which."""

    def __init__(self, field: str, names: Sequence[tuple[str, str]]) -> None:
        super().__init__(field)
        self.field, self.names = field, tuple(names)


@dataclass(frozen=True, slots=True)
class SignIn:
    """Signing in with the provider in place of pasting a token (OAuth 2.0, RFC 6749 4.1, in each provider's own dialect).

    `needs` are the settings to enter before, `helps` those that may be, `gives` those that come of it. `address` (account, redirect, state) is where the
    browser goes. `exchange` (account, http, answer, redirect, now) turns the query with which the provider sends it back into
    settings. Raises `SignInError`, `ProviderDownError`. `keeps_state`: the provider hands the state back; else it stands in the
    redirect address itself.
    """

    needs: tuple[str, ...]
    gives: tuple[str, ...]
    address: Callable[[Account, str, str], str]
    exchange: Callable[[Account, httpx.Client, Mapping[str, str], str, datetime], dict[str, Any]]
    helps: tuple[str, ...] = ()
    keeps_state: bool = True
