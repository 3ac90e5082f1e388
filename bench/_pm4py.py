"""pm4py beside our map: in an environment of its own, for it brings half a gigabyte that Sapa does not need."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

_PIN = "pm4py>=2.7.17"

# Answers each line on stdin with the seconds of one discovery, and "edges" with what it found.
_SCRIPT = """
import json, os, sys, time
out = os.fdopen(os.dup(1), "w")
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
import pandas, pm4py
log = pandas.read_parquet(sys.argv[1])
found = None
print(json.dumps(pm4py.__version__), file=out, flush=True)
for line in sys.stdin:
    if line.strip() == "edges":
        counts, _, _ = pm4py.discover_dfg(ready, case_id_key="case", activity_key="kind", timestamp_key="at")
        edges = [[a, b, counts[a, b], found[a, b]["median"]] for a, b in found]
        print(json.dumps(edges), file=out, flush=True)
        continue
    start = time.perf_counter()
    ready = pm4py.format_dataframe(log.copy(), case_id="case", activity_key="kind", timestamp_key="at")
    found, _, _ = pm4py.discover_performance_dfg(ready, case_id_key="case", activity_key="kind", timestamp_key="at")
    print(time.perf_counter() - start, file=out, flush=True)
"""


def find_python() -> str | None:
    """A Python that has pm4py: SAPA_BENCH_PM4PY, this one, or an environment made for it once in the temp folder."""
    if given := os.environ.get("SAPA_BENCH_PM4PY"):
        return given
    if importlib.util.find_spec("pm4py"):
        return sys.executable
    folder = Path(tempfile.gettempdir()) / "sapa-bench-pm4py"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not (folder / ".ok").exists():
        try:
            subprocess.run([sys.executable, "-m", "venv", folder], check=True)
            subprocess.run([python, "-m", "pip", "install", "-q", _PIN, "pyarrow"], check=True)
        except subprocess.CalledProcessError:
            return None
        (folder / ".ok").touch()
    return str(python)


class Pm4py:
    """Formats the log and discovers its performance graph each round, as ours asks for edges with medians."""

    def __init__(self, raw: Any, log: Path) -> None:
        raw.cursor().execute(
            'COPY (SELECT CAST(contact AS VARCHAR) AS "case", kind, happened_at AS "at" FROM touchpoint'
            f" ORDER BY contact, happened_at, rank, id) TO '{log}' (FORMAT parquet)"
        )
        self.seconds: list[float] = []
        self.version = ""
        python = find_python()
        self._process = None
        if python:
            self._process = subprocess.Popen(
                [python, "-c", _SCRIPT, str(log)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                encoding="utf-8",
            )
            self.version = self._answer()

    def _answer(self) -> Any:
        assert self._process
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("pm4py ended: its Python needs pm4py, pandas and pyarrow")
        return json.loads(line)

    def _ask(self, line: str) -> Any:
        assert self._process
        assert self._process.stdin
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        return self._answer()

    def round(self) -> None:
        if self._process:
            self.seconds.append(float(self._ask("go")))

    def compare(self, ours: dict[tuple[str, str], Any]) -> dict[str, Any] | None:
        """Its median seconds, and whether its edges, counts and medians (to a second) are ours. None without it."""
        if not self._process:
            return None
        edges = {(a, b): (n, seconds) for a, b, n, seconds in self._ask("edges")}
        self._process.terminate()
        equal = edges.keys() == ours.keys() and all(
            ours[edge]["events"] == n and abs(ours[edge]["median_hours"] * 3600 - seconds) < 1
            for edge, (n, seconds) in edges.items()
        )
        return {
            "version": self.version,
            "seconds": round(median(self.seconds), 3),
            "edges": len(edges),
            "equal": equal,
        }
