"""Nine o'clock is nine o'clock, also in the nights in which the clocks are moved."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from perennial.automation.models import Automation, Run
from perennial.automation.moments import at_time, instant, next_time, within
from perennial.automation.running.timers import keep_time
from perennial.customers.models import Customer
from perennial.foundation import clock
from perennial.workspace.tests.cast import Cast
from tests.automation.building import build, change, happen, pass_time, person

LONDON = ZoneInfo("Europe/London")
NINE = time(9)
EVERY = frozenset(range(7))
START = datetime(2020, 1, 1, tzinfo=UTC)
moments = st.integers(0, 10 * 366 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes))


def test_nine_in_spring_and_in_autumn() -> None:
    assert next_time(datetime(2026, 3, 28, 12, tzinfo=UTC), NINE, EVERY, LONDON) == datetime(2026, 3, 29, 8, tzinfo=UTC)
    assert next_time(datetime(2026, 10, 24, 12, tzinfo=UTC), NINE, EVERY, LONDON) == datetime(
        2026, 10, 25, 9, tzinfo=UTC
    )
    assert instant(date(2026, 10, 25), time(1, 30), LONDON) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@given(moments, st.times(), st.sets(st.integers(0, 6), min_size=1))
def test_the_next_time_is_after_and_within_a_week(moment: datetime, at: time, days: set[int]) -> None:
    at = at.replace(second=0, microsecond=0)
    found = next_time(moment, at, frozenset(days), LONDON)
    assert moment < found <= moment + timedelta(days=7, hours=2)
    assert found.astimezone(LONDON).weekday() in days
    assert at_time(moment, at, LONDON) - moment < timedelta(hours=26)


@given(moments)
def test_working_hours_are_never_at_night(moment: datetime) -> None:
    found = within(moment, NINE, time(17), frozenset(range(5)), LONDON)
    local = found.astimezone(LONDON)
    assert found >= moment
    assert local.weekday() < 5
    assert 9 <= local.hour < 17


def test_every_day_all_who_match_enter_once_each(cast: Cast) -> None:
    cleo, eve = person(by=cast.ada, city="Leeds"), person("Eve", by=cast.ada, city="York")
    made = build([change()], by=cast.ada, again={"how": "always"},
                 trigger={"kind": "schedule", "at": "09:00", "who": 'city = "Leeds"'})  # fmt: skip
    due = Automation.objects.get(pk=made.pk).next_at
    assert due is not None
    assert due.astimezone(LONDON).time() == NINE
    happen()
    assert not Run.objects.exists()
    for day in (1, 2):
        pass_time(days=1)
        assert keep_time() == 1
        assert keep_time() == 0
        happen()
        assert Run.objects.filter(record_id=cleo).count() == day
        Run.objects.filter(record_id=cleo).exclude(entry_key__startswith="day").update(
            entry_key=f"day {day}"
        )  # for tests every day is today
    assert not Run.objects.filter(record_id=eve).exists()


def test_days_before_a_date_of_the_record(cast: Cast) -> None:
    from perennial.objects.made.defining import make_field

    make_field("customers.person", type="day", label="Renewal", by=cast.ada)
    today = clock.now().astimezone(LONDON).date()
    soon = person(by=cast.ada, renewal=(today + timedelta(days=4)).isoformat())
    person("Eve", by=cast.ada, renewal=(today + timedelta(days=9)).isoformat())
    build([change()], by=cast.ada,
          trigger={"kind": "date", "field": "renewal", "days": -3, "at": "00:00"})  # fmt: skip
    Automation.objects.update(next_at=instant(today + timedelta(days=1), time(), LONDON) - timedelta(days=1))
    Automation.objects.update(next_at=clock.now() - timedelta(minutes=1))
    keep_time()
    assert not Run.objects.exists()
    Customer.objects.filter(pk=soon).update(custom={"renewal": (today + timedelta(days=3)).isoformat()})
    Automation.objects.update(next_at=clock.now() - timedelta(minutes=1))
    keep_time()
    assert list(Run.objects.values_list("record_id", flat=True)) == [soon]
