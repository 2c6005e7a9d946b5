"""From the rows of definitions to the declarations that everything reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from perennial.conditions.errors import ConditionError
from perennial.conditions.text import parse
from perennial.conditions.tree import Compare, Condition, Op
from perennial.objects.fields import Field, Member, Moment, Rules, Team, Text
from perennial.objects.made.field_types import made_types
from perennial.objects.made.models import CustomRecord, MadeField, MadeKind, Term
from perennial.objects.types import List, ObjectType, Owned, Shared

_SEARCHED = frozenset({"email", "phone"})


def field_of_definition(made: MadeField) -> Field | None:
    """The field; None for a type that this version does not know, whose values wait for one that does."""
    type = made_types.get(made.type)
    if type is None:
        return None
    options = type.options.model_validate(made.options)
    built = type.build(options)
    expression, rests_on = type.compute(made.object_key, options) if type.compute else (None, ())
    return Field(
        made.key,
        built,
        made.label,
        required=made.is_required,
        help=made.help,
        aliases=(made.label.lower(),),
        default=None if made.default is None else built.clean(made.default),
        readonly=type.is_computed,
        is_sortable=type.is_sortable,
        is_personal=made.is_personal,
        is_custom=True,
        is_unique=made.is_unique,
        rules=_rules_of(made),
        expression=expression,
        rests_on=rests_on,
    )


def kind_of_definition(made: MadeKind, fields: Sequence[MadeField]) -> ObjectType:
    """A kind with a name, its made fields, an owner and the times."""
    own = [(each, field) for each in fields if (field := field_of_definition(each)) is not None]
    owners: tuple[Field, ...] = () if made.is_shared else (Member("owner", _("Owner")), Team("team", _("Team")))
    name = Text("name", made.name_label or _("Name"), longest=300, required=True, aliases=_called(made))
    settable = [field.key for _each, field in own if not field.readonly]
    return ObjectType(
        key=made.key, model=CustomRecord, label=made.label, label_plural=made.label_plural, path=made.path,
        icon=made.icon, title="name",
        fields=(
            name, *(field for _each, field in own), *owners,
            Text("external_id", _("External id"), aliases=("id", "number"), is_sortable=False),
            Moment("created_at", _("Added"), readonly=True), Moment("updated_at", _("Changed"), readonly=True),
        ),
        list=List(
            ("name", *(field.key for each, field in own if each.is_listed), *(each.key for each in owners[:1]),
             "updated_at"), sort="name",
        ),
        access=Shared() if made.is_shared else Owned(),
        base=Compare("kind", Op.EQ, made.key), fixed={"kind": made.key},
        search=("name", *_found_by(own), "external_id"),
        form=("name", *settable, *(each.key for each in owners), "external_id"),
    )  # fmt: skip


def with_made(declared: ObjectType, fields: Sequence[MadeField], terms: Mapping[str, Term]) -> ObjectType:
    """A kind of the code with the fields that users made for it and the words they use; itself when there are none."""
    own = [(each, field) for each in fields if (field := field_of_definition(each)) is not None]
    term = terms.get(declared.key)
    words = {each.key: terms[f"{declared.key}/{each.key}"].label for each in declared.fields
             if f"{declared.key}/{each.key}" in terms}  # fmt: skip
    if not own and term is None and not words:
        return declared
    listed = tuple(field.key for each, field in own if each.is_listed)
    settable = tuple(field.key for _each, field in own if not field.readonly)
    return replace(
        declared,
        label=term.label if term else declared.label,
        label_plural=(term.label_plural or term.label) if term else declared.label_plural,
        fields=(
            *(replace(each, label=words[each.key]) if each.key in words else each for each in declared.fields),
            *(field for _each, field in own),
        ),
        list=replace(declared.list, columns=(*declared.list.columns, *listed)),
        form=(*declared.form, *settable) if declared.form else (),
        search=(*declared.search, *_found_by(own)) if declared.search else (),
    )


def condition_of_rule(text: str) -> Condition | None:
    return parse(text) if text.strip() else None


def _called(made: MadeKind) -> tuple[str, ...]:
    """Headings under which files have the name of such a record."""
    label = made.label.lower()
    return (label, f"{label} name", f"{label} title", made.label_plural.lower(), "title", "full name")


def _rules_of(made: MadeField) -> Rules | None:
    try:
        rules = Rules(
            condition_of_rule(made.visible_when),
            condition_of_rule(made.required_when),
            condition_of_rule(made.readonly_when),
            _choices_by(made),
        )
    except ConditionError:  # of another version: the field goes on without
        return None
    return None if rules == Rules() else rules


def _choices_by(made: MadeField) -> tuple[str, Mapping[str, tuple[str, ...]]] | None:
    if not made.choices_by:
        return None
    return made.choices_by["field"], {value: tuple(left) for value, left in made.choices_by["allowed"].items()}


def _found_by(own: Iterable[tuple[MadeField, Field]]) -> tuple[str, ...]:
    """What finds a record besides its name."""
    return tuple(field.key for each, field in own if each.type in _SEARCHED or (each.is_unique and each.type == "text"))
