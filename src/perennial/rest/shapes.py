"""What a program wants to see of a record: all fields, or those named in `fields`, related records opened by `expand`,
and the facts named in `facts`. What the key's role hides does not exist here either."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from perennial.foundation.errors import Invalid
from perennial.objects.facts import Fact, facts_about
from perennial.objects.field_rights import hidden
from perennial.objects.fields import FieldType, LinkType, MomentType, RefsType, RefType
from perennial.objects.record_fields import FACT
from perennial.objects.types import ObjectType, object_types
from perennial.workspace.actor import Actor

TIMES = ("created_at", "updated_at")
ALWAYS = ("id", "version")
MOST = 200  # names in one parameter
MOST_LEVELS = 2
Types = dict[str, FieldType]


@dataclass(slots=True)
class Shape:
    """How the values are said of the record's own fields, of the fields of the records it refers to, and of facts: each
    a column that a query must fetch. Relations to many are opened afterwards (`opening`)."""

    own: Types
    nested: dict[str, Types] = field(default_factory=dict)  # by relation, "company" or "company.parent"
    many: dict[str, ObjectType] = field(default_factory=dict)  # relations to many that are opened
    facts: Types = field(default_factory=dict)

    @property
    def columns(self) -> list[str]:
        nested = (f"{relation}.{key}" for relation, types in self.nested.items() for key in types)
        return [*self.own, *nested, *(FACT + key for key in self.facts)]


def shape_of(kind: ObjectType, by: Actor, *, fields: str = "", expand: str = "", facts: str = "") -> Shape:
    """Raises Invalid, naming the parameter that asks for what is not there."""
    offered = fields_offered(kind, by)
    shape = Shape(dict(offered)) if not fields else Shape({})
    for name in _names("fields", fields):
        head, dot, rest = name.partition(".")
        if name in ALWAYS:
            continue
        inner = _opened(offered, head, by) if dot else {}
        if head not in offered or (dot and rest not in inner and rest not in ALWAYS):
            raise Invalid({"fields": _("There is no field %(name)s here.") % {"name": name[:80]}})
        shape.own[head] = offered[head]
        if dot and rest not in ALWAYS:
            shape.nested.setdefault(head, {})[rest] = inner[rest]
    for relation in _names("expand", expand):
        _expand(shape, relation, offered, by)
    shape.facts = _facts(kind, by, facts)
    return shape


def _expand(shape: Shape, path: str, offered: Types, by: Actor) -> None:
    """Open each relation on the way, two at the most. A user or a team has nothing more to show at its end."""
    names = path.split(".")
    way, here = "", offered
    for depth, name in enumerate(names):
        type = here.get(name)
        way = f"{way}.{name}" if way else name
        if depth == 0 and type is not None:
            shape.own[name] = type
        inner = _opened(here, name, by)
        is_end = depth == len(names) - 1
        if depth == 0 and is_end and isinstance(type, RefsType) and type.object_key in object_types:
            shape.many[name] = object_types[type.object_key]
        elif inner and depth < MOST_LEVELS:
            shape.nested[way] = inner
        elif not (is_end and depth == 1 and isinstance(type, LinkType)):
            raise Invalid({"expand": _("There is no relation %(name)s here.") % {"name": path[:80]}})
        here = inner


def fields_offered(kind: ObjectType, by: Actor) -> Types:
    """The fields that a program may ask for; the times of each record among them."""
    gone = hidden(kind, by)
    own = {each.key: each.type for each in kind.fields if each.key not in gone}
    return own | {key: MomentType() for key in TIMES if key not in own}


def facts_offered(kind: ObjectType, by: Actor) -> list[Fact]:
    gone = hidden(kind, by)
    return [each for each in facts_about(kind.facts_key) if FACT + each.key not in gone]


def relations_of(kind: ObjectType) -> dict[str, ObjectType]:
    """The fields that name records of another kind, one or several."""
    return {
        each.key: object_types[each.type.object_key]
        for each in kind.fields
        if isinstance(each.type, RefType | RefsType) and each.type.object_key in object_types
    }


def paths_of_relations(kind: ObjectType) -> list[str]:
    """What `expand` may name."""
    found = []
    for key, target in relations_of(kind).items():
        found.append(key)
        if isinstance(next(each for each in kind.fields if each.key == key).type, RefType):
            found += [f"{key}.{each.key}" for each in target.fields if isinstance(each.type, LinkType)]
    return found


def _opened(offered: Mapping[str, FieldType], relation: str, by: Actor) -> Types:
    """The fields of the records that a field refers to; none when it refers to none."""
    type = offered.get(relation)
    target = object_types.get(type.object_key) if isinstance(type, RefType) else None
    return {} if target is None else fields_offered(target, by)


def _facts(kind: ObjectType, by: Actor, text: str) -> Types:
    names = _names("facts", text)
    if not names:
        return {}
    known = {each.key: each.type for each in facts_offered(kind, by)}
    for key in names:
        if key not in known:
            raise Invalid({"facts": _("There is no fact %(key)s here.") % {"key": key[:80]}})
    return {key: known[key] for key in names}


def _names(parameter: str, text: str) -> list[str]:
    names = [each for each in (part.strip() for part in text.split(",")) if each]
    if len(names) > MOST:
        raise Invalid({parameter: _("At most %(most)s names at once.") % {"most": MOST}})
    return names
