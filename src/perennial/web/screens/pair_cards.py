"""Two records as they stand side by side on a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from babel.numbers import format_percent
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from perennial.objects.duplicates.pairs import Pair
from perennial.objects.duplicates.sides import Line
from perennial.objects.query import Row
from perennial.objects.record_fields import field_of
from perennial.objects.types import ObjectType
from perennial.web.kit.pages import Text
from perennial.web.kit.reader import reader_of
from perennial.web.screens.address import record_url
from perennial.web.screens.columns import draw_value
from perennial.workspace.actor import Actor


@dataclass(frozen=True, slots=True)
class CardLine:
    key: str
    label: Text
    one: SafeString
    other: SafeString
    is_same: bool
    differs: bool
    may_choose: bool


@dataclass(frozen=True, slots=True)
class Card:
    """`reasons` is a sentence; `url` the preview, `apart_url` keeps them apart by POST."""

    id: int
    one_id: int
    other_id: int
    one: str
    other: str
    one_url: str
    other_url: str
    percent: str
    reasons: str
    lines: Sequence[CardLine]
    url: str
    apart_url: str


def card_of(kind: ObjectType, pair: Pair, one: Row, other: Row, lines: Sequence[Line], *, by: Actor) -> Card:
    reader = reader_of(by)
    url = f"/duplicates/{kind.key}/{pair.id}/"
    return Card(
        pair.id, one.id, other.id, one.title or f"#{one.id}", other.title or f"#{other.id}",
        record_url(kind.key, one.id), record_url(kind.key, other.id), percent(pair.confidence, by),
        _reasons(kind, pair, lines),
        [CardLine(line.field.key, line.field.label, draw_value(line.field.type, line.one, reader),
                  draw_value(line.field.type, line.other, reader), line.is_same, line.differs,
                  line.may_choose) for line in lines],
        url, f"{url}apart/",
    )  # fmt: skip


def percent(confidence: float, by: Actor) -> str:
    """Never 100 %: who is the same is for somebody to say."""
    return format_percent(min(int(confidence * 1000) / 1000, 0.999), format="#,##0.#%", locale=by.locale)


def _reasons(kind: ObjectType, pair: Pair, lines: Sequence[Line]) -> str:
    """Only of fields that the reader sees."""
    seen = {line.field.key for line in lines}
    said = []
    for is_same, sentence in ((True, _("Same: %(fields)s")), (False, _("Alike: %(fields)s"))):
        fields = [field_of(kind, key) for key, same in pair.reasons if same is is_same and key in seen]
        names = ", ".join(str(field.label) for field in fields if field is not None)
        if names:
            said.append(sentence % {"fields": names})
    return " · ".join(said)
