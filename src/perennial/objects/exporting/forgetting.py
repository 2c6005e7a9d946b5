"""Files are kept for some days: each is full of people, and an erasure does not reach into it."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from perennial.foundation import clock
from perennial.objects.exporting.models import Export
from perennial.objects.exporting.working import FOLDER

KEPT = timedelta(days=3)


def forget_files() -> int:
    """Remove the files whose days are over, and whatever lies there that nobody knows. How many there were."""
    old = clock.real_now() - KEPT
    ended = list(Export.objects.exclude(path="").filter(finished_at__lte=old))
    for export in ended:
        (settings.PERENNIAL_FILES / export.path).unlink(missing_ok=True)
        Export.objects.filter(pk=export.pk).update(path="")
    folder: Path = settings.PERENNIAL_FILES / FOLDER
    strays = [path for path in folder.iterdir() if path.stat().st_mtime < old.timestamp()] if folder.is_dir() else []
    for path in strays:  # a worker that was killed leaves drafts
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return len(ended)
