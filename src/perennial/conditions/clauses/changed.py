"""`Changed`: a field of the record was changed. `changed stage from "reach" to "retention" within 30 days`.

A change is one that the change log keeps as such: the values that a record began with are none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from typing import Any as Json

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from perennial.conditions.clauses.kind import ClauseKind
from perennial.conditions.jsonvalues import KEY, SCALAR, scalar_json
from perennial.conditions.nearest import with_nearest
from perennial.conditions.nodes import Condition, Op, Scalar
from perennial.conditions.resolver import Sql, joined
from perennial.conditions.saying import shown
from perennial.conditions.schema import ColumnType, FieldInfo
from perennial.conditions.values import is_key, wrong_test
from perennial.conditions.windows import SPAN_SCHEMA, Span, span_json, span_sentence, span_text, wrong_span
from perennial.conditions.words import key_text, value_text
from perennial.foundation.errors import Text

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from perennial.conditions.check import Checker
    from perennial.conditions.lake import LakeFrame
    from perennial.conditions.postgres import Frame
    from perennial.conditions.reading import Reader
    from perennial.conditions.sentence import Speaker


@dataclass(frozen=True, slots=True)
class Changed(Condition):
    """`to` and `before` are the new value and the old one; None is any."""

    field: str
    to: Scalar | None = None
    before: Scalar | None = None
    within: Span | None = None


def _wrong(clause: Changed, checker: Checker) -> Text | None:
    info = checker.schema.change(clause.field) if is_key(clause.field) else None
    if info is None:
        sentence = _("There is no field “%(field)s” here whose changes are known.")
        word, schema = str(clause.field)[:80], checker.schema
        known = ((each.key, each.label) for each in schema.fields() if schema.change(each.key) is not None)
        return with_nearest(sentence % {"field": word}, word, known)
    asked = [value for value in (clause.to, clause.before) if value is not None]
    wrong = next((wrong for value in asked if (wrong := wrong_test(info, Op.EQ, value)) is not None), None)
    return wrong or wrong_span(clause.within)


def _text(clause: Changed, write: Callable[[Condition], str]) -> str:
    old = "" if clause.before is None else f" from {value_text(clause.before)}"
    new = "" if clause.to is None else f" to {value_text(clause.to)}"
    return f"changed {key_text(clause.field)}{old}{new}{span_text(clause.within)}"


def _json(clause: Changed, write: Callable[[Condition], dict[str, Json]]) -> dict[str, Json]:
    ends = {"from": scalar_json(clause.before), "to": scalar_json(clause.to), "within": span_json(clause.within)}
    return {"changed": clause.field, **{key: end for key, end in ends.items() if end not in (None, {})}}


def _read(data: Mapping[str, Json], reader: Reader) -> Changed:
    old, new = reader.scalar(data.get("from")), reader.scalar(data.get("to"))
    return Changed(reader.key(data, "changed"), new, old, reader.span(data))


def _sentence(clause: Changed, speaker: Speaker) -> str:
    info = speaker.schema.change(clause.field) or FieldInfo(clause.field, clause.field, ColumnType.TEXT)
    said = {"field": str(info.label)}
    if clause.before is not None:
        said["before"] = shown(clause.before, info)
    if clause.to is not None:
        said["to"] = shown(clause.to, info)
    if clause.within is not None:
        said["window"] = span_sentence(clause.within)
    return _template(clause) % said


def _template(clause: Changed) -> str:
    match clause.before is not None, clause.to is not None, clause.within is not None:
        case True, True, True:
            return gettext("%(field)s changed from %(before)s to %(to)s %(window)s")
        case True, True, False:
            return gettext("%(field)s changed from %(before)s to %(to)s")
        case True, False, True:
            return gettext("%(field)s changed from %(before)s %(window)s")
        case True, False, False:
            return gettext("%(field)s changed from %(before)s")
        case False, True, True:
            return gettext("%(field)s changed to %(to)s %(window)s")
        case False, True, False:
            return gettext("%(field)s changed to %(to)s")
        case False, False, True:
            return gettext("%(field)s changed %(window)s")
    return gettext("%(field)s changed")


def _postgres(clause: Changed, frame: Frame) -> Sql:
    source = frame.resolver.changes(clause.field)
    tests = [source.matches, frame.happened_by(source.occurred_at, clause.within)]
    tests += [
        frame.compare(Op.EQ, value, column)
        for value, column in ((clause.before, source.old), (clause.to, source.new))
        if value is not None
    ]
    test = joined(tests, " AND ", "TRUE")
    relation = source.relation
    return Sql(f"EXISTS (SELECT 1 FROM {relation.text} WHERE {test.text})", (*relation.params, *test.params))


def _lake(clause: Changed, frame: LakeFrame) -> ir.BooleanValue:
    source = frame.resolver.changes(clause.field)
    rows = frame.each_asked(source.table)
    on = frame.at(rows)
    tests = [on.happened_by(rows["at"], clause.within)]
    tests += [
        on.compare(Op.EQ, value, source.column(rows, name))
        for value, name in ((clause.before, "old"), (clause.to, "new"))
        if value is not None
    ]
    return frame.among(rows.filter(tests))


CHANGED = ClauseKind(
    node=Changed, mark="changed", needed=frozenset(), allowed=frozenset({"from", "to", "within"}), wrong=_wrong,
    text=_text, json=_json, read=_read, sentence=_sentence,
    schema={"changed": KEY, "from": SCALAR, "to": SCALAR, "within": SPAN_SCHEMA}, postgres=_postgres, lake=_lake,
)  # fmt: skip
