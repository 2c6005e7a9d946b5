from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest

from perennial.foundation import clock
from perennial.objects.files import keeping
from perennial.objects.files.contents import media_type_of
from perennial.objects.files.keeping import file_name, forget_unplaced, keep_file, path_of, place_files
from perennial.objects.files.models import KeptFile
from perennial.workspace.tests.cast import make_cast

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    settings.PERENNIAL_FILES = tmp_path


@pytest.mark.django_db
def test_a_file_is_kept_for_its_owner_alone_and_removed_when_nobody_places_it() -> None:
    ada = make_cast().ada
    placed, waiting = (keep_file([PNG[:5], PNG[5:]], name=name, by=ada) for name in ("plan.png", "other.png"))
    assert (placed.name, placed.size, placed.media_type) == ("plan.png", len(PNG), "image/png")
    assert path_of(placed.id).read_bytes() == PNG
    assert path_of(placed.id).stat().st_mode & 0o077 == 0
    assert place_files([placed.id, "0" * 32]) == {placed.id}
    assert forget_unplaced() == 0
    KeptFile.objects.update(created_at=clock.real_now() - timedelta(days=2))
    assert forget_unplaced() == 1
    assert path_of(placed.id).exists()
    assert not path_of(waiting.id).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "content", "said"), [
    ("photo.png", b"MZ\x90\x00", "can run"), ("deed.pdf", b"<html><script>", "can run"),
    ("a.svg", b"<svg/>", "can run"),
    ("note.txt", b"\xef\xbb\xbf  <!DOCTYPE html>", "can run"), ("page", b"<\x00h\x00t\x00m\x00l\x00>\x00", "can run"),
    ("run.exe", b"anything", "can run"), ("x.sh", b"echo", "can run"), ("x.txt", b"#!/bin/sh", "can run"),
    ("deed.pdf", b"PK\x03\x04", "wrong ending"), ("photo.jpg", PNG, "wrong ending"),
    ("a.docx", b"hello", "wrong ending"),
    ("list.csv", b"a\x00b", "wrong ending"), ("list.csv", PNG, "wrong ending"), ("empty.txt", b"", "empty"),
    ("big.bin", b"x" * 2000, "too large"),
])  # fmt: skip
def test_what_could_run_or_is_not_what_it_says_is_refused_and_leaves_nothing(
    name, content, said, monkeypatch, tmp_path
):
    monkeypatch.setattr(keeping, "LARGEST", 1000)
    with pytest.raises(ValueError, match=said):
        keep_file([content], name=name, by=make_cast().ada)
    assert not KeptFile.objects.exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_the_content_says_what_a_file_is() -> None:
    office = io.BytesIO()
    with zipfile.ZipFile(office, "w") as archive:
        archive.writestr("word/document.xml", "<w:document/>")
    assert media_type_of("scan", b"%PDF-1.7") == "application/pdf"
    assert media_type_of("prices.csv", b"a,b\n1,2") == "text/csv"
    assert "word" in media_type_of("offer.docx", office.getvalue()) or "zip" in media_type_of(
        "offer.docx", b"PK\x03\x04"
    )
    assert media_type_of("drawing.dwg", b"AC1027\x00") == "application/octet-stream"


@pytest.mark.parametrize(("said", "kept"), [
    ("../../etc/passwd", "passwd"), ("C:\\boats\\deed.pdf", "deed.pdf"), ("a\x00b\u202egnp.exe", "abgnp.exe"),
    ("  ...  ", "file"), ("", "file"), ("x" * 500 + ".pdf", "x" * 196 + ".pdf"), ("Қайық.pdf", "Қайық.pdf"),
])  # fmt: skip
def test_names_lead_nowhere_and_read_as_they_are_written(said: str, kept: str) -> None:
    assert file_name(said) == kept
