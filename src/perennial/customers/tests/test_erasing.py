"""Erasing a person leaves nothing of them findable; giving out their data gives everything."""

from __future__ import annotations

import json

import pytest

from perennial.conditions.tree import Compare, Op
from perennial.customers.models import Merge
from perennial.customers.objects import COMPANY, CUSTOMER, NOTE, PERSON, TASK
from perennial.customers.personal_data import subject_of
from perennial.foundation.errors import Forbidden, Invalid, NotFound
from perennial.foundation.sql import fetch
from perennial.objects.collaboration.comments import add_comment
from perennial.objects.exporting import plan_of
from perennial.objects.exporting.exports import start as start_export
from perennial.objects.models import Import, SkippedRow
from perennial.objects.query import select
from perennial.objects.running import run_action
from perennial.objects.searching import find, find_comments
from perennial.objects.writing import create_record, update_record
from perennial.timeline.notifications import notify
from perennial.timeline.record import NewEvent, record
from perennial.workspace.mail import write_mail
from perennial.workspace.tests.cast import Cast

EMAIL, OLD, NAME = "cleo.marsh@example.com", "cleo.old@example.com", "Cleo Marsh"


def places(text: str) -> list[str]:
    """Every text or JSON column of every table that mentions the text."""
    columns = fetch(
        "SELECT c.table_name, c.column_name FROM information_schema.columns c JOIN information_schema.tables t"
        " USING (table_schema, table_name) WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'"
        " AND c.data_type IN ('text', 'character varying', 'character', 'json', 'jsonb', 'ARRAY')"
    )
    return [
        f"{table}.{column}"
        for table, column in columns
        if fetch(f'SELECT 1 FROM "{table}" WHERE lower("{column}"::text) LIKE %s LIMIT 1', [f"%{text.lower()}%"])
    ]


@pytest.fixture
def cleo(cast: Cast) -> int:
    """Cleo with a bit of everything, merged with an earlier self, mentioned elsewhere."""
    cleo = create_record(PERSON, {"name": NAME, "email": OLD, "external_id": "shop-4711-cleo"}, by=cast.ada)
    update_record(PERSON, cleo, {"email": EMAIL, "phone": "+44 20 7946 0018"}, by=cast.ada)
    other = create_record(PERSON, {"name": NAME, "email": "cm@example.org"}, by=cast.ada)
    run_action("customers.merge_customers", [cleo, other], {"winner": cleo}, by=cast.ada)
    run_action("customers.add_note", [cleo], {"text": f"Write to {EMAIL}, likes blue"}, by=cast.ada)
    said = {"summary": f"{NAME} wants a refund", "follow_up": f"Mail {EMAIL}"}
    run_action("customers.log_call", [cleo], said, by=cast.ada)
    run_action(
        "customers.record_consent",
        [cleo],
        {
            "purpose": "marketing",
            "channel": "email",
            "state": "granted",
            "source": f"form sent to {EMAIL}",
            "ip": "192.0.2.7",
        },
        by=cast.ada,
    )
    (profile, *_rest) = subject_of(cleo).profile_ids
    record([NewEvent("web.page_viewed", profile, {"url": f"/?mail={EMAIL}", "seconds": 12})])
    acme = create_record(COMPANY, {"name": "Acme"}, by=cast.ada)
    create_record(NOTE, {"customer": acme, "text": f"Ask {EMAIL.upper()} first"}, by=cast.ada)
    create_record(TASK, {"title": f"Ring {NAME} about quotes", "customer": acme}, by=cast.ada)
    add_comment("customers.person", cleo, f"{NAME} is kind", by=cast.ada)
    add_comment("customers.company", acme, f"Knows {NAME} well", by=cast.ada)
    plan = plan_of(PERSON, by=cast.ada, search=NAME, where=Compare("email", Op.EQ, EMAIL))
    start_export(plan, format="csv")
    notify([cast.ada_user.pk], f"{NAME} wrote")
    write_mail("ada@example.com", subject=f"About {NAME}", body=f"See {EMAIL}")
    return cleo


def test_nothing_is_left_to_find(cast: Cast, cleo: int) -> None:
    assert places(EMAIL)
    (result,) = run_action("customers.erase_person", [cleo], {"confirm": True}, by=cast.ada).results
    assert result.is_done
    for text in (EMAIL, OLD, NAME, "cm@example.org", "shop-4711-cleo", "442079460018", "likes blue", "192.0.2.7"):
        assert places(text) == [], text
    assert find("cleo", by=cast.ada) == []
    assert {row.title for row in select(CUSTOMER, by=cast.ada).rows} == {"Acme"}


