"""Tags of Django's own names whose outcome is settled once: words by language, addresses by name, pieces by what they show.

They stand in for `translate` and `url` everywhere (settings: builtins) and say what those say. A page translates seventy
literals and makes a hundred addresses, which was a sixth of its processor time.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import template
from django.template.base import FilterExpression, Parser, Token
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as parse_url
from django.templatetags.i18n import TranslateNode, do_translate
from django.urls import get_script_prefix, reverse
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

register = template.Library()

_STAND_INS: dict[type, Any] = {UUID: UUID("5a9a0000-0000-4000-8000-000000000000"), int: 5_490_000_001}
_MOST_PIECES = 256


class _Said(template.Node):
    """A literal, translated once a language."""

    def __init__(self, node: TranslateNode) -> None:
        self._node = node
        self._kept: dict[str | None, SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        language = get_language()
        said = self._kept.get(language)
        if said is None:
            said = self._kept[language] = mark_safe(self._node.render(context))  # noqa: S308 - our own words
        return said


@register.tag("translate")
def translate(parser: Parser, token: Token) -> template.Node:
    """As Django's `translate`."""
    node = do_translate(parser, token)
    is_settled = (
        isinstance(node, TranslateNode)
        and not (node.asvar or node.message_context or node.noop)
        and _literal(node.filter_expression) is not None
    )
    return _Said(node) if is_settled else node


def _literal(expression: FilterExpression) -> str | None:
    # Django keeps a constant as the text itself, but `translate` makes a variable of it again.
    found = expression.var if isinstance(expression.var, str) else getattr(expression.var, "literal", None)
    return found if isinstance(found, str) and not expression.filters else None


class _Address(template.Node):
    """The address of a page that is named in the template, of ids and public ids."""

    def __init__(self, node: URLNode, name: str) -> None:
        self._node, self._name = node, name

    def render(self, context: template.Context) -> str:
        given = [one.resolve(context) for one in self._node.args]
        form = find_form(self._name, tuple(map(type, given)))
        return self._node.render(context) if form is None else mark_safe(form % tuple(given))  # noqa: S308 - ids


@register.tag("url")
def url(parser: Parser, token: Token) -> template.Node:
    """As Django's `url`."""
    node = parse_url(parser, token)
    name = _literal(node.view_name)
    return _Address(node, name) if name and not (node.kwargs or node.asvar) else node


_forms: dict[tuple[str, str, tuple[type, ...]], str | None] = {}


def find_form(name: str, kinds: tuple[type, ...]) -> str | None:
    """An address with `%s` for each of its UUIDs and numbers; None where it is of anything else.

    Raises `NoReverseMatch` for a name that there is not.
    """
    key = get_script_prefix(), name, kinds
    if key not in _forms:
        _forms[key] = _make_form(name, kinds)
    return _forms[key]


def _make_form(name: str, kinds: tuple[type, ...]) -> str | None:
    if any(kind not in _STAND_INS for kind in kinds) or len(set(kinds)) < len(kinds):
        return None
    address: str = conditional_escape(reverse(name, args=[_STAND_INS[kind] for kind in kinds])).replace(
        "%", "%%"
    )
    for at, kind in enumerate(kinds):
        stand_in = str(_STAND_INS[kind])
        if address.count(stand_in) != 1 or (at and address.index("%s") > address.index(stand_in)):
            return None
        address = address.replace(stand_in, "%s")
    return address


def address_of(name: str, *ids: Any) -> str:
    """As `reverse`, for an address of ids and public ids."""
    form = find_form(name, tuple(map(type, ids)))
    return reverse(name, args=ids) if form is None else form % ids


class _Pieces(dict[tuple[Any, ...], SafeString]):
    """What was drawn lately; begun anew when it is full."""

    def keep(self, key: tuple[Any, ...], drawn: SafeString) -> SafeString:
        if len(self) >= _MOST_PIECES:
            self.clear()
        self[key] = drawn
        return drawn


_pieces = _Pieces()


@register.simple_tag(takes_context=True)
def settled(context: template.Context, name: str, *shown: Any) -> SafeString:
    """A part of a page that depends on the language and on `shown` alone, drawn once. Nothing of one person's may stand in it.

    Lists are shown by what is in them; everything in `shown` must be hashable.
    """
    key = (
        name,
        get_language(),
        get_script_prefix(),
        *(tuple(one) if isinstance(one, list) else one for one in shown),
    )
    found = _pieces.get(key)
    return found if found is not None else _pieces.keep(key, draw(context, name))


@register.simple_tag(takes_context=True)
def draw(context: template.Context, name: str, **more: Any) -> SafeString:
    """As `include`, for a piece that is shown more than once: `{% draw "…" place="side" as piece %}`."""
    engine = context.template.engine  # type: ignore[union-attr]
    with context.push(**more):
        return mark_safe(engine.get_template(name).render(context))  # noqa: S308 - templates escape
