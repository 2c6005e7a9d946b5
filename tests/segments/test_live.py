"""Live work: what happens moves people in and out of segments, once, and only those whom it touches."""

from __future__ import annotations

import contextlib

from perennial.customers.models import Customer, Task
from perennial.foundation.sql import execute, fetch
from perennial.rules import live
from perennial.rules.models import Segment, Stay
from perennial.timeline.record import NewEvent, record
from tests.segments.world import (
    CALLED,
    day,
    did,
    fresh,
    inside,
    it_is,
    known,
    logged,
    person,
    segment,
    settled,
    told,
    update,
)


def test_an_event_lets_somebody_in_and_the_log_is_told_once() -> None:
    cleo, dov = person("Cleo"), person("Dov")
    made = segment(f"did {CALLED} at least 2 times within 90 days")
    assert inside(made) == set()
    did(cleo, CALLED, 50)
    did(cleo, CALLED, 60)
    did(dov, CALLED, 60)
    settled()
    assert inside(made) == {"Cleo"} == fresh(made)
    settled()
    assert told(made) == [("Cleo", "entered")]
    assert Segment.objects.get(pk=made.pk).members == 1
    row = fetch("SELECT subject_kind, subject_id, profile_id IS NOT NULL, class::text, definition FROM timeline_event"
                " WHERE type = 'rules.segment_entered'")  # fmt: skip
    assert row == [("customers.person", cleo.pk, True, "d", f"{made.key}@1")]


def test_what_a_person_does_counts_for_their_company_too() -> None:
    firm = known("Peltier", kind="company")
    person("Anne", company=firm)
    ben = person("Ben", company=firm)
    made = segment(f"did {CALLED} at least 2 times", kind="customers.customer")
    did(ben, CALLED, 50)
    did(firm, CALLED, 60)
    settled()
    assert inside(made) == {"Peltier"} == fresh(made)
    did(ben, CALLED, 61)
    settled()
    assert inside(made) == {"Peltier", "Ben"} == fresh(made)
    Customer.objects.filter(pk=ben.pk).update(company=None)
    logged("customers.person", ben.pk, "update", company=[firm.pk, None])
    settled()
    assert inside(made) == {"Ben"} == fresh(made)


def test_a_changed_field_moves_people_both_ways() -> None:
    cleo = person("Cleo", country="GB")
    person("Dov", country="KZ")
    made = segment('country = "KZ"')
    assert inside(made) == {"Dov"}
    assert told(made) == []
    update(cleo, country="KZ")
    settled()
    assert inside(made) == {"Cleo", "Dov"}
    update(cleo, country="BA")
    settled()
    assert inside(made) == {"Dov"}
    assert told(made) == [("Cleo", "entered"), ("Cleo", "left")]
    stay = Stay.objects.get(record_id=cleo.pk)
    assert (stay.cause, stay.left_cause, stay.version) == ("change", "change", 1)


def test_time_alone_lets_people_out_and_in() -> None:
    cleo = person("Cleo")
    did(cleo, CALLED, 50)
    active = segment(f"did {CALLED} within 90 days", "Active")
    quiet = segment(f"did not {CALLED} within 90 days", "Quiet")
    assert (inside(active), inside(quiet)) == ({"Cleo"}, set())
    it_is(139.9)
    settled()
    assert inside(active) == {"Cleo"}
    it_is(140.1)
    settled()
    assert (inside(active), inside(quiet)) == (set(), {"Cleo"})
    assert Stay.objects.get(segment=quiet).cause == "time"


def test_what_is_dated_ahead_counts_when_its_time_has_come() -> None:
    cleo = person("Cleo")
    made = segment(f"did {CALLED}")
    did(cleo, CALLED, 101)
    settled()
    assert inside(made) == set()
    it_is(101.5)
    settled()
    assert inside(made) == {"Cleo"} == fresh(made)


def test_late_events_count_from_when_they_arrive() -> None:
    cleo = person("Cleo")
    made = segment(f"did {CALLED} within 30 days")
    did(cleo, CALLED, 20)
    settled()
    assert inside(made) == set()
    did(cleo, CALLED, 75)
    settled()
    assert inside(made) == {"Cleo"}


