"""`python -m sapa` is the same as the `sapa` command."""

from __future__ import annotations

from sapa.config.main import main

if __name__ == "__main__":
    raise SystemExit(main())
