"""The work around customers: tasks, calls, notes, consent, and the needs and panels made of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from perennial.customers.models import Consent, Task
from perennial.customers.needs import find_due_tasks
from perennial.customers.objects import CALL, COMPANY, NOTE, PERSON, TASK
from perennial.customers.queries import consents, open_tasks
from perennial.foundation import clock
from perennial.foundation.errors import Forbidden, Invalid, NotFound
from perennial.objects.query import get, select
from perennial.objects.running import run_action, undo_run
from perennial.objects.writing import create_record
from perennial.workspace.tests.cast import Cast


def test_a_task_is_done_once_and_keeps_who_did_it(cast: Cast) -> None:
    task = create_record(TASK, {"title": "Ring", "owner": cast.ben_user.pk}, by=cast.ada)
    first = run_action("customers.complete_task", [task], by=cast.ben)
    assert first.results[0].is_done
    assert Task.objects.get(pk=task).done_by_id == cast.ben_user.pk
    (second,) = run_action("customers.complete_task", [task], by=cast.ada).results
    assert (second.code, Task.objects.get(pk=task).done_by_id) == ("done_already", cast.ben_user.pk)
    run_action("customers.reopen_task", [task], by=cast.ada)
    assert not Task.objects.get(pk=task).is_done
    with pytest.raises(NotFound):
        run_action("customers.complete_task", [task], by=cast.dov)
    mine = create_record(TASK, {"title": "Mine"}, by=cast.ada)
    assert run_action("customers.complete_task", [mine], by=cast.ben).results[0].code == "not_found"


def test_doing_a_task_can_be_undone(cast: Cast) -> None:
    task = create_record(TASK, {"title": "Ring"}, by=cast.ada)
    run = run_action("customers.complete_task", [task], by=cast.ada)
    assert undo_run(run.id, by=cast.ada).conflicts == []
    assert not Task.objects.get(pk=task).is_done


def test_a_call_may_leave_a_task(cast: Cast) -> None:
    cleo = create_record(PERSON, {"name": "Cleo", "owner": cast.ben_user.pk}, by=cast.ada)
    said = {"outcome": "call_back", "summary": "In a meeting", "follow_up": "Call back", "follow_up_at": clock.now()}
    run_action("customers.log_call", [cleo], said, by=cast.ben)
    call = select(CALL, by=cast.ben).rows[0]
    assert get(CALL, call.id, by=cast.ben).values["caller"].title == "Ben"
    (task,) = open_tasks(cleo, by=cast.ben).rows
    assert (task.title, task.values["owner"].title) == ("Call back", "Ben")
    with pytest.raises(Invalid):
        run_action("customers.log_call", [cleo], {"outcome": "shouted"}, by=cast.ben)


def test_notes_only_about_customers_one_may_see(cast: Cast) -> None:
    cleo = create_record(PERSON, {"name": "Cleo"}, by=cast.ada)
    assert run_action("customers.add_note", [cleo], {"text": "Hm"}, by=cast.ben).results[0].code == "not_found"
    with pytest.raises(NotFound):
        run_action("customers.add_note", [cleo], {"text": "Hm"}, by=cast.dov)
    run_action("customers.add_note", [cleo], {"text": "Likes blue"}, by=cast.ada)
    assert [row.title for row in select(NOTE, by=cast.ada).rows] == ["Likes blue"]


def test_the_latest_answer_counts_and_all_are_kept(cast: Cast) -> None:
    cleo = create_record(PERSON, {"name": "Cleo"}, by=cast.ada)
    said = {
        "purpose": "marketing",
        "channel": "email",
        "source": "Newsletter form",
        "text": "Yes, write to me",
        "ip": "192.0.2.7",
    }
    for state in ("granted", "withdrawn"):
        run_action("customers.record_consent", [cleo], {**said, "state": state}, by=cast.ada)
    (answer,) = consents(cleo, by=cast.ada)
    assert answer.state == "withdrawn"
    assert list(Consent.objects.order_by("id").values_list("state", "text", "by")) == [
        ("granted", "Yes, write to me", cast.ada.log_name),
        ("withdrawn", "Yes, write to me", cast.ada.log_name),
    ]
    assert consents(cleo, by=cast.ben) == []


def test_due_tasks_are_needs(cast: Cast) -> None:
    cleo = create_record(PERSON, {"name": "Cleo", "owner": cast.ben_user.pk}, by=cast.ada)
    now = clock.now()
    for title, due, owner in (("Late", now - timedelta(days=3), cast.ben_user.pk), ("Now", now, None),
                              ("Later", now + timedelta(days=2), None)):  # fmt: skip
        create_record(
            TASK, {"title": title, "due_at": due, "owner": owner, "team": cast.team.pk, "customer": cleo}, by=cast.ada
        )
    assert [need.reason for need in find_due_tasks(cast.ada, "all", 10)] == ["Late", "Now"]
    (late,) = find_due_tasks(cast.ben, "mine", 10)
    assert (late.name, late.reason, late.detail) == ("Cleo", "Late", "Due 3 days ago")
    assert [need.reason for need in find_due_tasks(cast.ada, "unassigned", 10)] == ["Now"]
    assert find_due_tasks(cast.dov, "all", 10) == []


def test_pages_of_a_company_and_its_person(cast: Cast, client: Client) -> None:
    acme = create_record(COMPANY, {"name": "Acme"}, by=cast.ada)
    cleo = create_record(PERSON, {"name": "Cleo Marsh", "company": acme}, by=cast.ada)
    create_record(TASK, {"title": "Send the offer", "customer": acme, "due_at": clock.now()}, by=cast.ada)
    run_action("customers.add_note", [acme], {"text": "Pays <late>"}, by=cast.ada)
    client.force_login(cast.ada_user)
    page = client.get(f"/o/customers.company/{acme}/").content.decode()
    for text in ("Send the offer", "Pays &lt;late&gt;", "Cleo Marsh", "Added as a company"):
        assert text in page, text
    assert "Cleo Marsh" in client.get(f"/o/customers.company/{acme}/?tab=customers.people").content.decode()
    assert "Pays &lt;late&gt;" in client.get(f"/o/customers.company/{acme}/?tab=customers.notes").content.decode()
    assert "Added as a person" in client.get(f"/o/customers.person/{cleo}/").content.decode()
    assert client.get(f"/customers/{acme}/timeline/").status_code == 200
    client.force_login(cast.dov_user)
    for address in (f"/o/customers.company/{acme}/", f"/customers/{acme}/timeline/"):
        assert client.get(address).status_code == 404
    client.logout()
    assert client.get(f"/customers/{acme}/timeline/").status_code in (302, 401, 404)


def test_ben_may_not_merge_or_assign_to_others(cast: Cast) -> None:
    cleo = create_record(PERSON, {"name": "Cleo", "owner": cast.ben_user.pk}, by=cast.ada)
    (result,) = run_action("customers.assign_owner", [cleo], {"owner": cast.ada_user.pk}, by=cast.ben).results
    assert result.code == "invalid"
    with pytest.raises(Forbidden):
        run_action("customers.merge_customers", [cleo], {"other": cleo}, by=cast.ben)
