"""Background work of this room."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from procrastinate.exceptions import AlreadyEnqueued

from perennial.foundation.jobs import job
from perennial.objects.bulk import working as bulk_working
from perennial.objects.bulk.models import Bulk
from perennial.objects.collaboration import jobs as collaboration_jobs  # noqa: F401 - declares them
from perennial.objects.duplicates.recent import compare_recent
from perennial.objects.duplicates.working import merge_and_tell
from perennial.objects.exporting import forgetting as export_forgetting
from perennial.objects.exporting import working as export_working
from perennial.objects.exporting.models import Export
from perennial.objects.files.keeping import forget_unplaced
from perennial.objects.importing.forgetting import forget_files
from perennial.objects.importing.working import is_abandoned, work
from perennial.objects.models import Import


@job("objects.run_import", queue="imports", retries=3)
def run_import(import_id: int) -> None:
    work(import_id)


@job("objects.forget_files", queue="upkeep", cron="23 * * * *")
def forget_uploaded_files() -> None:
    forget_files()
    forget_unplaced()
    export_forgetting.forget_files()


@job("objects.resume_imports", queue="upkeep", cron="* * * * *")
def resume_imports() -> None:
    """Go on with imports that nobody is at, though they were started: their job was lost, or gave up."""
    _resume(Import, is_abandoned, lambda id, key: run_import.later(import_id=id, once_key=key))


@job("objects.run_bulk", queue="default", retries=3)
def run_bulk(bulk_id: int) -> None:
    bulk_working.work(bulk_id)


@job("objects.resume_bulks", queue="upkeep", cron="* * * * *")
def resume_bulks() -> None:
    """As with imports: go on with what nobody is at."""
    _resume(Bulk, bulk_working.is_abandoned, lambda id, key: run_bulk.later(bulk_id=id, once_key=key))


@job("objects.run_export", queue="exports", retries=3)
def run_export(export_id: int) -> None:
    export_working.work(export_id)


@job("objects.resume_exports", queue="upkeep", cron="* * * * *")
def resume_exports() -> None:
    """Begin again with what a killed worker left."""
    _resume(Export, export_working.is_abandoned, lambda id, key: run_export.later(export_id=id, once_key=key))


@job("objects.merge_duplicates", queue="default", retries=0)
def merge_duplicates(object_key: str, least: float, actor: str) -> None:
    merge_and_tell(object_key, least, actor)


@job("objects.compare_recent", queue="upkeep", cron="*/5 * * * *", retries=0)
def compare_what_was_written() -> None:
    compare_recent()


def _resume(
    model: type[Import | Bulk | Export], is_left: Callable[[int], bool], again: Callable[[int, str], object]
) -> None:
    for id in model.objects.filter(status__in=(model.Status.READY, model.Status.RUNNING)).values_list("pk", flat=True):
        if is_left(id):
            with suppress(AlreadyEnqueued):
                again(id, f"resume-{model._meta.model_name}:{id}")
