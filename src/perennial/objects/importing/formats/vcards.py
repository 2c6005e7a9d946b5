"""Address books: every card is a row, and what cards know is its columns."""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from perennial.foundation.libraries import on_demand
from perennial.objects.importing.formats.delimited import open_bytes
from perennial.objects.importing.formats.encodings import KNOWN, codec_of, guess
from perennial.objects.importing.formats.shape import LONGEST_CELL, FileRow, Shape, Unpacking, Unreadable, Wishes

if TYPE_CHECKING:
    import vobject
else:
    vobject = on_demand("vobject")

# In English, as the columns of a file are in whatever language it was written in: the mapping knows them.
COLUMNS = ("Full name", "First name", "Last name", "Nickname", "Email", "Email 2", "Phone", "Phone 2", "Phone 3",
           "Company", "Department", "Job title", "Website", "Street", "City", "Region", "Postal code", "Country",
           "Birthday", "Categories", "Note", "Id")  # fmt: skip
_PLAIN = (("Job title", "title"), ("Website", "url"), ("Birthday", "bday"), ("Note", "note"), ("Id", "uid"))
_LOOKED_AT = 50  # cards: reading one takes a millisecond
_LONGEST_CARD = 4_000_000  # characters: pictures are in it
_UNREADABLE = _("This card is empty, or cannot be read.")
logging.getLogger("vobject.base").disabled = True  # it writes lines of the file, which are about people, into the log


def look(path: Path, wishes: Wishes, *, is_packed: bool) -> Shape:
    with open_bytes(path, is_packed=is_packed) as raw:
        letters = guess(raw, packed=path.stat().st_size if is_packed else 0)
    encoding = wishes.encoding if wishes.encoding in KNOWN else letters.encoding
    shape = Shape("vcard", COLUMNS, encoding, is_packed=is_packed)
    if all(row.problem for row in islice(rows(path, shape), _LOOKED_AT)):
        raise Unreadable(_("No card of this file can be read."))
    return Shape("vcard", COLUMNS, encoding, is_packed=is_packed, rows=sum(1 for _card in _cards(path, shape)))


def rows(path: Path, shape: Shape) -> Generator[FileRow, None, None]:
    for number, card in enumerate(_cards(path, shape), start=1):
        try:
            found = vobject.readOne(card, ignoreUnreadable=True, allowQP=True)
            cells = _cells(found)
        except Exception:  # noqa: BLE001 - the library raises whatever comes; the row says that it was so
            yield FileRow(number, [card[:1_000]], str(_UNREADABLE))
            continue
        if any(cells):
            yield FileRow(number, cells)
        else:
            yield FileRow(number, [card[:1_000]], str(_UNREADABLE))


def _cards(path: Path, shape: Shape) -> Iterator[str]:
    """Each BEGIN … END as a text; what stands between cards is none of them."""
    codec, errors = codec_of(shape.encoding)
    with open_bytes(path, is_packed=shape.is_packed) as raw:
        unpacking = Unpacking(path.stat().st_size) if shape.is_packed else None
        card: list[str] | None = None
        size = 0
        while line := raw.readline(_LONGEST_CARD):
            if unpacking is not None:
                unpacking.take(len(line))
            text = line.decode(codec, errors)
            mark = text.strip().lstrip("\ufeff").upper()
            if mark == "BEGIN:VCARD":
                card, size = [text.lstrip("\ufeff")], 0
            elif card is not None:
                size += len(text)
                if size > _LONGEST_CARD:
                    raise Unreadable(_("A card of this file is too large."))
                card.append(text)
                if mark == "END:VCARD":
                    yield "".join(card)
                    card = None


def _cells(card: Any) -> list[str | None]:
    cells: dict[str, str] = {}
    contents: dict[str, list[Any]] = card.contents
    _put(cells, "Full name", _first(contents, "fn"))
    if name := contents.get("n"):
        value = name[0].value
        _put(cells, "First name", _joined(value.given, value.additional))
        _put(cells, "Last name", _joined(value.family))
        if "Full name" not in cells:
            _put(cells, "Full name", _joined(value.given, value.additional, value.family))
    _put(cells, "Nickname", _first(contents, "nickname"))
    for column, each in zip(("Email", "Email 2"), _preferred(contents.get("email", [])), strict=False):
        _put(cells, column, each.removeprefix("mailto:"))
    for column, each in zip(("Phone", "Phone 2", "Phone 3"), _preferred(contents.get("tel", [])), strict=False):
        _put(cells, column, each.removeprefix("tel:"))
    if organisation := contents.get("org"):
        parts = organisation[0].value
        parts = parts if isinstance(parts, list) else [parts]
        _put(cells, "Company", str(parts[0]))
        _put(cells, "Department", ", ".join(str(each) for each in parts[1:] if each))
    for column, key in _PLAIN:
        _put(cells, column, _first(contents, key))
    if addresses := contents.get("adr"):
        value = _by_preference(addresses)[0].value
        for column, text in (("Street", _joined(value.street, value.extended)), ("City", _joined(value.city)),
                             ("Region", _joined(value.region)), ("Postal code", _joined(value.code)),
                             ("Country", _joined(value.country))):  # fmt: skip
            _put(cells, column, text)
    _put(cells, "Categories", _first(contents, "categories"))
    return [cells.get(column) for column in COLUMNS]


def _put(cells: dict[str, str], column: str, text: str) -> None:
    text = text.strip()
    if text:
        cells[column] = text[:LONGEST_CELL]


def _first(contents: dict[str, list[Any]], key: str) -> str:
    found = contents.get(key)
    if not found:
        return ""
    value = found[0].value
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _preferred(found: list[Any]) -> list[str]:
    return list(dict.fromkeys(str(each.value).strip() for each in _by_preference(found) if str(each.value).strip()))


def _by_preference(found: list[Any]) -> list[Any]:
    """What is marked as preferred first, mobiles before other telephones."""

    def rank(each: Any) -> int:
        types = {str(type).lower() for type in (*each.params.get("TYPE", ()), *each.singletonparams)}
        return 0 if "pref" in types or "PREF" in each.params else 1 if "cell" in types else 2

    return sorted(found, key=rank)


def _joined(*parts: Any) -> str:
    texts = [" ".join(map(str, part)) if isinstance(part, list) else str(part or "") for part in parts]
    return " ".join(text.strip() for text in texts if text.strip())
