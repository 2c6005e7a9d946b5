"""Ways to the nodes of a rule, and changing the node at the end of one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import cast

from perennial.conditions.tree import TRUE, All, Any, Condition, Did, Has, Measure, Neither, Tally
from perennial.foundation.text import whole_number

Group = All | Any | Neither
Inner = Did | Measure | Has | Tally
Way = tuple[int | str, ...]
WHERE = "where"
_LONGEST = 40


def written(way: Way) -> str:
    """As a part of names and ids: "0_where_1"."""
    return "_".join(map(str, way))


def read_way(text: str) -> Way:
    """What is no number leads to "where"; a way that leads nowhere changes nothing."""
    return tuple(_step(each) for each in text.split("_")[:_LONGEST] if each)


def grouped(condition: Condition) -> Group:
    """What the builder shows begins with a group."""
    return condition if isinstance(condition, All | Any | Neither) else All((condition,))


def children(node: Condition) -> tuple[Condition, ...]:
    return node.children if isinstance(node, All | Any | Neither) else ()


def changed(node: Condition, way: Way, change: Callable[[Condition], tuple[Condition, ...]]) -> Condition:
    """The tree with the node at the end of the way put through `change`, which answers what stands in its place."""
    if not way:
        found = change(node)
        return found[0] if len(found) == 1 else All(found)
    first, rest = way[0], way[1:]
    if first == WHERE:
        if not isinstance(node, Inner):
            return node
        return replace(node, where=grouped(changed(grouped(node.where), rest, change)))
    inside = children(node)
    if not isinstance(first, int) or first >= len(inside):
        return node
    new = (changed(inside[first], rest, change),) if rest else change(inside[first])
    return type(cast(Group, node))((*inside[:first], *new, *inside[first + 1 :]))


def node_at(node: Condition, way: Way) -> Condition | None:
    for step in way:
        if step == WHERE:
            node = grouped(node.where) if isinstance(node, Inner) else TRUE
        elif isinstance(step, int) and step < len(children(node)):
            node = children(node)[step]
        else:
            return None
    return node


def tidy(node: Condition) -> Condition | None:
    """Without groups that nothing was put in yet; None when nothing is left."""
    if isinstance(node, Inner):
        return replace(node, where=tidy(node.where) or TRUE)
    if not isinstance(node, All | Any | Neither):
        return node
    kept = tuple(each for child in node.children if (each := tidy(child)) is not None)
    if not kept:
        return None
    return kept[0] if len(kept) == 1 and not isinstance(node, Neither) else type(node)(kept)


def _step(text: str) -> int | str:
    number = whole_number(text, longest=3)
    return WHERE if number is None else number
