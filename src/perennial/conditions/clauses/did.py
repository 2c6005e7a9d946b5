"""`Did`: the record did an event so many times. `did commerce.order_placed at least 2 times within 90 days`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from typing import Any as Json

from django.utils.translation import gettext

from perennial.conditions.clauses.counting import lake_so_often, so_often
from perennial.conditions.clauses.happening import (
    PropertySchema,
    check_where,
    event_of,
    happened,
    lake_happened,
    no_event,
    said_where,
    where_text,
)
from perennial.conditions.clauses.kind import ClauseKind
from perennial.conditions.jsonvalues import CONDITION, KEY, TIMES, times_json
from perennial.conditions.nodes import NEVER, ONCE, TRUE, Bound, Condition
from perennial.conditions.resolver import Sql
from perennial.conditions.saying import how_often
from perennial.conditions.schema import EventInfo
from perennial.conditions.values import wrong_bound
from perennial.conditions.windows import SPAN_SCHEMA, Span, span_json, span_sentence, span_text, wrong_span
from perennial.conditions.words import key_text, times_text
from perennial.foundation.errors import Text

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from perennial.conditions.check import Checker
    from perennial.conditions.lake import LakeFrame
    from perennial.conditions.postgres import Frame
    from perennial.conditions.reading import Reader
    from perennial.conditions.sentence import Speaker


@dataclass(frozen=True, slots=True)
class Did(Condition):
    """`where` is about the properties of the event."""

    event: str
    times: Bound = ONCE
    within: Span | None = None
    where: Condition = TRUE

    def within_it(self) -> tuple[Condition, ...]:
        return () if self.where == TRUE else (self.where,)


def _wrong(clause: Did, checker: Checker) -> Text | None:
    event = event_of(clause.event, checker.schema)
    if event is None:
        return no_event(clause.event, checker.schema)
    wrong = wrong_bound(clause.times) or wrong_span(clause.within)
    if wrong is None:
        check_where(clause.where, event, checker)
    return wrong


def _text(clause: Did, write: Callable[[Condition], str]) -> str:
    tail = f"{span_text(clause.within)}{where_text(clause.where, write)}"
    if clause.times == NEVER:
        return f"did not {key_text(clause.event)}{tail}"
    return f"did {key_text(clause.event)}{times_text(clause.times)}{tail}"


def _json(clause: Did, write: Callable[[Condition], dict[str, Json]]) -> dict[str, Json]:
    made = {"did": clause.event, **times_json(clause.times)}
    if clause.within is not None:
        made["within"] = span_json(clause.within)
    return made if clause.where == TRUE else {**made, "where": write(clause.where)}


def _read(data: Mapping[str, Json], reader: Reader) -> Did:
    return Did(reader.key(data, "did"), reader.times(data), reader.span(data), reader.where(data))


def _sentence(clause: Did, speaker: Speaker) -> str:
    event = speaker.schema.event(clause.event) or EventInfo(clause.event, clause.event)
    named = {"event": str(event.label), "times": how_often(clause.times)}
    if clause.within is not None:
        named["window"] = span_sentence(clause.within)
    match clause.times == NEVER, clause.within is not None:
        case True, True:
            text = gettext("never %(event)s %(window)s") % named
        case True, False:
            text = gettext("never %(event)s") % named
        case False, True:
            text = gettext("%(event)s %(times)s %(window)s") % named
        case _:
            text = gettext("%(event)s %(times)s") % named
    return said_where(text, clause.where, PropertySchema(event), speaker)


def _postgres(clause: Did, frame: Frame) -> Sql:
    rows, _source = happened(frame, clause.event, clause.within, clause.where)
    return so_often(rows, clause.times)


def _lake(clause: Did, frame: LakeFrame) -> ir.BooleanValue:
    rows, _properties = lake_happened(frame, clause.event, clause.within, clause.where)
    return lake_so_often(frame, rows, clause.times)


DID = ClauseKind(
    node=Did, mark="did", needed=frozenset(), allowed=frozenset({"at_least", "at_most", "within", "where"}),
    wrong=_wrong, text=_text, json=_json, read=_read, sentence=_sentence,
    schema={"did": KEY, **TIMES, "within": SPAN_SCHEMA, "where": CONDITION}, postgres=_postgres, lake=_lake,
)  # fmt: skip
