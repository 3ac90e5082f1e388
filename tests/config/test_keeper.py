"""The web process keeps its worker: spawned again when it ends by itself, ended when the web process ends."""

from __future__ import annotations

import io
import subprocess
import threading
from typing import Any

import pytest

from sapa.config import serving


class Child:
    """A worker as the keeper sees it: lives until its stdin closes, or dies at once."""

    made: list[Child] = []

    def __init__(self, command: list[str], **given: Any) -> None:
        self.command, self.environment = command, given["env"]
        self.stdin = io.BytesIO()
        self.dies_at_once = len(self.made) < 2
        self.was_terminated = False
        self.made.append(self)

    def poll(self) -> int | None:
        return 1 if self.dies_at_once or self.stdin.closed else None

    def wait(self, timeout: float) -> int:
        if self.poll() is None and not self.was_terminated:
            raise subprocess.TimeoutExpired(self.command, timeout)
        return 0

    def terminate(self) -> None:
        self.was_terminated = True


class Stubborn(Child):
    def poll(self) -> int | None:
        return None


@pytest.fixture(autouse=True)
def nobody_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Child, "made", [])
    monkeypatch.setattr(serving, "_SHORTEST_LIFE", 0.05)


def _keep(monkeypatch: pytest.MonkeyPatch, kind: type[Child], seconds: float) -> list[Child]:
    monkeypatch.setattr(serving.subprocess, "Popen", kind)
    stop = threading.Event()
    keeper = threading.Thread(target=serving._keep_worker, args=(stop,))
    keeper.start()
    stop.wait(seconds)
    stop.set()
    keeper.join(timeout=10)
    assert not keeper.is_alive()
    return Child.made


def test_a_worker_that_ends_is_spawned_again_and_the_last_one_is_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = _keep(monkeypatch, Child, 0.6)
    assert len(made) == 3
    assert all(child.stdin.closed for child in made)
    assert made[0].command[1:] == ["-m", "sapa", "worker", "--with-parent"]
    assert made[0].environment["SAPA_BUSY_SECONDS"] == "30"


def test_a_worker_that_does_not_hear_is_terminated(monkeypatch: pytest.MonkeyPatch) -> None:
    made = _keep(monkeypatch, Stubborn, 0.3)
    assert [child.was_terminated for child in made] == [True]
