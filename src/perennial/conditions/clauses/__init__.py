"""The kinds of clauses. Each has its file, with everything the language does with it; `kind` says what that is."""

from __future__ import annotations

from typing import Any as Node

from perennial.conditions.clauses.changed import CHANGED
from perennial.conditions.clauses.compare import COMPARE
from perennial.conditions.clauses.did import DID
from perennial.conditions.clauses.has import HAS
from perennial.conditions.clauses.kind import ClauseKind
from perennial.conditions.clauses.measure import MEASURE
from perennial.conditions.clauses.segment import SEGMENT
from perennial.conditions.clauses.tally import TALLY
from perennial.conditions.nodes import Condition

KINDS: tuple[ClauseKind[Node], ...] = (COMPARE, DID, MEASURE, HAS, TALLY, SEGMENT, CHANGED)
_BY_NODE = {kind.node: kind for kind in KINDS}


def kind_of(clause: Condition) -> ClauseKind[Node]:
    kind = _BY_NODE.get(type(clause))
    if kind is None:
        raise TypeError(f"{clause!r} is no condition")
    return kind
