"""Making a record that belongs to the one on its way: a task for its owner, a note, an order of a made kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field, JsonValue

from perennial.automation.definition.scope import Scope
from perennial.automation.definition.steps import Step, StepKind, register_step
from perennial.automation.definition.values import fault_of_value, filled, is_filled_in
from perennial.automation.running.acting import IfRefused, innermost, keep, move_of, new_run
from perennial.automation.running.effects import note_effect
from perennial.automation.running.filling import values_for
from perennial.automation.running.going import Going, Move, Traveller
from perennial.foundation.errors import Refused
from perennial.objects.access import widest_reach
from perennial.objects.actions import Result
from perennial.objects.types import ObjectType, object_types
from perennial.objects.writing import create_records
from perennial.objects.writing.cleaning import clean_new, settable
from perennial.workspace.rights import Reach

MOST_FIELDS = 60


class CreateStep(Step):
    """`object` is the kind of record to make, `fields` its values; "{{ id }}" is the record on its way."""

    kind: Literal["create"] = "create"
    object: Annotated[str, Field(max_length=80)]
    fields: Annotated[dict[str, JsonValue], Field(min_length=1, max_length=MOST_FIELDS)]
    if_refused: IfRefused = "stop"


def _check(step: CreateStep, scope: Scope) -> Iterator[str]:
    kind = object_types.get(step.object)
    if kind is None or widest_reach(kind, by=scope.by, verb="view") is Reach.NONE:
        yield _("Choose what to make.")
        return
    if not kind.can_create or kind.parts or widest_reach(kind, by=scope.by, verb="create") is Reach.NONE:
        yield _("Your role does not let you make this, or it cannot be made by hand.")
        return
    known = settable(kind)
    for key, value in step.fields.items():
        if key not in known:
            yield _("There is no field “%(key)s” here that you may set.") % {"key": key[:80]}
        elif fault := fault_of_value(value, scope.knows):
            yield fault
    open_fields = {key for key, value in step.fields.items() if is_filled_in(value)}
    certain = {key: value for key, value in step.fields.items() if key in known and key not in open_fields}
    (draft,) = clean_new(kind, [certain], by=scope.by)
    wrong = [str(sentence) for key, sentence in draft.errors.items() if key not in open_fields]
    if wrong and not (open_fields and set(draft.errors) <= open_fields):
        yield " ".join(wrong)


def _sentence(step: CreateStep, scope: Scope) -> str:
    kind = object_types.get(step.object)
    title = step.fields.get(kind.title) if kind else None
    label = str(kind.label) if kind else step.object
    return (
        _("Make: %(label)s “%(title)s”") % {"label": label, "title": title}
        if title
        else _("Make: %(label)s") % {"label": label}
    )


def _execute(step: CreateStep, travellers: Sequence[Traveller], going: Going) -> dict[int, Move]:
    kind = object_types.get(step.object)
    if kind is None:
        return {each.run_id: move_of(Result(None, "not_found", _("This kind is no more.")), step.if_refused)
                for each in travellers}  # fmt: skip
    results = _made(step, kind, travellers, going)
    return {each.run_id: move_of(result, step.if_refused) for each, result in zip(travellers, results, strict=True)}


def _made(step: CreateStep, kind: ObjectType, travellers: Sequence[Traveller], going: Going) -> Sequence[Result]:
    values: Mapping[int, Mapping[str, Any]] = values_for(
        step.fields.values(), travellers, going, item=innermost(going, step.key)
    )
    rows = [filled(dict(step.fields), values.get(each.run_id, {}), now=going.now, zone=going.zone)
            for each in travellers]  # fmt: skip
    run = new_run()
    try:
        results = create_records(kind, rows, by=going.by, within=run).results
    except Refused as refusal:
        return [Result(None, refusal.code, str(refusal))] * len(rows)
    keep(run, results, "create", kind, step.fields, going)
    note_effect(run.cause, going)
    return results


register_step(StepKind("create", CreateStep, gettext_lazy("Make a record"), "plus", _execute, _sentence, _check))
