"""What a file is, by what stands in it and never by its name. What cannot be read is refused with a way out."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from perennial.objects.fields import Label
from perennial.objects.importing.formats import delimited, json_lines, parquet, vcards, workbooks
from perennial.objects.importing.formats.shape import LARGEST_FILE, Shape, Unreadable, Wishes

__all__ = ["LARGEST_FILE", "Shape", "Unreadable", "Wishes", "sniff"]

_GZIP = b"\x1f\x8b"
_HEAD = 4_096
_OLD_WORKBOOK = _(
    "This is a workbook of an old kind or with a password. Save it as XLSX without a password, or as CSV."
)
_WEB_PAGE = _("This is a web page and no table. Save the table as CSV or XLSX and try again.")
_XML = _("This is XML, which is not understood. Save the table as CSV or XLSX and try again.")
_ARCHIVE = _("This is an archive. Unpack it and choose the file in it.")
_NO_TABLE = _("This is a picture or a document and no table. Choose a CSV or XLSX file.")
_MARKS: tuple[tuple[bytes, Label], ...] = (
    (b"\xd0\xcf\x11\xe0", _OLD_WORKBOOK), (b"%PDF", _NO_TABLE), (b"\x89PNG", _NO_TABLE), (b"\xff\xd8\xff", _NO_TABLE),
    (b"GIF8", _NO_TABLE), (b"{\\rtf", _NO_TABLE), (b"Rar!", _ARCHIVE), (b"7z\xbc\xaf", _ARCHIVE), (b"BZh", _ARCHIVE),
    (b"\xfd7zXZ", _ARCHIVE), (b"\x28\xb5\x2f\xfd", _ARCHIVE), (b"SQLite format 3", _NO_TABLE),
)  # fmt: skip
_MARKUP: tuple[tuple[bytes, Label], ...] = (
    (b"<!doctype html", _WEB_PAGE), (b"<html", _WEB_PAGE), (b"<table", _WEB_PAGE), (b"<?xml", _XML),
)  # fmt: skip


def sniff(path: Path, wishes: Wishes = Wishes()) -> Shape:  # noqa: B008 - frozen
    """Look at a file; what somebody wishes goes before what is guessed. Raises `Unreadable`."""
    with path.open("rb") as file:
        start = file.read(_HEAD)
    if not start:
        raise Unreadable(_("This file is empty."))
    if start.startswith(b"PAR1"):
        return parquet.look(path, wishes)
    if start.startswith(b"PK"):
        return workbooks.look(path, wishes)
    is_packed = start.startswith(_GZIP)
    if is_packed:
        start = _unpacked(path)
    _refuse_others(start, is_packed=is_packed)
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text[:11].upper() == b"BEGIN:VCARD":
        return vcards.look(path, wishes, is_packed=is_packed)
    if _is_json(text):
        return json_lines.look(path, wishes, is_packed=is_packed)
    return delimited.look(path, wishes, is_packed=is_packed)


def _refuse_others(start: bytes, *, is_packed: bool) -> None:
    for mark, sentence in _MARKS:
        if start.startswith(mark):
            raise Unreadable(sentence)
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()[:40].lower()
    for mark, sentence in _MARKUP:
        if text.startswith(mark):
            raise Unreadable(sentence)
    if is_packed and start.startswith((b"PK", b"PAR1", _GZIP)):
        raise Unreadable(_ARCHIVE)
    if start[257:262] == b"ustar":
        raise Unreadable(_ARCHIVE)


def _is_json(text: bytes) -> bool:
    return text.startswith((b'{"', b"{ ", b"{\n", b"{}")) or (text.startswith(b"[") and text[1:].lstrip()[:1] == b"{")


def _unpacked(path: Path) -> bytes:
    try:
        with gzip.open(path, "rb") as raw:
            return raw.read(_HEAD)
    except (OSError, EOFError, zlib.error):
        raise Unreadable(_("The compressed file is damaged. Make it anew and try again.")) from None
