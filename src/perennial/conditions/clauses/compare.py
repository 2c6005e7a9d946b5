"""`Compare`: a field, a fact, or a property of an event, compared with a value. `stage = "retention"`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from typing import Any as Json

from django.utils.translation import gettext_lazy as _

from perennial.conditions.clauses.kind import ClauseKind
from perennial.conditions.jsonvalues import KEY, TEST, test_json
from perennial.conditions.nearest import with_nearest
from perennial.conditions.nodes import Condition, Op, Value
from perennial.conditions.resolver import Sql
from perennial.conditions.saying import compared
from perennial.conditions.schema import ColumnType, FieldInfo
from perennial.conditions.values import is_key, wrong_test
from perennial.conditions.words import key_text, test_text
from perennial.foundation.errors import Text

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from perennial.conditions.check import Checker
    from perennial.conditions.lake import LakeFrame
    from perennial.conditions.postgres import Frame
    from perennial.conditions.reading import Reader
    from perennial.conditions.sentence import Speaker


@dataclass(frozen=True, slots=True)
class Compare(Condition):
    field: str
    op: Op
    value: Value = None


def _wrong(clause: Compare, checker: Checker) -> Text | None:
    info = checker.schema.field(clause.field) if is_key(clause.field) else None
    return unknown_field(clause.field, checker) if info is None else wrong_test(info, clause.op, clause.value)


def unknown_field(key: object, checker: Checker) -> Text:
    word = str(key)[:80]
    return with_nearest(checker.missing(word), word, ((each.key, each.label) for each in checker.schema.fields()))


def no_field(key: str) -> Text:
    return _("There is no field “%(field)s” here.") % {"field": key}


def _text(clause: Compare, write: Callable[[Condition], str]) -> str:
    return f"{key_text(clause.field)} {test_text(clause.op, clause.value)}"


def _json(clause: Compare, write: Callable[[Condition], dict[str, Json]]) -> dict[str, Json]:
    return {"field": clause.field, **test_json(clause.op, clause.value)}


def _read(data: Mapping[str, Json], reader: Reader) -> Compare:
    return Compare(reader.key(data, "field"), reader.word(Op, data, "op"), reader.value(data.get("value")))


def _sentence(clause: Compare, speaker: Speaker) -> str:
    info = speaker.schema.field(clause.field) or FieldInfo(clause.field, clause.field, ColumnType.TEXT)
    return compared(clause.op, clause.value, info)


def _postgres(clause: Compare, frame: Frame) -> Sql:
    return frame.compare(clause.op, clause.value, frame.column(clause.field))


def _lake(clause: Compare, frame: LakeFrame) -> ir.BooleanValue:
    return frame.compare(clause.op, clause.value, frame.column(clause.field))


COMPARE = ClauseKind(
    node=Compare, mark="field", needed=frozenset({"op"}), allowed=frozenset({"value"}), wrong=_wrong, text=_text,
    json=_json, read=_read, sentence=_sentence, schema={"field": KEY, **TEST}, postgres=_postgres, lake=_lake,
)  # fmt: skip
