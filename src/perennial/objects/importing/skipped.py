"""The rows that were not written: counted by reason, and as a file to correct and import again."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _

from perennial.foundation.sql import fetch
from perennial.objects.models import Import

_PAGE = 5_000
_FORMULA = re.compile(r"[=+@\t\r-]")
_NUMBER = re.compile(r"[+-]?[\d.,]+", re.ASCII)


class Reason(NamedTuple):
    code: str
    sentence: str
    rows: int


def reasons(importing: Import, *, limit: int = 100) -> list[Reason]:
    """Why rows were skipped, most frequent first, with an example of what was said."""
    return [
        Reason(*row)
        for row in fetch(
            "SELECT code, min(sentence), count(*) FROM objects_import_skipped WHERE importing_id = %s"
            " GROUP BY code ORDER BY 3 DESC, 1 LIMIT %s",
            [importing.pk, limit],
        )
    ]


def skipped_csv(importing: Import) -> Iterator[bytes]:
    """The columns as they were, then the number of the row, the code and the reason; in blocks."""
    width = len(importing.shape["headings"])
    yield b"\xef\xbb\xbf" + _lines([[*map(safe, importing.shape["headings"]), _("Row"), _("Code"), _("Reason")]])
    after = 0
    while rows := fetch(
        "SELECT number, cells, code, sentence FROM objects_import_skipped WHERE importing_id = %s AND number > %s"
        " ORDER BY number LIMIT %s",
        [importing.pk, after, _PAGE],
    ):
        after = rows[-1][0]
        yield _lines(
            [
                [*(safe(cell or "") for cell in (*cells, *[None] * (width - len(cells)))), number, code, safe(sentence)]
                for number, cells, code, sentence in rows
            ]
        )


def safe(cell: str) -> str:
    """With an apostrophe before what a spreadsheet would calculate, but for plain numbers."""
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell


def _lines(rows: list[list[object]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode("utf-8", "replace")
