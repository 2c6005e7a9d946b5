"""Whoever is away names a deputy, who then finds the other's customers on their own pages, and no more rights."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from perennial.foundation import clock
from perennial.objects.types import object_types
from perennial.objects.writing import create_record
from perennial.timeline.notifications import latest
from perennial.workspace.actor import actor_of_user
from perennial.workspace.models import Absence, Role
from perennial.workspace.tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db
TASK = "customers.task"


@pytest.fixture
def cast() -> Cast:
    made = make_cast()
    made.dov_user.role = Role.objects.get(key="limited")
    made.dov_user.save()
    return made


def client_of(user: object) -> Client:
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    return client


def day(days: int) -> str:
    return (clock.real_now() + timedelta(days=days)).date().isoformat()


def test_a_deputy_finds_the_absent_ones_work_on_today(cast: Cast) -> None:
    due = (clock.now() - timedelta(hours=1)).isoformat()
    task = create_record(
        object_types[TASK], {"title": "Call Zanzibarbara", "due_at": due, "owner": cast.dov_user.pk}, by=cast.ada
    )
    dov, ben = client_of(cast.dov_user), client_of(cast.ben_user)
    assert "Zanzibarbara" not in ben.get("/?whose=mine").content.decode()
    answer = dov.post("/me/absence/", {"deputy": cast.ben_user.pk, "starts": day(0), "ends": day(3)})
    assert answer.status_code == 302
    assert latest(cast.ben_user.pk)[0].sentence.startswith("You stand in for Dov: ")
    for address in ("/?whose=mine", f"/o/{TASK}/", f"/o/{TASK}/?filter=owner is me", f"/o/{TASK}/{task}/"):
        assert "Zanzibarbara" in ben.get(address).content.decode(), address
    assert "stand in for their" not in ben.get(f"/o/{TASK}/{task}/").content.decode()
    ada = client_of(cast.ada_user)
    assert "they stand in for its owner" in ada.get(f"/o/{TASK}/{task}/seeing/").content.decode()
    ben.post(f"/o/{TASK}/{task}/do/customers.complete_task/", {"_sent": "1"})
    history = ada.get(f"/o/{TASK}/{task}/?tab=history").content.decode()
    assert "<b>Ben</b> for <b>Dov</b> changed this." in history
    assert ben.post(f"/o/{TASK}/{task}/delete/").status_code in (403, 404), "no more rights than his own role has"
    dov.post(f"/me/absence/{Absence.objects.get().pk}/back/")
    assert latest(cast.ben_user.pk)[0].sentence == "Dov is back. You no longer stand in for them."
    assert ben.get(f"/o/{TASK}/{task}/").status_code == 404


def test_the_timeline_says_for_whom_a_deputy_acted_and_only_then(cast: Cast) -> None:
    person = create_record(object_types["customers.person"], {"name": "Cleo", "owner": cast.dov_user.pk}, by=cast.ada)
    own = create_record(object_types["customers.person"], {"name": "Kleo", "owner": cast.ben_user.pk}, by=cast.ada)
    tasks = [create_record(object_types[TASK], {"title": f"Ring {id}", "customer": id, "owner": owner.pk}, by=cast.ada)
             for id, owner in ((person, cast.dov_user), (own, cast.ben_user))]  # fmt: skip
    client_of(cast.dov_user).post("/me/absence/", {"deputy": cast.ben_user.pk, "starts": day(0), "ends": day(3)})
    ben, ada = client_of(cast.ben_user), client_of(cast.ada_user)
    for task in tasks:
        ben.post(f"/o/{TASK}/{task}/do/customers.complete_task/", {"_sent": "1"})
    assert "Ben for Dov" in ada.get(f"/o/customers.person/{person}/").content.decode()
    assert "Ben for Dov" not in ada.get(f"/o/customers.person/{own}/").content.decode()


def test_it_begins_and_ends_by_itself(cast: Cast) -> None:
    client_of(cast.dov_user).post("/me/absence/", {"deputy": cast.ben_user.pk, "starts": day(2), "ends": day(3)})
    away = Absence.objects.get()
    assert actor_of_user(cast.ben_user).absent_ids == ()
    assert "Dov" in client_of(cast.ben_user).get("/me/absence/").content.decode()
    now = clock.real_now()
    Absence.objects.filter(pk=away.pk).update(starts=now - timedelta(days=2))
    assert actor_of_user(cast.ben_user).absent_ids == (cast.dov_user.pk,)
    Absence.objects.filter(pk=away.pk).update(ends=now - timedelta(seconds=1))
    assert actor_of_user(cast.ben_user).absent_ids == ()


WRONG = ({"deputy": "x"}, {"deputy": "1000000"}, {"ends": ""}, {"ends": "2020-01-01"}, {"ends": "9999-12-31"},
         {"starts": "soon"}, {"ends": "2999-01-01"})  # fmt: skip


@pytest.mark.parametrize("sent", WRONG)
def test_an_absence_that_cannot_be_is_said_in_the_form(cast: Cast, sent: dict[str, str]) -> None:
    whole = {"deputy": cast.ben_user.pk, "starts": day(0), "ends": day(3), **sent}
    assert client_of(cast.dov_user).post("/me/absence/", whole).status_code == 422
    assert not Absence.objects.exists()


def test_nobody_speaks_for_others(cast: Cast) -> None:
    dov = client_of(cast.dov_user)
    assert dov.post("/me/absence/", {"deputy": cast.dov_user.pk, "ends": day(3)}).status_code == 422
    dov.post("/me/absence/", {"deputy": cast.ben_user.pk, "starts": day(0), "ends": day(3)})
    away = Absence.objects.get()
    assert client_of(cast.ben_user).post(f"/me/absence/{away.pk}/back/").status_code == 404
    assert Client().post(f"/me/absence/{away.pk}/back/").status_code == 302
    assert actor_of_user(cast.ben_user).absent_ids == (cast.dov_user.pk,)
    cast.ben_user.is_active = False
    cast.ben_user.save()
    assert not any(actor_of_user(cast.ben_user).reach(TASK, verb) for verb in ("view", "edit"))
