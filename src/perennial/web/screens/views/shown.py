"""What an address asks a list to show: a saved view or the kind's own list, with the changes that the address makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict

from perennial.conditions.errors import ConditionError
from perennial.conditions.text import parse
from perennial.conditions.tree import TRUE, Condition, every
from perennial.conditions.writing import to_text
from perennial.foundation.errors import NotFound, Text
from perennial.foundation.text import whole_number
from perennial.objects.field_rights import hidden
from perennial.objects.schema import condition_of
from perennial.objects.types import ObjectType
from perennial.objects.views.checking import day_fields, lane_fields, usable
from perennial.objects.views.reading import SavedView, views_of
from perennial.objects.views.spec import ViewSpec, spec_from_json, spec_to_json
from perennial.web.screens.address import list_url
from perennial.workspace.actor import Actor

PARTS = {  # parameter → part of the spec
    "layout": "layout", "columns": "columns", "sort": "sort", "filter": "where", "group": "group", "totals": "totals",
    "lanes": "lanes", "day": "day", "span": "span",
}  # fmt: skip
DECLARED = "all"  # ?view=all: the kind's own list, where the role would see another first
_LONGEST_SEARCH = 200


@dataclass(frozen=True)
class Shown:
    """`base` is what is saved (or declared), `spec` what is shown; they differ by what the address changes."""

    kind: ObjectType
    by: Actor
    views: Sequence[SavedView]
    view: SavedView | None
    base: ViewSpec
    spec: ViewSpec
    text: str  # searched for
    quick: tuple[int, ...]  # which quick filters are on

    @property
    def path(self) -> str:
        return list_url(self.kind)

    @property
    def is_changed(self) -> bool:
        return self.spec != self.base

    @property
    def sort(self) -> str:
        return self.spec.sort or self.kind.list.sort

    @cached_property
    def columns(self) -> tuple[str, ...]:
        gone = hidden(self.kind, self.by)
        return tuple(key for key in self.spec.columns or self.kind.list.columns if key not in gone)

    @cached_property
    def lane_field(self) -> str:
        """The field of the board: what the view says, else the best that the kind has; "" when it has none."""
        return self.spec.lanes or next(iter(lane_fields(self.kind, by=self.by)), "")

    @cached_property
    def day_field(self) -> str:
        """The field of the calendar."""
        return self.spec.day or next(iter(day_fields(self.kind, by=self.by)), "")

    @property
    def quick_filters(self) -> Sequence[tuple[Text, str]]:
        """The view's own, or those that the kind declares; none about a field that the actor may not read."""
        offered = self.spec.quick if self.spec.quick else self.kind.list.filters
        return [each for each in offered if self._can_ask(each[1])] if self.by.rights.fields else offered

    def _can_ask(self, text: str) -> bool:
        try:
            condition_of(self.kind, text, by=self.by)
        except ConditionError:
            return False
        return True

    @cached_property
    def filter(self) -> Condition:
        """The filter alone, without the quick ones."""
        return condition_of(self.kind, self.spec.where, by=self.by)

    @cached_property
    def where(self) -> Condition:
        on = [condition_of(self.kind, self.quick_filters[number][1], by=self.by) for number in self.quick]
        parts = [each for each in (self.filter, *on) if each != TRUE]
        return every(*parts) if parts else TRUE

    @property
    def trouble(self) -> ConditionError | None:
        """Why the filter cannot be asked."""
        try:
            _asked = self.where
        except ConditionError as wrong:
            return wrong
        return None

    @property
    def where_text(self) -> str:
        return "" if self.where == TRUE else to_text(self.where)

    @property
    def is_filtered(self) -> bool:
        return self.where != TRUE or bool(self.text)

    def parameters(self, **changes: Any) -> dict[str, str]:
        """The parameters of an address that shows this with other parts of the spec, or another `quick` or `text`."""
        quick, text = changes.pop("quick", self.quick), changes.pop("text", self.text)
        spec = replace(self.spec, **changes)
        found = {"view": self._named()}
        found |= {name: _written(getattr(spec, part)) for name, part in PARTS.items()
                  if getattr(spec, part) != getattr(self.base, part)}  # fmt: skip
        found |= {"q": text, "quick": ",".join(map(str, quick))}
        return {key: value for key, value in found.items() if value or key in PARTS}

    def address(self, below: str = "", *, extra: Mapping[str, Any] | None = None, **changes: Any) -> str:
        """The list's address, or one below it, with these changes."""
        query = urlencode({**self.parameters(**changes), **(extra or {})})
        return f"{self.path}{below}?{query}" if query else f"{self.path}{below}"

    def address_of(self, view: SavedView | None) -> str:
        """Another view of the same kind, as it is saved."""
        if view is not None:
            return f"{self.path}?view={view.id}"
        return f"{self.path}?view={DECLARED}" if any(each.is_first for each in self.views) else self.path

    def _named(self) -> str:
        if self.view is not None:
            return str(self.view.id)
        return DECLARED if any(each.is_first for each in self.views) else ""


def shown_of(kind: ObjectType, query: QueryDict, *, by: Actor) -> Shown:
    """What the query asks for. A view that is not there (any more) for the actor is `NotFound`."""
    views = views_of(kind, by=by)
    view = _view_named(views, query)
    base = usable(view.spec if view else ViewSpec(), kind, by=by)
    spec = usable(_changed(base, query), kind, by=by)
    shown = Shown(kind, by, views, view, base, spec, query.get("q", "").strip()[:_LONGEST_SEARCH], ())
    numbers = (whole_number(each, longest=2) for each in query.get("quick", "").split(","))
    there = {each for each in numbers if each is not None and each < len(shown.quick_filters)}
    return replace(shown, quick=tuple(sorted(there)))


def request_query(request: HttpRequest) -> QueryDict:
    """The query of the list that a form stands on, sent along as `list`; else the request's own."""
    sent = request.POST.get("list") if request.method == "POST" else None
    return QueryDict(sent) if sent is not None else request.GET


def canonical(text: str) -> str:
    """A condition as we write it; "" for none."""
    if not text.strip():
        return ""
    read = parse(text)
    return "" if read == TRUE else to_text(read)


def _view_named(views: Sequence[SavedView], query: QueryDict) -> SavedView | None:
    named = query.get("view", "")
    if named and named != DECLARED:
        number = whole_number(named)
        found = next((each for each in views if each.id == number), None)
        if found is None:
            raise NotFound
        return found
    if named or any(key in query for key in (*PARTS, "q", "quick")):
        return None
    return next((each for each in views if each.is_first), None)


def _changed(base: ViewSpec, query: QueryDict) -> ViewSpec:
    told = spec_to_json(base)
    for name, part in PARTS.items():
        if name in query:
            text = str(query[name])
            told[part] = [each for each in text.split(",") if each] if part in ("columns", "totals") else text
    return spec_from_json(told)


def _written(value: Any) -> str:
    return ",".join(value) if isinstance(value, tuple) else str(value)
