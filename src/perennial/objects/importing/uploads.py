"""Taking a file in, saying how to read it, trying it, starting it, stopping it, and taking it back."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from perennial.foundation import clock
from perennial.foundation.errors import Conflict, Forbidden, NotFound
from perennial.foundation.ids import uuid7
from perennial.objects.actions import Run
from perennial.objects.importing.batches import batches_of, session_of
from perennial.objects.importing.forgetting import FOLDER
from perennial.objects.importing.kinds import ImportKind
from perennial.objects.importing.mapping import check_mapping, check_options, plan
from perennial.objects.importing.registry import kind_named
from perennial.objects.importing.sniffing import LARGEST_FILE, Unreadable, sniff
from perennial.objects.jobs import run_import
from perennial.objects.models import Import
from perennial.objects.undoing import Undone, undo_run
from perennial.objects.writing.outcomes import keep_run, next_run_id
from perennial.workspace.actor import Actor

PREVIEWED = 20


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """What a row would do: "created", "updated", "unchanged", "written" or "skipped", and then why."""

    number: int
    cells: list[str | None]
    made: str
    sentence: str = ""


def upload(kind_key: str, chunks: Iterable[bytes], *, name: str, by: Actor) -> Import:
    """Keep the file and look at it; the mapping is guessed and waits for the user. Raises `Unreadable`."""
    kind = _allowed_kind(kind_key, by)
    relative = Path(FOLDER) / f"{uuid.uuid4().hex}"
    path = settings.PERENNIAL_FILES / relative
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        size = _keep(path, chunks)
        return _taken(kind, path, str(relative), size, name=name, by=by)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def take_path(kind_key: str, path: Path, *, by: Actor, is_sample: bool = False) -> Import:
    """A file of this machine (the sample, the command line), read where it lies."""
    path = path.resolve()
    kind = _allowed_kind(kind_key, by)
    return _taken(kind, path, str(path), path.stat().st_size, name=path.name, by=by, is_sample=is_sample)


def set_up(importing: Import, *, mapping: Mapping[str, Any], options: Mapping[str, Any]) -> Import:
    """Say which column is which field and how to read it. Raises `Invalid` by field or option."""
    _require(importing, Import.Status.UPLOADED)
    kind = kind_named(importing.kind)
    importing.mapping = check_mapping(kind, mapping, importing.shape["headings"])
    importing.options = check_options(kind, options)
    importing.save(update_fields=["mapping", "options"])
    return importing


def preview(importing: Import, *, by: Actor, limit: int = PREVIEWED) -> list[PreviewRow]:
    """What the first rows would do: they are written, and the writing is rolled back."""
    kind = _allowed_kind(importing.kind, by)
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
            number,
            cells,
            "skipped" if number in skipped else outcome.made.get(number, "written"),
            skipped.get(number, ""),
        )
        for number, cells, _problem in batch.source
    ]


def start(importing: Import, *, by: Actor) -> Import:
    """Put it in the queue; it runs with the rights of whoever starts it."""
    from_kind = _allowed_kind(importing.kind, by)
    _require(importing, Import.Status.UPLOADED)
    check_mapping(from_kind, importing.mapping, importing.shape["headings"])
    with transaction.atomic():
        _require(Import.objects.select_for_update().get(pk=importing.pk), Import.Status.UPLOADED)  # started once only
        run = Run(next_run_id(), uuid7())
        keep_run(
            run,
            "import",
            from_kind.object_key or from_kind.key,
            by=by,
            input={"import": importing.pk, "kind": importing.kind, "file": importing.name},
        )
        importing.run_id, importing.cause, importing.actor = run.id, run.cause, by.log_name
        importing.status, importing.language = Import.Status.READY, get_language() or by.language
        importing.save()
        run_import.later(import_id=importing.pk)
    return importing


def cancel(importing: Import) -> None:
    """Stop after the batch at hand; what is written stays, and can be taken back."""
    Import.objects.filter(
        pk=importing.pk, status__in=(Import.Status.UPLOADED, Import.Status.READY, Import.Status.RUNNING)
    ).update(status=Import.Status.CANCELLED, finished_at=clock.real_now())


def revert(importing: Import, *, by: Actor) -> Undone:
    """Take back all that the import wrote and nobody has changed since. The logs keep both."""
    _allowed_kind(importing.kind, by)
    if importing.run_id is None or importing.is_at_work:
        raise Conflict(_("This import has not ended yet."))
    return undo_run(importing.run_id, by=by)


def imports(by: Actor, *, limit: int = 50) -> list[Import]:
    """The latest imports: one's own, or everybody's for whoever manages the settings."""
    found = Import.objects.all() if by.may("settings.manage") else Import.objects.filter(actor=by.log_name)
    return list(found.order_by("-pk")[:limit])


def get_import(import_id: int, *, by: Actor) -> Import:
    """Raises `NotFound`, also for another's."""
    found = Import.objects.filter(pk=import_id).first() if 0 < import_id < 2**63 else None
    if found is None or not (found.actor == by.log_name or by.may("settings.manage")):
        raise NotFound
    return found


def _taken(
    kind: ImportKind, path: Path, kept: str, size: int, *, name: str, by: Actor, is_sample: bool = False
) -> Import:
    shape = sniff(path)
    return Import.objects.create(
        kind=kind.key,
        name=name[:200] or "import",
        path=kept,
        size=size,
        shape=shape.to_json(),
        rows=shape.rows,
        mapping=plan(kind, shape.headings),
        options={option.key: option.default for option in kind.options},
        actor=by.log_name,
        language=get_language() or by.language,
        is_sample=is_sample,
    )


def _keep(path: Path, chunks: Iterable[bytes]) -> int:
    size = 0
    with path.open("xb") as file:
        path.chmod(0o600)
        for chunk in chunks:
            size += len(chunk)
            if size > LARGEST_FILE:
                raise Unreadable(_("This file is too large. Split it and import the parts."))
            file.write(chunk)
    return size


def _allowed_kind(key: str, by: Actor) -> ImportKind:
    kind = kind_named(key)
    if not kind.is_allowed(by):
        raise Forbidden
    return kind


def _require(importing: Import, status: Import.Status) -> None:
    if importing.status != status:
        raise Conflict(_("This import has been started already."))
