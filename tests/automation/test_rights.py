"""Who builds automations is not whoever they act for: nobody borrows the rights of whoever published one."""

from __future__ import annotations

import pytest

from perennial.automation.models import Approval, Run
from perennial.automation.running.asking import decide
from perennial.automation.starting import start_all, start_for, start_matching
from perennial.automation.steering import retry, skip_wait
from perennial.foundation.errors import Conflict, NotFound
from perennial.workspace.actor import Actor, actor_of_user
from perennial.workspace.models import Role
from perennial.workspace.rights import Reach, Rights, same_for_all
from perennial.workspace.tests.cast import Cast
from tests.automation.building import HAND, build, change, happen, logged, person, run_of, wait


@pytest.fixture
def ben(cast: Cast) -> Actor:
    """He builds automations, and sees and changes only what is his."""
    own = same_for_all(view=Reach.OWN, create=Reach.OWN, edit=Reach.OWN)
    rights = Rights(own, frozenset({"automation.shape"})).to_json()
    Role.objects.filter(key="limited").update(rights_json=rights)
    cast.ben_user.refresh_from_db()
    return actor_of_user(cast.ben_user)


def test_what_one_person_is_asked_nobody_else_answers_or_skips(cast: Cast, ben: Actor) -> None:
    ask = {"kind": "approval", "key": "ask", "question": "Give {{ name }} a discount?", "patience": {"days": 2},
           "whom": {"user": cast.ada.user_id}, "approved": [change()]}  # fmt: skip
    made = build([ask], trigger=HAND, by=cast.ada)
    cleo = person(by=cast.ada, owner=ben.user_id)
    start_for(made, [cleo], by=ben)
    happen()
    with pytest.raises(NotFound):
        decide(Approval.objects.get().pk, is_approved=True, by=ben)
    for by in (ben, cast.ada):
        with pytest.raises(Conflict):
            skip_wait(run_of(cleo).pk, by=by)
    with pytest.raises(Conflict):
        retry(run_of(cleo).pk, by=ben, step="qualify")
    happen()
    assert run_of(cleo).awaits == "approval"
    decide(Approval.objects.get().pk, is_approved=True, by=cast.ada)
    happen()
    assert run_of(cleo).state == "done"


def test_a_builder_leads_nobody_past_a_condition_of_somebody_else(cast: Cast, ben: Actor) -> None:
    branch = {"kind": "branch", "key": "which", "ways": [{"when": 'city = "Leeds"', "steps": [change()]}]}
    made = build([branch, wait(days=3)], trigger=HAND, by=cast.ada)
    cleo = person(by=cast.ada, owner=ben.user_id)
    start_for(made, [cleo], by=ben)
    happen()
    with pytest.raises(Conflict):
        retry(run_of(cleo).pk, by=ben, step="qualify")
    retry(run_of(cleo).pk, by=ben, step="which")
    happen()
    assert "qualify" not in [step for step, _code in logged(run_of(cleo))]
    retry(run_of(cleo).pk, by=cast.ada, step="qualify")


def test_whoever_starts_an_automation_for_all_that_match_starts_it_for_those_they_see(cast: Cast, ben: Actor) -> None:
    made = build([wait(days=3)], trigger=HAND, by=cast.ada)
    his = person(by=cast.ada, city="Leeds", owner=ben.user_id)
    for name in ("Eve", "100%s sure"):
        person(name, by=cast.ada, city="Leeds", owner=cast.ada.id)
    text = 'city = "Leeds" and not name contains "%s"'
    start_all(made, text, by=ben)
    start_matching(automation_id=made.pk, text=text, actor=ben.log_name)
    assert list(Run.objects.values_list("record_id", flat=True)) == [his]
    start_matching(automation_id=made.pk, text="owner is me", actor=cast.ada.log_name)
    assert Run.objects.count() == 3
