"""The sentence form, for people, in the language that is active.

Every clause is one translated template, so that a language can put its words in its own order.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from perennial.conditions.clauses import kind_of
from perennial.conditions.clauses.compare import Compare
from perennial.conditions.clauses.segment import InSegment
from perennial.conditions.core import opposite
from perennial.conditions.nodes import All, Any, Condition, Neither
from perennial.conditions.saying import listed
from perennial.conditions.schema import Schema


def to_sentence(condition: Condition, schema: Schema) -> str:
    """One line without a full stop: "Stage is Retention and ordered at least 2 times in the last 90 days"."""
    match condition:
        case All(()):
            return gettext("everything")
        case Any(()):
            return gettext("nothing")
        case All(children):
            return listed((_inside(child, schema) for child in children), "standard")
        case Any(children):
            return listed((_inside(child, schema) for child in children), "or")
        case Neither((Compare() as clause,)) if other := opposite(clause):
            return to_sentence(other, schema)
        case Neither((InSegment(segment),)):
            label = schema.segment(segment) or segment
            return gettext("is not in the segment “%(segment)s”") % {"segment": str(label)}
        case Neither((clause,)):
            return gettext("it is not so that %(condition)s") % {"condition": _inside(clause, schema)}
        case Neither(children):
            every = listed((_inside(child, schema) for child in children), "or")
            return gettext("it is not so that %(condition)s") % {"condition": every}
    return kind_of(condition).sentence(condition, Speaker(schema))


@dataclass(frozen=True, slots=True)
class Speaker:
    """What a clause is said with."""

    schema: Schema

    def inside(self, where: Condition, schema: Schema) -> str:
        """What it asks of something else than the record."""
        return to_sentence(where, schema)


def _inside(child: Condition, schema: Schema) -> str:
    sentence = to_sentence(child, schema)
    is_group = isinstance(child, All | Any | Neither) and len(child.children) > 1
    return gettext("(%(condition)s)") % {"condition": sentence} if is_group else sentence
