"""The queue of duplicates in the browser's eyes, and the warning while somebody types."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from perennial.customers.objects import PERSON
from perennial.foundation.errors import NotFound
from perennial.objects.duplicates.keeping import FoundPair, keep_sweep
from perennial.objects.duplicates.pairs import open_pairs
from perennial.objects.duplicates.recent import compare_recent
from perennial.objects.made.defining import make_kind
from perennial.objects.query import get
from perennial.objects.types import object_types
from perennial.objects.writing import create_record, update_record
from perennial.workspace.tests.cast import PASSWORD, Cast

QUEUE = "/duplicates/customers.person/"
PARTIAL = {"HTTP_HX_REQUEST": "true"}


def signed_in(email: str) -> Client:
    client = Client()
    assert client.login(username=email, password=PASSWORD)
    return client


@pytest.fixture
def ada(cast: Cast) -> Client:
    return signed_in("ada@example.com")


@pytest.fixture
def pair(cast: Cast) -> tuple[int, int, int]:
    """Two Cleos: their ids, and that of the pair."""
    one = create_record(PERSON, {"name": "Cleo Marsh", "city": "Almaty", "phone": "+77010000001"}, by=cast.ada)
    two = create_record(PERSON, {"name": "Cleo Marsch", "email": "cleo@example.com", "city": "Astana"}, by=cast.ada)
    keep_sweep(PERSON.key, [FoundPair(one, two, 0.973, (("name", False),))])
    return one, two, open_pairs(PERSON, by=cast.ada)[0].id


def test_a_pair_stands_side_by_side_is_merged_by_choice_and_taken_back(
    ada: Client, cast: Cast, pair: tuple[int, int, int]
) -> None:
    one, two, number = pair
    assert ada.get("/duplicates/").headers["Location"] == QUEUE
    page = ada.get(QUEUE).content.decode()
    assert "1 pair may be the same" in page
    assert "97.3%" in page.replace("\xa0", "")
    assert "Alike: Name" in page
    preview = ada.get(f"{QUEUE}{number}/", **PARTIAL).content.decode()
    assert 'name="keep-city"' in preview
    assert 'name="keep-phone"' not in preview  # only one of them has a telephone: it is taken
    sent = {"winner": two, "keep-city": one, "keep-name": two, "keep-nonsense": "x"}
    answer = ada.post(f"{QUEUE}{number}/", sent, **PARTIAL)
    assert answer.status_code == 200
    assert f"{QUEUE}{number}/undo/" in answer.content.decode()
    values = get(PERSON, two, by=cast.ada).values
    assert (values["name"], values["city"], values["phone"]) == ("Cleo Marsch", "Almaty", "+77010000001")
    assert "Cleo Marsh" in ada.get(f"{QUEUE}?state=merged").content.decode()
    assert ada.post(f"{QUEUE}{number}/undo/", **PARTIAL).status_code == 200
    assert get(PERSON, one, by=cast.ada).values["city"] == "Almaty"
    assert get(PERSON, two, by=cast.ada).values["city"] == "Astana"


def test_a_pair_is_kept_apart_and_asked_about_again(ada: Client, cast: Cast, pair: tuple[int, int, int]) -> None:
    number = pair[2]
    answer = ada.post(f"{QUEUE}{number}/apart/", **PARTIAL)
    assert re.search(r"/undo/\d+/", answer.content.decode())
    assert open_pairs(PERSON, by=cast.ada) == []
    assert "Cleo Marsch" in ada.get(f"{QUEUE}?state=never").content.decode()
    ada.post(f"{QUEUE}{number}/again/")
    assert len(open_pairs(PERSON, by=cast.ada)) == 1


def test_the_surest_are_merged_at_once(ada: Client, cast: Cast, pair: tuple[int, int, int]) -> None:
    url = f"{QUEUE}all/"
    assert "0 pairs would be merged" in ada.get(f"{url}?least=99", **PARTIAL).content.decode()
    assert "1 pair would be merged" in ada.get(f"{url}?least=97,3", **PARTIAL).content.decode()
    assert ada.post(url, {"least": "nan"}, **PARTIAL).status_code == 422
    assert ada.post(url, {"least": "20"}, **PARTIAL).status_code == 422
    assert "1 pair was merged" in ada.post(url, {"least": "95"}, **PARTIAL).content.decode()
    with pytest.raises(NotFound):
        get(PERSON, pair[1], by=cast.ada)


def test_who_may_not_sees_nothing_and_changes_nothing(cast: Cast, pair: tuple[int, int, int]) -> None:
    dov, ben = signed_in("dov@example.com"), signed_in("ben@example.com")
    number = pair[2]
    for url in ("/duplicates/", QUEUE, f"{QUEUE}{number}/", f"{QUEUE}all/"):
        assert dov.get(url).status_code == 404
    for verb in ("", "apart/", "again/", "undo/"):
        assert dov.post(f"{QUEUE}{number}/{verb}").status_code == 404
        assert ben.post(f"{QUEUE}{number}/{verb}").status_code in (403, 404)
    assert ben.post(f"{QUEUE}all/", {"least": "90"}).status_code in (403, 404)
    assert "Cleo" not in ben.get(QUEUE).content.decode()  # they are not his to see
    assert len(open_pairs(PERSON, by=cast.ada)) == 1


def test_hostile_addresses_are_not_there(ada: Client, pair: tuple[int, int, int]) -> None:
    for url in ("/duplicates/no.kind/", f"{QUEUE}?state=gone", f"{QUEUE}?after=x:1", f"{QUEUE}99999999/"):
        assert ada.get(url).status_code == 404, url
    assert ada.get(f"{QUEUE}?after=nan:1").status_code in (200, 404)


def test_the_form_says_who_is_here_already_to_who_may_see_them(
    ada: Client, cast: Cast, pair: tuple[int, int, int]
) -> None:
    url = "/o/customers.person/alike/"
    assert url in ada.get("/o/customers.person/new/").content.decode()
    by_address = ada.post(url, {"name": "Somebody", "email": " CLEO@example.com"}).content.decode()
    assert "Cleo Marsch" in by_address
    assert "E-mail" in by_address
    assert "Cleo Marsh" in ada.post(url, {"first_name": "Cleo", "last_name": "Marsh"}).content.decode()
    assert "<a" not in ada.post(url, {"name": "Theodora", "email": "nobody", "phone": "12"}).content.decode()
    assert "<a" not in ada.post(url, {}).content.decode()
    assert ada.get(url).status_code == 405
    assert signed_in("dov@example.com").post(url, {"email": "cleo@example.com"}).status_code == 404


def test_what_was_just_written_is_compared_without_waiting_for_the_night(cast: Cast) -> None:
    one, two, three = (
        create_record(PERSON, {"name": name}, by=cast.ada) for name in ("Theo Lund", "Teo Lund", "Switchboard")
    )
    for id in (one, two, three):
        update_record(PERSON, id, {"phone": "+77010000009"}, by=cast.ada)
    assert compare_recent() == 3
    found = {(pair.one_id, pair.other_id): pair for pair in open_pairs(PERSON, by=cast.ada)}
    assert found[one, two].confidence > found[one, three].confidence
    assert found[one, two].reasons == (("phone", True), ("name", False))
    assert compare_recent() == 3
    assert len(open_pairs(PERSON, by=cast.ada)) == 3


def test_kinds_that_users_made_say_so_too_and_notes_do_not(ada: Client, cast: Cast) -> None:
    kind = make_kind(label="Boat", label_plural="Boats", by=cast.ada)
    create_record(object_types[kind.key], {"name": "Blue Marlin"}, by=cast.ada)
    url = f"/o/{kind.key}/alike/"
    assert url in ada.get(f"/o/{kind.key}/new/").content.decode()
    assert "Blue Marlin" in ada.post(url, {"name": "Marlin Blue"}).content.decode()
    assert "/alike/" not in ada.get("/o/customers.note/new/").content.decode()


def test_a_record_says_whom_it_may_be_the_same_as_to_who_may_merge(
    ada: Client, cast: Cast, pair: tuple[int, int, int]
) -> None:
    one, two, number = pair
    url = f"/o/{PERSON.key}/{one}/"
    assert 'id="same-as"' in ada.get(url).content.decode()
    said = ada.get(f"{url}talk/").content.decode()
    assert "May be the same as" in said
    assert f"{QUEUE}{number}/" in said
    for id in (one, two):
        update_record(PERSON, id, {"owner": cast.ben_user.pk}, by=cast.ada)
    ben = signed_in("ben@example.com")
    assert 'id="same-as"' not in ben.get(url).content.decode()
    assert "May be the same as" not in ben.get(f"{url}talk/").content.decode()
    ada.post(f"{QUEUE}{number}/apart/")
    assert "May be the same as" not in ada.get(f"{url}talk/").content.decode()


def test_objects_that_users_made_have_a_queue_and_the_loser_leads_to_the_winner(ada: Client, cast: Cast) -> None:
    kind = object_types[make_kind(label="Boat", label_plural="Boats", by=cast.ada).key]
    one, two = (create_record(kind, {"name": name}, by=cast.ada) for name in ("Ayan", "Aian"))
    keep_sweep(kind.key, [FoundPair(one, two, 0.9, (("name", False),))])
    queue = f"/duplicates/{kind.key}/"
    assert ada.get("/duplicates/").headers["Location"] == queue
    number = open_pairs(kind, by=cast.ada)[0].id
    assert "Aian" in ada.get(f"{queue}{number}/", **PARTIAL).content.decode()
    ada.post(f"{queue}{number}/", {"winner": one, "keep-name": two}, **PARTIAL)
    assert get(kind, one, by=cast.ada).title == "Aian"
    assert ada.get(f"/o/{kind.key}/{two}/").headers["Location"] == f"/o/{kind.key}/{one}/"
    assert signed_in("ben@example.com").get(f"/o/{kind.key}/{two}/").status_code == 404
    ada.post(f"{queue}{number}/undo/", **PARTIAL)
    assert ada.get(f"/o/{kind.key}/{two}/").status_code == 200
    chosen = ada.post(f"/o/{kind.key}/do/objects.merge/", {"id": [one, two], "_sent": "1"}, **PARTIAL)
    assert "/undo/" in chosen.content.decode()
    assert ada.post(f"/o/{kind.key}/do/objects.merge/", {"id": [one], "_sent": "1"}, **PARTIAL).status_code == 422
    assert ada.get(f"/o/{kind.key}/{one}/do/objects.merge/").status_code == 404
