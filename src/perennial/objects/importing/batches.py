"""A file in batches, its cells in the order of the kind's fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from perennial.objects.actions import Run
from perennial.objects.importing.formats.shape import FileRow, Shape
from perennial.objects.importing.kinds import ImportKind, ImportRow, Session, Skipped
from perennial.objects.importing.reading import rows_of
from perennial.objects.models import Import
from perennial.workspace.actor import Actor


@dataclass(frozen=True, slots=True)
class Batch:
    """`source` are the rows of the file; `rows` the same for the writer, without those skipped at once."""

    source: list[FileRow]
    rows: list[ImportRow]
    skipped: list[Skipped]

    @property
    def last(self) -> int:
        return self.source[-1].number


def session_of(importing: Import, *, by: Actor, run: Run, is_preview: bool = False) -> Session:
    return Session(
        by,
        run,
        importing.options,
        frozenset(importing.mapping),
        importing.name,
        importing.is_sample,
        is_preview,
        importing.is_trial,
    )


def path_of(importing: Import) -> Path:
    """An absolute path stands for itself."""
    return Path(settings.PERENNIAL_FILES) / importing.path


@contextmanager
def batches_of(importing: Import, kind: ImportKind, *, size: int = 0) -> Iterator[Iterator[Batch]]:
    """From where the import stands."""
    shape = Shape.from_json(importing.shape)
    with rows_of(path_of(importing), shape, after=importing.position) as rows:
        yield _batches(rows, kind, importing.mapping, len(shape.headings), size or kind.batch)


def _batches(
    rows: Iterator[FileRow], kind: ImportKind, mapping: dict[str, int], width: int, size: int
) -> Iterator[Batch]:
    columns = [mapping.get(field.key, width) for field in kind.fields]  # behind the last column stands a None
    pick = _picker(columns)
    ahead: list[FileRow] = []
    while source := _take(rows, ahead, size, mapping.get(kind.together)):
        ready: list[ImportRow] = []
        skipped: list[Skipped] = []
        for row in source:
            cells = row.cells
            if row.problem:
                skipped.append(Skipped(row.number, "unreadable_row", row.problem))
                continue
            if len(cells) > width:
                if any(cells[width:]):
                    skipped.append(
                        Skipped(
                            row.number, "too_many_cells", str(_("This row has more cells than there are headings."))
                        )
                    )
                    continue
                cells = cells[:width]
            ready.append(ImportRow(row.number, pick([*cells, *([None] * (width + 1 - len(cells)))])))
        yield Batch(source, ready, skipped)


def _take(rows: Iterator[FileRow], ahead: list[FileRow], size: int, together: int | None) -> list[FileRow]:
    """`size` rows, and behind them those that belong to the last one; the next batch's first waits in `ahead`."""
    source = [*ahead, *islice(rows, size - len(ahead))]
    ahead.clear()
    if together is None or len(source) < size:
        return source
    last = _cell(source[-1], together)
    for row in islice(rows, size):
        if last is None or _cell(row, together) != last:
            ahead.append(row)
            break
        source.append(row)
    return source


def _cell(row: FileRow, column: int) -> str | None:
    return row.cells[column] if column < len(row.cells) else None


def _picker(columns: list[int]) -> Callable[[Sequence[str | None]], Sequence[str | None]]:
    if len(columns) > 1:
        picked: Any = itemgetter(*columns)
        return cast(Callable[[Sequence[str | None]], Sequence[str | None]], picked)
    return lambda cells: (cells[columns[0]],)
