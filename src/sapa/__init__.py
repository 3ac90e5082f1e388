"""Sapa: customer knowledge for small shops."""

__version__ = "0.1.0"
