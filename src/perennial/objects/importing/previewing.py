"""What the first rows would do, cell by cell: they are written, looked at, and the writing is rolled back."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db import transaction

from perennial.foundation.errors import Forbidden
from perennial.foundation.ids import uuid7
from perennial.objects.actions import Run
from perennial.objects.importing.batches import batches_of, session_of
from perennial.objects.importing.registry import kind_named
from perennial.objects.models import Import
from perennial.objects.writing.outcomes import next_run_id
from perennial.workspace.actor import Actor

PREVIEWED = 20


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """What a row would do: "created", "updated", "unchanged", "written" or "skipped", and then why. `after` says by
    field what its cells became, where the kind says so."""

    number: int
    cells: list[str | None]
    made: str
    sentence: str = ""
    after: dict[str, str] = field(default_factory=dict)


def preview(importing: Import, *, by: Actor, limit: int = PREVIEWED) -> list[PreviewRow]:
    kind = kind_named(importing.kind)
    if not kind.is_allowed(by):
        raise Forbidden
    with transaction.atomic():
        session = session_of(importing, by=by, run=Run(next_run_id(), uuid7()), is_preview=True)
        with batches_of(importing, kind, size=limit) as batches:
            batch = next(batches, None)
        if batch is None:
            return []
        writer = kind.open(session)
        outcome = writer.write(writer.read(batch.rows))
        transaction.set_rollback(True)
    skipped = {each.number: str(each.sentence) for each in (*batch.skipped, *outcome.skipped)}
    return [
        PreviewRow(
            row.number,
            row.cells,
            "skipped" if row.number in skipped else outcome.made.get(row.number, "written"),
            skipped.get(row.number, ""),
            outcome.after.get(row.number, {}),
        )
        for row in batch.source
    ]
