"""The whole deployment as an archive: what comes out of it is the same, row for row, and no secret is in it."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.contrib.auth.hashers import is_password_usable

from perennial.customers.objects import COMPANY, PERSON, TASK
from perennial.foundation.errors import Conflict, Invalid
from perennial.foundation.sql import execute, fetch
from perennial.objects.everything.layout import archived_tables, left_out_tables, rows_and_digest
from perennial.objects.everything.writing import write_everything
from perennial.objects.exporting.progress import Progress
from perennial.objects.files.keeping import keep_file, path_of
from perennial.objects.made.catalogue import forget
from perennial.objects.made.defining import make_field, make_kind
from perennial.objects.running import run_action
from perennial.objects.searching import find
from perennial.objects.types import object_types
from perennial.objects.writing import create_record, create_records, delete_records
from perennial.server.everything import CannotLoad, load
from perennial.timeline.consumers import go_to_end
from perennial.workspace.keys import create_key
from perennial.workspace.models import Role, User
from perennial.workspace.tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def firm(tmp_path: Path, settings: Any) -> Iterator[Cast]:
    """Something of everything: scripts, quotes, line ends, empty texts beside nothing, deleted records, files, keys."""
    settings.PERENNIAL_FILES = tmp_path / "files"
    cast = make_cast()
    company = create_record(COMPANY, {"name": 'Алматы "Trade", \\.\nLtd', "domain": "trade.example"}, by=cast.ada)
    people = create_records(PERSON, [
        {"name": "Әсел", "email": "asel@example.kz", "company": company, "owner": cast.ada_user.pk},
        {"name": "Đorđe 'Š' \\N", "external_id": "", "phone": "+38761123456"},
    ], by=cast.ada)  # fmt: skip
    ids = [result.id for result in people.results if result.id]
    create_record(TASK, {"title": "=1+1", "customer": ids[0], "note": 'multi\nline\t"quoted"'}, by=cast.ada)
    run_action("customers.add_note", ids, {"text": "гречка 🥣"}, by=cast.ada)
    delete_records(PERSON, [ids[1]], by=cast.ada)
    order = {"number": "N1", "customer": ids[0], "currency": "GBP", "placed_at": "2024-02-29T10:00:00.123456Z",
             "lines": [{"description": "Vase", "quantity": "2.125", "unit_price": "3.3333"}]}  # fmt: skip
    create_record(object_types["commerce.order"], order, by=cast.ada)
    create_key("shop", role=Role.objects.get(key="administrator"), by=cast.ada)
    execute("UPDATE customers_task SET due_at = 'infinity'")
    execute(
        "INSERT INTO lifecycle_tally (measure, stage, part, day, customers, worth)"
        " VALUES ('x', 'reach', '', '-infinity', 1, 2)"
    )
    keep_file([b"a map"], name="map.txt", by=cast.ada)
    boat = make_kind(label="Boat", label_plural="Boats", by=cast.ada)
    make_field(boat.key, type="text", label="Register number", is_unique=True, by=cast.ada)
    create_record(object_types[boat.key], {"name": "Ayan", "register_number": "KZ-1"}, by=cast.ada)
    yield cast
    forget()
    for (index,) in fetch("SELECT indexname FROM pg_indexes WHERE indexname LIKE 'objects_made_%%_unique'"):
        execute(f'DROP INDEX "{index}"')


def state() -> dict[str, tuple[int, str]]:
    execute("SET TIME ZONE 'UTC'")
    return {table.name: rows_and_digest(table) for table in archived_tables()}


def emptied() -> None:
    names = ", ".join(f'"{table.name}"' for table in archived_tables())
    execute(f"TRUNCATE {names}, timeline_consumer RESTART IDENTITY CASCADE")


def test_what_is_loaded_is_the_same_row_for_row(firm: Cast, tmp_path: Path) -> None:
    execute("DELETE FROM timeline_consumer")
    go_to_end("tests.reader", "timeline_change")
    create_record(PERSON, {"name": "After the reader"}, by=firm.ada)
    archive, again = tmp_path / "firm.zip", tmp_path / "again.zip"
    before, indexes = state(), indexes_and_keys()
    manifest = write_everything(archive, Progress())
    assert {name: (part.rows, part.digest) for name, part in manifest.tables.items()} == before
    file = path_of(fetch("SELECT id FROM objects_file")[0][0])
    file.unlink()
    emptied()
    loaded = load(archive, report=lambda *_: None)
    assert loaded.rows == sum(rows for rows, _digest in before.values()) > 50
    assert state() == before
    assert indexes_and_keys() == indexes
    assert file.read_bytes() == b"a map"
    assert {name: part.digest for name, part in write_everything(again, Progress()).tables.items()} == {
        name: part.digest for name, part in manifest.tables.items()
    }
    # What nobody had read of the log when it was written waits for its reader here too, and nothing else does.
    waiting = fetch(
        "SELECT record_id FROM timeline_change l, timeline_consumer c WHERE c.name = 'tests.reader'"
        " AND (l.xid, l.id) > (c.xid, c.row_id::bigint)"
    )
    assert len(waiting) == 1
    boats = object_types["made.boat"]
    with pytest.raises((Conflict, Invalid)):
        create_record(boats, {"name": "Bura", "register_number": "KZ-1"}, by=firm.ada)
    assert [hit.title for hit in find("ayan", by=firm.ada)] == ["Ayan"]
    person = create_record(PERSON, {"name": "New"}, by=firm.ada)
    assert person > max(row[0] for row in fetch("SELECT id FROM customers_customer WHERE name <> 'New'"))


def test_no_secret_is_in_it(firm: Cast, tmp_path: Path) -> None:
    password = User.objects.get(pk=firm.ada_user.pk).password
    digest = fetch("SELECT digest FROM workspace_apikey")[0][0]
    write_everything(tmp_path / "firm.zip", Progress())
    with zipfile.ZipFile(tmp_path / "firm.zip") as archive:
        names = archive.namelist()
        archive.extractall(tmp_path / "out")
    for name in names:
        data = (tmp_path / "out" / name).read_bytes()
        assert password.encode() not in data
        assert digest.encode() not in data
    users = pq.read_table(tmp_path / "out/tables/workspace_user.parquet")
    assert "password" not in users.column_names
    assert "Ada" in users.column("name").to_pylist()
    assert not {"django_session", "workspace_mail", "procrastinate_jobs"} & {Path(name).stem for name in names}
    emptied()
    load(tmp_path / "firm.zip", report=lambda *_: None)
    assert not any(is_password_usable(user.password) for user in User.objects.all())
    assert digest not in {row[0] for row in fetch("SELECT digest FROM workspace_apikey")}


def test_others_can_read_it(firm: Cast, tmp_path: Path) -> None:
    write_everything(tmp_path / "firm.zip", Progress())
    with zipfile.ZipFile(tmp_path / "firm.zip") as archive:
        archive.extractall(tmp_path)
        assert "Parquet" in archive.read("README.md").decode()
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    customers = pq.read_table(tmp_path / manifest["tables"]["customers_customer"]["file"])
    assert customers.num_rows == manifest["tables"]["customers_customer"]["rows"] == 3
    assert str(customers.schema.field("worth").type) == "decimal128(18, 4)"
    assert str(customers.schema.field("created_at").type) == "timestamp[us, tz=UTC]"
    person = manifest["kinds"]["customers.person"]
    assert (person["table"], person["rows"]) == ("customers_customer", {"kind": "person"})
    assert {"key": "email", "label": "E-mail", "type": "email", "column": "email"} in person["fields"]
    assert manifest["left_out"].keys() == left_out_tables().keys()
    assert all(manifest["left_out"].values())


def test_it_loads_only_into_nothing_and_only_whole(firm: Cast, tmp_path: Path) -> None:
    whole, broken = tmp_path / "firm.zip", tmp_path / "broken.zip"
    write_everything(whole, Progress())
    before = state()
    with pytest.raises(CannotLoad, match="something here already"):
        load(whole, report=lambda *_: None)
    assert state() == before
    emptied()
    empty = state()
    for spoil, said in ((b"tables/customers_customer.parquet", "damaged"), (b"manifest.json", "no archive|tables")):
        with zipfile.ZipFile(whole) as good, zipfile.ZipFile(broken, "w") as bad:
            for name in good.namelist():
                data = good.read(name)
                bad.writestr(name, data[:-9] + b"spoilt!!!" if name.encode() == spoil else data)
        with pytest.raises(CannotLoad, match=said):
            load(broken, report=lambda *_: None)
        assert state() == empty
    for wrong in (b"", b"PK\x05\x06" + b"\0" * 18, b"no zip at all"):
        broken.write_bytes(wrong)
        with pytest.raises(CannotLoad):
            load(broken, report=lambda *_: None)


def test_another_version_is_refused_with_what_to_do(firm: Cast, tmp_path: Path) -> None:
    write_everything(tmp_path / "firm.zip", Progress())
    emptied()
    for change in ({"format": 2}, {"migrations": {"objects": ["0001_start"]}}):
        with zipfile.ZipFile(tmp_path / "firm.zip") as good, zipfile.ZipFile(tmp_path / "other.zip", "w") as other:
            for name in good.namelist():
                data = good.read(name)
                if name == "manifest.json":
                    data = json.dumps(json.loads(data) | change).encode()
                other.writestr(name, data)
        with pytest.raises(CannotLoad, match=r"form 2|with that version"):
            load(tmp_path / "other.zip", report=lambda *_: None)


def indexes_and_keys() -> list[tuple[Any, ...]]:
    return fetch(
        "SELECT tablename, indexname FROM pg_indexes WHERE schemaname = current_schema() UNION ALL"
        " SELECT conrelid::regclass::text, conname FROM pg_constraint"
        " WHERE connamespace = current_schema()::regnamespace UNION ALL SELECT tgrelid::regclass::text,"
        " tgname || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2"
    )
