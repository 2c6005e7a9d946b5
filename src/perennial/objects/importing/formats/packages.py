"""XML parts of a zipped document, parsed as they unpack. What unpacks to too much or plays with entities is refused."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.parsers import expat

from django.utils.translation import gettext_lazy as _

from perennial.objects.importing.formats.shape import Unpacking, Unreadable

_BLOCK = 64 * 1024
_MOST_PARTS = 20_000
_DAMAGED = _("This workbook is damaged. Open it in your spreadsheet, save it anew and try again.")

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Text = Callable[[str], None]


class Package:
    """A zipped document that is open."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file
        self.parts = frozenset(file.namelist())

    def read(self, part: str, start: Start, end: End, text: Text) -> Iterator[None]:
        """Parse a part a block at a time; the caller looks after each block what has come."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
        parser.StartDoctypeDeclHandler = _refuse
        try:
            info = self._file.getinfo(part)
            unpacking = Unpacking(info.compress_size)
            with self._file.open(info) as stream:
                while block := stream.read(_BLOCK):
                    unpacking.take(len(block))
                    parser.Parse(block, False)
                    yield
                parser.Parse(b"", True)
            yield
        except (KeyError, expat.ExpatError, *_BROKEN):
            raise Unreadable(_DAMAGED) from None

    def read_all(self, part: str, start: Start, end: End, text: Text) -> None:
        for _block in self.read(part, start, end, text):
            pass


_BROKEN = (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError)


@contextmanager
def opened(path: Path) -> Iterator[Package]:
    try:
        file = zipfile.ZipFile(path)
    except _BROKEN:
        raise Unreadable(_DAMAGED) from None
    with file:
        if len(file.infolist()) > _MOST_PARTS:
            raise Unreadable(_DAMAGED)
        yield Package(file)


def bare(name: str) -> str:
    """An element's name without its prefix, which every program chooses as it likes."""
    return name.rpartition(":")[2]


def _refuse(*_declaration: object) -> None:
    raise Unreadable(_DAMAGED)
