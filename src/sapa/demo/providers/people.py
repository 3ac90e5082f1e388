"""Invented customers, and the ids by which each provider knows them. Nobody here is real.

Those who have a story in the demo shop's files have the same number here: they are the same people.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Customer:
    """One person: `phone` in international digits without plus. Ids follow from name and phone, the same at each run."""

    name: str
    phone: str

    def digits(self, where: str, length: int) -> str:
        """An id of decimal digits that is this person's own at one provider; it never begins with 0."""
        found = int.from_bytes(hashlib.sha256(f"{where}:{self.name}:{self.phone}".encode()).digest()[:16])
        return str(10 ** (length - 1) + found % (9 * 10 ** (length - 1)))

    def letters(self, where: str) -> str:
        """An id of 32 hexadecimal letters."""
        return hashlib.sha256(f"{where}:{self.name}:{self.phone}".encode()).hexdigest()[:32]

    @property
    def handle(self) -> str:
        return ".".join(self.name.lower().split())


CAST = (
    Customer("Rina Wulandari", "6281234567890"),
    Customer("Budi Santoso", "6281322110098"),
    Customer("Sari Dewi", "6282144556677"),
    Customer("Andi Wijaya", "6285710102020"),
    Customer("Bu Ratna", "62811812345"),
    Customer("Joko Purnomo", "6281250506161"),
    Customer("Putri Maharani", "6283820203030"),
    Customer("Wahyu Hidayat", "6285681819292"),
    Customer("Nita Kusuma", "6281293930404"),
    Customer("Yusuf Maulana", "6282214142525"),
    Customer("Dewi Lestari", "6285811223300"),
    Customer("Agus Setiawan", "6281244556677"),
)
