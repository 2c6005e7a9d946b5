"""Taking a file in, saying how to read it, trying it, starting it, stopping it, and taking it back.

What a trial and an import have in common is that both run in the background and are watched; a trial leaves nothing but
what would have come of it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from perennial.foundation import clock
from perennial.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from perennial.foundation.ids import uuid7
from perennial.objects.actions import Run
from perennial.objects.bulk.models import Bulk
from perennial.objects.bulk.undoing import take_back
from perennial.objects.importing.batches import path_of
from perennial.objects.importing.forgetting import FOLDER
from perennial.objects.importing.kinds import ImportKind
from perennial.objects.importing.mapping import check_mapping, check_options
from perennial.objects.importing.reading import rows_of
from perennial.objects.importing.registry import kind_named
from perennial.objects.importing.sniffing import LARGEST_FILE, Shape, Unreadable, Wishes, sniff
from perennial.objects.importing.suggesting import SAMPLES, remember, suggest
from perennial.objects.importing.working import begin_anew
from perennial.objects.jobs import run_import
from perennial.objects.models import Import
from perennial.objects.undoing import Undone
from perennial.objects.writing.outcomes import keep_run, next_run_id
from perennial.workspace.actor import Actor


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
    importing.trial = {}
    importing.save(update_fields=["mapping", "options", "trial"])
    return importing


def read_again(importing: Import, wishes: Wishes, *, by: Actor) -> Import:
    """Read the file as somebody says: another sheet, other letters. The mapping is guessed anew."""
    kind = _allowed_kind(importing.kind, by)
    _require(importing, Import.Status.UPLOADED)
    shape = sniff(path_of(importing), wishes)
    importing.shape, importing.rows, importing.trial = shape.to_json(), shape.rows, {}
    _guess(importing, kind, by)
    importing.save(update_fields=["shape", "rows", "mapping", "options", "trial"])
    return importing


def map_by(importing: Import, preset: str, *, by: Actor) -> Import:
    """Take another product's ready mapping, or with "" what is guessed."""
    kind = _allowed_kind(importing.kind, by)
    _require(importing, Import.Status.UPLOADED)
    _guess(importing, kind, by, preset=preset)
    importing.save(update_fields=["mapping", "options"])
    return importing


def start(importing: Import, *, by: Actor) -> Import:
    """Put it in the queue; it runs with the rights of whoever starts it. How the file was read is remembered."""
    return _start(importing, by=by, is_trial=False)


def start_trial(importing: Import, *, by: Actor) -> Import:
    """The same over the whole file, but nothing stays: afterwards `trial` says what would have come of it."""
    return _start(importing, by=by, is_trial=True)


def pause(importing: Import) -> None:
    """Rest after the batch at hand."""
    Import.objects.filter(pk=importing.pk, status__in=(Import.Status.READY, Import.Status.RUNNING)).update(
        status=Import.Status.PAUSED, rate=0
    )


def go_on(importing: Import) -> None:
    """From where it rests."""
    with transaction.atomic():
        if Import.objects.filter(pk=importing.pk, status=Import.Status.PAUSED).update(status=Import.Status.READY):
            run_import.later(import_id=importing.pk)


def cancel(importing: Import) -> None:
    """Stop after the batch at hand; what is written stays, and can be taken back. A trial only ends."""
    waiting = Import.objects.filter(
        pk=importing.pk,
        status__in=(Import.Status.UPLOADED, Import.Status.READY, Import.Status.RUNNING, Import.Status.PAUSED),
    )
    if not waiting.filter(is_trial=True).update(status=Import.Status.UPLOADED, is_trial=False, position=0):
        waiting.update(status=Import.Status.CANCELLED, finished_at=clock.real_now())


def revert(importing: Import, *, by: Actor) -> Undone | Bulk:
    """Take back all that the import wrote and nobody has changed since: at once when it is little, else in the
    background, batch by batch. The logs keep both."""
    _allowed_kind(importing.kind, by)
    if importing.run_id is None or importing.is_at_work or importing.status == Import.Status.PAUSED:
        raise Conflict(_("This import has not ended yet."))
    return take_back(importing.run_id, by=by)


def samples_of(importing: Import) -> list[list[str | None]]:
    """The first rows of its file."""
    with rows_of(path_of(importing), Shape.from_json(importing.shape)) as rows:
        return [row.cells for row in islice(rows, SAMPLES) if not row.problem]


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


def _start(importing: Import, *, by: Actor, is_trial: bool) -> Import:
    from_kind = _allowed_kind(importing.kind, by)
    _require(importing, Import.Status.UPLOADED)
    mapping = check_mapping(from_kind, importing.mapping, importing.shape["headings"])
    gone = mapping.keys() - {field.key for field in from_kind.offered(by)}
    if gone:
        raise Invalid(dict.fromkeys(sorted(gone), _("Your role does not let you write this field. Leave it out.")))
    with transaction.atomic():
        _require(Import.objects.select_for_update().get(pk=importing.pk), Import.Status.UPLOADED)  # started once only
        run = Run(next_run_id(), uuid7())
        if not is_trial:
            told = {"import": importing.pk, "kind": importing.kind, "file": importing.name}
            keep_run(run, "import", from_kind.object_key or from_kind.key, by=by, input=told)
            remember(from_kind.key, importing.shape["headings"], mapping, importing.options)
        begin_anew(importing)
        importing.run_id, importing.cause, importing.actor = run.id, run.cause, by.log_name
        importing.status, importing.language = Import.Status.READY, get_language() or by.language
        importing.is_trial = is_trial
        importing.save()
        run_import.later(import_id=importing.pk)
    return importing


def _taken(
    kind: ImportKind, path: Path, kept: str, size: int, *, name: str, by: Actor, is_sample: bool = False
) -> Import:
    shape = sniff(path)
    importing = Import(
        kind=kind.key,
        name=name[:200] or "import",
        path=kept,
        size=size,
        shape=shape.to_json(),
        rows=shape.rows,
        actor=by.log_name,
        language=get_language() or by.language,
        is_sample=is_sample,
    )
    _guess(importing, kind, by)
    importing.save()
    return importing


def _guess(importing: Import, kind: ImportKind, by: Actor, *, preset: str = "") -> None:
    samples = samples_of(importing)
    found = suggest(kind, importing.shape["headings"], samples, by=by, preset=preset)
    importing.mapping = found.mapping
    importing.options = {option.key: option.default for option in kind.options} | found.options


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
