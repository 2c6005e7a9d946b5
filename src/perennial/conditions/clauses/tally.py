"""`Tally`: one value made of a field of related records. `sum(total of related commerce.order.customer) > 500`.

The sum and the count of none are 0, the rest empty. Records without a value do not count. First and last go by the
time since when a record counts; an average is rounded to six decimals.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from typing import Any as Json

from django.utils.translation import gettext_lazy as _

from perennial.conditions.clauses.compare import no_field
from perennial.conditions.clauses.counting import lake_made, made_of
from perennial.conditions.clauses.happening import said_where, where_text
from perennial.conditions.clauses.kind import ClauseKind
from perennial.conditions.clauses.related import (
    check_related,
    lake_related,
    named,
    no_relation,
    related,
    relation_of,
)
from perennial.conditions.jsonvalues import CONDITION, HOW, KEY, TEST, test_json
from perennial.conditions.nearest import with_nearest
from perennial.conditions.nodes import TRUE, Condition, How, Op, Value
from perennial.conditions.resolver import Sql
from perennial.conditions.saying import compared
from perennial.conditions.schema import ColumnType, FieldInfo, measured_info
from perennial.conditions.values import is_key, wrong_measure
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
    How.SUM: _("the sum of %(field)s over all %(relation)s"),
    How.COUNT: _("the number of %(relation)s with %(field)s"),
    How.AVERAGE: _("the average of %(field)s over all %(relation)s"),
    How.FIRST: _("%(field)s of the first of all %(relation)s"),
    How.LAST: _("%(field)s of the last of all %(relation)s"),
}


@dataclass(frozen=True, slots=True)
class Tally(Condition):
    """`where` is about one related record, and may ask for its events and for records related to it in turn."""

    relation: str
    field: str
    how: How
    op: Op
    value: Value = None
    where: Condition = TRUE

    def within_it(self) -> tuple[Condition, ...]:
        return () if self.where == TRUE else (self.where,)


def _wrong(clause: Tally, checker: Checker) -> Text | None:
    relation = relation_of(clause.relation, checker.schema)
    if relation is None:
        return no_relation(clause.relation, checker.schema)
    info = relation.schema.field(clause.field) if is_key(clause.field) else None
    if info is None:
        word = str(clause.field)[:80]
        return with_nearest(no_field(word), word, ((each.key, each.label) for each in relation.schema.fields()))
    wrong = wrong_measure(clause.how, clause.op, clause.value, info)
    if wrong is None:
        check_related(clause.where, relation, checker)
    return wrong


def _text(clause: Tally, write: Callable[[Condition], str]) -> str:
    inner = f"{key_text(clause.field)} of related {key_text(clause.relation)}{where_text(clause.where, write)}"
    return f"{clause.how}({inner}) {test_text(clause.op, clause.value)}"


def _json(clause: Tally, write: Callable[[Condition], dict[str, Json]]) -> dict[str, Json]:
    made = {"tally": clause.how.value, "of": clause.field, "relation": clause.relation}
    made |= test_json(clause.op, clause.value)
    return made if clause.where == TRUE else {**made, "where": write(clause.where)}


def _read(data: Mapping[str, Json], reader: Reader) -> Tally:
    return Tally(
        reader.key(data, "relation"), reader.key(data, "of"), reader.word(How, data, "tally"),
        reader.word(Op, data, "op"), reader.value(data.get("value")), reader.where(data),
    )  # fmt: skip


def _sentence(clause: Tally, speaker: Speaker) -> str:
    relation = named(clause.relation, speaker.schema)
    info = relation.schema.field(clause.field) or FieldInfo(clause.field, clause.field, ColumnType.TEXT)
    label = str(_MADE[clause.how]) % {"field": str(info.label), "relation": str(relation.label)}
    label = said_where(label, clause.where, relation.schema, speaker)
    return compared(clause.op, clause.value, measured_info(clause.how, info), label)


def _postgres(clause: Tally, frame: Frame) -> Sql:
    rows, source, on = related(frame, clause.relation, clause.where, clause.field)
    made = made_of(rows, on.column(clause.field), clause.how, at=source.since, id=source.id)
    return frame.compare(clause.op, clause.value, made)


def _lake(clause: Tally, frame: LakeFrame) -> ir.BooleanValue:
    rows, on = lake_related(frame, clause.relation, clause.where, clause.field)
    return lake_made(frame, rows, on.column(clause.field), clause.how, clause.op, clause.value)


TALLY = ClauseKind(
    node=Tally, mark="tally", needed=frozenset({"of", "relation", "op"}), allowed=frozenset({"value", "where"}),
    wrong=_wrong, text=_text, json=_json, read=_read, sentence=_sentence,
    schema={"tally": HOW, "of": KEY, "relation": KEY, **TEST, "where": CONDITION}, postgres=_postgres, lake=_lake,
)  # fmt: skip
