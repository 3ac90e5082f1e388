"""Where this machine is found on its network, and a QR that says so."""

from __future__ import annotations

import io
import socket

import segno

_EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def lan_address(host: str) -> str | None:
    """The address by which a phone on the same network reaches a server on `host`; None where it cannot."""
    if host in _LOOPBACK:
        return None
    if host not in _EVERYWHERE:
        return host
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(
                ("192.0.2.1", 9)
            )  # nothing is sent: it only makes the system choose its own address
            address: str = probe.getsockname()[0]
        except OSError:
            return None
    return None if address.startswith("127.") or address == "0.0.0.0" else address  # noqa: S104


def is_free(host: str, port: int) -> bool:
    """Whether a server can listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        try:
            probe.bind((host, port))
        except OSError:
            return _only_lingering(host, port)
    return True


def _only_lingering(host: str, port: int) -> bool:
    """A port that the last server has just left may still linger; what matters is whether somebody answers."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(0.5)
        try:
            probe.connect(("127.0.0.1" if host in _EVERYWHERE else host, port))
        except ConnectionRefusedError:
            return True
        except OSError:
            return False
    return False


def draw_qr(text: str) -> str:
    """The QR as lines of half blocks for a terminal."""
    out = io.StringIO()
    segno.make(text, error="l").terminal(out=out, compact=True)
    return out.getvalue()
