"""The Python client in front of the real application: every kind of call, and what it does when something fails."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import perennial_client.core
import pytest
from django.test import Client
from perennial_client import ApiError, Forbidden, Invalid, NotFound, Perennial, Stale, Unauthorized, Unreachable

from perennial.objects.bulk.working import work as work_bulk
from perennial.objects.exporting.working import work as work_export
from perennial.objects.made.defining import make_field, make_kind
from perennial.rest.tests.program import Inside, client_of
from perennial.workspace.tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db
GENERATOR = Path(__file__).resolve().parents[4] / "clients" / "python" / "generate.py"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def crm(cast: Cast) -> Perennial:
    return client_of(cast, "administrator")


class Failing(httpx.BaseTransport):
    """Hands on to the application, and loses the answer as often as it is told to."""

    def __init__(self, *faults: int | None) -> None:
        self.inner = Inside()
        self.faults = list(faults)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self.inner.handle_request(request)
        if not self.faults:
            return answer
        fault = self.faults.pop(0)
        if fault is None:
            raise httpx.ReadError("cut")
        return httpx.Response(fault, headers={"Retry-After": "0"}, json={"code": "rate_limited"})


def test_what_is_written_from_the_description_is_up_to_date() -> None:
    done = subprocess.run([sys.executable, GENERATOR, "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_records_are_made_read_changed_found_and_deleted(crm: Perennial) -> None:
    acme = crm.companies.create({"name": "Acme"})
    cleo = crm.people.create({"name": "Cleo", "company": acme["id"], "external_id": "crm-7 é"})
    assert crm.people.get(cleo["id"]) == cleo == crm.people.find("crm-7 é")
    assert crm.people.upsert("crm-7 é", {"city": "York"})["city"] == "York"
    changed = crm.people.change(cleo["id"], {"name": "Cleo B."}, version=2)
    assert (changed["name"], changed["version"]) == ("Cleo B.", 3)
    with pytest.raises(Stale) as stale:
        crm.people.change(cleo["id"], {"name": "Cleo C."}, version=1)
    assert (stale.value.status, stale.value.code) == (412, "stale")
    crm.people.delete(cleo["id"])
    with pytest.raises(NotFound):
        crm.people.get(cleo["id"])


def test_lists_go_on_from_page_to_page(crm: Perennial) -> None:
    crm.people.batch(create=[{"name": f"Cleo {number}", "city": "York"} for number in range(7)])
    page = crm.people.list(filter='city = "York"', sort=["-worth", "name"], limit=3, fields="name", count=True)
    assert [each["name"] for each in page.data] == ["Cleo 0", "Cleo 1", "Cleo 2"]
    assert (page.count, page.is_exact) == (7, True)
    names = [each["name"] for each in crm.people.all(sort="-name", limit=2, fields=["name"])]
    assert names == [f"Cleo {number}" for number in reversed(range(7))]


def test_actions_run_and_are_undone(crm: Perennial) -> None:
    cleo = crm.people.create({"name": "Cleo"})
    run = crm.people.set_qualification([cleo["id"]], qualification="qualified")
    assert run["results"][0]["status"] == "done"
    assert crm.undo(run["run"])["restored"] == 1
    task = crm.tasks.create({"title": "Call", "customer": cleo["id"]})
    assert crm.tasks.complete_task([task["id"]])["results"][0]["status"] == "done"
    assert crm.events(customer=cleo["id"]).data
    assert crm.people.views() == []


def test_a_kind_that_a_user_made_is_a_resource_too(cast: Cast, crm: Perennial) -> None:
    kind = make_kind(label="Boat", label_plural="Boats", by=cast.ada)
    make_field(kind.key, type="number", label="Length", by=cast.ada)
    boats = crm.resource("boats")
    boats.upsert("hull-12", {"name": "Aurora", "length": 12.5})
    assert [each["length"] for each in boats.all(filter="length > 12")] == [12.5]


def test_many_are_changed_and_written_to_a_file(crm: Perennial, tmp_path: Path) -> None:
    crm.people.batch(create=[{"name": f"Cleo {number}"} for number in range(3)])
    assert crm.people.bulk(filter="everything", delete=True, preview=True) == {"count": 3, "left_out": 0}
    bulk = crm.people.bulk(filter="everything", changes=[{"field": "city", "value": "York"}])
    work_bulk(bulk["id"])
    assert crm.wait(crm.bulk, bulk["id"])["changed"] == 3
    export = crm.people.export("jsonl", filter='city = "York"', columns=["name"], sort="name")
    with pytest.raises(NotFound):
        crm.download(export["id"], tmp_path / "people.jsonl")
    work_export(export["id"])
    assert crm.wait(crm.export, export["id"])["rows"] == 3
    crm.download(export["id"], tmp_path / "people.jsonl")
    assert "Cleo 0" in (tmp_path / "people.jsonl").read_text().splitlines()[0]
    assert len(crm.exports().data) == 1


def test_refusals_are_exceptions_that_name_the_field(cast: Cast, crm: Perennial) -> None:
    with pytest.raises(Invalid) as invalid:
        crm.people.create({"name": "Cleo", "email": "nobody"})
    assert list(invalid.value.errors) == ["email"]
    with pytest.raises(Forbidden):
        client_of(cast, "viewer").people.create({"name": "Cleo"})
    with pytest.raises(Unauthorized):
        Perennial("http://localhost", "no-key", transport=Inside()).people.list()
    with pytest.raises(ApiError):
        crm.ask("PUT", "people")


def test_trying_again_does_nothing_twice(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(perennial_client.core.time, "sleep", waits.append)
    crm = client_of(cast, "administrator", transport=Failing(None, 503, 429))
    cleo = crm.people.create({"name": "Cleo", "email": "cleo@example.com"})
    assert [each["id"] for each in crm.people.all()] == [cleo["id"]]
    assert len(waits) == 3
    assert waits[0] > 0
    lost: Any = client_of(cast, "administrator", transport=Failing(*[None] * 4))
    with pytest.raises(Unreachable):
        lost.people.list()


def test_our_own_mistake_is_told_as_a_problem(crm: Perennial, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("perennial.rest.acting.run_action", lambda *_args, **_named: 1 / 0)
    cleo = crm.people.create({"name": "Cleo"})
    with pytest.raises(ZeroDivisionError):  # Django's own test client hands it on
        crm.people.set_qualification([cleo["id"]], qualification="new")
    asked = Client(raise_request_exception=False).post(
        "/api/v1/people/actions/customers.set_qualification",
        {"ids": [cleo["id"]]},
        "application/json",
        headers={"Authorization": crm.http.headers["Authorization"]},
    )
    assert (asked.status_code, asked.json()["code"]) == (500, "our_mistake")
    assert asked["Content-Type"] == "application/problem+json"
