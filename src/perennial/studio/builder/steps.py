"""What the buttons of the builder do to the tree: one step each."""

from __future__ import annotations

from functools import partial

from django.utils.translation import gettext as _

from perennial.conditions.check import MAX_CLAUSES
from perennial.conditions.schema import Schema
from perennial.conditions.tree import (
    ONCE,
    All,
    Any,
    Changed,
    Compare,
    Condition,
    Did,
    Has,
    InSegment,
    Neither,
    walk_all,
)
from perennial.foundation.errors import Invalid
from perennial.studio.builder.asking import schema_at
from perennial.studio.builder.values import operators
from perennial.studio.builder.ways import Group, Way, changed, children, grouped, node_at, read_way

MOST = 100  # clauses that one may click together; the text form takes more


def step(tree: Group, asked: str, schema: Schema) -> tuple[Group, Way | None, Way | None]:
    """The tree after a step; the way to the group in which something is being looked for; the way to what is to have
    the focus."""
    word, _colon, rest = asked.partition(":")
    at, _colon, offered = rest.partition(":")
    way = read_way(at)
    match word:
        case "open":
            return tree, way, None
        case "add":
            return _added(tree, way, offered, schema)
        case "group":
            tree = grouped(changed(tree, way, lambda node: (_with(node, Any(())),)))
            return tree, (*way, len(children(_found(tree, way))) - 1), None
        case "remove" if way:
            return grouped(changed(tree, way, lambda _node: ())), None, way[:-1]
        case "copy" if way:
            _refuse_too_many(tree)
            return grouped(changed(tree, way, lambda node: (node, node))), None, _beside(way, 1)
        case "wrap" if way:
            return grouped(changed(tree, way, lambda node: (All((node,)),))), None, (*way, 0)
        case "unwrap" if way:
            return grouped(changed(tree, way, lambda node: children(node) or (node,))), None, way
        case "up" | "down" if way:
            return _moved(tree, way, -1 if word == "up" else 1)
    return tree, None, None


def _added(tree: Group, way: Way, offered: str, schema: Schema) -> tuple[Group, Way | None, Way | None]:
    here = schema_at(tree, way, schema)
    clause = clause_of(offered, here) if here is not None else None
    if clause is None or not isinstance(node_at(tree, way), All | Any | Neither):
        return tree, way, None
    _refuse_too_many(tree)
    tree = grouped(changed(tree, way, lambda node: (_with(node, clause),)))
    return tree, None, (*way, len(children(_found(tree, way))) - 1)


def clause_of(offered: str, schema: Schema) -> Condition | None:
    """A clause about what was chosen, to be finished; None for what is not offered."""
    word, _colon, key = offered.partition(":")
    match word:
        case "field" if (info := schema.field(key)) is not None:
            return Compare(key, operators(info)[0])
        case "event" if schema.event(key) is not None:
            return Did(key, ONCE)
        case "relation" if schema.relation(key) is not None:
            return Has(key, ONCE)
        case "segment" if schema.segment(key) is not None:
            return InSegment(key)
        case "changed" if schema.change(key) is not None:
            return Changed(key)
    return None


def _moved(tree: Group, way: Way, by: int) -> tuple[Group, Way | None, Way | None]:
    """Past its neighbour."""
    number = way[-1]
    if not isinstance(number, int):
        return tree, None, None
    new = grouped(changed(tree, way[:-1], partial(_swapped, number=number, target=number + by)))
    return new, None, _beside(way, by) if new != tree else way


def _swapped(node: Condition, *, number: int, target: int) -> tuple[Condition, ...]:
    inside = list(children(node))
    if not isinstance(node, All | Any | Neither) or not (0 <= target < len(inside) and number < len(inside)):
        return (node,)
    inside[number], inside[target] = inside[target], inside[number]
    return (type(node)(tuple(inside)),)


def _beside(way: Way, by: int) -> Way:
    last = way[-1]
    return (*way[:-1], last + by) if isinstance(last, int) else way


def _with(group: Condition, child: Condition) -> Condition:
    return type(group)((*group.children, child)) if isinstance(group, All | Any | Neither) else group


def _found(tree: Group, way: Way) -> Condition:
    return node_at(tree, way) or tree


def _refuse_too_many(tree: Group) -> None:
    if sum(1 for _node in walk_all(tree)) >= min(MOST, MAX_CLAUSES):
        raise Invalid({"tree": _("A rule of so many conditions is better built of several segments.")})
