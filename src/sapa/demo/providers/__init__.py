"""A simulator of the providers: one server that speaks their dialects, for the demo shop, for tests and for measuring."""

from sapa.demo.providers.joining import join
from sapa.demo.providers.people import CAST, Customer
from sapa.demo.providers.plays import PLAYS, Play
from sapa.demo.providers.simulator import Simulator

__all__ = ["CAST", "PLAYS", "Customer", "Play", "Simulator", "join"]
