from __future__ import annotations

import gzip
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest

from perennial.foundation.errors import Invalid
from perennial.foundation.sql import fetch
from perennial.objects import query
from perennial.objects.importing import working
from perennial.objects.importing.previewing import preview
from perennial.objects.importing.registry import kind_named
from perennial.objects.importing.skipped import reasons, skipped_csv
from perennial.objects.importing.sniffing import Unreadable
from perennial.objects.importing.suggesting import suggest
from perennial.objects.importing.uploads import (
    set_up,
    start,
    take_path,
    upload,
)  # fmt: skip
from perennial.objects.models import Import
from perennial.objects.tests.test_query import make, names
from perennial.objects.tests.world import GARDEN
from perennial.objects.writing import create_record
from perennial.workspace.tests.cast import Cast


def bring(cast: Cast, text: str | bytes, **options: str) -> Import:
    """Upload, take the guessed mapping, run."""
    content = text.encode() if isinstance(text, str) else text
    importing = upload(GARDEN.key, [content], name="gardens.csv", by=cast.ada)
    set_up(importing, mapping=importing.mapping, options=importing.options | options)
    start(importing, by=cast.ada)
    working.work(importing.pk)
    importing.refresh_from_db()
    return importing


def counts(importing: Import) -> tuple[int, int, int, int]:
    return importing.created, importing.updated, importing.unchanged, importing.skipped


def test_rows_become_records_and_every_other_comes_back_with_its_reason(cast: Cast) -> None:
    make(cast, "Old", external_id="1", size=3)
    importing = bring(
        cast,
        (
            "ID;Garden;E-Mail;Country;Size;Part of;Owner;planted;unknown column\n"
            "1;Old;;;4;;;;x\n"
            '2;"New;\nname";New@Example.com;UK;;Kew;ben@example.com;3/4/2026;x\n'
            "3;;;;;;;;no name\n"
            "4;Bad country;;Atlantis;;;;;x\n"
            "2;Twice;;;;;;;x\n"
            "\n"
            "5;Wide;;;;;;;x;too;many\n"
            "6;Nobody's;;;;;nobody@example.com;;x\n"
            "1;Old;;;4;;;;x\n"
        ),
    )
    assert (importing.status, importing.error) == ("done", "")
    assert counts(importing) == (1, 1, 0, 6)
    new = query.select(
        GARDEN, by=cast.ada, columns=["email", "country", "parent", "owner", "planted"], search="new example"
    ).rows[0]
    assert new.title == "New; name"
    assert (new.values["email"], new.values["country"], str(new.values["planted"])) == (
        "new@example.com",
        "GB",
        "2026-04-03",
    )
    assert (new.values["parent"].title, new.values["owner"].title) == ("Kew", "Ben")
    assert {each.code: each.rows for each in reasons(importing)} == {
        "invalid": 2,
        "duplicate": 2,
        "too_many_cells": 1,
        "unknown_name": 1,
    }
    lines = b"".join(skipped_csv(importing)).decode("utf-8-sig").splitlines()
    assert lines[0].endswith(",unknown column,Row,Code,Reason")
    assert lines[2].startswith('4,Bad country,,Atlantis,,,,,x,4,invalid,"Country: This country is not known.')
    run = fetch("SELECT action, done, refused FROM objects_run WHERE id = %s", [importing.run_id])
    assert run == [("import", 2, 6)]


def test_what_was_exported_or_skipped_is_imported_again(cast: Cast) -> None:
    importing = bring(cast, "name,size\n=cmd(),many\n'=kept,\n-5,1\n")
    assert counts(importing) == (2, 0, 0, 1)
    assert names(query.select(GARDEN, by=cast.ada)) == ["-5", "=kept"]
    assert b"'=cmd(),many,1,invalid" in b"".join(skipped_csv(importing))


@pytest.mark.parametrize(
    ("mode", "expected"), [("create", (1, 0, 0, 1)), ("update", (0, 1, 0, 1)), ("both", (1, 1, 0, 0))]
)
def test_the_user_says_whether_rows_create_or_update(cast: Cast, mode: str, expected: tuple[int, ...]) -> None:
    make(cast, "Old", email="old@example.com")
    importing = bring(cast, "name,email\nOlder,OLD@example.com\nNew,new@example.com\n", mode=mode, match="email")
    assert counts(importing) == expected


@pytest.mark.parametrize(
    ("encoding", "delimiter"), [("utf-8", ","), ("utf-8-sig", ";"), ("cp1251", "\t"), ("utf-16", "|")]
)
@pytest.mark.parametrize("is_packed", [False, True])
def test_encodings_delimiters_and_compression_are_recognised(
    cast: Cast, encoding: str, delimiter: str, is_packed: bool
) -> None:
    text = "\n".join(
        delimiter.join(row)
        for row in (("name", "city", "size"), ("Сад Ташкент", "Ташкент", "5"), ("Парк Алматы", "Алматы", "7"))
    )
    content = text.encode(encoding)
    importing = bring(cast, gzip.compress(content) if is_packed else content)
    assert counts(importing) == (2, 0, 0, 0)
    assert names(query.select(GARDEN, by=cast.ada)) == ["Парк Алматы", "Сад Ташкент"]


