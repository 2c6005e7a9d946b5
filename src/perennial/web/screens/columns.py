"""Cells of a list: what draws a column, and its heading."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from perennial.conditions.schema import MANY
from perennial.objects import query
from perennial.objects.dear_orders import is_too_dear
from perennial.objects.facts import facts
from perennial.objects.fields import (
    ChoicesType,
    ChoiceType,
    FieldType,
    FileLink,
    FileType,
    Label,
    Link,
    LinkType,
    MemberType,
    NumberType,
    RefsType,
    RichTextType,
)
from perennial.objects.fields.rich_text import sanitised
from perennial.objects.record_fields import FACT, field_of
from perennial.objects.schema import column_of
from perennial.objects.types import ObjectType
from perennial.web.kit.cells import NOTHING, Hints, drawer, is_numeric, join_cells
from perennial.web.kit.icons import icon
from perennial.web.kit.marks import person
from perennial.web.kit.pages import Column, Row
from perennial.web.kit.reader import Reader

Draw = Callable[[Any], SafeString]
_FEW = 4  # records of a relation to many that a cell names


def draw_rows(kind: ObjectType, rows: Sequence[query.Row], keys: Sequence[str], reader: Reader) -> list[Row]:
    """The title is the link; every other column is drawn by the look of its type."""
    others = [key for key in keys if key != kind.title]
    columns = [_column(kind, key, reader) for key in others]
    return [
        Row(row.id, f"/o/{kind.key}/{row.id}/", row.title or f"#{row.id}",
            join_cells(columns, [row.values.get(key) for key in others]))
        for row in rows
    ]  # fmt: skip


def headings(kind: ObjectType, keys: Sequence[str], *, sort: str, path: str, kept: dict[str, str]) -> list[Column]:
    """The title first. A click sorts by the column, a second one the other way round."""
    return [_heading(kind, key, sort, path, kept) for key in (kind.title, *(k for k in keys if k != kind.title))]


def draw_value(type: FieldType, value: Any, reader: Reader) -> SafeString:
    """One value, for pairs on a record's page."""
    if isinstance(type, RichTextType) and value:
        return format_html('<div class="rich">{}</div>', SafeString(sanitised(value)))
    return _drawer(type, reader)(value)


def cell_drawer(type: FieldType, reader: Reader) -> Draw:
    """What draws the values of a column, made once for all of them."""
    return _drawer(type, reader)


def _column(kind: ObjectType, key: str, reader: Reader) -> tuple[Draw, bool]:
    found = column_of(kind, key)
    if found is None:
        return drawer("text", reader), False
    return _drawer(found[1], reader), is_numeric(found[1].look)


def _drawer(type: FieldType, reader: Reader) -> Draw:
    if isinstance(type, MemberType):
        return _member
    if isinstance(type, LinkType):
        return _link
    if isinstance(type, RefsType):
        return _links
    if isinstance(type, FileType):
        return _file
    if isinstance(type, ChoiceType | ChoicesType):
        return drawer(type.look, reader, Hints(choices=dict(type.choices)))
    if isinstance(type, NumberType):
        return drawer(type.look, reader, Hints(unit=str(type.unit)))
    return drawer(type.look, reader)


def _member(value: Link | None) -> SafeString:
    return NOTHING if value is None else person(value.title)


def _link(value: Link | None) -> SafeString:
    if value is None or not value.title:
        return NOTHING
    if not value.object_key or "." not in value.object_key or value.object_key.startswith("workspace."):
        return format_html("{}", value.title)
    return format_html('<a href="/o/{}/{}/">{}</a>', value.object_key, value.id, value.title)


def _links(value: list[Link] | None) -> SafeString:
    """The first few; how many more there are."""
    shown = [_link(each) for each in (value or [])[:_FEW] if each.title]
    if not shown:
        return NOTHING
    more = len(value or []) - len(shown)
    text = format_html_join(", ", "{}", ((each,) for each in shown))
    return format_html('{} <span class="muted num">+{}</span>', text, more) if more > 0 else text


def _file(value: FileLink | None) -> SafeString:
    if value is None or not value.name:
        return NOTHING
    return format_html('<a class="file" href="{}">{}{}</a>', file_url(value), icon("paperclip", kind="small"),
                       value.name)  # fmt: skip


def file_url(file: FileLink) -> str:
    return f"/o/{file.object_key}/{file.record_id}/file/{file.field}/"


def _can_sort_fact(found: tuple[Label, FieldType] | None) -> bool:
    """A list of several has no order."""
    return found is not None and found[1].column not in MANY


def _heading(kind: ObjectType, key: str, sort: str, path: str, kept: dict[str, str]) -> Column:
    found = column_of(kind, key)
    label = found[0] if found else key
    look = found[1].look if found else "text"
    field = None if key.startswith(FACT) else field_of(kind, key)
    can_sort = field.is_sortable and not is_too_dear(kind, field) if field else _can_sort_fact(found)
    is_here = sort.lstrip("-") == key
    # Numbers and times are looked at from the top, names from A.
    first = f"-{key}" if is_numeric(look) or look in ("moment", "day") else key
    other = key if sort == f"-{key}" else f"-{key}"
    address = f"{path}?{urlencode({**kept, 'sort': other if is_here else first})}" if can_sort else ""
    fact = facts.get(key.removeprefix(FACT)) if key.startswith(FACT) else None
    return Column(key, label, is_numeric(look), address,
                  ("descending" if sort.startswith("-") else "ascending") if is_here else "",
                  fact.definition if fact else "")  # fmt: skip
