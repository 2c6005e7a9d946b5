"""What a spec may say of a kind, and what of it still holds: fields come and go after a view was saved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from perennial.conditions.errors import ConditionError
from perennial.conditions.schema import MANY, ColumnType
from perennial.foundation.errors import Invalid, Text
from perennial.objects.actions import actions
from perennial.objects.dear_orders import is_too_dear
from perennial.objects.field_rights import hidden
from perennial.objects.fields import FieldType, LinesType, LinkType, MoneyType
from perennial.objects.ordering import MOST as MOST_SORTS
from perennial.objects.ordering import split_sort
from perennial.objects.record_fields import FACT, field_of, fields_of
from perennial.objects.schema import column_of, condition_of
from perennial.objects.types import ObjectType
from perennial.objects.views.spec import LAYOUTS, SPANS, ViewSpec
from perennial.workspace.actor import Actor

MOST_COLUMNS = 40
MOST_QUICK = 12
MOST_TOTALS = 6
HOWS = ("sum", "average", "least", "most")
LANE_TYPES = frozenset((ColumnType.CHOICE, ColumnType.REF, ColumnType.MEMBER, ColumnType.TEAM, ColumnType.FLAG))
_NUMBERS = frozenset((ColumnType.WHOLE, ColumnType.NUMBER, ColumnType.MONEY))
_CALENDAR = frozenset((ColumnType.DAY, ColumnType.MOMENT))


def can_be_column(kind: ObjectType, key: str) -> bool:
    return column_of(kind, key) is not None


def can_sort(kind: ObjectType, key: str) -> bool:
    found = column_of(kind, key)
    if found is None or isinstance(found[1], LinesType) or found[1].column in MANY:
        return False
    declared = None if key.startswith(FACT) else field_of(kind, key)
    return declared is None or (declared.is_sortable and not is_too_dear(kind, declared))


def can_be_lane(kind: ObjectType, key: str) -> bool:
    """A field of the record itself with few values: a choice, a record or user referred to, yes or no, a country."""
    found = column_of(kind, key) if "." not in key and not key.startswith(FACT) else None
    return found is not None and (found[1].column in LANE_TYPES or found[1].look == "country")


def can_be_day(kind: ObjectType, key: str) -> bool:
    found = column_of(kind, key) if "." not in key else None
    return found is not None and found[1].column in _CALENDAR


def can_total(kind: ObjectType, total: str) -> bool:
    how, _colon, key = total.partition(":")
    return how in HOWS and bool(number_fields(kind, [key]))


def lane_fields(kind: ObjectType, *, by: Actor) -> list[str]:
    """The fields that a board can have lanes of, choices first: they are how far something is."""
    gone = hidden(kind, by)
    keys = [each.key for each in fields_of(kind) if each.key not in gone and can_be_lane(kind, each.key)]
    return sorted(keys, key=lambda key: _lane_rank(kind, key))


def day_fields(kind: ObjectType, *, by: Actor) -> list[str]:
    """The fields that a calendar can be by, those that somebody can set first."""
    gone = hidden(kind, by)
    keys = [each.key for each in fields_of(kind) if each.key not in gone and can_be_day(kind, each.key)]
    return sorted(keys, key=lambda key: bool((found := field_of(kind, key)) and found.readonly))


def usable(spec: ViewSpec, kind: ObjectType, *, by: Actor) -> ViewSpec:
    """What of a spec still means something for this kind and this actor. The filter stays as it is: without it more
    would be shown."""
    gone = hidden(kind, by)
    return replace(
        spec,
        columns=tuple(key for key in spec.columns if key not in gone and can_be_column(kind, key)),
        sort=",".join(
            each
            for each in split_sort(spec.sort)[:MOST_SORTS]
            if each.removeprefix("-") not in gone and can_sort(kind, each.removeprefix("-"))
        ),
        group=spec.group if spec.group not in gone and can_be_lane(kind, spec.group) else "",
        lanes=spec.lanes if spec.lanes not in gone and can_be_lane(kind, spec.lanes) else "",
        day=spec.day if spec.day not in gone and can_be_day(kind, spec.day) else "",
        totals=tuple(each for each in spec.totals if each.partition(":")[2] not in gone and can_total(kind, each)),
    )


def check_spec(spec: ViewSpec, kind: ObjectType, *, by: Actor) -> ViewSpec:
    """The spec, or `Invalid` with a sentence for each part of it that means nothing here."""
    wrong: dict[str, Text] = {}
    if spec.layout not in LAYOUTS or spec.span not in SPANS:
        wrong["layout"] = _("Show the records as a table, a board, a calendar or beside each other.")
    if len(spec.columns) > MOST_COLUMNS or len(spec.quick) > MOST_QUICK or len(spec.totals) > MOST_TOTALS:
        wrong["columns"] = _("These are too many columns, totals or quick filters.")
    held = usable(spec, kind, by=by)
    for part in ("columns", "group", "lanes", "day", "totals"):
        if getattr(held, part) != getattr(spec, part):
            wrong[part] = _("This names a field that is not there, or that cannot be used for this.")
    if split_sort(spec.sort) != split_sort(held.sort):
        wrong["sort"] = _("Sort by one to %(most)d columns that this list has.") % {"most": MOST_SORTS}
    for part, text in (("where", spec.where), *(("quick", text) for _label, text in spec.quick)):
        try:
            condition_of(kind, text, by=by)
        except ConditionError as error:
            wrong[part] = error.sentence
    if any(not label.strip() or len(label) > 60 for label, _text in spec.quick):
        wrong["quick"] = _("Give each quick filter a name of at most 60 characters.")
    if wrong:
        raise Invalid(wrong)
    return held


def number_fields(kind: ObjectType, keys: Iterable[str]) -> list[str]:
    """Those that can be summed: numbers, and money that is all in the firm's currency."""
    found = ((key, column_of(kind, key)) for key in keys)
    return [key for key, each in found if each is not None and _can_be_summed(each[1])]


def _can_be_summed(type: FieldType) -> bool:
    if isinstance(type, MoneyType):
        return not type.currency
    return type.column in _NUMBERS and not isinstance(type, LinkType)


def _lane_rank(kind: ObjectType, key: str) -> tuple[int, bool]:
    """What the kind says first; then choices, those before others that somebody or an action can set: cards move."""
    if key == kind.list.lanes:
        return -1, False
    found, declared = column_of(kind, key), field_of(kind, key)
    order = (ColumnType.CHOICE, ColumnType.MEMBER, ColumnType.TEAM, ColumnType.FLAG, ColumnType.REF)
    rank = order.index(found[1].column) if found and found[1].column in order else len(order)
    is_moved = any(each.sets == key and kind.key in each.on for each in actions.values())
    return rank, bool(declared and declared.readonly) and not is_moved
