"""Receiving a message, from the provider's call until it can be read, beside the making of a ticket in django-helpdesk.

Ours goes over HTTP with a signature, through intake and digest in two processes; theirs is its own form for customers, called
without a server in between. A ticket is more than a message (it notifies people, here by a mailer that does nothing);
and ours does what a ticket does not: it finds the person by their keys and keeps the raw body. Both are durable at each commit.
Request Tracker is not run here: it makes a ticket from a letter through a mail gate and a web server of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from bench._live import load_now

if TYPE_CHECKING:
    from collections.abc import Iterator

ROUNDS, MESSAGES, TICKETS = 5, 2000, 100
QUICK_ROUNDS, QUICK_MESSAGES, QUICK_TICKETS = 3, 400, 30
TIMES = 10
PACKAGE = "django-helpdesk"
_HERE = Path(__file__).resolve().parent


def run(quick: bool) -> dict[str, Any]:
    rounds = QUICK_ROUNDS if quick else ROUNDS
    messages, tickets = (QUICK_MESSAGES, QUICK_TICKETS) if quick else (MESSAGES, TICKETS)
    before = load_now()
    with _ours() as ours, _theirs() as theirs:
        _ask(ours, 50)
        _ask(theirs, 5)
        own, their = [], []
        for _ in range(rounds):
            own.append(messages / _ask(ours, messages))
            their.append(tickets / _ask(theirs, tickets))
    value, rival = median(own), median(their)
    return {
        "name": "receive_message",
        "value": round(value, 1),
        "unit": "messages a second, end to end",
        "rival": f"{PACKAGE} ({_version()}), its form for customers, without a web server",
        "rival_value": round(rival, 1),
        "ratio": round(value / rival, 1),
        "rounds": [[round(one, 1), round(other, 1)] for one, other in zip(own, their, strict=True)],
        "load": [before, load_now()],
        "goal": f">= {TIMES} times the rival",
        "holds": value >= TIMES * rival,
    }


def _ask(process: subprocess.Popen[str], number: int) -> float:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{number}\n")
    process.stdin.flush()
    line = process.stdout.readline()
    if not line:
        raise RuntimeError("the process beside ended")
    return float(line)


@contextmanager
def _ours() -> Iterator[subprocess.Popen[str]]:
    with tempfile.TemporaryDirectory(prefix="sapa-bench-", ignore_cleanup_errors=True) as home:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SAPA_")}
        env = {**kept, "SAPA_HOME": home, "SAPA_LOG_LEVEL": "ERROR"}
        env["DJANGO_SETTINGS_MODULE"] = "sapa.config.settings"
        with _running([sys.executable, "-m", "bench._receive"], env) as process:
            assert process.stdout is not None
            process.stdout.readline()
            yield process


@contextmanager
def _theirs() -> Iterator[subprocess.Popen[str]]:
    with tempfile.TemporaryDirectory(prefix="sapa-bench-", ignore_cleanup_errors=True) as home:
        env = {"PATH": os.environ.get("PATH", ""), "HELPDESK_HOME": home, "PYTHONPATH": str(_HERE)}
        with _running([str(_python()), str(_HERE / "_helpdesk_tickets.py")], env) as process:
            yield process


@contextmanager
def _running(command: list[str], env: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        command, env=env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=_HERE.parent
    )
    try:
        yield process
    finally:
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _folder() -> Path:
    return Path(tempfile.gettempdir()) / "sapa-bench-django-helpdesk"


def _python() -> Path:
    """The Python of the rival's own environment, made on first use."""
    folder = _folder()
    place = "Scripts/python.exe" if os.name == "nt" else "bin/python"
    if not (folder / "made").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        subprocess.run([folder / place, "-m", "pip", "install", "-q", PACKAGE], check=True)
        (folder / "made").touch()
    return folder / place


def _version() -> str:
    asked = f"from importlib.metadata import version; print(version({PACKAGE!r}))"
    done = subprocess.run([_python(), "-c", asked], capture_output=True, text=True, check=True)
    return done.stdout.strip()
