"""How invented customers behave: they write, wait, grow impatient, thank, buy, pay, receive, complain.

A play is a list of steps. A customer who waits goes on when the shop answers, and reacts to what it says; without an
answer they ask again once, and leave after that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sapa.demo.providers.dialect import Dialect, World
from sapa.demo.providers.dialects import Biteship, Google, Midtrans, Shopee, TikTokShop
from sapa.demo.providers.orders import GOODS
from sapa.demo.providers.people import Customer


@dataclass(frozen=True, slots=True)
class Says:
    """Words, after a while of typing."""

    text: str
    after: float = 4.0


@dataclass(frozen=True, slots=True)
class Waits:
    """Until the shop answers; `nudge` is said once after `patience` seconds, and after twice as many they leave."""

    patience: float = 180.0
    nudge: str = "kak? 🙏"


@dataclass(frozen=True, slots=True)
class Buys:
    """An order on a marketplace (`shopee`, `tiktokshop`), paid a little later and on its way to the door."""

    market: str
    goods: int = 0


@dataclass(frozen=True, slots=True)
class Pays:
    """A payment by QRIS of an order that the chat has named."""

    order: str
    amount: int


@dataclass(frozen=True, slots=True)
class Receives:
    """A parcel of the shop's own courier travels and arrives."""

    order: str


@dataclass(frozen=True, slots=True)
class Reviews:
    """Stars and words on Google."""

    stars: int
    text: str


One = TypeVar("One", bound=Dialect)
Step = Says | Waits | Buys | Pays | Receives | Reviews


@dataclass(frozen=True, slots=True)
class Play:
    kind: str
    steps: Sequence[Step]


REACTIONS: tuple[tuple[str, str], ...] = (
    (r"habis|kosong|sold ?out|belum ada", "yah sayang banget kak 😢 kalau warna lain yang mirip ada?"),
    (r"maaf|mohon maaf", "iya kak gpp, makasih udah direspon"),
    (r"resi|dikirim|kurir", "oke kak ditunggu paketnya 🙏"),
    (
        r"ongkir|total|rp ?\d|\d{2,3}\.000|\d{2,3} ?(rb|ribu)",
        "oke kak, segitu udah pas. transfer ke mana ya?",
    ),
    (r"alamat", "Jl. Kenanga 12, Bandung 40115 ya kak"),
    (r"\?", "iya kak boleh"),
)
_DEFAULT = "siap kak, makasih infonya 🙏"

PLAYS: tuple[Play, ...] = (
    Play(
        "whatsapp",
        (
            Says("Kak, kemeja linen yang sage ukuran L masih ada?"),
            Waits(),
            Says("boleh minta fotonya?", 6),
            Waits(),
        ),
    ),
    Play(
        "instagram",
        (
            Says("hai kak, lihat story-nya 😍 tunik kremnya bisa COD ga?"),
            Waits(120, "halo kak, masih buka?"),
            Says("oke makasih ya"),
        ),
    ),
    Play(
        "telegram",
        (
            Says("selamat siang, mau tanya celana linen khaki L"),
            Says("kalau ambil 2 ada potongan?", 5),
            Waits(),
            Buys("tiktokshop", 2),
        ),
    ),
    Play(
        "line",
        (
            Says("kak ongkir ke Surabaya berapa ya"),
            Waits(90, "kak, ongkirnya?"),
            Says("ok aku pesan hari ini"),
        ),
    ),
    Play(
        "messenger",
        (
            Says("Min, bajunya kok luntur ya pas dicuci? Kecewa."),
            Waits(100, "min tolong dibalas dong"),
            Says("ya sudah, saya tunggu solusinya"),
        ),
    ),
    Play(
        "tiktok",
        (Says("kak itu set couple yang di video harganya berapa"), Waits(), Says("ada warna navy?"), Waits()),
    ),
    Play(
        "marketplace:shopee", (Says("kak ready kak? mau CO sekarang"), Waits(60, "kak?"), Buys("shopee", 0))
    ),
    Play(
        "whatsapp",
        (
            Says("Kak mau pesan tunik krem XL 1"),
            Waits(),
            Pays("TS-9101", 180_000),
            Says("sudah aku bayar ya kak 🙏", 8),
            Receives("TS-9101"),
        ),
    ),
    Play(
        "whatsapp",
        (
            Says("kak paketku udah sampai tapi kancingnya lepas satu 😞"),
            Waits(90, "gimana kak?"),
            Says("makasih ya kak"),
            Reviews(4, "Bahannya bagus, kancing lepas tapi langsung dibantu."),
        ),
    ),
    Play(
        "instagram",
        (
            Says("kak bisa kirim hari ini? buat acara besok"),
            Waits(60, "kak urgent nih 🙏"),
            Says("oke deh makasih kak"),
        ),
    ),
)


