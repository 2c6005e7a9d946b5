"""Which letters the bytes of a text are: by their mark, by being UTF-8 throughout or nearly, else by how they look."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from perennial.objects.fields import Label
from perennial.objects.importing.formats.shape import Unpacking

MIXED = "utf-8+cp1252"  # UTF-8 in which some lines were pasted from an older program
KNOWN: dict[str, Label] = {
    "utf-8": _("UTF-8 (usual today)"), "utf-8-sig": _("UTF-8 with a mark"), "utf-16": _("UTF-16"),
    MIXED: _("UTF-8, with some letters of Windows"), "cp1252": _("Western Europe (Windows 1252)"),
    "cp1250": _("Central Europe (Windows 1250)"), "cp1251": _("Cyrillic (Windows 1251)"),
    "iso8859-2": _("Central Europe (ISO 8859-2)"), "latin-1": _("Western Europe (ISO 8859-1)"),
    "koi8-r": _("Cyrillic (KOI8-R)"), "cp866": _("Cyrillic (DOS)"), "mac-roman": _("Macintosh"),
    "cp1254": _("Turkish (Windows 1254)"), "shift_jis": _("Japanese (Shift JIS)"), "gb18030": _("Chinese (GB 18030)"),
}  # fmt: skip
HEAD = 256 * 1024
_BLOCK = 1024 * 1024
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_LOST = "\ufffd"
_OLD_LETTERS = "perennial_old_letters"
_CENTRAL = frozenset(b"\x8a\x8c\x8e\x8f\x9a\x9c\x9e\x9f\xa3\xa5\xaf\xb3\xb9\xbf")  # š ž ł ą ź ż and their capitals
_WESTERN = frozenset(b"\xe0\xe5\xf1\xf5\xc5\xd1\xe3\xc3\xb4\x92")  # à å ñ õ ã, and the apostrophe of Word


def _as_old_letters(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are no UTF-8 as what an older Windows program would have meant."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error(_OLD_LETTERS, _as_old_letters)


@dataclass(frozen=True, slots=True)
class Letters:
    """The encoding, and the number of lines, since all of the file is read anyway."""

    encoding: str
    lines: int


def codec_of(encoding: str) -> tuple[str, str]:
    """What Python calls it, and what it does with bytes that are none."""
    return ("utf-8", _OLD_LETTERS) if encoding == MIXED else (encoding, "replace")


def guess(raw: BinaryIO, *, packed: int) -> Letters:
    """Reads to the end. `packed` is the size of a compressed file, 0 for another; raises `Unreadable` where it unpacks
    to too much."""
    unpacking = Unpacking(packed) if packed else None
    head = raw.read(HEAD)
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), None)
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    wrong = letters = lines = 0
    foreign, is_broken_off = bytearray(), False
    for block in _blocks(head, raw):
        if unpacking is not None:
            unpacking.take(len(block))
        lines += block.count(b"\n")
        is_broken_off = not block.endswith(b"\n")
        is_plain = block.isascii()
        if len(foreign) < HEAD and not is_plain:
            foreign += block
        if marked is None:
            text = decoder.decode(block)
            if not is_plain:
                letters += len(text) - len(text.encode("ascii", "ignore"))
                wrong += text.count(_LOST) - block.count(_LOST.encode())
    if marked is None:
        wrong += len(decoder.decode(b"", final=True))
    lines += is_broken_off
    if marked is not None or wrong <= 0:
        return Letters(marked or "utf-8", lines)
    return Letters(MIXED if letters - wrong > 2 * wrong else code_page(bytes(foreign)), lines)


def code_page(sample: bytes) -> str:
    """Cyrillic words are made of high bytes throughout; in Western and Central ones they stand alone between plain
    letters, and each of both has some that the other hardly uses."""
    pairs = alone = central = western = 0
    for first, second in pairwise(sample):
        if second >= 0xC0:
            if first >= 0xC0:
                pairs += 1
            else:
                alone += 1
        central += second in _CENTRAL
        western += second in _WESTERN
    if pairs > alone:
        return "cp1251"
    if central > western:
        return "cp1250"
    try:
        sample.decode("cp1252")
    except UnicodeDecodeError:
        return "latin-1"
    return "cp1252"


def _blocks(head: bytes, raw: BinaryIO) -> Iterator[bytes]:
    while head:
        yield head
        head = raw.read(_BLOCK)