def test_a_field_with_a_date_moves_people_when_it_grows_old() -> None:
    person("Cleo", at=60)
    new = segment("created_at within 50 days", "New")
    old = segment("created_at older than 50 days", "Old")
    assert (inside(new), inside(old)) == ({"Cleo"}, set())
    it_is(112)
    settled()
    assert (inside(new), inside(old)) == (set(), {"Cleo"})


def test_stage_and_facts_wake_rules_though_no_log_tells_of_them() -> None:
    cleo, dov = person("Cleo"), person("Dov")
    staged = segment('stage = "retention"', "Retained")
    spent = segment("fact:commerce.spent > 100", "Spenders")
    Customer.objects.filter(pk=cleo.pk).update(stage="retention")
    execute("INSERT INTO commerce_customer_facts (customer_id, order_count, return_count, occasion_count, spent,"
            " spent_year) VALUES (%s, 1, 0, 1, 500, 500)", [dov.pk])  # fmt: skip
    settled()
    assert (inside(staged), inside(spent)) == ({"Cleo"}, {"Dov"})
    execute("UPDATE commerce_customer_facts SET spent = 50")
    Customer.objects.filter(pk=cleo.pk).update(name="Cleo")
    settled()
    assert (inside(staged), inside(spent)) == ({"Cleo"}, set())


def test_a_segment_within_a_segment_is_looked_at_in_the_same_turn() -> None:
    cleo = person("Cleo", country="KZ")
    inner = segment(f"did {CALLED}", "Callers")
    outer = segment(f'in segment {inner.key} and country = "KZ"', "Callers of Kazakhstan")
    did(cleo, CALLED, 90)
    while not live.turn():
        pass
    assert inside(inner) == inside(outer) == {"Cleo"}


def test_who_is_deleted_leaves_and_who_is_restored_comes_back() -> None:
    cleo = person("Cleo", country="KZ")
    made = segment('country = "KZ"')
    Customer.objects.filter(pk=cleo.pk).update(deleted_at="2011-03-01T00:00Z")
    logged("customers.person", cleo.pk, "delete")
    settled()
    assert inside(made) == set()
    Customer.objects.filter(pk=cleo.pk).update(deleted_at=None)
    logged("customers.person", cleo.pk, "restore")
    settled()
    assert inside(made) == {"Cleo"}


def test_related_records_and_those_referred_to_touch() -> None:
    firm = known("Peltier", kind="company", country="BA")
    cleo = person("Cleo", company=firm)
    of_bosnia = segment('company.country = "BA"', "Of Bosnian firms")
    busy = segment("has customers.task.customer", "With a task")
    assert inside(of_bosnia) == {"Cleo"}
    update(firm, country="KZ")
    task = Task.objects.create(title="Call", customer=cleo).pk
    logged("customers.task", task, "create", customer=cleo.pk)
    settled()
    assert (inside(of_bosnia), inside(busy)) == (set(), fresh(busy))


def test_a_kill_in_the_middle_of_a_turn_repeats_nothing(monkeypatch) -> None:
    cleo = person("Cleo")
    made = segment(f"did {CALLED}")
    did(cleo, CALLED, 90)
    with monkeypatch.context() as patch:
        patch.setattr(live, "_wake_outer", _killed)
        with contextlib.suppress(KeyboardInterrupt):
            settled()
    assert inside(made) == set()
    assert told(made) == []
    settled()
    assert inside(made) == {"Cleo"}
    assert told(made) == [("Cleo", "entered")]


def test_a_visitor_who_turns_out_to_be_somebody_brings_along_what_they_did() -> None:
    cleo = person("Cleo")
    made = segment(f"did {CALLED}")
    visitor = fetch("INSERT INTO customers_profile (kind, created_at) VALUES ('anonymous', now()) RETURNING id")[0][0]
    record([NewEvent(CALLED, visitor, {}, occurred_at=day(90))])
    settled()
    assert inside(made) == set()
    execute("UPDATE customers_profile SET customer_id = %s WHERE id = %s", [cleo.pk, visitor])
    settled()
    assert inside(made) == {"Cleo"}


def _killed(*_args: object) -> None:
    raise KeyboardInterrupt
