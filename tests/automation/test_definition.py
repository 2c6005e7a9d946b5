"""What a definition may say: faults name the step and the cure; hostile ones are refused and break nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from perennial.automation.definition.checking import faults
from perennial.automation.definition.tree import json_schema, read, written
from perennial.automation.definition.values import fault_of_value, filled
from perennial.foundation import clock
from perennial.foundation.errors import Invalid
from perennial.objects.zones import firm_zone
from perennial.workspace.tests.cast import Cast
from tests.automation.building import BOUGHT, HAND, PEOPLE, change, task, wait


def definition(*steps: dict[str, Any], **parts: Any) -> dict[str, Any]:
    return {"object": PEOPLE, "trigger": BOUGHT, "steps": list(steps), **parts}


WHOLE = definition(
    {"kind": "branch", "key": "b", "ways": [{"when": 'city = "Leeds"', "steps": [change()]}],
     "otherwise": [wait(days=1)]},
    {"kind": "wait_for_event", "key": "e", "event": "commerce.order_placed", "patience": {"days": 3}, "late": [task()]},
    {"kind": "wait_until", "key": "u", "when": "owner is empty", "patience": {"hours": 3}},
    {"kind": "loop", "key": "l", "object": "customers.task", "field": "customer",
     "steps": [{"kind": "action", "key": "d", "action": "customers.complete_task", "about": "l"}]},
    {"kind": "approval", "key": "a", "question": "Go on?", "patience": {"days": 1}},
    {"kind": "stop", "key": "s"},
    again={"how": "key", "property": "number"}, exit={"when": 'city = "York"', "is_goal": True},
)  # fmt: skip


def test_it_comes_back_as_it_was_written(cast: Cast) -> None:
    once = read(WHOLE)
    assert not faults(once, by=cast.ada)
    assert read(json.loads(json.dumps(written(once)))) == once


def test_the_schema_is_published_with_every_kind(cast: Cast) -> None:
    schema = json_schema()
    assert {"Step_loop", "Step_action", "Trigger_segment", "Trigger_webhook"} <= set(schema["$defs"])
    json.dumps(schema)


@pytest.mark.parametrize(
    ("steps", "where", "says"),
    [
        ([{"kind": "action", "key": "a", "action": "customers.explode"}], "a", "no action"),
        ([{"kind": "action", "key": "a", "action": "customers.set_qualification", "input": {"qualification": "great"}}],
         "a", "qualification"),
        ([change("a", stage="loyalty")], "a", "stage"),
        ([task("a", "Call {{ nobody }}")], "a", "nobody"),
        ([task("a", "Call {{ event.secret }}")], "a", "event.secret"),
        ([task("a"), task("a")], "a", "Two steps"),
        ([wait("a")], "a", "how long"),
        ([wait("a", days=-2)], "a", "before"),
        ([{"kind": "branch", "key": "a", "ways": [{"when": "colour = 1"}]}], "a", "colour"),
        ([{"kind": "loop", "key": "a", "object": "customers.task", "field": "owner", "steps": [change("b")]}], "a",
         "lead"),
        ([{"kind": "start", "key": "a", "automation": 99}], "a", "another"),
        ([], "steps", "Add a step"),
    ],
)  # fmt: skip
def test_a_fault_names_the_step_and_the_cure(cast: Cast, steps: list[Any], where: str, says: str) -> None:
    found = faults(read(definition(*steps)), by=cast.ada)
    assert says in str(found[where])


@pytest.mark.parametrize(
    "hostile",
    [
        None, 7, [], "x", {}, {"object": PEOPLE}, {**WHOLE, "version": 2}, {**WHOLE, "unknown": 1},
        definition({"kind": "explode", "key": "a"}), definition({"kind": "stop", "key": "A; DROP"}),
        definition({"kind": "stop", "key": "a", "more": 1}), definition(["stop"]), definition(trigger={"kind": []}),
        definition(*[{"kind": "stop", "key": f"s{number}"} for number in range(300)]),
        definition({"kind": "stop", "key": "a", "reason": "x\x00"}),
        definition({"kind": "stop", "key": "a", "reason": "x" * 300_000}),
        definition(again={"how": "after", "days": 10**30}), definition(again={"how": "after", "days": True, "x": {}}),
        definition({"kind": "wait", "key": "a", "at": "25:00"}),
        definition({"kind": "wait", "key": "a", "days": 10**9}),
        definition(when={"version": 1, "all": "x"}),
    ],
)  # fmt: skip
def test_what_is_no_definition_is_refused(cast: Cast, hostile: Any) -> None:
    with pytest.raises(Invalid):
        read(hostile)


def test_what_is_nested_too_deep_is_refused(cast: Cast) -> None:
    deep: dict[str, Any] = {"kind": "stop", "key": "s"}
    for number in range(12):
        deep = {"kind": "branch", "key": f"b{number}", "ways": [{"when": "id = 1", "steps": [deep]}]}
    assert "deep" in str(faults(read(definition(deep)), by=cast.ada))
    for number in range(500):
        deep = {"kind": "branch", "key": f"c{number}", "ways": [{"when": "id = 1", "steps": [deep]}]}
    with pytest.raises(Invalid):
        read(definition(deep))


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
    | st.sampled_from([HAND, BOUGHT, change(), task(), wait(days=1), "{{ name }}", "{{ __class__ }}"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["object", "trigger", "steps", "kind", "key", "when", "fields", "again", "ways", "patience"])
        | st.text(max_size=8), inner, max_size=5),
    max_leaves=25,
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(junk)
def test_junk_never_breaks_anything(cast: Cast, data: Any) -> None:
    for each in (data, definition(data), definition(trigger=data), definition(change(), when=data)):
        try:
            faults(read(each), by=cast.ada)
        except Invalid:
            continue


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet="{}|. _:a'\"%\\<$nme", max_size=40))
def test_templates_look_up_and_never_evaluate(cast: Cast, text: str) -> None:
    values = {"name": "{{ event.number }} %s {0.__class__}", "me": None}
    if not fault_of_value(text, lambda key: key in values):
        made = filled(text, values, now=clock.now(), zone=firm_zone())
        assert made is None or "<class" not in str(made)


def test_a_lone_placeholder_keeps_its_type(cast: Cast) -> None:
    now, zone = clock.now(), firm_zone()
    assert filled("{{ id }}", {"id": 7}, now=now, zone=zone) == 7
    assert filled("No {{ id }}", {"id": 7}, now=now, zone=zone) == "No 7"
    assert filled("{{ name | friend }}", {}, now=now, zone=zone) == "friend"
    assert filled("{{ name }}", {}, now=now, zone=zone) is None


def test_what_the_builder_may_not_is_a_fault(cast: Cast) -> None:
    assert "object" in faults(read(definition(change())), by=cast.dov)
