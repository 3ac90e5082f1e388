"""The provider's page on which the owner lets a program in: it sends the browser back with a code that works once."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from sapa.demo.providers.wire import Reply


class Consent:
    """`refuses`: the owner presses cancel the next time."""

    def __init__(self) -> None:
        self.refuses = False
        self._codes: dict[str, str] = {}
        self._given = 0

    def ask(self, redirect: str, state: str = "", **more: str) -> Reply:
        """302 to the redirect address with code and state, or with why not."""
        told = {"state": state} if state else {}
        if self.refuses:
            self.refuses, told = False, {**told, "error": "access_denied", "error_reason": "user_denied"}
        else:
            self._given += 1
            code = f"kode-{self._given}"
            self._codes[code] = redirect
            told = {**told, "code": code, **more}
        sign = "&" if urlsplit(redirect).query else "?"
        return Reply(302, headers={"location": f"{redirect}{sign}{urlencode(told)}"})

    def takes(self, code: str, redirect: str | None = None) -> bool:
        """Whether a code was handed out, for this address, and not used yet."""
        known = self._codes.pop(code, None)
        return known is not None and redirect in (None, known)
