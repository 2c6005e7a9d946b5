"""Setting fields of the record."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field, JsonValue

from perennial.automation.definition.scope import Scope
from perennial.automation.definition.steps import Step, StepKind, register_step
from perennial.automation.definition.values import fault_of_value, is_filled_in
from perennial.automation.running.acting import IfRefused, act_on, keep, loop_kind, new_run
from perennial.automation.running.going import Going, Move, Traveller
from perennial.foundation.errors import Invalid
from perennial.objects.actions import Result
from perennial.objects.bulk.changes import FieldChange, changeable, checked
from perennial.objects.bulk.writing import edit_batch
from perennial.objects.types import ObjectType, current

MOST_FIELDS = 30
Fields = Annotated[dict[str, JsonValue], Field(min_length=1, max_length=MOST_FIELDS)]


class ChangeStep(Step):
    """`fields` by key; null empties one."""

    kind: Literal["change"] = "change"
    fields: Fields
    about: Annotated[str, Field(max_length=40)] = ""
    if_refused: IfRefused = "stop"


def changes_of(fields: Mapping[str, Any]) -> list[FieldChange]:
    return [FieldChange(key, "clear" if value is None else "set", value) for key, value in fields.items()]


def _check(step: ChangeStep, scope: Scope) -> Iterator[str]:
    kind = scope.about(step.about)
    if kind is None:
        yield _("There is no loop “%(key)s” around this step.") % {"key": step.about}
        return
    known = changeable(kind, by=scope.by)
    for key, value in step.fields.items():
        if key not in known:
            yield _("There is no field “%(key)s” here that you may set.") % {"key": key[:80]}
        elif fault := fault_of_value(value, scope.knows):
            yield fault
    certain = {key: value for key, value in step.fields.items() if key in known and not is_filled_in(value)}
    if certain:
        try:
            checked(kind, changes_of(certain), by=scope.by)
        except Invalid as error:
            yield " ".join(map(str, error.fields.values())) or str(error)


def _sentence(step: ChangeStep, scope: Scope) -> str:
    kind = scope.about(step.about) or scope.kind
    named = {each.key: str(each.label) for each in kind.fields}
    parts = [f"{named.get(key, key)} = {shown(value)}" for key, value in step.fields.items()]
    return str(format_lazy("{} {}", _("Set"), ", ".join(parts)))


def shown(value: Any) -> str:
    return "–" if value is None else str(value) if not isinstance(value, dict) else _("a time from then")


def _execute(step: ChangeStep, travellers: Sequence[Traveller], going: Going) -> dict[int, Move]:
    kind = loop_kind(going, step.about) if step.about else going.kind
    return act_on(
        step.key, step.about, step.fields, travellers, going, if_refused=step.if_refused,
        act=lambda pairs, data: _set(current(kind or going.kind), pairs, data, going),
    )  # fmt: skip


def _set(
    kind: ObjectType, pairs: list[tuple[Traveller, int]], data: Mapping[str, Any], going: Going
) -> tuple[uuid.UUID, Sequence[Result]]:
    run = new_run()
    ids = [record_id for _each, record_id in pairs]
    results = edit_batch(kind, ids, changes_of(data), by=going.by, run=run)
    keep(run, results, "change", kind, data, going)
    return run.cause, results


register_step(StepKind("change", ChangeStep, gettext_lazy("Set fields"), "pencil", _execute, _sentence, _check))
