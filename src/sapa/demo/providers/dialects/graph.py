"""Meta's Graph API as far as its three channels share it: tokens, errors, the signature, the question to a new address."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from sapa.demo.providers.dialect import Dialect
from sapa.demo.providers.wire import Reply, Request, said


def graph_error(status: int, code: int, words: str, **more: Any) -> Reply:
    """An error as Graph words it (Meta, "Handle errors")."""
    error = {"message": f"(#{code}) {words}", "type": "OAuthException", "code": code, **more}
    return said(status, error={**error, "fbtrace_id": "AsimulatedTraceId"})


class Graph(Dialect):
    """What is asked below `/<version>/`. Subclasses answer `node`."""

    @property
    def token(self) -> str:
        return "EAAG" + self.world.invent(self.path, "token")

    @property
    def secret(self) -> str:
        return self.world.invent("meta", "app secret")

    def sign(self, address: str, body: bytes) -> Mapping[str, str]:
        return {
            "X-Hub-Signature-256": "sha256=" + hmac.digest(self.secret.encode(), body, hashlib.sha256).hex()
        }

    def failures(self) -> Mapping[str, Reply]:
        return {
            "too_many": graph_error(400, 4, "Application request limit reached", is_transient=True),
            "down": graph_error(500, 2, "Service temporarily unavailable", is_transient=True),
            "token": graph_error(
                401, 190, "Error validating access token: the session is invalid", error_subcode=460
            ),
        }

    def answer(self, request: Request) -> Reply:
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return self.failures()["token"]
        if len(request.path) < 2:
            return graph_error(400, 2500, "Unknown path components")
        return self.node(request, request.path[1:])

    def node(self, request: Request, path: tuple[str, ...]) -> Reply:
        raise NotImplementedError

    def subscribe(self, address: str, word: str) -> Reply:
        """Asks the new address whether it is the shop's, as Meta does before it answers, and keeps it."""
        challenge = self.world.invent(self.path, "challenge")
        query = {"hub.mode": "subscribe", "hub.verify_token": word, "hub.challenge": challenge}
        status, body = self.world.postman.ask(f"{address}?{urlencode(query)}")
        if status != 200 or body != challenge.encode():
            return graph_error(
                400, 2200, "Callback verification failed: the address did not return hub.challenge"
            )
        self.hook_url = address
        return said(success=True)

    def unknown(self) -> Reply:
        return graph_error(400, 100, "Unsupported request: the object does not exist", error_subcode=33)
