"""An upload is started once, and its file does not stay."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from perennial.foundation import clock
from perennial.foundation.errors import Conflict
from perennial.objects.importing.forgetting import forget_files
from perennial.objects.importing.uploads import revert, start, upload
from perennial.objects.models import Import
from perennial.objects.tests.test_importing import bring
from perennial.objects.tests.world import GARDEN
from perennial.workspace.tests.cast import Cast


def test_uploaded_files_do_not_stay(cast: Cast, settings: Any) -> None:
    done, waiting = bring(cast, "name\nRosewood\n"), upload(GARDEN.key, [b"name\nElm\n"], name="x.csv", by=cast.ada)
    path = settings.PERENNIAL_FILES / done.path
    assert forget_files() == 0
    Import.objects.filter(pk=done.pk).update(finished_at=clock.real_now() - timedelta(days=2))
    assert forget_files() == 1
    assert not path.exists()
    assert forget_files() == 0
    Import.objects.filter(pk=waiting.pk).update(created_at=clock.real_now() - timedelta(days=40))
    assert forget_files() == 1
    assert not (settings.PERENNIAL_FILES / waiting.path).exists()
    waiting.refresh_from_db()
    assert waiting.status == Import.Status.CANCELLED
    revert(done, by=cast.ada)  # which needs the logs, not the file


def test_an_import_starts_once_whoever_else_looked_at_it(cast: Cast) -> None:
    importing = upload(GARDEN.key, [b"name\nElm\n"], name="x.csv", by=cast.ada)
    other = Import.objects.get(pk=importing.pk)
    start(importing, by=cast.ada)
    with pytest.raises(Conflict):
        start(other, by=cast.ada)
