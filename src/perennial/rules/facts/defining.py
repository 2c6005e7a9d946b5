"""Making and changing facts. Every change is logged, has its version, and is seen at once; values follow in seconds.

Nothing is destroyed but values, which can be computed again: what is retired comes back with its key.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from perennial.foundation import clock
from perennial.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from perennial.foundation.text import fold
from perennial.objects.access import widest_reach
from perennial.objects.facts import MADE, facts_about
from perennial.objects.field_rights import is_hidden
from perennial.objects.made.catalogue import changed
from perennial.objects.made.keys import clean_label
from perennial.objects.record_fields import FACT
from perennial.objects.types import ObjectType, object_types
from perennial.rules.facts import triggers, values
from perennial.rules.facts.checking import Checked, checked
from perennial.rules.facts.filling import fill
from perennial.rules.facts.models import FactVersion, MadeFact, Owed
from perennial.timeline.record import Change, log_changes
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach

PERMISSION = "facts.shape"
MOST = 200
_OBJECT = "rules.made_fact"


def make_fact(object_key: str, *, form: str, label: str, options: Mapping[str, Any], description: str = "",
              by: Actor) -> MadeFact:  # fmt: skip
    """Raises `Invalid` with what is wrong, by part."""
    kind = kind_for(object_key, by)
    label = clean_label(label)
    _refuse_double(kind, label)
    found = _checked(kind, form, options, by)
    if MadeFact.objects.filter(retired_at=None).count() >= MOST:
        raise Conflict(_("There are %(most)d facts already. Retire one that nobody uses.") % {"most": MOST})
    with transaction.atomic():
        made = MadeFact(key=_new_key(label), object_key=kind.key, label=label, form=form, result=found.result,
                        description=_described(description))  # fmt: skip
        _define(made, found)
        made.save()
        _keep_version(made, by)
        _begin(made)
        _log(made, by, {"key": made.key, "label": label, "form": form, "options": made.options})
    return made


def change_fact(made: MadeFact, *, by: Actor, label: str | None = None, description: str | None = None,
                options: Mapping[str, Any] | None = None) -> None:  # fmt: skip
    """Another name changes nothing else; another definition is a new version, and everybody is computed anew."""
    kind = kind_for(made.object_key, by)
    readable(made, by)
    said: dict[str, Any] = {}
    if label is not None and (label := clean_label(label)) != made.label:
        _refuse_double(kind, label, but=made.key)
        said["label"] = [made.label, label]
        made.label = label
    if description is not None and (description := _described(description)) != made.description:
        said["description"] = [made.description, description]
        made.description = description
    before = made.options
    found = _checked(kind, made.form, options, by) if options is not None else None
    if found is not None and found.result != made.result:
        raise Invalid({"how": _("This would make another type of value. Make another fact, and retire this one.")})
    is_new = found is not None and found.options.model_dump(mode="json") != before
    if not said and not is_new:
        return
    with transaction.atomic():
        if found is not None and is_new:
            made.version += 1
            _define(made, found)
            said["options"] = [before, made.options]
        made.save()
        if is_new:
            _keep_version(made, by)
            _begin(made)
        _log(made, by, said)


def go_back(made: MadeFact, number: int, *, by: Actor) -> None:
    """To the definition of an earlier version, as a new one."""
    version = FactVersion.objects.filter(fact=made, number=number).first()
    if version is None:
        raise NotFound
    change_fact(made, by=by, options=version.options)


def retire_fact(made: MadeFact, *, by: Actor) -> None:
    """Hide it everywhere. Its values are dropped, and computed again when it comes back."""
    kind_for(made.object_key, by)
    with transaction.atomic():
        made.retired_at = clock.real_now()
        made.save(update_fields=["retired_at"])
        Owed.objects.filter(fact_id=made.pk).delete()
        _log(made, by, {"key": made.key, "retired": True})
        values.drop_table(made)
        _settle()


def restore_fact(made: MadeFact, *, by: Actor) -> None:
    kind = kind_for(made.object_key, by)
    _refuse_double(kind, made.label, but=made.key)
    found = _checked(kind, made.form, made.options, by)
    with transaction.atomic():
        made.retired_at = None
        made.filled_version = 0
        _define(made, found)
        made.save()
        _begin(made)
        _log(made, by, {"key": made.key, "retired": False})


def kind_for(object_key: str, by: Actor) -> ObjectType:
    """The kind that a fact can be made about, for one who may make facts and may see such records at all."""
    if not by.may(PERMISSION):
        raise Forbidden
    kind = object_types.get(object_key)
    if kind is None or kind.facts_key != kind.key or widest_reach(kind, by=by, verb="view") is Reach.NONE:
        raise NotFound
    return kind


def readable(made: MadeFact, by: Actor) -> None:
    """A fact whose fields the actor may not read is not there for them, not even to be changed."""
    if is_hidden(made.object_key, f"{FACT}{made.key}", by):
        raise NotFound


def _checked(kind: ObjectType, form: str, options: Mapping[str, Any], by: Actor) -> Checked:
    return checked(kind, form, dict(options), by=by)


def _define(made: MadeFact, found: Checked) -> None:
    made.options = found.options.model_dump(mode="json")
    made.rests_on = [list(pair) for pair in found.rests_on]
    made.state = MadeFact.State.FILLING


def _begin(made: MadeFact) -> None:
    """Its table and triggers, and the filling once this is committed."""
    values.make_table(made)
    changed()
    values.watch_table()
    _settle()
    fill.later(lock=f"rules.fact.{made.pk}", fact_id=made.pk)


def _settle() -> None:
    triggers.settle(list(MadeFact.objects.filter(retired_at=None).order_by("id")))


def _keep_version(made: MadeFact, by: Actor) -> None:
    FactVersion.objects.create(fact=made, number=made.version, options=made.options, by=by.log_name)


def _new_key(label: str) -> str:
    word = "_".join("".join(mark if mark.isalnum() and mark.isascii() else " " for mark in fold(label)).split())[:40]
    word = word.strip("_") if word[:1].isalpha() else f"fact_{word}".strip("_")
    there = set(MadeFact.objects.values_list("key", flat=True))
    return next(key for number in range(1, 10_000)
                if (key := f"{MADE}{word}" if number == 1 else f"{MADE}{word}_{number}") not in there)  # fmt: skip


def _refuse_double(kind: ObjectType, label: str, but: str = "") -> None:
    taken = {str(each.label).lower() for each in facts_about(kind.key) if each.key != but}
    if label.lower() in taken | {str(each.label).lower() for each in kind.fields}:
        raise Invalid({"label": _("There is a fact or a field of this name already.")})


def _described(text: str) -> str:
    return " ".join(text.split())[:300]


def _log(made: MadeFact, by: Actor, said: Mapping[str, Any]) -> None:
    log_changes([Change(_OBJECT, made.pk, "configure", dict(said))], actor=by.log_name, action="rules.shape_fact")
    changed()
