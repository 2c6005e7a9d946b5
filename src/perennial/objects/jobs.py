"""Background work of this room."""

from __future__ import annotations

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
    for import_id in Import.objects.filter(status__in=(Import.Status.READY, Import.Status.RUNNING)).values_list(
        "pk", flat=True
    ):
        if not is_abandoned(import_id):
            continue
        with suppress(AlreadyEnqueued):
            run_import.later(import_id=import_id, once_key=f"resume-import:{import_id}")


@job("objects.run_bulk", queue="default", retries=3)
def run_bulk(bulk_id: int) -> None:
    bulk_working.work(bulk_id)


@job("objects.resume_bulks", queue="upkeep", cron="* * * * *")
def resume_bulks() -> None:
    """As with imports: go on with what nobody is at."""
    for bulk_id in Bulk.objects.filter(status__in=(Bulk.Status.READY, Bulk.Status.RUNNING)).values_list(
        "pk", flat=True
    ):
        if bulk_working.is_abandoned(bulk_id):
            with suppress(AlreadyEnqueued):
                run_bulk.later(bulk_id=bulk_id, once_key=f"resume-bulk:{bulk_id}")


@job("objects.run_export", queue="exports", retries=3)
def run_export(export_id: int) -> None:
    export_working.work(export_id)


@job("objects.resume_exports", queue="upkeep", cron="* * * * *")
def resume_exports() -> None:
    """Begin again with what a killed worker left."""
    for export_id in Export.objects.filter(status__in=(Export.Status.READY, Export.Status.RUNNING)).values_list(
        "pk", flat=True
    ):
        if export_working.is_abandoned(export_id):
            with suppress(AlreadyEnqueued):
                run_export.later(export_id=export_id, once_key=f"resume-export:{export_id}")


@job("objects.merge_duplicates", queue="default", retries=0)
def merge_duplicates(object_key: str, least: float, actor: str) -> None:
    merge_and_tell(object_key, least, actor)


@job("objects.compare_recent", queue="upkeep", cron="*/5 * * * *", retries=0)
def compare_what_was_written() -> None:
    compare_recent()
