"""What automations did long ago is forgotten; who has entered, and what is on the way, is not."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest

from perennial.automation.models import Effect, Run, StepLog, Tally
from perennial.automation.starting import start_for
from perennial.automation.thinning import thin
from perennial.foundation import clock
from perennial.foundation.errors import Invalid
from perennial.foundation.sql import execute
from perennial.objects.running import run_action
from perennial.objects.types import object_types
from perennial.objects.writing import create_record
from perennial.workspace.tests.cast import Cast
from tests.automation.building import HAND, build, change, happen, person, wait


def test_the_log_of_those_who_are_through_goes_after_its_days(cast: Cast, settings: Any) -> None:
    quick = build([change()], by=cast.ada, trigger=HAND)
    slow = build([change(), wait(days=300)], by=cast.ada, trigger=HAND, name="Slow")
    cleo = person(by=cast.ada)
    start_for(quick, [cleo], by=cast.ada)
    start_for(slow, [cleo], by=cast.ada)
    happen()
    long_ago = clock.now() - timedelta(days=500)
    for table, column, then in (("step_log", "at", long_ago), ("effect", "at", long_ago), ("tally", "day", long_ago)):
        execute(f"UPDATE automation_{table} SET {column} = %s", [then])
    Effect.objects.create(cause=uuid.uuid4(), automation_id=quick.pk, depth=0, at=clock.real_now())
    settings.AUTOMATION_LOG_DAYS = 0
    thin()
    assert (Effect.objects.count(), Tally.objects.exists()) == (1, True)
    assert StepLog.objects.filter(run_id__in=Run.objects.filter(state="done").values("pk")).exists()
    settings.AUTOMATION_LOG_DAYS = 400
    thin()
    assert not Tally.objects.exists()
    assert Run.objects.count() == 2
    assert set(StepLog.objects.values_list("run_id", flat=True)) == {Run.objects.get(state="moving").pk}


def test_an_automation_is_not_started_for_records_of_another_kind(cast: Cast) -> None:
    made = build([change()], by=cast.ada, trigger=HAND)
    cleo = person(by=cast.ada)
    call = create_record(object_types["customers.task"], {"title": "Call"}, by=cast.ada)
    given = {"automation": made.pk}
    with pytest.raises(Invalid) as refused:
        run_action("automation.start", [call], given, by=cast.ada, on="customers.task")
    assert "another kind" in str(refused.value.fields["automation"])
    done = run_action("automation.start", [cleo], given, by=cast.ada, on="customers.person")
    assert [each.is_done for each in done.results] == [True]
