"""Comments on a record's page, following, favourites, and mail about what one was told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.test import Client

from perennial.foundation import clock
from perennial.foundation.sql import execute
from perennial.objects.collaboration.digest import send_digests
from perennial.objects.types import object_types
from perennial.objects.writing import create_record
from perennial.timeline.notifications import notify
from perennial.workspace.models import Mail
from perennial.workspace.tests.cast import PASSWORD, Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def url(cast: Cast) -> str:
    id = create_record(object_types["customers.person"], {"name": "Cleo", "owner": cast.ben.id}, by=cast.ada)
    return f"/o/customers.customer/{id}/"


def signed_in(name: str) -> Client:
    client = Client(headers={"HX-Request": "true"})
    client.post("/sign-in/", {"email": f"{name}@example.com", "password": PASSWORD})
    return client


def test_something_is_said_called_corrected_and_taken_back(cast: Cast, url: str) -> None:
    ada, ben = signed_in("ada"), signed_in("ben")
    assert f'hx-get="{url}talk/"' in ada.get(url, headers={"HX-Request": "false"}).content.decode()
    page = ada.post(f"{url}talk/", {"text": "@Ben <b>look</b> & call"}).content.decode()
    assert '<b class="called">@Ben</b> &lt;b&gt;look&lt;/b&gt; &amp; call' in page
    assert "mentioned you about Cleo" in unescape(ben.get("/notifications/").content.decode())
    seen = ben.get(f"{url}talk/said/").content.decode()
    assert "@Ben" in seen
    assert "Remove" not in seen, "it is not his"
    id = seen[seen.index('id="comment-') + 12 :].split('"')[0]
    assert ben.post(f"/talk/{id}/", {"text": "mine"}).status_code == 403
    assert ben.get(f"/talk/{id}/").status_code == 404
    assert "look" in ada.get(f"/talk/{id}/").content.decode()
    assert "corrected" in ada.post(f"/talk/{id}/", {"text": "Never mind"}).content.decode()
    assert f"/talk/{id}/restore/" in ada.post(f"/talk/{id}/remove/").content.decode()
    assert "Never mind" not in ben.get(f"{url}talk/").content.decode()
    ada.post(f"/talk/{id}/restore/")
    assert "Never mind" in ben.get(f"{url}talk/").content.decode()
    assert ada.post(f"{url}talk/", {"text": " "}).status_code == 422


def test_who_may_not_see_the_record_sees_and_says_nothing(cast: Cast, url: str) -> None:
    dov = signed_in("dov")
    signed_in("ada").post(f"{url}talk/", {"text": "Between us"})
    for address in ("talk/", "talk/said/", "talk/people/"):
        assert dov.get(f"{url}{address}").status_code == 404
    for address in ("talk/", "follow/", "favourite/"):
        assert dov.post(f"{url}{address}", {"text": "x", "on": "1"}).status_code == 404
    names = signed_in("ada").get(f"{url}talk/people/?q=").json()["names"]
    assert names == ["Ben"], "only those whom it would reach are offered"


def test_followed_and_kept_at_hand(cast: Cast, url: str) -> None:
    ada = signed_in("ada")
    assert "Following" not in ada.get(f"{url}talk/").content.decode()
    assert "Following" in ada.post(f"{url}follow/", {"on": "1"}).content.decode()
    answer = ada.post(f"{url}favourite/", {"on": "1"})
    assert answer.headers["HX-Trigger"] == "favourites-changed"
    for address in ("/mine/", "/search/"):
        page = ada.get(address).content.decode()
        assert "Favourites" in page
        assert "Recently viewed" in page
        assert "Cleo" in page
    assert "Cleo" not in signed_in("ben").get("/mine/").content.decode(), "everybody's own"
    ada.post(f"{url}favourite/", {"on": "0"})
    assert "Favourites" not in ada.get("/mine/").content.decode()


def test_mail_comes_as_it_was_chosen(cast: Cast, url: str, settings: object) -> None:
    settings.LINKS_BEGIN_WITH = "https://crm.example"  # type: ignore[attr-defined]
    notify([cast.ben.id], "Told before", url="/x/")
    ben = signed_in("ben")
    ben.post("/me/", {"name": "Ben", "mail": "at_once"})
    assert 'value="at_once" selected' in ben.get("/me/").content.decode()
    notify([cast.ben.id, cast.ada.id], "Ada changed Cleo", url="/o/customers.person/1/")
    assert send_digests() == 0, "it waits a moment for the next"
    execute("UPDATE timeline_notification SET created_at = created_at - interval '2 minutes'")
    assert send_digests() == 1
    assert send_digests() == 0
    (mail,) = Mail.objects.all()
    assert (mail.to, mail.subject) == ("ben@example.com", "Ada changed Cleo")
    assert "https://crm.example/o/customers.person/1/" in mail.body
    assert "Told before" not in mail.body


def test_a_digest_is_written_once_a_day_in_the_morning(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    signed_in("ben").post("/me/", {"name": "Ben", "mail": "daily", "timezone": "Asia/Almaty"})
    morning = datetime(2030, 5, 4, 2, 30, tzinfo=UTC)  # half past seven there
    for text in ("One", "Two"):
        notify([cast.ben.id], text)
    monkeypatch.setattr(clock, "real_now", lambda: morning - timedelta(hours=1))
    assert send_digests() == 0
    monkeypatch.setattr(clock, "real_now", lambda: morning)
    assert send_digests() == 1
    assert "One" in Mail.objects.get().body
    assert "Two" in Mail.objects.get().body
    notify([cast.ben.id], "Three")
    assert send_digests() == 0
    monkeypatch.setattr(clock, "real_now", lambda: morning + timedelta(days=1))
    signed_in("ben").get("/notifications/")
    assert send_digests() == 0, "what was read needs no mail"
