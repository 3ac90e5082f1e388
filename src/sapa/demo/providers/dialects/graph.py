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

    pages: tuple[tuple[str, str], ...] = (("106540352242922", "Toko Sage"),)
    waba = ""

    def sign_in(self, request: Request, path: tuple[str, ...]) -> Reply | None:
        """The owner's consent, and what its code is worth: Facebook Login, Embedded Signup, Instagram Login."""
        query, place = request.query, "/".join(path)
        if place in ("dialog/oauth", "authorize"):
            return self.consent.ask(query.get("redirect_uri", ""), query.get("state", ""))
        if place == "oauth/access_token" and query.get("grant_type") == "fb_exchange_token":
            return said(access_token=self.token, token_type="bearer")  # noqa: S106 - a word of the protocol
        if place in ("oauth/access_token", "access_token"):
            given = {**query, **(request.form() if request.method == "POST" else {})}
            if given.get("grant_type") == "ig_exchange_token":
                return said(access_token=self.token, expires_in=5184000)
            if given.get("client_secret") != self.secret:
                return graph_error(400, 1, "Error validating client secret.")
            if not self.consent.takes(given.get("code", ""), given.get("redirect_uri")):
                return graph_error(400, 100, "This authorization code has been used.", error_subcode=36009)
            return said(access_token=self.token, user_id=self.account)
        if place.endswith("/subscriptions"):
            form = request.form()
            return self.subscribe(form.get("callback_url", ""), form.get("verify_token", ""))
        if place == "debug_token":
            scopes = [{"scope": "whatsapp_business_management", "target_ids": [self.waba]}]
            return said(data={"is_valid": True, "granular_scopes": scopes})
        if place == "me/accounts":
            return said(
                data=[{"id": pk, "name": name, "access_token": self.token} for pk, name in self.pages]
            )
        if place.endswith("/phone_numbers"):
            return said(data=[{"id": self.account, "display_phone_number": "+62 812-0000-0001"}])
        return None

    def answer(self, request: Request) -> Reply:
        if (reply := self.sign_in(request, request.path[1:] or request.path)) is not None:
            return reply
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
