"""JSON, one object a line (or one array of objects, as long as it is not large). Nested values get columns of their
own: `address.city`."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from django.utils.translation import gettext_lazy as _

from perennial.objects.importing.formats.delimited import open_bytes
from perennial.objects.importing.formats.headings import named
from perennial.objects.importing.formats.shape import (
    LONGEST_CELL,
    LONGEST_ROW,
    MOST_COLUMNS,
    FileRow,
    Shape,
    Unpacking,
    Unreadable,
    Wishes,
)

_LARGEST_ARRAY = 64 * 1024**2
_DEEPEST = 4
_NO_OBJECT = _("This line is no JSON object.")
_decode = msgspec.json.decode


def look(path: Path, wishes: Wishes, *, is_packed: bool) -> Shape:
    """Every line is looked at, for any of them may have a column that the others have not."""
    headings: dict[str, None] = {}
    rows = good = 0
    for found in _objects(path, is_packed=is_packed):
        rows += 1
        if isinstance(found, dict):
            good += 1
            headings.update(dict.fromkeys(_flat(found)))
            if len(headings) > MOST_COLUMNS:
                raise Unreadable(_("This file has too many columns: %(most)d at most.") % {"most": MOST_COLUMNS})
    if not good:
        raise Unreadable(_('This file holds no JSON objects. Write one a line: {"name": "Cleo"}.'))
    return Shape("jsonl", named(tuple(headings)), is_packed=is_packed, rows=rows)


def rows(path: Path, shape: Shape) -> Generator[FileRow, None, None]:
    places = {heading: place for place, heading in enumerate(shape.headings)}
    for number, found in enumerate(_objects(path, is_packed=shape.is_packed), start=1):
        if not isinstance(found, dict):
            yield FileRow(number, [str(found)[:LONGEST_CELL]], str(_NO_OBJECT))
            continue
        cells: list[str | None] = [None] * len(places)
        for key, value in _flat(found).items():
            place = places.get(named([key])[0])
            if place is not None:
                cells[place] = value
        if any(cells):
            yield FileRow(number, cells)


def _objects(path: Path, *, is_packed: bool) -> Iterator[Any]:
    """What each line says; a text where it says nothing that can be read."""
    with open_bytes(path, is_packed=is_packed) as raw:
        lines = _lines(raw, path.stat().st_size if is_packed else 0)
        first = next(lines, b"").removeprefix(b"\xef\xbb\xbf")
        if first.lstrip().startswith(b"["):
            yield from _array(first, lines)
            return
        yield _said(first)
        for line in lines:
            yield _said(line)


def _said(line: bytes) -> Any:
    try:
        return _decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return line.decode("utf-8", "replace").strip()


def _array(first: bytes, lines: Iterator[bytes]) -> Iterator[Any]:
    whole = bytearray(first)
    for line in lines:
        whole += line
        if len(whole) > _LARGEST_ARRAY:
            raise Unreadable(_("This JSON array is too large. Write one object a line (JSON Lines)."))
    try:
        found = _decode(whole)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Unreadable(_("This JSON cannot be read: it may be cut off.")) from None
    yield from found


def _lines(raw: BinaryIO, packed: int) -> Iterator[bytes]:
    unpacking = Unpacking(packed) if packed else None
    number = 0
    while line := raw.readline(_LARGEST_ARRAY + 1 if not number else LONGEST_ROW + 1):
        number += 1
        if unpacking is not None:
            unpacking.take(len(line))
        if len(line) > (_LARGEST_ARRAY if number == 1 else LONGEST_ROW):
            raise Unreadable(_("Line %(row)d of this file is too long.") % {"row": number})
        if line.strip():
            yield line


def _flat(found: dict[str, Any], before: str = "", depth: int = 1) -> dict[str, str | None]:
    cells: dict[str, str | None] = {}
    for key, value in found.items():
        name = f"{before}{key}"
        if isinstance(value, dict) and depth < _DEEPEST:
            cells |= _flat(value, f"{name}.", depth + 1)
        else:
            cells[name] = _text(value)
    return cells


def _text(value: Any) -> str | None:
    """A value as a cell. Whole numbers are written without ".0", for they are often ids; lists with commas."""
    match value:
        case None | "":
            return None
        case bool():
            return "true" if value else "false"
        case str():
            return value[:LONGEST_CELL]
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
        case int():
            return str(value)
        case list() if all(isinstance(each, str | int | float) for each in value):
            return ", ".join(_text(each) or "" for each in value)[:LONGEST_CELL] or None
    return msgspec.json.encode(value).decode()[:LONGEST_CELL]