def test_comments_about_them_go_and_others_forget_the_name(cast: Cast, cleo: int) -> None:
    assert [hit.title for hit in find_comments("knows cleo marsh", by=cast.ada)] == ["Acme"]
    run_action("customers.erase_person", [cleo], {"confirm": True}, by=cast.ada)
    assert find_comments("cleo marsh", by=cast.ada) == []
    assert [hit.title for hit in find_comments("knows", by=cast.ada)] == ["Acme"]
    assert find_comments("kind", by=cast.ada) == []


def test_what_happened_stays_countable(cast: Cast, cleo: int) -> None:
    before = fetch("SELECT type, count(*) FROM timeline_event GROUP BY 1 ORDER BY 1")
    run_action("customers.erase_person", [cleo], {"confirm": True}, by=cast.ada)
    after = dict(fetch("SELECT type, count(*) FROM timeline_event GROUP BY 1 ORDER BY 1"))
    assert after.pop("customers.erased") == 1
    assert after == dict(before)
    (viewed,) = fetch("SELECT properties::text FROM timeline_event WHERE type = 'web.page_viewed'")[0]
    assert json.loads(viewed) == {"seconds": 12}


def test_a_shared_address_stays_with_the_other(cast: Cast) -> None:
    cleo, theo = (
        create_record(PERSON, {"name": f"{name} Marsh", "email": "home@example.com"}, by=cast.ada)
        for name in ("Cleo", "Theo")
    )
    create_record(NOTE, {"customer": theo, "text": "Prefers home@example.com to Cleo Marsh"}, by=cast.ada)
    run_action("customers.erase_person", [cleo], {"confirm": True}, by=cast.ada)
    (row,) = select(PERSON, by=cast.ada, columns=("email",)).rows
    assert (row.id, row.values["email"]) == (theo, "home@example.com")
    assert select(NOTE, by=cast.ada).rows[0].title == "Prefers home@example.com to […]"


def test_a_person_who_was_taken_apart_again_is_forgotten_by_the_other(cast: Cast) -> None:
    one, two = (create_record(PERSON, {"name": name}, by=cast.ada) for name in ("Theo Lund", NAME))
    run_action("customers.merge_customers", [one, two], {"winner": one}, by=cast.ada)
    run_action("customers.unmerge", [one], {"merge": Merge.objects.get().pk}, by=cast.ada)
    run_action("customers.erase_person", [two], {"confirm": True}, by=cast.ada)
    assert places(NAME) == []


def test_who_may_erase_and_give_out(cast: Cast, cleo: int) -> None:
    update_record(PERSON, cleo, {"owner": cast.ben_user.pk}, by=cast.ada)
    for key, data in (("customers.erase_person", {"confirm": True}), ("customers.export_person", {})):
        with pytest.raises(Forbidden):
            run_action(key, [cleo], data, by=cast.ben)
        with pytest.raises(NotFound):
            run_action(key, [cleo], data, by=cast.dov)
    with pytest.raises(Invalid):
        run_action("customers.erase_person", [cleo], {}, by=cast.ada)
    (acme,) = [row.id for row in select(COMPANY, by=cast.ada).rows]
    with pytest.raises(NotFound):
        run_action("customers.export_person", [acme], {}, by=cast.dov)


def test_the_export_holds_everything(cast: Cast, cleo: int) -> None:
    (result,) = run_action("customers.export_person", [cleo], {}, by=cast.ada).results
    exported = json.loads(json.dumps(result.data["export"]))
    for text in (EMAIL, OLD, NAME, "cm@example.org", "likes blue", "refund", "granted", "/?mail="):
        assert text in json.dumps(exported), text
    assert exported["customers.records"]["customers"][0]["id"] == cleo


def test_names_of_every_script_go_from_json_and_from_skipped_rows(cast: Cast) -> None:
    for name in ("Željko Müller", "Әйгерім Қазыбек", 'Ann "Nan" O\'Neil'):
        person = create_record(PERSON, {"name": name}, by=cast.ada)
        create_record(NOTE, {"customer": create_record(COMPANY, {"name": "Acme"}, by=cast.ada), "text": f"Ask {name}"},
                      by=cast.ada)  # fmt: skip
        importing = _import_with_skipped_row(name)
        run_action("customers.erase_person", [person], {"confirm": True}, by=cast.ada)
        assert places(name) == []
        assert fetch("SELECT cells FROM objects_import_skipped WHERE importing_id = %s", [importing]) == [
            (["[…]", None, "a, b"],)]  # fmt: skip


def _import_with_skipped_row(name: str) -> int:
    importing = Import.objects.create(kind="customers.person", name="x.csv", path="", size=0, actor="user:1")
    SkippedRow.objects.create(
        importing=importing, number=1, code="invalid", sentence=f"{name} has no mail.", cells=[name, None, "a, b"]
    )
    return importing.pk
