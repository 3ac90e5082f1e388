"""Where e-mails of Sapa itself go out: one address in SAPA_EMAIL_URL.

`smtp://name:password@mail.example.id:587?from=sapa@tokosage.id` (STARTTLS where the server is not this machine),
`smtps://…:465` (TLS from the start), `console:` (printed), `file:///folder`. Empty: no e-mail goes out.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

_BACKENDS = "django.core.mail.backends."
_HERE = ("localhost", "127.0.0.1", "::1")
TIMEOUT_SECONDS = 20


def read_email_url(url: str) -> dict[str, Any]:
    """Django's e-mail settings, with EMAIL_IS_SET. Raises ValueError for an address of another form."""
    if not url:
        return {"EMAIL_IS_SET": False, "EMAIL_BACKEND": f"{_BACKENDS}dummy.EmailBackend"}
    parts = urlsplit(url)
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    sender = {"DEFAULT_FROM_EMAIL": asked.get("from") or _sender(parts.username)}
    if parts.scheme == "console":
        return {"EMAIL_IS_SET": True, "EMAIL_BACKEND": f"{_BACKENDS}console.EmailBackend", **sender}
    if parts.scheme == "file":
        folder = {"EMAIL_FILE_PATH": unquote(parts.path)}
        return {
            "EMAIL_IS_SET": True,
            "EMAIL_BACKEND": f"{_BACKENDS}filebased.EmailBackend",
            **folder,
            **sender,
        }
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError(
            "SAPA_EMAIL_URL looks like smtp://name:password@mail.example.id:587?from=sapa@example.id"
        )
    secure = parts.scheme == "smtps"
    plain = asked.get("tls") == "no" or parts.hostname in _HERE
    return {
        "EMAIL_IS_SET": True,
        "EMAIL_BACKEND": f"{_BACKENDS}smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if secure else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": secure,
        "EMAIL_USE_TLS": not secure and not plain,
        "EMAIL_TIMEOUT": TIMEOUT_SECONDS,
        **sender,
    }


def _sender(user: str | None) -> str:
    name = unquote(user or "")
    return name if "@" in name else "sapa@localhost"
