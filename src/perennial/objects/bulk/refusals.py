"""The records of a bulk that were refused: counted by reason, and as a list."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _

from perennial.foundation.sql import fetch
from perennial.objects.bulk.models import Bulk
from perennial.objects.titles import titles_of
from perennial.workspace.actor import Actor

_PAGE = 5_000


class Reason(NamedTuple):
    sentence: str
    records: int


class Refusal(NamedTuple):
    record_id: int
    title: str  # empty where the reader may not see the record
    code: str
    sentence: str


def reasons(bulk: Bulk, *, limit: int = 100) -> list[Reason]:
    """Why records were refused, the most frequent first."""
    return [
        Reason(*row)
        for row in fetch(
            "SELECT sentence, count(*) FROM objects_bulk_record WHERE bulk_id = %s AND code <> ''"
            " GROUP BY sentence ORDER BY 2 DESC, 1 LIMIT %s",
            [bulk.pk, limit],
        )
    ]


def refusals(bulk: Bulk, *, by: Actor, after: int = 0, limit: int = 50) -> list[Refusal]:
    """In the order of ids, with the titles that the reader may see."""
    rows = fetch(
        "SELECT record_id, code, sentence FROM objects_bulk_record WHERE bulk_id = %s AND code <> '' AND record_id > %s"
        " ORDER BY record_id LIMIT %s",
        [bulk.pk, after, limit],
    )
    titles = titles_of([(bulk.object_key, id) for id, _code, _sentence in rows], by=by) if rows else {}
    return [Refusal(id, titles.get((bulk.object_key, id), ""), code, sentence) for id, code, sentence in rows]


def refusals_csv(bulk: Bulk, *, by: Actor) -> Iterator[bytes]:
    """All of them as a file, in blocks."""
    yield b"\xef\xbb\xbf" + _lines([["id", _("Name"), _("Code"), _("Reason")]])
    after = 0
    while found := refusals(bulk, by=by, after=after, limit=_PAGE):
        after = found[-1].record_id
        yield _lines([[each.record_id, _safe(each.title), each.code, _safe(each.sentence)] for each in found])


def _safe(text: str) -> str:
    """With an apostrophe before what a spreadsheet would calculate."""
    return f"'{text}" if text[:1] in "=+-@\t\r" else text


def _lines(rows: list[list[object]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode("utf-8", "replace")
