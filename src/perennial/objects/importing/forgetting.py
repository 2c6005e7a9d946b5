"""Uploaded files are removed when they are not needed any more: they are full of people, and an erasure does not reach
into them."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db.models import Q

from perennial.foundation import clock
from perennial.objects.models import Import

FOLDER = "imports"  # of the files folder; files of the machine's own, which lie elsewhere, are left alone
KEPT = timedelta(days=1)  # behind the end of the import, so that somebody can still look into what went wrong
KEPT_WAITING = timedelta(days=30)  # for somebody to start it


def forget_files() -> int:
    """Remove the files of imports that have ended, or that nobody has started. How many there were."""
    now = clock.real_now()
    uploaded = Import.objects.filter(path__startswith=f"{FOLDER}/")
    uploaded.filter(status=Import.Status.UPLOADED, created_at__lt=now - KEPT_WAITING).update(
        status=Import.Status.CANCELLED, finished_at=now - KEPT
    )
    ended = uploaded.filter(
        ~Q(status__in=(Import.Status.UPLOADED, Import.Status.READY, Import.Status.RUNNING)), finished_at__lte=now - KEPT
    )
    for importing in ended:
        (settings.PERENNIAL_FILES / importing.path).unlink(missing_ok=True)
        Import.objects.filter(pk=importing.pk).update(path="")
    return len(ended)
