"""What is different between two versions of a rule: clauses that came, that went, and how they are joined."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from perennial.conditions import All, Any, Condition, Neither
from perennial.conditions.writing import to_text


@dataclass(frozen=True, slots=True)
class ClauseChange:
    """One clause (or, where the clauses are the same, the whole in its new form), in text form."""

    what: Literal["added", "removed", "regrouped"]
    text: str


def clause_changes(old: Condition, new: Condition) -> list[ClauseChange]:
    """What went first, then what came; nothing for two that ask the same in the same way."""
    if old == new:
        return []
    before, after = _clauses(old), _clauses(new)
    went = [ClauseChange("removed", text) for text in (before - after).elements()]
    came = [ClauseChange("added", text) for text in (after - before).elements()]
    return [*went, *came] or [ClauseChange("regrouped", to_text(new))]


def _clauses(condition: Condition) -> Counter[str]:
    """The clauses with what stands around them where that turns their meaning about."""
    found: Counter[str] = Counter()
    waiting: list[tuple[Condition, bool]] = [(condition, False)]
    while waiting:
        node, is_denied = waiting.pop(0)
        match node:
            case All(children) | Any(children):
                waiting = [*((child, is_denied) for child in children), *waiting]
            case Neither(children):
                waiting = [*((child, not is_denied) for child in children), *waiting]
            case _:
                found[f"not {to_text(node)}" if is_denied else to_text(node)] += 1
    return found
