"""`InSegment`: the record is a member of a segment; asked for an instant that is past, that it was then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from typing import Any as Json

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from perennial.conditions.clauses.kind import ClauseKind
from perennial.conditions.jsonvalues import KEY
from perennial.conditions.nearest import with_nearest
from perennial.conditions.nodes import Condition
from perennial.conditions.resolver import Sql
from perennial.conditions.values import is_key
from perennial.conditions.words import key_text
from perennial.foundation.errors import Text

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from perennial.conditions.check import Checker
    from perennial.conditions.lake import LakeFrame
    from perennial.conditions.postgres import Frame
    from perennial.conditions.reading import Reader
    from perennial.conditions.sentence import Speaker


@dataclass(frozen=True, slots=True)
class InSegment(Condition):
    segment: str


def _wrong(clause: InSegment, checker: Checker) -> Text | None:
    if is_key(clause.segment) and checker.schema.segment(clause.segment) is not None:
        return None
    word = str(clause.segment)[:80]
    sentence = _("There is no segment “%(segment)s” here.") % {"segment": word}
    return with_nearest(sentence, word, checker.schema.segments())


def _text(clause: InSegment, write: Callable[[Condition], str]) -> str:
    return f"in segment {key_text(clause.segment)}"


def _json(clause: InSegment, write: Callable[[Condition], dict[str, Json]]) -> dict[str, Json]:
    return {"segment": clause.segment}


def _read(data: Mapping[str, Json], reader: Reader) -> InSegment:
    return InSegment(reader.key(data, "segment"))


def _sentence(clause: InSegment, speaker: Speaker) -> str:
    label = speaker.schema.segment(clause.segment) or clause.segment
    return gettext("is in the segment “%(segment)s”") % {"segment": str(label)}


def _postgres(clause: InSegment, frame: Frame) -> Sql:
    return frame.resolver.member(clause.segment, None if frame.is_now else frame.as_of)


def _lake(clause: InSegment, frame: LakeFrame) -> ir.BooleanValue:
    stays = frame.resolver.stays(clause.segment)
    if frame.is_now:
        return frame.among(stays.filter(stays.left_at.isnull()))
    stays = frame.each_asked(stays.rename(at="entered_at"))
    asked = frame.at(stays).as_of
    return frame.among(stays.filter([stays["at"] <= asked, stays.left_at.isnull() | (stays.left_at > asked)]))


SEGMENT = ClauseKind(
    node=InSegment, mark="segment", needed=frozenset(), allowed=frozenset(), wrong=_wrong, text=_text, json=_json,
    read=_read, sentence=_sentence, schema={"segment": KEY}, postgres=_postgres, lake=_lake,
)  # fmt: skip
