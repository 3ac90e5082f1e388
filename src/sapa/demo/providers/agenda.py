"""What is to happen later, in order of its time: by threads while somebody looks, or stepped through by a test."""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Callable

import structlog

log = structlog.get_logger(__name__)

Job = Callable[[], object]


class Agenda:
    """Jobs with the second at which they are due. `speed` shortens every wait: 60 makes a minute a second.

    Either `start` threads, which wait for real, or `run`, which goes through everything at once in order of time.
    """

    def __init__(self, speed: float = 1.0) -> None:
        self.speed = speed
        self._jobs: list[tuple[float, int, Job]] = []
        self._numbers = itertools.count()
        self._change = threading.Condition()
        self._threads: list[threading.Thread] = []
        self._stopped = False
        self._busy = 0
        self._stepped = 0.0

    def after(self, seconds: float, job: Job) -> None:
        """Do `job` in so many seconds of the story."""
        with self._change:
            due = self._now() + max(seconds, 0.0) / self.speed
            heapq.heappush(self._jobs, (due, next(self._numbers), job))
            self._change.notify()

    def start(self, threads: int = 2) -> None:
        self._stopped = False
        for number in range(threads):
            one = threading.Thread(target=self._work, name=f"simulator-{number}", daemon=True)
            self._threads.append(one)
            one.start()

    def stop(self) -> None:
        """Ends the threads; what was not due yet is forgotten."""
        with self._change:
            self._stopped = True
            self._jobs.clear()
            self._change.notify_all()
        for one in self._threads:
            one.join()
        self._threads.clear()

    def run(self, seconds: float = 3600.0) -> int:
        """Does what is due in the next seconds of the story, in order and without waiting; answers how many jobs that were."""
        end = self._now() + seconds / self.speed
        done = 0
        while (job := self._pop(end)) is not None:
            job()
            done += 1
        self._stepped = max(self._stepped, end)
        return done

    @property
    def is_idle(self) -> bool:
        """Nothing is planned and nothing is being done."""
        with self._change:
            return not self._jobs and not self._busy

    def __len__(self) -> int:
        with self._change:
            return len(self._jobs) + self._busy

    def _now(self) -> float:
        return time.monotonic() if self._threads else self._stepped

    def _pop(self, end: float) -> Job | None:
        with self._change:
            if not self._jobs or self._jobs[0][0] > end:
                return None
            due, _number, job = heapq.heappop(self._jobs)
            self._stepped = max(self._stepped, due)
            return job

    def _work(self) -> None:
        while (job := self._wait()) is not None:
            try:
                job()
            except Exception:
                log.exception("a job of the simulator failed")
            finally:
                with self._change:
                    self._busy -= 1

    def _wait(self) -> Job | None:
        with self._change:
            while not self._stopped:
                pause = self._jobs[0][0] - time.monotonic() if self._jobs else None
                if pause is not None and pause <= 0:
                    self._busy += 1
                    return heapq.heappop(self._jobs)[2]
                self._change.wait(pause)
            return None
