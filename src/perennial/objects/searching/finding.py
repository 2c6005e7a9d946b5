"""Finding records: the quick ways first, the slower ones only when these find little, misspelt words last."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from perennial.conditions.resolver import Sql
from perennial.conditions.tree import TRUE
from perennial.foundation.sql import fetch
from perennial.objects.cells import text_of
from perennial.objects.collaboration.at_hand import at_hand
from perennial.objects.columns import Tables
from perennial.objects.field_rights import hidden
from perennial.objects.fields import ChoiceType, CountryType, LongTextType
from perennial.objects.fields.country import country_name
from perennial.objects.record_fields import field_of
from perennial.objects.searching.marks import excerpt, spans
from perennial.objects.searching.tables import Member, Shelf, shelves_of
from perennial.objects.searching.ways import NEAR, Sought, late_ways, near_ways, quick_ways, sought
from perennial.objects.types import ObjectType, object_types
from perennial.workspace.actor import Actor

_LITTLE = 3  # hits below which misspelt words are looked for


class Hit(NamedTuple):
    """`detail` is what is said under the title: where the text was found, if that is not the title."""

    object_key: str
    id: int
    title: str
    detail: str
    is_near: bool = False


class _Found(NamedTuple):
    kind: int
    id: int
    rank: int
    at: datetime


def find(
    text: str, *, by: Actor, kinds: Sequence[ObjectType] | None = None, limit: int = 8, each: int | None = None
) -> list[Hit]:
    """The records that the text finds, best first; at most `each` of a kind."""
    what = sought(text, user_id=by.user_id, opened=_opened(by))
    if what is None:
        return []
    shelves = shelves_of(searched_kinds() if kinds is None else kinds, by=by)
    most = each or limit
    found = _best([way for shelf in shelves for way in quick_ways(shelf, what, limit=most)], most)
    late = [way for shelf in shelves if _count(shelf, found) < most for way in late_ways(shelf, what)]
    found = _together(found, _best(late, most))
    if len(found) < _LITTLE:
        found = _together(found, _best([way for shelf in shelves for way in near_ways(shelf, what)], most))
    return _hits(sorted(found, key=_order)[:limit], shelves, what, by=by)


def _opened(by: Actor) -> dict[str, list[int]]:
    """What the actor looked at lately, or keeps at hand: ids by table."""
    found: dict[str, list[int]] = {}
    for key, id in at_hand(by):
        if key in object_types:
            found.setdefault(object_types[key].table, []).append(id)
    return found


def searched_kinds() -> list[ObjectType]:
    """Every kind with a search, but those that others divide among themselves."""
    return [kind for kind in object_types.values() if kind.search and not kind.parts and not _is_divided(kind)]


def _is_divided(kind: ObjectType) -> bool:
    return kind.base == TRUE and any(
        each.table == kind.table and each.base != TRUE and each.search for each in object_types.values()
    )


def _best(ways: Sequence[Sql], each: int) -> list[_Found]:
    """The best of each kind, by one statement. A record found in several ways counts once."""
    if not ways:
        return []
    union = " UNION ALL ".join(f"({way.text})" for way in ways)
    rows = fetch(
        "SELECT DISTINCT kind, id, rank, at FROM (SELECT kind, id, rank, at, dense_rank() OVER (PARTITION BY kind"
        f" ORDER BY rank, at DESC, id DESC) AS place FROM ({union}) found) best WHERE place <= %s",
        (*(param for way in ways for param in way.params), 2 * each),
    )
    return _together([_Found(*row) for row in rows], [], each=each)


def _together(first: Iterable[_Found], then: Iterable[_Found], *, each: int | None = None) -> list[_Found]:
    """Each record once, by its best rank."""
    best: dict[tuple[int, int], _Found] = {}
    for found in sorted((*first, *then), key=_order):
        best.setdefault((found.kind, found.id), found)
    counts: dict[int, int] = {}
    kept = []
    for found in best.values():
        counts[found.kind] = counts.get(found.kind, 0) + 1
        if each is None or counts[found.kind] <= each:
            kept.append(found)
    return kept


def _count(shelf: Shelf, found: Sequence[_Found]) -> int:
    numbers = {member.number for member in shelf.members}
    return sum(each.kind in numbers for each in found)


def _order(found: _Found) -> tuple[int, float, int]:
    return found.rank, -found.at.timestamp(), -found.id


def _hits(found: Sequence[_Found], shelves: Sequence[Shelf], what: Sought, *, by: Actor) -> list[Hit]:
    """What to show of them, by one statement."""
    members = {member.number: member for shelf in shelves for member in shelf.members}
    wanted = dict.fromkeys(each.kind for each in found)
    if not wanted:
        return []
    shown = {number: _Shown(members[number], by) for number in wanted}
    branches = [each.statement([hit.id for hit in found if hit.kind == number]) for number, each in shown.items()]
    rows = fetch(
        " UNION ALL ".join(f"({branch.text})" for branch in branches),
        tuple(param for branch in branches for param in branch.params),
    )
    texts = {(number, id): said for number, id, said in rows}
    words = what.readings[0]
    return [
        Hit(shown[each.kind].kind.key, each.id, *shown[each.kind].read(texts[each.kind, each.id], words),
            each.rank == NEAR)
        for each in found if (each.kind, each.id) in texts
    ]  # fmt: skip


class _Shown:
    """What is shown of the hits of one kind: the title, the detail, and the fields in which text is looked for."""

    def __init__(self, member: Member, by: Actor) -> None:
        self.kind, self.number = member.kind, member.number
        gone = hidden(self.kind, by)
        self.tables = Tables(self.kind, by, member.tables.me, "d")
        self.detail = self.kind.detail if self.kind.detail not in gone else ""
        shown = {self.kind.title, self.detail}
        self.searched = [key for key in self.kind.search if key not in gone and key not in shown]
        self.keys = [self.kind.title, *([self.detail] if self.detail else []), *self.searched]
        self.texts = [text_of(self.tables, key) for key in self.keys]

    def statement(self, ids: list[int]) -> Sql:
        source = self.tables.sql()
        said = ", ".join(text for text, _place in self.texts)
        return Sql(
            f"SELECT {self.number}, d.id, ARRAY[{said}]::text[] FROM {source.text} WHERE d.id = ANY(%s::bigint[])",
            (*source.params, ids),
        )

    def read(self, said: Sequence[str | None], words: Sequence[str]) -> tuple[str, str]:
        """The title and the detail."""
        texts = dict(zip(self.keys, said, strict=True))
        title, detail = texts[self.kind.title] or "", self._readable(self.detail, texts.get(self.detail))
        if spans(title, words):
            return self._cut(self.kind.title, title, words), detail
        where = next((key for key in (self.detail, *self.searched) if key and spans(texts[key] or "", words)), "")
        if where and where != self.detail:
            detail = self._cut(where, texts[where] or "", words)
        return self._cut(self.kind.title, title, words), detail

    def _readable(self, key: str, text: str | None) -> str:
        place = dict(zip(self.keys, self.texts, strict=True))[key][1] if key else None
        if place is None or not text:
            return ""
        match place.type:
            case ChoiceType():
                return str(place.type.label_of(text))
            case CountryType():
                return country_name(text)
        return text

    def _cut(self, key: str, text: str, words: Sequence[str]) -> str:
        field = field_of(self.kind, key)
        return excerpt(text, words) if field is not None and isinstance(field.type, LongTextType) else text
