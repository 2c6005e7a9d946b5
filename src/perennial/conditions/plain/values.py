"""Values as they are typed: a choice by its label, a country by its name, text with or without quotes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from perennial.conditions.nearest import nearest
from perennial.conditions.nodes import Scalar
from perennial.conditions.plain.lexing import Token, spelled
from perennial.conditions.plain.place import Place
from perennial.conditions.schema import ColumnType, FieldInfo
from perennial.conditions.words import BARE_KEY, value_text
from perennial.foundation.errors import Text

_LETTERS = frozenset({ColumnType.TEXT, ColumnType.CHOICE, ColumnType.LIST, ColumnType.TIME})
_FLAGS = {"true": True, "yes": True, "false": False, "no": False}
_ENDS = frozenset({"and", "or", "where", "to", "within", "since", "until"})
_LONGEST_NUMBER = 40
_ALWAYS_QUOTED = _ENDS | frozenset({"not", "from", "before", "between"})


def read_value(place: Place, info: FieldInfo) -> Scalar:
    known = _known(info)
    for value, label in known:
        place.wish("value", _typed(value), str(label))
    token = place.next()
    if token is None:
        raise place.fault(_("a value for “%(field)s”") % {"field": info.label})
    if token.kind == "string":
        place.at += 1
        return _unquoted(place, token)
    found = _longest(place, known)
    if found is not None:
        return found
    if info.choices:
        _refuse_choice(place, info, token)
    match token.kind:
        case "number":
            return _number(place, token, info)
        case "day" | "moment":
            place.at += 1
            return _time(place, token)
    if info.type is ColumnType.FLAG and token.folded in _FLAGS:
        place.at += 1
        return _FLAGS[token.folded]
    if token.text == "#" and place.at + 1 < len(place.tokens):
        place.at += 1
        return _number(place, place.tokens[place.at], info)
    if info.type in _LETTERS and token.kind == "word" and token.folded not in _ENDS:
        return _words(place)
    raise place.fault(_("this is no value for “%(field)s”; text stands in double quotes") % {"field": info.label})


def _known(info: FieldInfo) -> list[tuple[Scalar, Text]]:
    if info.type is ColumnType.FLAG:
        return [(True, _("yes")), (False, _("no"))]
    found: Iterable[tuple[Scalar, Text]] = info.choices or (info.named() if info.named is not None else ())
    return list(found)


def _typed(value: Scalar) -> str:
    is_bare = isinstance(value, str) and BARE_KEY.fullmatch(value) and value.lower() not in _ALWAYS_QUOTED
    return str(value) if is_bare else value_text(value)


def _longest(place: Place, known: list[tuple[Scalar, Text]]) -> Scalar | None:
    best: tuple[int, Scalar] | None = None
    for value, label in known:
        for words in (spelled(str(value)), spelled(str(label))):
            here = tuple(token.folded for token in place.tokens[place.at : place.at + len(words)])
            if words and here == words and (best is None or len(words) > best[0]):
                best = len(words), value
    if best is None:
        return None
    place.at += best[0]
    return best[1]


def _refuse_choice(place: Place, info: FieldInfo, token: Token) -> None:
    near = nearest(token.text, info.choices) or [key for key, _label in info.choices[:10]]
    sentence = _("this is no choice of “%(field)s”; the nearest: %(names)s")
    raise place.fault(str(sentence) % {"field": info.label, "names": ", ".join(near)})


def _unquoted(place: Place, token: Token) -> str:
    try:
        return str(json.loads(token.text))
    except ValueError:
        raise place.fault(_("this text has an unknown escape"), place.at - 1) from None


def _number(place: Place, token: Token, info: FieldInfo) -> Scalar:
    if token.kind != "number" or len(token.text) > _LONGEST_NUMBER:
        raise place.fault(_("this is no number that can be compared"))
    place.at += 1
    if info.type in _LETTERS:
        return token.text
    return Decimal(token.text) if "." in token.text else int(token.text)


def _time(place: Place, token: Token) -> Scalar:
    try:
        return date.fromisoformat(token.text) if token.kind == "day" else datetime.fromisoformat(token.text)
    except ValueError:
        raise place.fault(_("this day or time does not exist"), place.at - 1) from None


def _words(place: Place) -> str:
    """As many words as there are before the clause ends, as they are written."""
    first = last = place.tokens[place.at]
    while (token := place.next()) is not None and token.kind in ("word", "number") and token.folded not in _ENDS:
        last = token
        place.at += 1
    return place.text[first.start : last.end]
