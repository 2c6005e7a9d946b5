"""What a program says it wants to see: fields, related records, an order of several, a count, a view."""

from __future__ import annotations

import pytest

from perennial.objects.types import object_types
from perennial.objects.views.changing import Sharing, create_view
from perennial.objects.views.spec import ViewSpec
from perennial.rest.tests.program import Program
from perennial.workspace.models import Role
from perennial.workspace.tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def program(cast: Cast) -> Program:
    program = Program(cast, "administrator")
    acme = program.call("POST", "companies", {"name": "Acme", "country": "GB"}).json()["id"]
    rows = [{"name": f"Cleo {n}", "city": city, "company": acme if n else None} for n, city in enumerate("YXX")]
    program.call("POST", "people/batch", {"create": rows})
    return program


def test_only_the_fields_named_come_and_those_of_a_relation_stand_in_it(program: Program) -> None:
    listed = program.read("people?fields=name,company.name,company.country&sort=name")["data"]
    assert [set(each) for each in listed] == [{"id", "version", "name", "company"}] * 3
    assert listed[0]["company"] is None
    assert listed[1]["company"] == {"id": listed[1]["company"]["id"], "title": "Acme", "name": "Acme", "country": "GB"}
    one = program.read(f"people/{listed[1]['id']}?fields=name,company.name")
    assert one == {**listed[1], "company": {key: listed[1]["company"][key] for key in ("id", "title", "name")}}


def test_a_relation_is_expanded_to_all_its_fields(program: Program) -> None:
    cleo = program.read("people?expand=company&sort=-name&limit=1")["data"][0]
    acme = program.read(f"companies/{cleo['company']['id']}")
    assert cleo["company"] == {"title": "Acme"} | {key: value for key, value in acme.items() if key != "version"}
    assert cleo["name"] == "Cleo 2"


@pytest.mark.parametrize("asked", ["fields=shoe", "fields=company.shoe", "fields=name.name", "expand=name",
                                   "expand=owner", "facts=shoe", "count=yes", "sort=shoe", "view=x",
                                   "sort=name,city,email,phone,country"])  # fmt: skip
def test_what_is_not_there_is_refused(program: Program, asked: str) -> None:
    answer = program.call("GET", f"people?{asked}")
    assert answer.status_code in (404, 422), answer.content
    assert answer["Content-Type"] == "application/problem+json"


def test_what_a_role_hides_is_not_there(cast: Cast, program: Program) -> None:
    role = Role.objects.get(key="viewer")
    hidden = {"customers.person": {"city": "none"}, "customers.company": {"country": "none"}}
    Role.objects.filter(pk=role.pk).update(rights_json={**role.rights_json, "fields": hidden})
    viewer = Program(cast, "viewer")
    seen = viewer.read("people?expand=company&sort=-name")["data"][0]
    assert "city" not in seen
    assert "country" not in seen["company"]
    for asked in ("fields=city", "fields=company.country", "sort=city", 'filter=city = "X"'):
        assert viewer.call("GET", f"people?{asked}").status_code == 422, asked


def test_an_order_of_several_goes_on_from_its_cursor(program: Program) -> None:
    names, cursor = [], ""
    while True:
        page = program.read(f"people?sort=-worth,-name&limit=1&fields=name{cursor}")
        names += [each["name"] for each in page["data"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert names == ["Cleo 2", "Cleo 1", "Cleo 0"]


def test_how_many_there_are_is_said_on_demand(program: Program) -> None:
    assert "count" not in program.read("people")
    assert program.read('people?count=true&limit=1&filter=city = "X"')["count"] == {"value": 2, "exact": True}


def test_a_view_gives_its_filter_its_order_and_its_columns(cast: Cast, program: Program) -> None:
    spec = ViewSpec(columns=("name", "city", "fact:commerce.order_count"), sort="-name", where='city = "X"')
    view = create_view(object_types["customers.person"], "In X", spec, by=cast.ada, sharing=Sharing("everybody"))
    hidden = create_view(object_types["customers.person"], "Mine", spec, by=cast.ada)
    listed = program.read(f"people?view={view}")["data"]
    assert [each["name"] for each in listed] == ["Cleo 2", "Cleo 1"]
    assert set(listed[0]) == {"id", "version", "name", "city", "facts"}
    narrower = program.read(f'people?view={view}&filter=name = "Cleo 1"&fields=name&sort=name')["data"]
    assert [each["name"] for each in narrower] == ["Cleo 1"]
    assert [each["name"] for each in program.read("people/views")["data"]] == ["In X"]
    assert program.read(f"people/views/{view}")["spec"]["where"] == 'city = "X"'
    for path in (f"people?view={hidden}", f"companies?view={view}", f"companies/views/{view}", "people/views/0"):
        assert program.call("GET", path).status_code == 404