def test_western_code_pages_are_told_from_cyrillic_ones(cast: Cast) -> None:
    bring(cast, "name,size\nJardín Español,5\nGärten für Müller,7\n".encode("cp1252"))
    assert names(query.select(GARDEN, by=cast.ada)) == ["Gärten für Müller", "Jardín Español"]


def test_parquet_is_read_with_whole_numbers_as_ids(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "gardens.parquet"
    pyarrow.parquet.write_table(
        pyarrow.table(
            {"Garden": ["One", "Two", None], "ID": [17850.0, None, None], "Size": [1, 2, 3], "Worth": [2.55, 7.0, None]}
        ),
        path,
    )
    importing = take_path(GARDEN.key, path, by=cast.ada, is_sample=True)
    assert importing.rows == 3
    start(importing, by=cast.ada)
    working.work(importing.pk)
    importing.refresh_from_db()
    assert counts(importing) == (2, 0, 0, 1)
    rows = query.select(GARDEN, by=cast.ada, columns=["external_id", "worth", "is_sample"]).rows
    assert [(row.values["external_id"], str(row.values["worth"]), row.values["is_sample"]) for row in rows] == [
        ("17850", "2.55 GBP", True),
        (None, "7.00 GBP", True),
    ]


@pytest.mark.parametrize("content", [
    b"", b"\n\n\n", b"PK\x03\x04xlsx", b"PAR1garbage", b"\x1f\x8bbroken", b"\x1f\x8b\x08\x00\x00\x00\x00\x00",
    b"\x00\x01\x02\x03" * 100, ("," * 600 + "\n").encode(),
])  # fmt: skip
def test_what_cannot_be_read_is_refused_at_once(cast: Cast, content: bytes) -> None:
    with pytest.raises(Unreadable):
        upload(GARDEN.key, [content], name="x", by=cast.ada)
    assert Import.objects.count() == 0


def test_a_quotation_mark_never_closed_fails_with_a_sentence(cast: Cast) -> None:
    importing = bring(cast, "name,size\n" + "One,1\n" * 60 + 'Two,"' + "x\n" * 200_000)
    assert importing.status == "failed"
    assert "quotation mark" in importing.error


def test_a_preview_says_what_would_happen_and_writes_nothing(cast: Cast) -> None:
    make(cast, "Old", external_id="1")
    importing = upload(GARDEN.key, [b"id,name,size\n1,Older,\n2,New,\n3,,\n4,Bad,x\n1,Older,\n"], name="x", by=cast.ada)
    rows = preview(importing, by=cast.ada)
    assert [row.made for row in rows] == ["updated", "created", "skipped", "skipped", "skipped"]
    assert rows[3].sentence == "Size: This is not a number."
    assert names(query.select(GARDEN, by=cast.ada)) == ["Old"]
    assert fetch("SELECT count(*) FROM timeline_change WHERE action = 'update'") == [(0,)]


def test_a_mapping_is_guessed_from_any_spelling_and_checked(cast: Cast) -> None:
    kind = kind_named(GARDEN.key)
    headings = ["Customer", "E-MAIL", "external_id", "GARDEN", "phone", "Name"]
    assert suggest(kind, headings).mapping == {"name": 5, "email": 1, "external_id": 2, "phone": 4}
    importing = upload(GARDEN.key, [b"a,b\n1,2\n"], name="x", by=cast.ada)
    for mapping in ({}, {"name": 7}, {"name": "x"}, {"nonsense": 0}, {"name": -1}, {"name": True}):
        with pytest.raises(Invalid):
            set_up(importing, mapping=mapping, options={})
    with pytest.raises(Invalid):
        set_up(importing, mapping={"name": 0}, options={"mode": "destroy"})


def test_names_are_looked_up_and_made(cast: Cast) -> None:
    make(cast, "Twin", "Twin", "Kew")
    importing = bring(cast, "name,part of\nA,kew\nB,Brand new\nC,brand NEW\nD,Twin\n")
    assert counts(importing) == (3, 0, 0, 1)
    assert [each.code for each in reasons(importing)] == ["ambiguous_name"]
    assert len(query.select(GARDEN, by=cast.ada, search="brand new").rows) == 1
    importing = bring(cast, "name,part of\nE,Nowhere\n", links="skip")
    assert counts(importing) == (0, 0, 0, 1)
    assert create_record(GARDEN, {"name": "last"}, by=cast.ada)
