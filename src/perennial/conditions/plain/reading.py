"""Text in either form, read. What can be read in the exact form means what it says there."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from perennial.conditions.check import MAX_DEPTH, MAX_SOURCE, check
from perennial.conditions.errors import ConditionError, ConditionTooLarge
from perennial.conditions.nodes import FALSE, NEVER, ONCE, TRUE, All, Any, Condition, Neither
from perennial.conditions.plain.clauses import read_clause
from perennial.conditions.plain.lexing import lex
from perennial.conditions.plain.place import Place
from perennial.conditions.schema import Schema
from perennial.conditions.text import parse
from perennial.conditions.tree import Did, Has

_EXACT = frozenset({"did", "has", "("})


def parse_any(text: str, schema: Schema) -> Condition:
    """The condition that a text says in the exact form or, where it says none so, in the plain one."""
    try:
        return parse(text, schema)
    except ConditionTooLarge:
        raise
    except ConditionError:
        return parse_plain(text, schema)


def parse_plain(text: str, schema: Schema) -> Condition:
    place = Place(text, lex(text)) if len(text) <= MAX_SOURCE else None
    if place is None:
        raise ConditionTooLarge(_("This condition is too long: %(most)d characters at most.") % {"most": MAX_SOURCE})
    return check(read_all(place, schema), schema)


def read_all(place: Place, schema: Schema) -> Condition:
    """All that the text says, not yet checked."""
    found = _either(place, schema, 0)
    if place.next() is not None:
        raise place.fault(_("this was not expected here; “and” or “or” joins two conditions"))
    return found


def _either(place: Place, schema: Schema, depth: int) -> Condition:
    found = [_both(place, schema, depth)]
    while place.took("or"):
        found.append(_both(place, schema, depth))
    return found[0] if len(found) == 1 else Any(tuple(found))


def _both(place: Place, schema: Schema, depth: int) -> Condition:
    found = [_negation(place, schema, depth)]
    while place.took("and"):
        found.append(_negation(place, schema, depth))
    return found[0] if len(found) == 1 else All(tuple(found))


def _negation(place: Place, schema: Schema, depth: int) -> Condition:
    if depth > MAX_DEPTH:
        raise ConditionTooLarge(_("A condition may be nested at most %(most)d deep.") % {"most": MAX_DEPTH})
    if place.took("not"):
        token = place.next()
        found = _negation(place, schema, depth + 1)
        return _denied(found, is_exact=token is not None and token.folded in _EXACT)
    if place.took_mark("("):
        found = _either(place, schema, depth + 1)
        place.need_mark(")")
        return found
    for word, group in (("all", All), ("any", Any), ("none", Neither)):
        if place.took(word, "of", "("):
            return group(_listed(place, schema, depth + 1))
    if place.took("everything"):
        return TRUE
    if place.took("nothing"):
        return FALSE
    return read_clause(place, schema, _inside(depth + 1))


def _inside(depth: int) -> Callable[[Place, Schema], Condition]:
    return lambda place, schema: _either(place, schema, depth)


def _denied(found: Condition, *, is_exact: bool) -> Condition:
    """ "not page viewed" is "never"."""
    if not is_exact and isinstance(found, Did) and found.times == ONCE:
        return Did(found.event, NEVER, found.within, found.where)
    if not is_exact and isinstance(found, Has) and found.times == ONCE:
        return Has(found.relation, NEVER, found.where)
    return Neither((found,))


def _listed(place: Place, schema: Schema, depth: int) -> tuple[Condition, ...]:
    if place.took_mark(")"):
        return ()
    found = [_either(place, schema, depth)]
    while place.took_mark(","):
        found.append(_either(place, schema, depth))
    place.need_mark(")")
    return tuple(found)
