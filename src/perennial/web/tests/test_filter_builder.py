"""A filter of any depth, built in the drawer step by step, or typed as text."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from perennial.workspace.tests.cast import PASSWORD, make_cast

pytestmark = pytest.mark.django_db
LIST = "/o/customers.customer/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def ada() -> Client:
    make_cast()
    client = Client()
    assert client.login(username="ada@example.com", password=PASSWORD)
    return client


def step(client: Client, page: str, **sent: str) -> str:
    """The builder's page after a step, given the one before."""
    tree = page.split('name="tree" value="')[1].split('"')[0].replace("&quot;", '"')
    said = page.split('name="said" value="')[1].split('"')[0].replace("&quot;", '"').replace("&gt;", ">")
    data = {"tree": tree, "said": said, "text": said, **sent}
    return client.post(f"{LIST}filter/?sort=name", data, headers=HTMX).text


def test_a_filter_of_any_depth_is_built_step_by_step(ada: Client) -> None:
    page = ada.get(f"{LIST}filter/?sort=name", headers=HTMX).text
    page = step(ada, page, op="open:")
    page = step(ada, page, op="add", at="", field="worth", operator="ge", value="5")
    page = step(ada, page, op="group:")
    page = step(ada, page, op="add", at="1", field="owner", operator="me")
    page = step(ada, page, op="add", at="1", field="qualification", operator="empty")
    page = step(ada, page, op="kind:1", **{"kind:1": "none"})
    assert "none of (owner is me, qualification is empty)" in page
    page = step(ada, page, op="edit:0")
    page = step(ada, page, op="add", at="=0", field="worth", operator="ge", value="7")
    page = step(ada, page, op="remove:1.0")
    tree = page.split('name="tree" value="')[1].split('"')[0].replace("&quot;", '"')
    shown = ada.post(f"{LIST}filter/?sort=name", {"tree": tree, "op": "show"}, headers=HTMX)
    asked = parse_qs(urlsplit(shown.headers["HX-Redirect"]).query)
    assert asked == {"sort": ["name"], "filter": ["worth >= 7.0000 and not qualification is empty"]}
    told = step(ada, page, op="text", text="owner is me or worth > 3")
    assert "at least one of these is true" in told
    for wrong in ("worth >", "nonsense = 3", "(" * 3000, "name = 'x"):
        assert 'role="alert"' in step(ada, page, op="text", text=wrong)
        assert 'role="alert"' in step(ada, page, op="show", text=wrong)


@pytest.mark.parametrize("tree", [
    "", "[]", "null", '{"version": 1, "all": 5}', "[" * 5000, '{"version": 7, "all": []}',
])  # fmt: skip
def test_a_broken_tree_is_said_in_a_sentence(ada: Client, tree: str) -> None:
    assert 'role="alert"' in ada.post(f"{LIST}filter/", {"tree": tree, "op": "show"}, headers=HTMX).text
    deep = json.dumps({"version": 1, "all": []})
    assert ada.post(f"{LIST}filter/", {"tree": deep, "op": "remove:9.9.9.9"}, headers=HTMX).status_code == 200


def test_who_sees_no_such_records_builds_no_filter(ada: Client) -> None:
    dov = Client()
    assert dov.login(username="dov@example.com", password=PASSWORD)
    assert dov.get(f"{LIST}filter/").status_code == 404
    assert dov.post(f"{LIST}filter/", {"op": "show"}).status_code == 404
