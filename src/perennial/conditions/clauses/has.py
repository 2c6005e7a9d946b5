"""`Has`: so many related records. `has commerce.order.customer at least 2 times where (total > 100)`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from typing import Any as Json

from django.utils.translation import gettext, ngettext

from perennial.conditions.clauses.counting import lake_so_often, so_often
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
from perennial.conditions.jsonvalues import CONDITION, KEY, TIMES, times_json
from perennial.conditions.nodes import NEVER, ONCE, TRUE, Bound, Condition
from perennial.conditions.resolver import Sql
from perennial.conditions.values import wrong_bound
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
class Has(Condition):
    """`where` is about one related record, and may ask for its events and for records related to it in turn."""

    relation: str
    times: Bound = ONCE
    where: Condition = TRUE

    def within_it(self) -> tuple[Condition, ...]:
        return () if self.where == TRUE else (self.where,)


def _wrong(clause: Has, checker: Checker) -> Text | None:
    relation = relation_of(clause.relation, checker.schema)
    if relation is None:
        return no_relation(clause.relation, checker.schema)
    wrong = wrong_bound(clause.times)
    if wrong is None:
        check_related(clause.where, relation, checker)
    return wrong


def _text(clause: Has, write: Callable[[Condition], str]) -> str:
    tail = where_text(clause.where, write)
    if clause.times == NEVER:
        return f"has no {key_text(clause.relation)}{tail}"
    return f"has {key_text(clause.relation)}{times_text(clause.times)}{tail}"


def _json(clause: Has, write: Callable[[Condition], dict[str, Json]]) -> dict[str, Json]:
    made = {"has": clause.relation, **times_json(clause.times)}
    return made if clause.where == TRUE else {**made, "where": write(clause.where)}


def _read(data: Mapping[str, Json], reader: Reader) -> Has:
    return Has(reader.key(data, "has"), reader.times(data), reader.where(data))


def _sentence(clause: Has, speaker: Speaker) -> str:
    relation = named(clause.relation, speaker.schema)
    text = _often(clause.times) % {
        "relation": str(relation.label), "low": clause.times.at_least or 0,
        "count": (clause.times.at_least if clause.times.at_most is None else clause.times.at_most) or 0,
    }  # fmt: skip
    return said_where(text, clause.where, relation.schema, speaker)


def _often(times: Bound) -> str:
    match times:
        case Bound(1, None):
            return gettext("has %(relation)s")
        case Bound(_, 0):
            return gettext("has no %(relation)s")
        case Bound(int() as low, None):
            return ngettext("has at least %(count)d: %(relation)s", "has at least %(count)d %(relation)s", low)
        case Bound(None, int() as high):
            return ngettext("has at most %(count)d: %(relation)s", "has at most %(count)d %(relation)s", high)
        case Bound(int() as low, int() as high) if low == high:
            return ngettext("has exactly %(count)d: %(relation)s", "has exactly %(count)d %(relation)s", high)
    return gettext("has %(low)d to %(count)d %(relation)s")


def _postgres(clause: Has, frame: Frame) -> Sql:
    rows, _source, _on = related(frame, clause.relation, clause.where)
    return so_often(rows, clause.times)


def _lake(clause: Has, frame: LakeFrame) -> ir.BooleanValue:
    rows, _on = lake_related(frame, clause.relation, clause.where)
    return lake_so_often(frame, rows, clause.times)


HAS = ClauseKind(
    node=Has, mark="has", needed=frozenset(), allowed=frozenset({"at_least", "at_most", "where"}),
    wrong=_wrong, text=_text, json=_json, read=_read, sentence=_sentence,
    schema={"has": KEY, **TIMES, "where": CONDITION}, postgres=_postgres, lake=_lake,
)  # fmt: skip
