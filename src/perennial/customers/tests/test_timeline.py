"""The timeline: whose events, in which order, in which words, and for whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from perennial.customers import identities
from perennial.customers.objects import COMPANY, NOTE, PERSON, TASK
from perennial.customers.timeline import timeline, types_seen
from perennial.foundation import clock
from perennial.foundation.errors import Invalid, NotFound
from perennial.objects.running import run_action
from perennial.objects.writing import create_record, create_records
from perennial.timeline.record import NewEvent, record
from perennial.workspace.rights import Reach, Rights
from perennial.workspace.tests.cast import Cast


def happen(customer_id: int, count: int, *, type: str = "shop.viewed", days: float = 0.5, channel: str = "web") -> None:
    profile_id = identities.record_profiles([customer_id])[customer_id]
    start = clock.now()
    moments = [start - timedelta(days=number * days) for number in range(1, count + 1)]
    record([
        NewEvent(type, profile_id, {"event": f"View {number}"}, moment, channel=channel)
        for number, moment in enumerate(moments, start=1)
    ])  # fmt: skip


def test_pages_go_on_without_gap_or_repetition(cast: Cast) -> None:
    cleo = create_record(PERSON, {"name": "Cleo"}, by=cast.ada)
    happen(cleo, 130, days=9)
    visitor = identities.ensure_profiles([identities.anonymous("a1")])[identities.anonymous("a1")].profile_id
    identities.attach({visitor: cleo})
    same = datetime(2025, 5, 5, tzinfo=UTC)
    record([NewEvent("shop.viewed", visitor, {}, same) for _ in range(7)])
    seen, cursor = [], None
    while True:
        page = timeline(cleo, by=cast.ada, before=cursor, limit=5)
        seen += page.entries
        cursor = page.next
        if cursor is None:
            break
    assert len({entry.id for entry in seen}) == len(seen) == 138
    assert seen == sorted(seen, key=lambda entry: (entry.at, entry.id), reverse=True)
    with pytest.raises(Invalid):
        timeline(cleo, by=cast.ada, before="nowhere")


def test_a_company_shows_what_its_people_did(cast: Cast) -> None:
    acme = create_record(COMPANY, {"name": "Acme", "owner": cast.ben_user.pk}, by=cast.ada)
    cleo = create_record(PERSON, {"name": "Cleo", "company": acme, "owner": cast.ben_user.pk}, by=cast.ada)
    theo = create_record(PERSON, {"name": "Theo", "company": acme}, by=cast.ada)
    happen(cleo, 1)
    happen(theo, 1)
    assert {entry.who.name for entry in timeline(acme, by=cast.ada).entries if entry.who} == {"Cleo", "Theo"}
    assert {entry.who.name for entry in timeline(acme, by=cast.ben).entries if entry.who} == {"Cleo"}
    assert not any(entry.who for entry in timeline(cleo, by=cast.ada).entries)


def test_filters_by_type_team_and_channel(cast: Cast) -> None:
    cleo = create_record(PERSON, {"name": "Cleo"}, by=cast.ada)
    happen(cleo, 3)
    run_action("customers.log_call", [cleo], {"outcome": "no_answer"}, by=cast.ada)
    assert [entry.type for entry in timeline(cleo, by=cast.ada, channel="phone").entries] == ["customers.call_logged"]
    assert len(timeline(cleo, by=cast.ada, team="customers").entries) == 2
    assert {entry.type for entry in timeline(cleo, by=cast.ada, team="other").entries} == {"shop.viewed"}
    assert len(timeline(cleo, by=cast.ada, types=["customers.person_created"]).entries) == 1
    assert timeline(cleo, by=cast.ada, team="other").entries[0].sentence == "View 1"


def test_sentences_name_choices_moments_and_whoever_did_it(cast: Cast) -> None:
    cleo = create_record(PERSON, {"name": "Cleo"}, by=cast.ada)
    run_action("customers.log_call", [cleo], {"outcome": "no_answer", "summary": "Rang twice"}, by=cast.ada)
    task = create_record(TASK, {"title": "Ring again", "customer": cleo}, by=cast.ada)
    run_action("customers.postpone_task", [task], {"until": "2026-12-24T10:00:00Z"}, by=cast.ada)
    run_action("customers.complete_task", [task], by=cast.ada)
    entries = timeline(cleo, by=cast.ada).entries
    assert {entry.sentence for entry in entries} >= {
        "We called: No answer. Rang twice",
        "Task: Ring again",
        "Done: Ring again",
        "Added as a person",
    }
    (put_off,) = [entry.sentence for entry in entries if entry.type == "customers.task_postponed"]
    assert put_off.startswith("Put off: Ring again, now due 24 Dec") or "Dec 24" in put_off
    assert {entry.by for entry in entries} == {"Ada"}


def test_who_sees_what(cast: Cast) -> None:
    cleo = create_record(PERSON, {"name": "Cleo"}, by=cast.ada)
    create_record(NOTE, {"customer": cleo, "text": "Secret"}, by=cast.ada)
    for stranger in (cast.ben, cast.dov):
        with pytest.raises(NotFound):
            timeline(cleo, by=stranger)
    all_but_notes = Rights({"*": {"view": Reach.ALL}, "customers.note": {}}, frozenset())
    limited = replace(cast.ben, rights=all_but_notes)
    assert [entry.type for entry in timeline(cleo, by=limited).entries] == ["customers.person_created"]
    assert "customers.note_added" not in {each.key for seen in types_seen(limited).values() for each in seen}


def test_a_page_costs_the_same_few_statements(cast: Cast) -> None:
    acme = create_record(COMPANY, {"name": "Acme"}, by=cast.ada)
    people = create_records(PERSON, [{"name": f"P{n}", "company": acme} for n in range(30)], by=cast.ada)
    for result in people.results[:10]:
        happen(result.id or 0, 20)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert len(timeline(acme, by=cast.ada).entries) == 50
    assert len(asked) == 1
    assert all("occurred_at" in query["sql"] for query in asked if "timeline_event" in query["sql"])
