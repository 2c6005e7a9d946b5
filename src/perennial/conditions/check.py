"""Whether a condition may be asked of a schema: used at every boundary, before anything is compiled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.utils.translation import gettext_lazy as _

from perennial.conditions.clauses import kind_of
from perennial.conditions.clauses.compare import no_field
from perennial.conditions.errors import ConditionError, ConditionTooLarge, Path
from perennial.conditions.nodes import All, Any, Condition, Neither, walk_all
from perennial.conditions.schema import Schema
from perennial.conditions.writing import to_text
from perennial.foundation.errors import Text

MAX_SOURCE = 50_000  # characters of a text form
MAX_DEPTH = 20
MAX_CLAUSES = 500


def check(condition: Condition, schema: Schema) -> Condition:
    """The condition itself, or a `ConditionError` that says what is wrong and where."""
    check_size(condition)
    Checker(schema, condition).check(condition)
    return condition


def check_size(condition: Condition) -> None:
    """The limits of the tree alone; never recursive."""
    for clauses, (depth, _node) in enumerate(walk_all(condition), 1):
        if clauses > MAX_CLAUSES:
            raise ConditionTooLarge(_("A condition may have at most %(most)d clauses.") % {"most": MAX_CLAUSES})
        if depth > MAX_DEPTH:
            raise ConditionTooLarge(_("A condition may be nested at most %(most)d deep.") % {"most": MAX_DEPTH})


@dataclass(frozen=True, slots=True)
class Checker:
    """Where the check stands: what may be asked there, the clause looked at and the way to it."""

    schema: Schema
    clause: Condition
    path: Path = ()
    missing: Callable[[str], Text] = no_field

    def check(self, node: Condition) -> None:
        if isinstance(node, All | Any | Neither):
            for i, child in enumerate(node.children):
                replace(self, clause=child, path=(*self.path, i)).check(child)
            return
        try:
            kind = kind_of(node)
        except TypeError:
            raise ConditionError(_("This is no condition."), path=self.path) from None
        wrong = kind.wrong(node, self)
        if wrong is not None:
            raise self.refusal(wrong)

    def inside(self, where: Condition, schema: Schema, missing: Callable[[str], Text]) -> None:
        """Check what a clause asks of something else than the record."""
        replace(self, schema=schema, clause=where, path=(*self.path, "where"), missing=missing).check(where)

    def refusal(self, wrong: Text) -> ConditionError:
        return ConditionError(wrong, where=_clause_text(self.clause), path=self.path)


def _clause_text(node: Condition) -> str:
    try:
        text = to_text(node)
    except (TypeError, ValueError, KeyError, AttributeError):  # a tree built by hand may hold anything
        return ""
    return text if len(text) <= 120 else text[:119] + "…"
