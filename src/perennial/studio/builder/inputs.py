"""The parts of a clause as inputs: with what it is compared, how often, when, and what is made of many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any as Json

from django.utils.translation import gettext as _

from perennial.conditions.schema import ColumnType, FieldInfo, Schema, Shape, shape
from perennial.conditions.tree import Bound, Dates, Earlier, How, Op, Span, Unit, Value, Window
from perennial.objects.fields import ChoiceType, CountryType, RefsType, RefType
from perennial.objects.fields.country import countries
from perennial.objects.titles import title_of
from perennial.studio.builder.asking import type_of
from perennial.studio.builder.sending import measurable
from perennial.studio.builder.values import NUMERIC, WORDS, operators, shown_value
from perennial.workspace.actor import Actor
from perennial.workspace.firm import the_firm
from perennial.workspace.models import Team, User

_LOOKS = {ColumnType.DAY: "date", ColumnType.MOMENT: "date", ColumnType.TIME: "time"}


def comparison(info: FieldInfo, op: Op, value: Value, name: str, schema: Schema, by: Actor, *, part: str = "value"
            ) -> dict[str, Json]:  # fmt: skip
    """The operator and what stands on its right. `look` says which input: "", select, several, text, number, date,
    time or ref."""
    type = type_of(schema, info.key)
    form = shape(op)
    values = value if isinstance(value, tuple) else (value,)
    drawn: dict[str, Json] = {
        "key": info.key, "label": str(info.label), "op": op.value, "part": part, "input": f"{name}{part}",
        "operators": [(each.value, WORDS[each]) for each in operators(info, now=op)],
        "value": shown_value(value), "is_pair": form is Shape.PAIR, "look": "text", "suggests": False,
        "currency": the_firm().currency if info.type is ColumnType.MONEY else "",
    }  # fmt: skip
    if form is Shape.PAIR:
        drawn["value"], drawn["second"] = shown_value(values[0]), shown_value(values[1] if len(values) > 1 else None)
    if form is Shape.NONE:
        drawn["look"] = ""
    elif form is Shape.DAYS:
        drawn["look"] = "number"
        drawn["suffix"] = _("days")
    elif options := _options(info, type):
        drawn["look"] = "several" if form is Shape.MANY else "select"
        chosen = {shown_value(each) for each in values}
        drawn["options"] = [(key, label, key in chosen) for key, label in options]
    elif isinstance(type, RefType | RefsType) and form is Shape.ONE:
        drawn["look"], drawn["search_url"] = "ref", f"/o/{type.object_key}/refs/"
        drawn["shown"] = title_of(type.object_key, value, by=by) if isinstance(value, int) else ""
    elif info.type in NUMERIC:
        drawn["look"] = "number"
    else:
        drawn["look"] = _LOOKS.get(info.type, "text")
        drawn["suggests"] = drawn["look"] == "text" and info.type in (ColumnType.TEXT, ColumnType.CHOICE)
    return drawn


def _options(info: FieldInfo, type: Json) -> list[tuple[str, Json]]:
    if info.choices:
        return [(key, label) for key, label in info.choices]
    if info.type is ColumnType.FLAG:
        return [("true", _("yes")), ("false", _("no"))]
    if info.type is ColumnType.MEMBER:
        return [(str(id), name) for id, name in User.objects.filter(is_active=True).order_by("name").values_list(
            "id", "name")]  # fmt: skip
    if info.type is ColumnType.TEAM:
        return [(str(id), name) for id, name in Team.objects.order_by("name").values_list("id", "name")]
    if isinstance(type, CountryType):
        return sorted(countries(), key=lambda each: str(each[1]))
    if isinstance(type, ChoiceType):
        return list(type.choices)
    return []


def times_of(times: Bound) -> dict[str, Json]:
    low, high = times.at_least, times.at_most
    match low, high:
        case None, 0:
            word, low = "never", None
        case None, int():
            word, low, high = "at_most", high, None
        case int(), None:
            word = "at_least"
        case _:
            word = "exactly" if low == high else "between"
    return {
        "word": word, "low": low, "high": high,
        "words": [("at_least", _("at least")), ("exactly", _("exactly")), ("at_most", _("at most")),
                  ("between", _("between"))],
    }  # fmt: skip


def span_of(span: Span | None) -> dict[str, Json]:
    drawn: dict[str, Json] = {
        "word": "any", "count": 30, "unit": "day", "first": "", "last": "",
        "words": [("any", _("at any time")), ("last", _("in the last")), ("before", _("longer ago than")),
                  ("dates", _("between two days"))],
        "units": [(Unit.HOUR.value, _("hours")), (Unit.DAY.value, _("days")), (Unit.WEEK.value, _("weeks")),
                  (Unit.MONTH.value, _("months"))],
    }  # fmt: skip
    match span:
        case Window(count, unit):
            drawn |= {"word": "last", "count": count, "unit": unit.value}
        case Earlier(count, unit):
            drawn |= {"word": "before", "count": count, "unit": unit.value}
        case Dates(first, last):
            drawn |= {"word": "dates", "first": shown_value(first), "last": shown_value(last)}
    return drawn


def how_of(how: How | None, key: str, infos: Sequence[FieldInfo], *, is_never: bool = False) -> dict[str, Json]:
    """Whether it is counted how often, or never was, or one value is made of many, and of what."""
    ways = [
        (How.SUM, _("the sum of")), (How.AVERAGE, _("the average of")), (How.FIRST, _("the first")),
        (How.LAST, _("the last")),
    ]  # fmt: skip
    offered = [(word.value, label) for word, label in ways if measurable(infos, word)]
    if how is How.COUNT:
        offered.append((How.COUNT.value, str(_("the number of"))))
    return {
        "how": how.value if how is not None else "never" if is_never else "times", "hows": offered, "of": key,
        "ofs": [(each.key, each.label) for each in measurable(infos, how)] if how is not None else [],
    }  # fmt: skip
