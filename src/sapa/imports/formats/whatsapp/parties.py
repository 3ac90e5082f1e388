"""Who is who in a chat: which sender is the shop, who the other people are, and what the thread is called."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import unquote

from sapa.gateway.types import ConversationRef, Key, Person
from sapa.imports.formats.types import Answers, Question
from sapa.imports.formats.whatsapp.headers import plain
from sapa.imports.formats.whatsapp.survey import Survey
from sapa.lib.phones import normalise_phone

_TITLE = re.compile(
    r"(?:chat|sembang|perbualan|obrolan|conversa|discussion|keskustelu|whatsapp)[\w. -]*?"
    r"(?:\b(?:dengan|with|mit|con|com|avec|met)\b|\s[-–—:])\s*(?P<title>\S.*)$",
    re.IGNORECASE,
)
_COPY = re.compile(r"\s*\(\d{1,3}\)$")
_NUMBER = re.compile(r"\+?[\d\s().\u2010-\u2015-]{8,24}")
_YOU = frozenset({"anda", "you", "saya", "awak", "du", "sinä", "tú", "você", "vous", "u"})
_SHOP_WORDS = re.compile(
    r"\b(?:toko|shop|store|official|olshop|butik|boutique|warung|kedai|kopi|coffee|roastery|bakery|cake|catering"
    r"|dapur|skincare|beauty|cosmetics?|fashion|hijab|outlet|gallery|galeri|studio|salon|apotek|laundry|admin"
    r"|cs|customer service|sales|cv|pt|ud|online|id)\b",
    re.IGNORECASE,
)
_LEADER_SHARE = 0.4


@dataclass(slots=True)
class Parties:
    """The settled cast. `own` holds senders (as written) who are the shop; `own_is_guessed` asks for a question."""

    own: frozenset[str]
    own_is_guessed: bool
    is_group: bool
    title: str
    scope: str
    region: str
    number: str = ""
    authors: tuple[str, ...] = ()
    _people: dict[str, Person] = field(default_factory=dict)

    def person(self, author: str) -> Person:
        """The source record of a sender as written: by number where the chat shows it, else by name alone."""
        person = self._people.get(author)
        if person is None:
            person = self._people[author] = self._make(author)
        return person

    def _make(self, author: str) -> Person:
        name = shown_name(author)
        number = number_of(name, self.region)
        if number:
            return Person(("whatsapp", number), keys=(Key("phone", number),))
        if self.number and not self.is_group:
            return Person(("whatsapp", self.number), name.lstrip("~ "), (Key("phone", self.number),))
        if name.startswith("~"):
            scope = f"{self.scope}:" if self.is_group else ""
            bare = name.lstrip("~ ")
            return Person(("external", f"whatsapp:{scope}~{bare}"), bare)
        return Person(("external", f"whatsapp:{name}"), name)

    def conversation(self) -> ConversationRef:
        """The thread: of a private chat keyed by the other party, of a group by its title."""
        if self.is_group:
            return ConversationRef(f"group:{self.scope}", self.title, is_group=True)
        others = [author for author in self.authors if author not in self.own]
        if others:
            party = self.person(others[0])
            kind, value = party.record
            return ConversationRef(f"{kind}:{value}", self.title or party.name or value, party=party)
        if self.number:
            silent = Person(("whatsapp", self.number), keys=(Key("phone", self.number),))
            return ConversationRef(f"whatsapp:{self.number}", self.number, party=silent)
        unsaved = Person(("external", f"whatsapp:{self.title}"), self.title) if self.title else None
        return ConversationRef(f"external:whatsapp:{self.title}", self.title, party=unsaved)


def shown_name(author: str) -> str:
    """A sender's name without direction marks and with single ordinary spaces."""
    return " ".join(plain(author).split())


def fold(name: str) -> str:
    """A name as it is compared: case, spaces, marks, emoji and the tilde of an unsaved contact do not matter."""
    letters = re.sub(r"[^\w\s]", " ", plain(name).casefold())
    return " ".join(letters.split()) or plain(name).strip().casefold()


def number_of(name: str, region: str) -> str:
    """The phone number that a name is (`+62 812-3456-7890`) in E.164, or "" where it is a name."""
    if not _NUMBER.fullmatch(name):
        return ""
    number = normalise_phone(name, region)
    if number:
        return number
    digits = re.sub(r"\D", "", name)
    return f"+{digits}" if "+" in name and len(digits) >= 8 else ""


def title_of(stem: str) -> str:
    """The chat's name in the name of its file (`Chat WhatsApp dengan Rina`), or "" where the name holds none."""
    match = _TITLE.search(unquote(stem).replace("_", " "))
    return _COPY.sub("", shown_name(match["title"])) if match else ""


