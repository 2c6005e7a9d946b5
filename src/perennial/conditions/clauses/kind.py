"""What a kind of clause must say of itself: everything that the language does with it, in one place.

To add a kind: write its file here (a frozen node and one `ClauseKind`), name it in `clauses/__init__.py` and in
`tree.py`, give it its rule in `grammar.lark` and the method of that name in `text.py`, and let the property test make
it (`tests/strategies.py`, `tests/world.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar
from typing import Any as Json

from perennial.conditions.nodes import Condition
from perennial.conditions.resolver import Sql
from perennial.foundation.errors import Text

if TYPE_CHECKING:  # Ibis is large: only what asks the lake loads it
    import ibis.expr.types as ir

    from perennial.conditions.check import Checker
    from perennial.conditions.lake import LakeFrame
    from perennial.conditions.postgres import Frame
    from perennial.conditions.reading import Reader
    from perennial.conditions.sentence import Speaker

Node = TypeVar("Node", bound=Condition)


@dataclass(frozen=True, slots=True)
class ClauseKind(Generic[Node]):
    """`mark` is the JSON key that only clauses of this kind have, `needed` and `allowed` are its other keys.

    `wrong` says what is wrong with a clause whose parts have the right types; what stands inside it is given to
    `Checker.inside`. `write` and `speak` take how to write a condition that stands inside. `schema` is the JSON Schema
    of the properties. `postgres` and `lake` compile a checked clause.
    """

    node: type[Node]
    mark: str
    needed: frozenset[str]
    allowed: frozenset[str]
    wrong: Callable[[Node, Checker], Text | None]
    text: Callable[[Node, Callable[[Condition], str]], str]
    json: Callable[[Node, Callable[[Condition], dict[str, Json]]], dict[str, Json]]
    read: Callable[[Mapping[str, Json], Reader], Node]
    sentence: Callable[[Node, Speaker], str]
    schema: Mapping[str, Json]
    postgres: Callable[[Node, Frame], Sql]
    lake: Callable[[Node, LakeFrame], ir.BooleanValue]
