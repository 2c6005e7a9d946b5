"""Requests: keys, sizes, duplicates, refusals, people and companies."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from typing import Any

import pytest

from perennial.customers.intake import keys
from perennial.customers.intake.app import Intake
from perennial.customers.intake.quarantine import quarantine
from perennial.customers.intake.tests.asking import Answer, ask, basic
from perennial.customers.intake.tests.serving import make_key
from perennial.foundation import clock
from perennial.foundation.errors import Forbidden
from perennial.foundation.sql import fetch, fetch_one
from perennial.workspace.keys import revoke_key
from perennial.workspace.models import ApiKey
from perennial.workspace.tests.cast import make_cast

pytestmark = pytest.mark.django_db(transaction=True)
Post = Callable[..., Answer]


def events(key_id: int, columns: str = "type") -> list[tuple[Any, ...]]:
    return fetch(
        f"SELECT {columns} FROM timeline_event WHERE actor = %s AND source = 'Shop' ORDER BY id", [f"key:{key_id}"]
    )


def track(number: int = 1, **more: object) -> dict[str, object]:
    return {"type": "track", "userId": "u1", "event": "Looked", "messageId": f"m{number}"} | more


def test_the_key_is_taken_from_wherever_clients_put_it(intake: Intake, key: tuple[int, str]) -> None:
    secret = key[1]
    for number, headers in enumerate([basic(secret), {"authorization": f"Bearer {secret}"}]):
        assert ask(intake, "/v1/t", track(number), headers=headers).status == 200
    assert ask(intake, "/v1/track", track(3, writeKey=secret)).status == 200
    assert ask(intake, "/v1/b", {"batch": [track(4)], "writeKey": secret}).status == 200
    assert len(events(key[0])) == 4
    for headers in ({}, basic("wrong"), {"authorization": "Basic ???"}, {"authorization": "Bearer"}):
        refused = ask(intake, "/v1/track", track(5), headers=headers)
        assert (refused.status, refused.body["code"]) == (401, "unknown_key")
        assert "www-authenticate" not in refused.headers
    assert ApiKey.objects.get(pk=key[0]).kind == "intake"


def test_an_api_key_sends_no_events_and_a_revoked_key_stops(
    intake: Intake, key: tuple[int, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ask(intake, "/v1/track", track(), headers=basic(key[1])).status == 200
    revoke_key(ApiKey.objects.get(pk=key[0]))
    monkeypatch.setattr(keys, "KEPT_SECONDS", -1.0)  # as if they had passed
    assert ask(intake, "/v1/track", track(2), headers=basic(key[1])).status == 401


def test_browsers_may_ask_from_anywhere(intake: Intake, post: Post) -> None:
    asked = ask(intake, "/v1/t", b"", method="OPTIONS")
    assert asked.status == 204
    assert asked.headers["access-control-allow-origin"] == "*"
    assert "authorization" in asked.headers["access-control-allow-headers"]
    assert post("t", track()).headers["access-control-allow-origin"] == "*"
    assert ask(intake, "/v1/track", b"", method="GET").status == 405
    assert post("purchase", track()).status == 404


def test_compressed_bodies_are_taken_and_bombs_are_not(post: Post, key: tuple[int, str]) -> None:
    import msgspec

    plain = msgspec.json.encode({"batch": [track()]})
    assert post("batch", gzip.compress(plain), content_encoding="gzip").status == 200
    assert post("batch", zlib.compress(plain.replace(b"m1", b"m2")), content_encoding="deflate").status == 200
    assert len(events(key[0])) == 2
    assert post("batch", gzip.compress(b" " * 50_000_000), content_encoding="gzip").status == 413
    assert post("batch", gzip.compress(plain)[:-9], content_encoding="gzip").status == 400
    assert post("batch", b"no gzip", content_encoding="gzip").status == 400
    assert post("batch", plain, content_encoding="br").status == 400
    assert post("batch", b" " * 600_000).status == 413


def test_a_delivery_counts_once_for_each_key(intake: Intake, post: Post, key: tuple[int, str]) -> None:
    batch = {"batch": [track(1), track(2), track(1)]}
    first, again = post("batch", batch), post("batch", batch)
    assert (first.body["accepted"], first.body["duplicates"]) == (2, 1)
    assert (again.status, again.body["accepted"], again.body["duplicates"]) == (200, 0, 3)
    assert len(events(key[0])) == 2
    other_id, other = make_key()
    assert ask(intake, "/v1/batch", batch, headers=basic(other)).body["accepted"] == 2
    assert len(events(other_id)) == 2
    without = {name: value for name, value in track().items() if name != "messageId"}
    assert post("batch", {"batch": [without, without]}).body["accepted"] == 2


def test_bad_events_are_refused_one_by_one_and_kept(post: Post, key: tuple[int, str]) -> None:
    good = b'{"type":"track","userId":"u1","event":"Looked","messageId":"%d"}'
    bad = [b'{"type":"track","userId":"u1","event":"x\x00"}', b'{"type":"track","userId":"u1","event":"\\ud800"}',
           b"[" * 3000 + b"]" * 3000, b"{}", b'{"a":"\xff"}', b'{"type": tru}', b""]  # fmt: skip
    mixed = [good % 0, *(part for number, each in enumerate(bad, 1) for part in (each, good % number))]
    answered = post("batch", b'{"sentAt": null, "batch": [' + b",".join(mixed) + b"]}")
    assert answered.status == 200
    assert answered.body["accepted"] == len(bad) + 1
    assert [each["index"] for each in answered.body["refused"]] == [1, 3, 5, 7, 9, 11, 13]
    codes = [each["code"] for each in answered.body["refused"]]
    assert codes == ["nul", "malformed", "not_an_object", "unknown_call", "not_utf8", "malformed", "malformed"]
    cast = make_cast()
    kept = quarantine(by=cast.ada, limit=len(bad))
    assert [each.code for each in reversed(kept)] == codes
    assert all(each.key_name == "Shop" and each.sentence for each in kept)
    assert kept[-1].body.endswith('"event":"x␀"}')
    assert [each.id for each in quarantine(by=cast.ada, before=kept[0].id, limit=2)] == [each.id for each in kept[1:3]]
    with pytest.raises(Forbidden):
        quarantine(by=cast.dov)


def test_four_hundred_only_when_nothing_can_be_stored(post: Post, key: tuple[int, str]) -> None:
    for path, body in (
        ("track", {"userId": "u1"}),
        ("batch", {"batch": [{}, {}]}),
        ("batch", {"batch": []}),
        ("batch", {"batch": 5}),
        ("batch", b'{"batch": [{"type"'),
        ("track", b"\x00"),
        ("batch", b""),
    ):
        refused = post(path, body)
        assert refused.status == 400, body
        assert refused.body["code"]
        assert refused.body["message"]
    assert events(key[0]) == []


def test_history_is_dated_as_it_says(post: Post, key: tuple[int, str]) -> None:
    old = track(timestamp="2014-03-05T10:00:00Z")
    assert post("import", {"batch": [old]}).status == 200
    assert events(key[0], "occurred_at = known_at, client_timestamp, occurred_at::date::text") == [
        (True, "2014-03-05T10:00:00Z", "2014-03-05")
    ]
    far = clock.real_now().replace(year=clock.real_now().year + 1).isoformat()
    assert post("import", {"batch": [track(2, timestamp=far)]}).body["code"] == "future_dated"


def test_identify_makes_and_changes_a_person(post: Post, key: tuple[int, str]) -> None:
    post("page", {"anonymousId": "d1", "name": "Home"})
    traits = {
        "firstName": "Aliya",
        "lastName": "Omarova",
        "email": "Aliya@Example.com",
        "phone": "not a phone",
        "address": {"country": "Kazakhstan", "city": "Алматы"},
        "company": {"id": "c7", "name": "Omarov & Co"},
    }
    post("identify", {"userId": "u9", "anonymousId": "d1", "traits": traits})
    post("identify", {"userId": "u9", "traits": {"lastName": "Omar", "phone": "+44 20 7946 0000", "email": None}})
    row = fetch_one(
        "SELECT c.id, c.name, c.email, c.phone, c.country, c.city, k.name, k.external_id, c.version, c.folded"
        " FROM customers_customer c JOIN customers_customer k ON k.id = c.company_id WHERE c.external_id = 'u9'"
    )
    assert row is not None
    assert row[1:-1] == ("Aliya Omar", "aliya@example.com", "+442079460000", "KZ", "Алматы", "Omarov & Co", "c7", 2)
    assert "aliya omar" in row[-1]
    changes = fetch(
        "SELECT kind, values->>'last_name', actor, action FROM timeline_change"
        " WHERE object_key = 'customers.person' AND record_id = %s ORDER BY id",
        [row[0]],
    )
    by = f"key:{key[0]}"
    assert changes == [
        ("create", "Omarova", by, "customers.identify"),
        ("update", '["Omarova", "Omar"]', by, "customers.identify"),
    ]
    whose = fetch(
        "SELECT DISTINCT p.customer_id FROM timeline_event e JOIN customers_profile p ON p.id = e.profile_id"
        " WHERE e.actor = %s AND e.source = 'Shop'",
        [by],
    )
    assert whose == [(row[0],)]  # the page seen before is theirs too


def test_group_makes_a_company_and_links_the_person(post: Post, key: tuple[int, str]) -> None:
    post("group", {"userId": "u1", "groupId": "acme", "traits": {"name": "Acme", "website": "https://www.acme.test/x"}})
    post("group", {"userId": "u1", "groupId": "acme", "traits": {"industry": "Gifts"}})
    company = fetch_one("SELECT id, name, domain, industry FROM customers_customer WHERE external_id = 'acme'")
    assert company is not None
    assert company[1:] == ("Acme", "acme.test", "Gifts")
    assert fetch("SELECT name, company_id FROM customers_customer WHERE external_id = 'u1'") == [("u1", company[0])]
    grouped = ("customers.grouped", "customers.company", company[0])
    assert events(key[0], "type, subject_kind, subject_id") == [grouped, grouped]


def test_a_person_from_a_file_is_recognised_by_the_number(post: Post) -> None:
    post("identify", {"userId": "77", "traits": {"name": "Known"}})
    before = fetch("SELECT id FROM customers_customer")
    fetch("DELETE FROM customers_identity WHERE kind = 'user_id' RETURNING id")  # as if no event had come yet
    fetch("UPDATE customers_profile SET customer_id = NULL WHERE kind = 'user' RETURNING id")
    post("track", track(userId="77"))
    assert fetch("SELECT id FROM customers_customer") == before
