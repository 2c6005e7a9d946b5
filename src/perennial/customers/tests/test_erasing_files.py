"""The files of somebody who is erased go with them: those that stand in their record, and those that stood there."""

from __future__ import annotations

from functools import partial

import pytest

from perennial.objects.files.keeping import keep_file, path_of
from perennial.objects.files.models import KeptFile
from perennial.objects.made import catalogue
from perennial.objects.made.defining import make_field
from perennial.objects.running import run_action
from perennial.objects.types import object_types
from perennial.objects.writing import create_record, update_record
from perennial.workspace.tests.cast import make_cast

PERSON = "customers.person"


@pytest.mark.django_db
def test_files_of_a_person_are_erased_with_them(tmp_path, settings, django_capture_on_commit_callbacks) -> None:
    settings.PERENNIAL_FILES = tmp_path
    ada = make_cast().ada
    make_field(PERSON, type="file", label="Passport", by=ada)
    first, second, other = (keep_file([b"%PDF-1.7"], name=f"{name}.pdf", by=ada).id for name in ("a", "b", "c"))
    cleo = create_record(object_types[PERSON], {"name": "Cleo", "passport": first}, by=ada)
    update_record(object_types[PERSON], cleo, {"passport": second}, by=ada)
    create_record(object_types[PERSON], {"name": "Dov", "passport": other}, by=ada)
    with django_capture_on_commit_callbacks() as waiting:
        run_action("customers.erase_person", [cleo], {"confirm": True}, by=ada)
    assert path_of(second).exists()  # as long as it could still be taken back
    for each in waiting:
        if isinstance(each, partial):
            each()
    assert list(KeptFile.objects.values_list("id", flat=True)) == [other]
    assert [path_of(id).exists() for id in (first, second, other)] == [False, False, True]
    catalogue.forget()
