"""The text form, written. `text.parse` reads it back to the same tree."""

from __future__ import annotations

from perennial.conditions.clauses import kind_of
from perennial.conditions.nodes import All, Any, Condition, Neither
from perennial.conditions.words import WORDS, key_text, value_text

__all__ = ["WORDS", "key_text", "to_text", "value_text"]


def to_text(condition: Condition) -> str:
    """One line that a person can read, type and keep."""
    match condition:
        case All(children) if len(children) > 1:
            return " and ".join(_inside(child) for child in children)
        case Any(children) if len(children) > 1:
            return " or ".join(_inside(child) for child in children)
        case All(children):
            return f"all of ({_listed(children)})" if children else "everything"
        case Any(children):
            return f"any of ({_listed(children)})" if children else "nothing"
        case Neither(children):
            return f"not {_inside(children[0])}" if len(children) == 1 else f"none of ({_listed(children)})"
    return kind_of(condition).text(condition, to_text)


def _inside(child: Condition) -> str:
    text = to_text(child)
    return f"({text})" if isinstance(child, All | Any) and len(child.children) > 1 else text


def _listed(children: tuple[Condition, ...]) -> str:
    return ", ".join(to_text(child) for child in children)
