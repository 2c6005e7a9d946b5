"""What changed between two versions of a flow, in sentences: "Step 3: Wait 3 days, instead of: Wait 1 day"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from perennial.automation.definition.asked import said
from perennial.automation.definition.scope import Scope, scope_of
from perennial.automation.definition.steps import Step, kind_of, walk
from perennial.automation.definition.tree import Definition, read
from perennial.automation.steps.branch import BranchStep
from perennial.conditions import FALSE, TRUE, Condition
from perennial.foundation.errors import Invalid
from perennial.objects.types import object_types
from perennial.studio.automations.cards import Drawing, Numbers, part_cards, scopes_of
from perennial.workspace.actor import Actor

_ASKED = ("when", "where", "who")  # what a step or a trigger asks, beside its sentence
_NOWHERE = ("", "")


def differences(old: Mapping[str, Any], new: Mapping[str, Any], *, by: Actor) -> list[str]:
    """Of two definitions as they were kept; a line that says so where one cannot be read any more."""
    try:
        before, after = _Told(read(old), by), _Told(read(new), by)
    except Invalid:
        return [_("One of the two cannot be read any more.")]
    return [*_parts(before, after), *_steps(before, after)]


class _Told:
    """A definition with its words: by key each step, its number, its sentence, and where it stands."""

    def __init__(self, definition: Definition, by: Actor) -> None:
        self.definition = definition
        self.scope = scope_of(definition, object_types[definition.object], by)
        self.parts = {card.key: card for card in part_cards(definition, self.scope, Drawing({}, Numbers(), None))}
        self.steps = {step.key: step for _depth, step in walk(definition.steps)}
        self.numbers = {key: number for number, key in enumerate(self.steps, 1)}
        self.scopes = scopes_of(definition, self.scope)
        self.places = dict.fromkeys((step.key for step in definition.steps), _NOWHERE)
        for step in self.steps.values():
            for way, below in kind_of(step).ways(step).items():
                self.places |= {each.key: (step.key, way) for each in below}

    def sentence(self, key: str) -> str:
        step, scope = self.steps[key], self.scopes[key]
        if isinstance(step, BranchStep):
            rules = ", ".join(said(way.when, scope.schema) for way in step.ways)
            return _("Branch: %(rules)s") % {"rules": rules}
        return kind_of(step).sentence(step, scope)

    def order(self, place: tuple[str, str], among: Mapping[str, Any]) -> list[str]:
        """The keys at a place, as far as the other version has them there too."""
        return [key for key in self.steps if key in among and self.places[key] == place]


def _instead(what: str, new: str, old: str) -> str:
    return _("%(what)s: %(new)s, instead of: %(old)s") % {"what": what, "new": new, "old": old}


def _parts(before: _Told, after: _Told) -> Iterator[str]:
    for key, card in after.parts.items():
        old = before.parts[key]
        if card.sentence != old.sentence:
            yield _instead(str(card.label), str(card.sentence), str(old.sentence))
    triggers = before.definition.trigger, after.definition.trigger
    if triggers[0] != triggers[1] and before.parts["@trigger"].sentence == after.parts["@trigger"].sentence:
        yield from _details(_("Starts"), dict(triggers[0]), dict(triggers[1]), before.scope, after.scope)


def _steps(before: _Told, after: _Told) -> Iterator[str]:
    for key in before.steps:
        if key not in after.steps:
            told = {"number": before.numbers[key], "step": before.sentence(key)}
            yield _("Step %(number)d is gone: %(step)s") % told
    for key, step in after.steps.items():
        told = {"number": after.numbers[key], "step": after.sentence(key)}
        if key not in before.steps:
            yield _("Step %(number)d is new: %(step)s") % told
            continue
        name = _("Step %(number)d") % told
        if after.sentence(key) != before.sentence(key):
            yield _instead(name, after.sentence(key), before.sentence(key))
        elif (old := _own(before.steps[key])) != (new := _own(step)):
            yield from _details(name, old, new, before.scopes[key], after.scopes[key])
    yield from _moved(before, after)


def _moved(before: _Told, after: _Told) -> Iterator[str]:
    for key in after.steps:
        if key not in before.steps:
            continue
        place, old = after.places[key], before.places[key]
        neighbours = [each for each in after.order(place, before.steps) if before.places[each] == place]
        earlier = [each for each in before.order(place, after.steps) if after.places[each] == place]
        told = {"step": after.sentence(key), "new": after.numbers[key], "old": before.numbers[key]}
        if place != old:
            yield _("“%(step)s” stands in another way, as step %(new)d") % told
        elif neighbours.index(key) != earlier.index(key):
            yield _("“%(step)s” stands elsewhere: it is step %(new)d and was step %(old)d") % told


def _own(step: Step) -> dict[str, Any]:
    """What a step says itself, without the steps below it."""
    below = {each for way in kind_of(step).ways(step) for each in (way, "ways", "steps")}
    return {key: value for key, value in step if key not in below}


def _details(name: str, old: Mapping[str, Any], new: Mapping[str, Any], old_scope: Scope, new_scope: Scope
             ) -> Iterator[str]:  # fmt: skip
    """Of what the sentence does not tell: the rule, the values, the remark."""
    told = False
    for key in _ASKED:
        if old.get(key) != new.get(key) and isinstance(new.get(key), Condition) and isinstance(old.get(key), Condition):
            told = True
            rules = _rule(new[key], new_scope), _rule(old[key], old_scope)
            yield _instead(_("%(what)s, only where") % {"what": name}, *rules)
    for group in ("fields", "input"):
        values = old.get(group) or {}, new.get(group) or {}
        if values[0] == values[1] or not all(isinstance(each, Mapping) for each in values):
            continue
        told = True
        kind = object_types.get(str(new.get("object") or "")) or new_scope.about(str(new.get("about") or ""))
        for key in dict.fromkeys([*values[0], *values[1]]):
            if values[0].get(key) != values[1].get(key):
                field = kind.field(key) if kind is not None else None
                what = _("%(step)s, %(field)s") % {"step": name, "field": str(field.label) if field else key}
                yield _instead(what, _value(values[1].get(key)), _value(values[0].get(key)))
    if old.get("note") != new.get("note"):
        told = True
        yield _instead(_("%(step)s, remark") % {"step": name}, _value(new.get("note")), _value(old.get("note")))
    if not told:
        yield _("%(step)s: a detail that its sentence does not tell") % {"step": name}


def _rule(condition: Condition, scope: Scope) -> str:
    return _("always") if condition in (TRUE, FALSE) else said(condition, scope.schema)


def _value(value: Any) -> str:
    if value in (None, "", [], {}):
        return _("nothing")
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_value(each)}" for key, each in value.items())
    return f"“{value}”" if isinstance(value, str) else str(value)
