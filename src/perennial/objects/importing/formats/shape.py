"""How a file is read, its rows, and what is too much."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, NamedTuple

from django.utils.translation import gettext_lazy as _

from perennial.foundation.errors import Refused

LARGEST_FILE = 2 * 1024**3  # bytes, as uploaded
LARGEST_UNPACKED = 16 * 1024**3
MOST_COLUMNS = 500
LONGEST_CELL = 200_000  # characters; longer ones come from a quotation mark that is never closed
LONGEST_ROW = 4_000_000  # characters; a file that unpacks to one endless row would fill the memory
NO_HEADINGS = -1  # the first row is data already
_MOST_PACKED = 200  # a table unpacks to twenty times its size, one made to do harm to a thousand times
_ALWAYS_UNPACKED = 64 * 1024**2

Format = Literal["csv", "xlsx", "jsonl", "vcard", "parquet"]


class Unreadable(Refused):
    """The file cannot be read. The sentence says why, and what to do."""

    code = "unreadable"
    sentence = _("This file cannot be read. Save it as CSV and try again.")


class FileRow(NamedTuple):
    """`number` counts from 1, without the headings and with empty rows, so that people find it in their file. A row
    that cannot be read says its `problem`."""

    number: int
    cells: list[str | None]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """`rows` of a CSV file are its lines, which may be a few more than its rows. `top` is how many rows stand above the
    headings; `NO_HEADINGS` when there are none. `hints` are keys of what is worth knowing about the file."""

    format: Format
    headings: tuple[str, ...]
    encoding: str = "utf-8"
    delimiter: str = ","
    is_packed: bool = False
    rows: int | None = None
    top: int = 0
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(self).items()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Shape:
        lists = {key: tuple(data.get(key, ())) for key in ("headings", "sheets", "hints")}
        return cls(**{**data, **lists})


@dataclass(frozen=True, slots=True)
class Wishes:
    """How somebody says the file is to be read; None where the guess is to stand."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    top: int | None = None


class Unpacking:
    """Counts what comes out of something compressed, and refuses what was made to fill a machine."""

    def __init__(self, packed: int) -> None:
        self.left = min(LARGEST_UNPACKED, max(_ALWAYS_UNPACKED, packed * _MOST_PACKED))

    def take(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise Unreadable(_("This file unpacks to far more than it should hold. Save it anew, or as plain CSV."))