@dataclass
class _Turn:
    """One customer in the middle of a play."""

    customer: Customer
    play: Play
    at: int = 0
    waits: int = 0
    is_waiting: bool = False


class Actors:
    """Lets customers act their plays, and react to what they hear."""

    def __init__(self, dialects: Mapping[str, Dialect], world: World) -> None:
        self._dialects, self._world = dialects, world
        self._turns: dict[tuple[str, Customer], _Turn] = {}

    def begin(self, customer: Customer, play: Play) -> None:
        with self._world.guard:
            if customer not in self._world.customers:
                self._world.customers.append(customer)
            turn = self._turns[(play.kind, customer)] = _Turn(customer, play)
        self._step(turn)

    @property
    def is_idle(self) -> bool:
        return not self._turns

    def hear(self, kind: str, customer: Customer, text: str) -> None:
        """The shop said something to a customer: one who waits reacts and goes on."""
        with self._world.guard:
            turn = self._turns.get((kind, customer))
            if turn is None or not turn.is_waiting:
                return
            turn.is_waiting = False
            turn.at += 1
        chance = self._world.chance.of("reaction", customer.name, turn.at)
        self._later(3 + chance.random() * 6, lambda: self._react(turn, text))

    def _react(self, turn: _Turn, text: str) -> None:
        self._speak(turn, react_to(text))
        self._later(4, lambda: self._step(turn))

    def _step(self, turn: _Turn) -> None:
        if turn.at >= len(turn.play.steps):
            self._leave(turn)
            return
        step = turn.play.steps[turn.at]
        if isinstance(step, Waits):
            self._wait(turn, step)
            return
        turn.at += 1
        if isinstance(step, Says):
            self._later(step.after, lambda: self._speak(turn, step.text))
            self._later(step.after + 0.5, lambda: self._step(turn))
            return
        self._act(turn, step)
        self._later(5, lambda: self._step(turn))

    def _wait(self, turn: _Turn, step: Waits) -> None:
        turn.is_waiting, turn.waits = True, turn.waits + 1
        number = turn.waits
        self._later(step.patience, lambda: self._nudge(turn, step, number))

    def _nudge(self, turn: _Turn, step: Waits, number: int) -> None:
        if turn.is_waiting and turn.waits == number:
            self._speak(turn, step.nudge)
            self._later(step.patience * 2, lambda: self._give_up(turn, number))

    def _give_up(self, turn: _Turn, number: int) -> None:
        if turn.is_waiting and turn.waits == number:
            self._leave(turn)

    def _leave(self, turn: _Turn) -> None:
        with self._world.guard:
            self._turns.pop((turn.play.kind, turn.customer), None)

    def _speak(self, turn: _Turn, text: str) -> None:
        self._dialects[turn.play.kind].says(turn.customer, text)

    def _act(self, turn: _Turn, step: Buys | Pays | Receives | Reviews) -> None:
        if isinstance(step, Buys):
            self._buy(turn.customer, step)
        elif isinstance(step, Pays):
            payments = self._find(Midtrans)
            payments.pays(step.order, step.amount, "pending")
            self._later(3, lambda: payments.pays(step.order, step.amount))
        elif isinstance(step, Receives):
            parcels = self._find(Biteship)
            for number, status in enumerate(("confirmed", "picked", "dropping_off", "delivered")):
                self._later(20.0 * number, lambda status=status: parcels.moves(step.order, status))  # type: ignore[misc]
        else:
            self._find(Google).reviews_with(turn.customer, step.stars, step.text)

    def _buy(self, customer: Customer, step: Buys) -> None:
        goods = GOODS[step.goods]
        if step.market == "shopee":
            market: Shopee | TikTokShop = self._find(Shopee)
            way = ("READY_TO_SHIP", "PROCESSED", "SHIPPED", "TO_CONFIRM_RECEIVE", "COMPLETED")
        else:
            market = self._find(TikTokShop)
            way = ("AWAITING_SHIPMENT", "AWAITING_COLLECTION", "IN_TRANSIT", "DELIVERED", "COMPLETED")
        number = market.buys(customer, goods)
        for place, status in enumerate(way, 1):
            self._later(15.0 * place, lambda status=status: market.moves(number, status))  # type: ignore[misc]

    def _find(self, sort: type[One]) -> One:
        return next(one for one in self._dialects.values() if isinstance(one, sort))

    def _later(self, seconds: float, job: Callable[[], object]) -> None:
        self._world.agenda.after(seconds, job)


def react_to(text: str) -> str:
    """What a customer says to these words of the shop."""
    low = text.lower()
    return next((answer for pattern, answer in REACTIONS if re.search(pattern, low)), _DEFAULT)
