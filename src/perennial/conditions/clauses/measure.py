"""`Measure`: one value made of a property of many events, compared. `sum(total of commerce.order_placed) >= 500`.

The sum and the count of no event are 0, the rest empty. Events without the property do not count. First and last go by
time; an average is rounded to six decimals.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from typing import Any as Json

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from perennial.conditions.clauses.counting import lake_made, made_of
from perennial.conditions.clauses.happening import (
    PropertySchema,
    check_where,
    event_of,
    happened,
    lake_happened,
    no_event,
    said_where,
    unknown_property,
    where_text,
)
from perennial.conditions.clauses.kind import ClauseKind
from perennial.conditions.jsonvalues import CONDITION, HOW, KEY, TEST, test_json
from perennial.conditions.nodes import TRUE, Condition, How, Op, Value
from perennial.conditions.resolver import Sql
from perennial.conditions.saying import compared
from perennial.conditions.schema import ColumnType, EventInfo, FieldInfo, measured_info
from perennial.conditions.values import is_key, wrong_measure
from perennial.conditions.windows import SPAN_SCHEMA, Span, span_json, span_sentence, span_text, wrong_span
from perennial.conditions.words import key_text, test_text
from perennial.foundation.errors import Text

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from perennial.conditions.check import Checker
    from perennial.conditions.lake import LakeFrame
    from perennial.conditions.postgres import Frame
    from perennial.conditions.reading import Reader
    from perennial.conditions.sentence import Speaker

_MADE: Mapping[How, Text] = {
    How.SUM: _("the sum of %(property)s over %(event)s"),
    How.COUNT: _("the count of %(property)s over %(event)s"),
    How.AVERAGE: _("the average of %(property)s over %(event)s"),
    How.FIRST: _("the first %(property)s of %(event)s"),
    How.LAST: _("the last %(property)s of %(event)s"),
}


@dataclass(frozen=True, slots=True)
class Measure(Condition):
    """`where` is about the properties of the event."""

    event: str
    property: str
    how: How
    op: Op
    value: Value = None
    within: Span | None = None
    where: Condition = TRUE

    def within_it(self) -> tuple[Condition, ...]:
        return () if self.where == TRUE else (self.where,)


def _wrong(clause: Measure, checker: Checker) -> Text | None:
    event = event_of(clause.event, checker.schema)
    if event is None:
        return no_event(clause.event, checker.schema)
    info = event.properties.get(clause.property) if is_key(clause.property) else None
    if info is None:
        return unknown_property(event, clause.property)
    wrong = wrong_measure(clause.how, clause.op, clause.value, info) or wrong_span(clause.within)
    if wrong is None:
        check_where(clause.where, event, checker)
    return wrong


def _text(clause: Measure, write: Callable[[Condition], str]) -> str:
    tail = f"{span_text(clause.within)}{where_text(clause.where, write)}"
    inner = f"{key_text(clause.property)} of {key_text(clause.event)}{tail}"
    return f"{clause.how}({inner}) {test_text(clause.op, clause.value)}"


def _json(clause: Measure, write: Callable[[Condition], dict[str, Json]]) -> dict[str, Json]:
    made = {"measure": clause.how.value, "property": clause.property, "event": clause.event}
    made |= test_json(clause.op, clause.value)
    if clause.within is not None:
        made["within"] = span_json(clause.within)  # type: ignore[assignment]
    return made if clause.where == TRUE else {**made, "where": write(clause.where)}


def _read(data: Mapping[str, Json], reader: Reader) -> Measure:
    return Measure(
        reader.key(data, "event"), reader.key(data, "property"), reader.word(How, data, "measure"),
        reader.word(Op, data, "op"), reader.value(data.get("value")), reader.span(data), reader.where(data),
    )  # fmt: skip


def _sentence(clause: Measure, speaker: Speaker) -> str:
    event = speaker.schema.event(clause.event) or EventInfo(clause.event, clause.event)
    info = event.properties.get(clause.property) or FieldInfo(clause.property, clause.property, ColumnType.TEXT)
    label = str(_MADE[clause.how]) % {"property": str(info.label), "event": str(event.label)}
    if clause.within is not None:
        label = gettext("%(measure)s %(window)s") % {"measure": label, "window": span_sentence(clause.within)}
    label = said_where(label, clause.where, PropertySchema(event), speaker)
    return compared(clause.op, clause.value, measured_info(clause.how, info), label)


def _postgres(clause: Measure, frame: Frame) -> Sql:
    rows, source = happened(frame, clause.event, clause.within, clause.where)
    item = source.property(clause.event, clause.property)
    return frame.compare(clause.op, clause.value, made_of(rows, item, clause.how, at=source.occurred_at, id=source.id))


def _lake(clause: Measure, frame: LakeFrame) -> ir.BooleanValue:
    rows, known = lake_happened(frame, clause.event, clause.within, clause.where, clause.property)
    return lake_made(frame, rows, known[clause.property], clause.how, clause.op, clause.value)


MEASURE = ClauseKind(
    node=Measure, mark="measure", needed=frozenset({"property", "event", "op"}),
    allowed=frozenset({"value", "within", "where"}),
    wrong=_wrong, text=_text, json=_json, read=_read, sentence=_sentence,
    schema={"measure": HOW, "property": KEY, "event": KEY, **TEST, "within": SPAN_SCHEMA, "where": CONDITION},
    postgres=_postgres, lake=_lake,
)  # fmt: skip