def settle_parties(survey: Survey, stem: str, answers: Answers) -> Parties:
    """Decide the cast from the survey, the file's name and what the importer knows of the shop's names."""
    names = list(survey.authors)
    title = _title(survey, stem, names, answers)
    number = number_of(title, answers.phone_region)
    own = _known_own(survey, names, answers)
    is_group = _is_group(survey, names, own, title, number, answers.phone_region)
    guessed = False
    if not own and not is_group:
        own, settled = _by_title(names, title, number, answers)
        guessed = not settled
    if not own and (guessed or is_group):
        own, guessed = _guess(survey, names, is_group), True
    return Parties(
        frozenset(own),
        guessed,
        is_group,
        title,
        title or _beginning(survey),
        answers.phone_region,
        number,
        tuple(names),
    )


def question(parties: Parties) -> Question | None:
    """What to ask where nothing in the chat shows which sender is the shop."""
    if not parties.own_is_guessed or not parties.authors:
        return None
    choices = tuple(dict.fromkeys(shown_name(author) for author in parties.authors))
    guess = next((shown_name(author) for author in parties.authors if author in parties.own), "")
    return Question("own_name", choices, guess)


def _title(survey: Survey, stem: str, names: list[str], answers: Answers) -> str:
    title = title_of(stem) or survey.title
    if title:
        return title
    plain_stem = shown_name(unquote(stem).replace("_", " "))
    if number_of(plain_stem, answers.phone_region) or any(fold(name) == fold(plain_stem) for name in names):
        return plain_stem
    only_notices = [name for name in survey.notice_authors if name not in survey.authors]
    return shown_name(only_notices[0]) if only_notices and survey.group_notices else ""


def _known_own(survey: Survey, names: list[str], answers: Answers) -> set[str]:
    """By what we were told, by "Anda", or by who took back a message of their own."""
    told = {fold(name) for name in answers.own_names}
    numbers = {number_of(name, answers.phone_region) for name in answers.own_names} - {""}
    own = {
        name
        for name in names
        if fold(name) in told
        or shown_name(name).casefold() in _YOU
        or (numbers and number_of(shown_name(name), answers.phone_region) in numbers)
    }
    if not own:
        own = {name for name in names if any(_is_part(name, told_name) for told_name in answers.own_names)}
    if not own and survey.own:
        own = {survey.own.most_common(1)[0][0]}
    return own


def _is_group(survey: Survey, names: list[str], own: set[str], title: str, number: str, region: str) -> bool:
    if survey.group_notices or len(set(map(fold, names)) - set(map(fold, own))) > (1 if own else 2):
        return True
    return bool(title and not number and len(names) == 2 and not _matching(names, title, number, region))


def _matching(names: list[str], title: str, number: str, region: str) -> list[str]:
    exact = [
        name
        for name in names
        if fold(name) == fold(title) or (number and number_of(shown_name(name), region) == number)
    ]
    return exact or [name for name in names if title and not number and _is_part(name, title)]


def _is_part(name: str, other: str) -> bool:
    """Whether all words of one stand in the other ("Toko Sage" in "Toko Sage Official")."""
    words, more = set(fold(name).split()), set(fold(other).split())
    return bool(words and more) and (words <= more or more <= words) and max(map(len, words & more)) >= 3


def _by_title(names: list[str], title: str, number: str, answers: Answers) -> tuple[set[str], bool]:
    """(the shop, is that settled?): in a private chat the file is named after the customer, the other is the shop."""
    customers = _matching(names, title, number, answers.phone_region)
    if not customers and number:
        customers = [name for name in names if shown_name(name).startswith("~")]
    if customers:
        return set(names) - set(customers), True
    if len(names) == 1 and answers.own_names:
        return set(), True
    return (set(names), True) if len(names) == 1 and title and not number else (set(), False)


def _guess(survey: Survey, names: list[str], is_group: bool) -> set[str]:
    """The likeliest shop: a name like a shop's; in a private chat who did not write first; in a group a clear leader."""
    saved = [name for name in names if not _NUMBER.fullmatch(shown_name(name)) and "~" not in name]
    shops = [name for name in saved if _SHOP_WORDS.search(shown_name(name))]
    if shops:
        return {max(shops, key=lambda name: survey.authors[name])}
    if not is_group:
        return set(names[1:2])
    top = Counter({name: survey.authors[name] for name in saved}).most_common(2)
    total = survey.authors.total()
    if top and top[0][1] >= _LEADER_SHARE * total and (len(top) == 1 or top[0][1] >= 2 * top[1][1]):
        return {top[0][0]}
    return set()


def _beginning(survey: Survey) -> str:
    """What stands for the name of a group that shows none: the moment its file begins, shared by later exports."""
    if survey.first is None:
        return ""
    date, hour, minute, *_ = survey.first
    return f"{date} {hour}.{minute}"
