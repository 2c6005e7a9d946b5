"""The list of a kind in its layouts, its views, and the addresses between them: by who may and by who may not."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from perennial.objects import query
from perennial.objects.types import object_types
from perennial.objects.views.changing import Sharing, change_view, create_view
from perennial.objects.views.models import View
from perennial.objects.views.reading import view_of, views_of
from perennial.objects.views.spec import ViewSpec
from perennial.objects.writing import create_record
from perennial.workspace.models import Role
from perennial.workspace.tests.cast import PASSWORD, Cast, make_cast

pytestmark = pytest.mark.django_db
LIST = "/o/customers.customer/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def cast() -> Cast:
    cast = make_cast()
    person, task = object_types["customers.person"], object_types["customers.task"]
    for number in range(30):
        create_record(person, {"name": f"Cleo {number:02}", "email": f"c{number}@example.com",
                               "qualification": "qualified" if number % 2 else None}, by=cast.ada)  # fmt: skip
    due = "2026-11-20T10:00:00Z"
    create_record(task, {"title": "Call Cleo", "due_at": due, "owner": cast.ada.user_id}, by=cast.ada)
    return cast


def visit(email: str) -> Client:
    client = Client()
    assert client.login(username=email, password=PASSWORD)
    return client


@pytest.fixture
def ada(cast: Cast) -> Client:
    return visit("ada@example.com")


@pytest.fixture
def ben(cast: Cast) -> Client:
    return visit("ben@example.com")


ADDRESSES = [
    LIST, f"{LIST}?columns=name,email&sort=-worth,name", f"{LIST}?group=qualification&totals=sum:worth,average:worth",
    f"{LIST}?layout=board&lanes=qualification&totals=sum:worth", f"{LIST}?layout=board&lanes=owner",
    f"{LIST}?layout=board", f"{LIST}?layout=calendar&day=created_at", f"{LIST}?layout=calendar&span=week",
    f"{LIST}?layout=split", f"{LIST}?layout=split&q=cleo", f"{LIST}?layout=board&q=nobody",
    f"{LIST}?quick=0,2,99&filter=worth+%3E%3D+0", "/o/customers.task/?layout=calendar&at=2026-11-01",
]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_layout_is_shown_within_the_budget(ada: Client, address: str) -> None:
    ada.get(address)
    with CaptureQueriesContext(connection) as asked:
        response = ada.get(address)
    assert response.status_code == 200
    assert len([each for each in asked if not each["sql"].startswith(("SAVEPOINT", "RELEASE"))]) <= 12


@pytest.mark.parametrize("address", ADDRESSES)
def test_nobody_sees_in_any_layout_what_they_may_not(cast: Cast, ben: Client, address: str) -> None:
    assert "Cleo" not in ben.get(address).text
    assert visit("dov@example.com").get(address).status_code == 404


@pytest.mark.parametrize("wrong", [
    "view=99999", "view=x", "view=-1",
])  # fmt: skip
def test_a_view_that_is_not_there_is_not_there(ada: Client, wrong: str) -> None:
    assert ada.get(f"{LIST}?{wrong}").status_code == 404


@pytest.mark.parametrize("odd", [
    "columns=nonsense,%00", "sort=nonsense,-,;drop", "group=worth", "lanes=nonsense&layout=board", "layout=poster",
    "day=name&layout=calendar&at=9999-99-99", "at=0001-01-01&layout=calendar", "totals=drop:worth,sum:name,sum",
    "quick=x,-1,9999999999999999999", "span=year&layout=calendar", "open=x&layout=split", "gone=x",
])  # fmt: skip
def test_an_odd_address_is_answered_as_if_it_said_nothing(ada: Client, odd: str) -> None:
    assert ada.get(f"{LIST}?{odd}").status_code in (200, 400)


def test_a_view_whose_filter_names_what_is_gone_says_so_and_can_be_mended(cast: Cast, ada: Client) -> None:
    kind = object_types["customers.customer"]
    id = create_view(kind, "Old", ViewSpec(where="owner is me", layout="board"), by=cast.ada)
    View.objects.filter(pk=id).update(spec={"where": "gone_field = 3", "layout": "board"})
    told = ada.get(f"{LIST}?view={id}")
    assert told.status_code == 422
    assert "gone_field = 3" in told.text
    assert "Cleo" not in told.text
    assert ada.get(f"{LIST}?view={id}&filter=").status_code == 200
    assert ada.get(f"{LIST}?view={id}&after=x", headers=HTMX).status_code == 422


def test_lanes_groups_and_rows_go_on_where_they_ended(ada: Client) -> None:
    for address, rows in ((f"{LIST}?layout=board&lanes=kind", 10), (f"{LIST}?group=kind", 20)):
        page = ada.get(address).text
        following = page.split('hx-get="')[1:]
        (url,) = [each.split('"')[0].replace("&amp;", "&") for each in following if "after=" in each.split('"')[0]]
        more = ada.get(url, headers=HTMX).text
        assert more.count("data-row-link") == rows
        assert not {name for name in more.split() if name.startswith("Cleo")} - {"Cleo"}
    assert ada.get(f"{LIST}?layout=board&lanes=kind&lane=nonsense&after=x", headers=HTMX).status_code == 404


def test_saving_changing_sharing_and_deleting(cast: Cast, ada: Client, ben: Client) -> None:
    changed = f"{LIST}new-view/?columns=name,email&filter=owner+is+me&layout=board&lanes=qualification&quick=1"
    assert "Save as a view" in ada.get(changed, headers=HTMX).text
    refused = ada.post(changed, {"name": "", "audience": "private"}, headers=HTMX)
    assert refused.status_code == 422
    made = ada.post(changed, {"name": "My few", "audience": "private"}, headers=HTMX)
    (view,) = views_of(object_types["customers.customer"], by=cast.ada)
    assert made.headers["HX-Redirect"] == f"{LIST}?view={view.id}"
    assert view.spec == ViewSpec(layout="board", columns=("name", "email"), lanes="qualification",
                                 where="owner is me and owner is empty")  # fmt: skip
    assert "My few" in ada.get(LIST).text
    assert "My few" not in ben.get(LIST).text
    for address in (f"{LIST}?view={view.id}", f"{LIST}views/{view.id}/"):
        assert ben.get(address).status_code == 404
    for address in (f"{LIST}save-view/?view={view.id}", f"{LIST}views/{view.id}/", f"{LIST}views/{view.id}/delete/"):
        assert ben.post(address, {"name": "His"}).status_code == 404
    assert "Save" in ada.get(f"{LIST}?view={view.id}&filter=").text
    ada.post(f"{LIST}save-view/?view={view.id}&filter=&sort=name")
    assert view_of(view.id, by=cast.ada).spec.where == ""
    ada.post(f"{LIST}views/{view.id}/", {"name": "All of them", "audience": "everybody", "version": "2"}, headers=HTMX)
    assert "All of them" in ben.get(LIST).text
    assert ben.post(f"{LIST}save-view/?view={view.id}").status_code == 403
    assert ben.post(f"{LIST}views/{view.id}/delete/").status_code == 404
    ada.post(f"{LIST}views/{view.id}/delete/")
    assert ben.get(f"{LIST}?view={view.id}").status_code == 404
    assert f"views/{view.id}/restore/" in ada.get(f"{LIST}?gone={view.id}").text
    ada.post(f"{LIST}views/{view.id}/restore/")
    assert ben.get(f"{LIST}?view={view.id}").status_code == 200


def test_a_role_sees_its_view_first_and_the_list_by_its_name(cast: Cast, ben: Client) -> None:
    kind = object_types["customers.customer"]
    role = Role.objects.get(key="limited").pk
    sharing = Sharing("everybody", (), (role,))
    create_view(kind, "For the limited", ViewSpec(layout="split"), by=cast.ada, sharing=sharing)
    assert 'aria-current="page">For the limited' in ben.get(LIST).text
    whole = ben.get(f"{LIST}?view=all").text
    assert 'aria-current="page">All' in whole
    assert "view=all" in whole.split('class="filter-find"')[1]
    assert 'aria-current="page">All' in ben.get(f"{LIST}?filter=owner+is+me").text


def test_quick_filters_come_on_top_of_the_views_own(cast: Cast, ada: Client) -> None:
    kind = object_types["customers.customer"]
    id = create_view(kind, "Qualified", ViewSpec(where='qualification = "qualified"'), by=cast.ada)
    address = f"{LIST}quick-filters/?view={id}"
    assert ada.get(address, headers=HTMX).status_code == 200
    wrong = ada.post(address, {"label": ["Broken"], "text": ["worth >"]}, headers=HTMX)
    assert wrong.status_code == 422
    sent = {"label": ["Third", "", "Fifth"], "text": ['name = "Cleo 03"', "x", 'name = "Cleo 05"']}
    ada.post(address, sent, headers=HTMX)
    assert view_of(id, by=cast.ada).spec.quick == (("Third", 'name = "Cleo 03"'), ("Fifth", 'name = "Cleo 05"'))
    assert "15 customers" in ada.get(f"{LIST}?view={id}").text
    assert "1 customer" in ada.get(f"{LIST}?view={id}&quick=1").text
    assert "Nothing matches" in ada.get(f"{LIST}?view={id}&quick=0,1").text


def test_the_form_of_columns_and_order_leads_to_an_address(ada: Client) -> None:
    assert "Columns and order" in ada.get(f"{LIST}display/?q=cleo&sort=name", headers=HTMX).text
    sent = {"columns": ["name", "email", "nonsense"], "sort0": "worth", "down0": "1", "sort1": "name", "group": "kind",
            "totals": ["sum:worth", "", "sum:worth"], "q": "cleo"}  # fmt: skip
    asked = parse_qs(urlsplit(ada.get(f"{LIST}arrange/", sent).headers["Location"]).query)
    assert asked == {"columns": ["name,email,nonsense"], "sort": ["-worth,name"], "group": ["kind"],
                     "totals": ["sum:worth"], "q": ["cleo"]}  # fmt: skip


def test_a_card_is_moved_by_who_may(cast: Cast, ada: Client, ben: Client) -> None:
    person = object_types["customers.person"]
    id = query.select(person, by=cast.ada, limit=1).rows[0].id
    sent = {"field": "qualification", "id": str(id), "to": "working"}
    assert ben.post(f"{LIST}move/", sent, headers=HTMX).status_code == 404
    assert visit("dov@example.com").post(f"{LIST}move/", sent, headers=HTMX).status_code == 404
    done = ada.post(f"{LIST}move/", sent, headers=HTMX)
    assert "/undo/" in done.text
    assert done.headers["HX-Trigger"] == "totals-changed"
    assert query.get(person, id, by=cast.ada, columns=["qualification"]).values["qualification"] == "working"
    undo = done.text.split('hx-post="')[1].split('"')[0]
    ada.post(undo, headers=HTMX)
    assert query.get(person, id, by=cast.ada, columns=["qualification"]).values["qualification"] != "working"
    ada.post(f"{LIST}move/", {**sent, "to": "none"}, headers=HTMX)
    assert query.get(person, id, by=cast.ada, columns=["qualification"]).values["qualification"] is None
    for wrong in ({"to": "granite"}, {"field": "worth"}, {"field": "nonsense"}, {"id": "x"}, {"id": "9" * 30}):
        assert ada.post(f"{LIST}move/", {**sent, **wrong}, headers=HTMX).status_code == 404, wrong
    assert ada.post(f"{LIST}move/", {**sent, "field": "stage", "to": "loyalty"}, headers=HTMX).status_code == 403
    assert "In conversation" in ada.get(f"{LIST}move/?field=qualification&id={id}", headers=HTMX).text
    assert ben.get(f"{LIST}move/?field=qualification&id={id}", headers=HTMX).status_code == 404


def test_a_task_is_moved_to_another_day(cast: Cast, ada: Client, ben: Client) -> None:
    task = object_types["customers.task"]
    id = query.select(task, by=cast.ada, limit=1).rows[0].id
    sent = {"field": "due_at", "id": str(id), "to": "2026-11-25"}
    assert ben.post("/o/customers.task/move-day/", sent, headers=HTMX).status_code == 404
    assert "/undo/" in ada.post("/o/customers.task/move-day/", sent, headers=HTMX).text
    due = query.get(task, id, by=cast.ada, columns=["due_at"]).values["due_at"]
    assert due.isoformat() == "2026-11-25T10:00:00+00:00"
    assert ada.post("/o/customers.task/move-day/", {**sent, "to": "soon"}, headers=HTMX).status_code == 404


def test_totals_are_answered_for_each_lane(cast: Cast, ada: Client, ben: Client) -> None:
    told = ada.get(f"{LIST}totals/?layout=board&lanes=qualification&totals=sum:worth").text
    assert told.count('hx-swap-oob="true"') == 5
    assert ">15<" in told
    assert ">15<" not in ben.get(f"{LIST}totals/?layout=board&lanes=qualification").text


def test_a_shared_view_shows_each_reader_their_own(cast: Cast, ada: Client, ben: Client) -> None:
    person = object_types["customers.person"]
    create_record(person, {"name": "Ben's", "email": "b@example.com", "owner": cast.ben_user.pk}, by=cast.ada)
    id = create_view(object_types["customers.customer"], "Ours", ViewSpec(layout="board", lanes="owner"), by=cast.ada)
    change_view(id, by=cast.ada, sharing=Sharing("everybody"))
    assert "Cleo" in ada.get(f"{LIST}?view={id}").text
    told = ben.get(f"{LIST}?view={id}").text
    assert "Ben&#x27;s" in told
    assert "Cleo" not in told
