"""Measurements beside a rival or a limit; `python -m bench` runs them all, `python -m bench NAME` one."""
