"""The pages on which records are shared and on which one reads who sees them."""

from __future__ import annotations

import pytest
from django.test import Client

from perennial.objects.models import Share
from perennial.objects.types import object_types
from perennial.objects.writing import create_record
from perennial.workspace.tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def record(cast: Cast) -> str:
    id = create_record(object_types["customers.person"], {"name": "Zanzibarbara"}, by=cast.ada)
    return f"/o/customers.person/{id}/"


def client_of(user: object) -> Client:
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    return client


def test_ada_shares_a_person_with_ben_who_then_sees_it(cast: Cast, record: str) -> None:
    ada, ben = client_of(cast.ada_user), client_of(cast.ben_user)
    assert ben.get(record).status_code == 404
    assert "Zanzibarbara" not in ben.get("/o/customers.customer/").content.decode()
    assert f"{record}share/" in ada.get(record).content.decode()
    form = ada.get(f"{record}share/", headers={"HX-Request": "true"}).content.decode()
    assert f'value="user:{cast.ben_user.pk}"' in form
    answer = ada.post(f"{record}share/", {"with": f"user:{cast.ben_user.pk}", "reach": "edit", "until": ""})
    assert answer.headers["Location"] == f"{record}seeing/"
    page = ada.get(f"{record}seeing/").content.decode()
    assert "it was shared with them" in page
    assert "Dov" not in page.partition("Everybody who sees it")[2].partition("<tbody>")[2]
    for address in (record, f"{record}edit/", f"{record}seeing/", f"{record}?tab=history"):
        assert "Zanzibarbara" in ben.get(address).content.decode(), address
    assert "Zanzibarbara" in ben.get("/o/customers.customer/").content.decode(), "in the union too"
    assert ben.post(f"{record}delete/").status_code in (403, 404)
    share = Share.objects.get()
    ada.post(f"{record}share/{share.pk}/stop/")
    assert ben.get(record).status_code == 404


def test_why_somebody_does_not_see_it(cast: Cast, record: str) -> None:
    ada = client_of(cast.ada_user)
    of_ben = ada.get(f"{record}seeing/?person={cast.ben_user.pk}").content.decode()
    of_dov = ada.get(f"{record}seeing/?person={cast.dov_user.pk}").content.decode()
    assert "their role sees what is theirs" in of_ben
    assert "their role sees no people" in of_dov


WRONG = ({}, {"with": "user:1000000"}, {"with": "team:x"}, {"with": "user:-1"}, {"reach": "all"},
         {"until": "yesterday"}, {"until": "9999-12-31"}, {"until": "2020-01-01"})  # fmt: skip


@pytest.mark.parametrize("sent", WRONG)
def test_what_cannot_be_shared_is_said_in_the_form(cast: Cast, record: str, sent: dict[str, str]) -> None:
    whole = {"with": f"user:{cast.dov_user.pk}", "reach": "view", **sent}
    assert client_of(cast.ada_user).post(f"{record}share/", whole).status_code == 422
    assert not Share.objects.exists()


def test_only_whoever_may_change_it_shares_it(cast: Cast, record: str) -> None:
    for user in (cast.ben_user, cast.dov_user):
        sent = {"with": f"user:{cast.ben_user.pk}", "reach": "view"}
        assert client_of(user).post(f"{record}share/", sent).status_code == 404
        assert client_of(user).get(f"{record}seeing/").status_code == 404
    client_of(cast.ada_user).post(f"{record}share/", {"with": f"user:{cast.ben_user.pk}", "reach": "view"})
    share, ben = Share.objects.get(), client_of(cast.ben_user)
    assert ben.post(f"{record}share/", {"with": f"user:{cast.ben_user.pk}", "reach": "edit"}).status_code == 403
    assert ben.post(f"{record}share/{share.pk}/stop/").status_code == 404
    assert "share/" not in ben.get(f"{record}seeing/").content.decode()
    assert ben.get(f"{record}edit/").status_code == 404
