"""The JSON form: what is stored and what programs send. It has a version, and reads strictly.

    {"version": 2, "all": [{"field": "stage", "op": "eq", "value": "retention"},
                           {"did": "commerce.order_placed", "at_least": 2, "within": {"last": 90, "unit": "day"}}]}

Texts, whole numbers, true and false are themselves; the rest says what it is: {"number": "10.50"},
{"day": "2026-05-31"}, {"moment": "2026-05-31T09:30:00Z"}. A list of values is a list. Older versions are read as what
they mean in this one (`_MIGRATIONS`, a step for each version).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any as Json

from django.utils.translation import gettext_lazy as _

from perennial.conditions.check import MAX_DEPTH, check_size
from perennial.conditions.clauses import KINDS, kind_of
from perennial.conditions.errors import ConditionError, ConditionTooLarge
from perennial.conditions.nodes import VERSION, All, Any, Condition, Neither
from perennial.conditions.reading import Reader

GROUPS: Mapping[str, type[All | Any | Neither]] = {"all": All, "any": Any, "none": Neither}


def to_json(condition: Condition) -> dict[str, Json]:
    return {"version": VERSION, **_node(condition)}


def from_json(data: object) -> Condition:
    """The condition, or a `ConditionError`. Check it against a schema before use."""
    version = data.get("version") if isinstance(data, Mapping) else None
    known = isinstance(version, int) and not isinstance(version, bool) and 1 <= version <= VERSION
    if not isinstance(data, Mapping) or not known:
        raise ConditionError(_("A condition in JSON is an object with “version”: %(version)d.") % {"version": VERSION})
    read = _read
    for old in range(VERSION - 1, int(version or VERSION) - 1, -1):
        read = partial(_migrated, _MIGRATIONS[old], read)
    condition = read({key: value for key, value in data.items() if key != "version"}, Reader(read))
    check_size(condition)
    return condition


def _node(condition: Condition) -> dict[str, Json]:
    match condition:
        case All(children):
            return {"all": [_node(child) for child in children]}
        case Any(children):
            return {"any": [_node(child) for child in children]}
        case Neither(children):
            return {"none": [_node(child) for child in children]}
    return kind_of(condition).json(condition, _node)


def _read(data: object, reader: Reader) -> Condition:
    if len(reader.path) >= MAX_DEPTH:
        raise ConditionTooLarge(_("A condition may be nested at most %(most)d deep.") % {"most": MAX_DEPTH})
    if not isinstance(data, Mapping):
        raise reader.refusal(_("A clause in JSON is an object."))
    if len(data) == 1 and (word := next(iter(data))) in GROUPS:
        children = data[word]
        if not isinstance(children, list):
            raise reader.refusal(_("“%(word)s” takes a list of clauses.") % {"word": word})
        return GROUPS[word](tuple(reader.read(child, reader.child(i)) for i, child in enumerate(children)))
    return _read_clause(data, reader)


def _read_clause(data: Mapping[str, Json], reader: Reader) -> Condition:
    keys = set(data)
    marked = next((kind for kind in KINDS if kind.mark in keys), None)
    if marked is None:
        marks = ", ".join(f"“{mark}”" for mark in (*GROUPS, *(kind.mark for kind in KINDS)))
        raise reader.refusal(_("A clause in JSON has one of these keys: %(marks)s.") % {"marks": marks})
    missing, strange = marked.needed - keys, keys - marked.needed - marked.allowed - {marked.mark}
    if missing or strange:
        known = ", ".join(f"“{key}”" for key in (marked.mark, *sorted(marked.needed), *sorted(marked.allowed)))
        sentence = _("Of a clause with “%(mark)s” these keys are known: %(known)s; it needs: %(needed)s.")
        needed = ", ".join(f"“{key}”" for key in (marked.mark, *sorted(marked.needed)))
        raise reader.refusal(sentence % {"mark": marked.mark, "known": known, "needed": needed})
    clause: Condition = marked.read(data, reader)
    return clause


def _migrated(
    step: Callable[[Mapping[str, Json]], Mapping[str, Json]],
    read: Callable[[object, Reader], Condition],
    data: object,
    reader: Reader,
) -> Condition:
    return read(step(data) if isinstance(data, Mapping) else data, reader)


def _from_1(clause: Mapping[str, Json]) -> Mapping[str, Json]:
    """Windows were so many days; “where” was a list of comparisons that all held."""
    made = dict(clause)
    if "within_days" in made:
        days = made.pop("within_days")
        made["within"] = None if days is None else {"last": days, "unit": "day"}
    if isinstance(made.get("where"), list):
        tests = made["where"]
        made["where"] = tests[0] if len(tests) == 1 else {"all": tests}
    return made


_MIGRATIONS: Mapping[int, Callable[[Mapping[str, Json]], Mapping[str, Json]]] = {1: _from_1}
