"""What a view shows and how, as frozen data and as JSON. Fields and facts are named by their keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from perennial.conditions.errors import ConditionError
from perennial.conditions.text import parse
from perennial.conditions.tree import Compare, walk
from perennial.objects.ordering import split_sort

LAYOUTS = ("table", "board", "calendar", "split")
SPANS = ("month", "week")


@dataclass(frozen=True, slots=True)
class ViewSpec:
    """What is empty is as the kind declares it. `where` and the quick filters are conditions in their text form."""

    layout: str = "table"
    columns: tuple[str, ...] = ()
    sort: str = ""  # "-worth,name"
    where: str = ""
    quick: tuple[tuple[str, str], ...] = ()  # (label, condition): offered beside the filter, off at first
    group: str = ""  # a table in groups
    totals: tuple[str, ...] = ()  # "sum:worth", "average:size": of each group or lane
    lanes: str = ""  # the field of a board
    day: str = ""  # the field of a calendar
    span: str = "month"


def spec_to_json(spec: ViewSpec) -> dict[str, Any]:
    """Only what differs from an empty spec, so that a new part of it changes no view that is there."""
    empty = ViewSpec()
    return {
        key: [list(each) if isinstance(each, tuple) else each for each in value] if isinstance(value, tuple) else value
        for key, value in asdict(spec).items()
        if value != getattr(empty, key)
    }


def spec_from_json(data: object) -> ViewSpec:
    """Reads leniently what a former version may have written; what is of the wrong shape is left out."""
    if not isinstance(data, Mapping):
        return ViewSpec()
    texts = {key: value for key, value in data.items() if isinstance(value, str)}
    empty = ViewSpec()
    quick = data.get("quick")
    pairs = [each for each in quick if isinstance(each, list | tuple)] if isinstance(quick, list | tuple) else []
    layout, span = texts.get("layout", ""), texts.get("span", "")
    return ViewSpec(
        layout=layout if layout in LAYOUTS else empty.layout,
        columns=_texts(data.get("columns")),
        sort=texts.get("sort", ""),
        where=texts.get("where", ""),
        quick=tuple((str(pair[0]), str(pair[1])) for pair in pairs if len(pair) == 2),
        group=texts.get("group", ""),
        totals=_texts(data.get("totals")),
        lanes=texts.get("lanes", ""),
        day=texts.get("day", ""),
        span=span if span in SPANS else empty.span,
    )


def keys_in(spec: ViewSpec) -> Iterator[tuple[str, str]]:
    """(part of the spec, key of a field or fact) for everything that it names."""
    yield from (("columns", key) for key in spec.columns)
    yield from (("sort", key.removeprefix("-")) for key in split_sort(spec.sort))
    yield from (("totals", total.partition(":")[2]) for total in spec.totals)
    yield from ((part, key) for part, key in (("group", spec.group), ("lanes", spec.lanes), ("day", spec.day)) if key)
    for text in (spec.where, *(text for _label, text in spec.quick)):
        yield from (("filter", key) for key in _keys_of_condition(text))


def _keys_of_condition(text: str) -> set[str]:
    try:
        return {node.field for _depth, node in walk(parse(text)) if isinstance(node, Compare)} if text else set()
    except ConditionError:
        return set()


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(each) for each in value) if isinstance(value, list | tuple) else ()
