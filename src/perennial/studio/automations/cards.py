"""A definition as the cards of its flow: frozen data for the templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from perennial.automation.definition.asked import said
from perennial.automation.definition.scope import Scope
from perennial.automation.definition.steps import Step, kind_of, step_kinds
from perennial.automation.definition.tree import Definition
from perennial.automation.definition.triggers import trigger_kinds
from perennial.automation.steps.branch import BranchStep
from perennial.conditions import FALSE, TRUE
from perennial.studio.automations.flow import Spot
from perennial.web.kit.pages import Input, Text

TRIGGER, WHEN, AGAIN, EXIT = "@trigger", "@when", "@again", "@exit"
PARTS = (TRIGGER, WHEN, AGAIN, EXIT)


@dataclass(frozen=True, slots=True)
class Opened:
    """The card that is open: its key, or that of a step to be (`spot` is where), and its form."""

    key: str
    kind: str
    inputs: Sequence[Input]
    spot: Spot | None = None
    error: Text = ""
    note: str = ""
    choices: Sequence[tuple[str, Text]] = ()  # kinds that it may be instead


@dataclass(frozen=True, slots=True)
class Numbers:
    standing: Mapping[str, int] = field(default_factory=dict)
    passed: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    failed: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Card:
    key: str
    icon: str
    label: Text
    sentence: Text
    fault: Text = ""
    note: str = ""
    ways: Sequence[Way] = ()
    form: Opened | None = None
    index: int = 0
    standing: int = 0
    passed: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Listed:
    """The steps of a way; a step to be stands among them as a card without a key."""

    parent: str
    way: str
    cards: Sequence[Card]


@dataclass(frozen=True, slots=True)
class Way:
    label: Text
    steps: Listed
    is_loop: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    faults: Mapping[str, Text]
    numbers: Numbers
    opened: Opened | None


def part_cards(definition: Definition, scope: Scope, drawing: Drawing) -> list[Card]:
    """What starts it, who may enter, how often, and when they leave."""
    icon = trigger_kinds[definition.trigger.kind].icon
    found = [_part(TRIGGER, icon, _("Starts"), trigger_sentence(definition, scope), drawing)]
    asks = definition.when != TRUE
    when = _("Only where %(rule)s") % {"rule": said(definition.when, scope.schema)} if asks else _("Everybody enters")
    found.append(_part(WHEN, "filter", _("Who enters"), when, drawing))
    found.append(_part(AGAIN, "repeat", _("How often"), _say_again(definition), drawing))
    leaves = definition.exit
    if leaves is None or leaves.when == FALSE:
        sentence = _("Nobody leaves before the end")
    elif leaves.is_goal:
        sentence = _("Goal: %(rule)s") % {"rule": said(leaves.when, scope.schema)}
    else:
        sentence = _("Leaves as soon as %(rule)s") % {"rule": said(leaves.when, scope.schema)}
    return [*found, _part(EXIT, "flag", _("Leaving"), sentence, drawing)]


def trigger_sentence(definition: Definition, scope: Scope) -> str:
    return trigger_kinds[definition.trigger.kind].sentence(definition.trigger, scope)


def step_cards(steps: Sequence[Step], parent: str, way: str, around: Mapping[str, Scope], drawing: Drawing) -> Listed:
    cards = [_card(step, index, around, drawing) for index, step in enumerate(steps)]
    opened = drawing.opened
    if opened is not None and opened.spot is not None and (opened.spot.parent, opened.spot.way) == (parent, way):
        kind = step_kinds[opened.kind]
        new = Card("", kind.icon, kind.label, _("A new step"), form=opened)
        cards.insert(max(0, min(opened.spot.index, len(cards))), new)
    return Listed(parent, way, cards)


def scopes_of(definition: Definition, scope: Scope) -> dict[str, Scope]:
    """By step what it may name; within a loop also what the loop is at."""
    found: dict[str, Scope] = {}
    waiting = [(step, scope) for step in definition.steps]
    while waiting:
        step, around = waiting.pop()
        found[step.key] = around
        inner = inner_scope(step, around)
        waiting.extend((each, inner) for way in kind_of(step).ways(step).values() for each in way)
    return found


def inner_scope(step: Step, around: Scope) -> Scope:
    kind = kind_of(step)
    walked = kind.items(step, around) if kind.items is not None else None
    return around.within(step.key, walked) if walked is not None else around


def _part(key: str, icon: str, label: Text, sentence: Text, drawing: Drawing) -> Card:
    opened = drawing.opened
    form = opened if opened is not None and opened.key == key else None
    return Card(key, icon, label, sentence, fault=drawing.faults.get(key.removeprefix("@"), ""), form=form)


def _card(step: Step, index: int, around: Mapping[str, Scope], drawing: Drawing) -> Card:
    kind, scope, opened, numbers = kind_of(step), around[step.key], drawing.opened, drawing.numbers
    ways = [Way(_label_of_way(step, name, scope), step_cards(below, step.key, name, around, drawing), kind.again)
            for name, below in kind.ways(step).items()]  # fmt: skip
    form = opened if opened is not None and opened.spot is None and opened.key == step.key else None
    codes = numbers.passed.get(step.key, {})
    passed = sum(count for code, count in codes.items() if code == "done")
    sentence = _say_ways(len(ways)) if isinstance(step, BranchStep) else kind.sentence(step, scope)
    return Card(step.key, kind.icon, kind.label, sentence, drawing.faults.get(step.key, ""), step.note, ways, form,
                index, numbers.standing.get(step.key, 0), passed, numbers.failed.get(step.key, 0))  # fmt: skip


def _say_ways(count: int) -> str:
    """Its conditions stand over its ways."""
    return ngettext("%(n)d way: the first that holds", "%(n)d ways: the first that holds", count) % {"n": count}


def _label_of_way(step: Step, name: str, scope: Scope) -> Text:
    if isinstance(step, BranchStep):
        if name == "otherwise":
            return _("Otherwise")
        way = step.ways[int(name.removeprefix("way"))]
        rule = said(way.when, scope.schema)
        return f"{way.label}: {rule}" if way.label else _("If %(condition)s") % {"condition": rule}
    return {
        "approved": _("Approved"), "refused": _("Refused"), "steps": _("For each of them"),
        "met": _("When it comes"), "late": _("When nothing comes in time"),
    }[name]  # fmt: skip


def _say_again(definition: Definition) -> str:
    again = definition.again
    if again.how == "after":
        days = again.days or 0
        return ngettext("Once in %(n)d day", "Once in %(n)d days", days) % {"n": days}
    if again.how == "key":
        return _("Once for each “%(key)s”") % {"key": again.property}
    return _("Once only: whoever was in it never enters again") if again.how == "once" else _("Every time")
