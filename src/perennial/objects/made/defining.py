"""Making and changing what users define. Every change is logged, has its version, and is seen at once.

Nothing is destroyed here: what is retired keeps its values, and comes back with them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _
from pydantic import ValidationError

from perennial.foundation import clock
from perennial.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from perennial.objects.fields import Field
from perennial.objects.made import indexing
from perennial.objects.made.building import field_of_definition
from perennial.objects.made.catalogue import changed
from perennial.objects.made.checking import check_field
from perennial.objects.made.field_types import made_types
from perennial.objects.made.keys import clean_label, new_field_key, new_kind_key, new_path
from perennial.objects.made.models import MadeField, MadeKind, Term
from perennial.objects.types import ObjectType, object_types
from perennial.timeline.record import Change, log_changes
from perennial.workspace.actor import Actor

PERMISSION = "objects.shape"
MOST_FIELDS, MOST_KINDS = 200, 100
_KIND_PARTS = ("label", "label_plural", "name_label", "icon", "description", "is_shared", "position")
_FIELD_PARTS = ("label", "help", "options", "default", "is_required", "is_unique", "is_personal", "is_listed",
                "visible_when", "required_when", "readonly_when", "choices_by", "position")  # fmt: skip


def make_kind(*, label: str, label_plural: str, by: Actor, **parts: Any) -> MadeKind:
    """A kind of its own, with a name and nothing more yet."""
    _require(by)
    label, label_plural = clean_label(label), clean_label(label_plural, "label_plural")
    if MadeKind.objects.count() >= MOST_KINDS:
        raise Conflict(_("There are %(most)d objects already. Retire one that nobody uses.") % {"most": MOST_KINDS})
    taken = {str(each.label).lower() for each in object_types.values()}
    if label.lower() in taken:
        raise Invalid({"label": _("There is an object of this name already.")})
    with transaction.atomic():
        made = MadeKind(key=new_kind_key(label), path=new_path(label_plural), label=label, label_plural=label_plural)
        _set(made, parts, _KIND_PARTS)
        made.save()
        _log("objects.made_kind", made, by, {"key": made.key, "label": label})
    return made


def change_kind(kind: MadeKind, *, by: Actor, **parts: Any) -> None:
    _require(by)
    for key in ("label", "label_plural"):
        if key in parts:
            parts[key] = clean_label(parts[key], key)
    with transaction.atomic():
        old = _set(kind, parts, _KIND_PARTS)
        kind.save()
        _log("objects.made_kind", kind, by, {key: [old[key], getattr(kind, key)] for key in old})


def retire_kind(kind: MadeKind, *, by: Actor) -> None:
    """Hide it everywhere, with its records."""
    _retire("objects.made_kind", kind, by, is_retired=True)


def restore_kind(kind: MadeKind, *, by: Actor) -> None:
    _retire("objects.made_kind", kind, by, is_retired=False)


def make_field(object_key: str, *, type: str, label: str, by: Actor, **parts: Any) -> MadeField:
    """A field of a kind, empty in every record. Raises `Invalid` with what is wrong, by part."""
    _require(by)
    kind = _own_kind(object_key)
    if type not in made_types:
        raise Invalid({"type": _("There is no such type of field.")})
    if MadeField.objects.filter(object_key=object_key).count() >= MOST_FIELDS:
        raise Conflict(_("This object has %(most)d fields already.") % {"most": MOST_FIELDS})
    label = clean_label(label)
    _refuse_double(kind, label)
    with transaction.atomic():
        made = MadeField(object_key=object_key, key=new_field_key(object_key, label, type), type=type, label=label,
                         position=MadeField.objects.filter(object_key=object_key).count())  # fmt: skip
        _set(made, parts, _FIELD_PARTS)
        _store_field(made, kind, was_unique=False)
        _log("objects.made_field", made, by, {"object": object_key, "key": made.key, "type": type, "label": label})
    return made


def change_field(made: MadeField, *, by: Actor, **parts: Any) -> None:
    """Its type and key stay what they are; everything else can be changed."""
    _require(by)
    kind = _own_kind(made.object_key)
    if "label" in parts:
        parts["label"] = clean_label(parts["label"])
        _refuse_double(kind, parts["label"], but=made.key)
    was_unique = made.is_unique
    with transaction.atomic():
        old = _set(made, parts, _FIELD_PARTS)
        _store_field(made, kind, was_unique=was_unique)
        _log("objects.made_field", made, by, {key: [old[key], getattr(made, key)] for key in old})


def order_fields(object_key: str, keys: Sequence[str], *, by: Actor) -> None:
    """In the order of `keys`; those not named come after them, as they were."""
    _require(by)
    with transaction.atomic():
        fields = list(MadeField.objects.filter(object_key=object_key).order_by("position", "id"))
        place = {key: number for number, key in enumerate(keys)}
        fields.sort(key=lambda each: place.get(each.key, len(place)))
        for number, each in enumerate(fields):
            each.position = number
        MadeField.objects.bulk_update(fields, ["position"])
        if fields:
            _log("objects.made_field", fields[0], by, {"object": object_key, "order": [each.key for each in fields]})


def retire_field(made: MadeField, *, by: Actor) -> None:
    """Hide it everywhere; the values stay."""
    with transaction.atomic():
        _retire("objects.made_field", made, by, is_retired=True)
        indexing.drop_indexes(made.pk)
        made.index_state = ""
        made.save(update_fields=["index_state"])
        indexing.forget_uses()


def restore_field(made: MadeField, *, by: Actor) -> None:
    """Bring it back with its values."""
    kind = _own_kind(made.object_key)
    _refuse_double(kind, made.label, but=made.key)
    with transaction.atomic():
        _retire("objects.made_field", made, by, is_retired=False)
        field = field_of_definition(made)
        if made.is_unique and field is not None:
            _make_unique(kind, field, made)


def rename_term(key: str, *, label: str, label_plural: str = "", by: Actor) -> None:
    """Call a kind ("customers.company") or a field ("customers.company/industry") of the code by another name. An
    empty label gives it its own name back."""
    _require(by)
    object_key, _slash, field = key.partition("/")
    kind = object_types.get(object_key)
    if kind is None or (field and kind.field(field) is None):
        raise NotFound
    with transaction.atomic():
        old = Term.objects.filter(key=key).first()
        if not label.strip():
            Term.objects.filter(key=key).delete()
        else:
            plural = clean_label(label_plural, "label_plural") if not field else ""
            Term.objects.update_or_create(key=key, defaults={"label": clean_label(label), "label_plural": plural})
        log_changes([Change("objects.term", 0, "configure", {key: [old.label if old else None, label.strip()]})],
                    actor=by.log_name, action="objects.rename_term")  # fmt: skip
        changed()


def _store_field(made: MadeField, kind: ObjectType, *, was_unique: bool) -> None:
    field = _checked(made, kind)
    made.save()
    if made.is_unique and not was_unique:
        _make_unique(kind, field, made)
    elif was_unique and not made.is_unique:
        indexing.drop_unique(made.pk)


def _checked(made: MadeField, kind: ObjectType) -> Field:
    type = made_types[made.type]
    try:
        options = type.options.model_validate(made.options)
    except ValidationError as error:
        raise Invalid({f"options.{'.'.join(map(str, each['loc']))}": each["msg"] for each in error.errors()}) from None
    if type.settle is not None:
        options = type.settle(kind, made.key, options)
    made.options = options.model_dump(mode="json")
    try:
        field = field_of_definition(made)
    except ValueError as error:
        raise Invalid({"default": str(error)}) from None
    assert field is not None
    check_field(made, field, kind)
    return field


def _make_unique(kind: ObjectType, field: Field, made: MadeField) -> None:
    try:
        with transaction.atomic():
            indexing.make_unique(kind, field, made.pk)
    except IntegrityError:
        sentence = _("Two records have the same value already, so it cannot be unique yet.")
        raise Invalid({"is_unique": sentence}) from None


def _own_kind(object_key: str) -> ObjectType:
    """The kind that a field can be made for; a union of kinds has the fields of its parts."""
    kind = object_types.get(object_key)
    if kind is None or kind.parts:
        raise NotFound
    return kind


def _refuse_double(kind: ObjectType, label: str, but: str = "") -> None:
    if any(str(each.label).lower() == label.lower() and each.key != but for each in kind.fields):
        raise Invalid({"label": _("There is a field of this name already.")})


def _set(made: models.Model, parts: Mapping[str, Any], allowed: Sequence[str]) -> dict[str, Any]:
    """Set what differs; the old values of that."""
    unknown = set(parts) - set(allowed)
    if unknown:
        raise Invalid(dict.fromkeys(sorted(unknown), _("There is no such part.")))
    old = {key: getattr(made, key) for key, value in parts.items() if getattr(made, key) != value}
    for key in old:
        setattr(made, key, parts[key])
    return old


def _retire(object_key: str, made: MadeKind | MadeField, by: Actor, *, is_retired: bool) -> None:
    _require(by)
    with transaction.atomic():
        made.retired_at = clock.real_now() if is_retired else None
        made.save(update_fields=["retired_at"])
        _log(object_key, made, by, {"key": made.key, "retired": is_retired})


def _log(object_key: str, made: MadeKind | MadeField, by: Actor, values: Mapping[str, Any]) -> None:
    log_changes([Change(object_key, made.pk, "configure", dict(values))], actor=by.log_name,
                action="objects.shape")  # fmt: skip
    changed()


def _require(by: Actor) -> None:
    if not by.may(PERMISSION):
        raise Forbidden
