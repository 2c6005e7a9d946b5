"""The rule as the templates draw it: groups of clauses, each with its inputs, and the sentence of the whole."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any as Json

from django.utils.translation import gettext as _

from perennial.conditions.check import check
from perennial.conditions.errors import ConditionError
from perennial.conditions.jsonform import to_json
from perennial.conditions.schema import FieldInfo, Schema, Shape, measured_info, shape
from perennial.conditions.sentence import to_sentence
from perennial.conditions.tree import (
    NEVER,
    All,
    Any,
    Changed,
    Compare,
    Condition,
    Did,
    Has,
    InSegment,
    Measure,
    Neither,
    Op,
    Tally,
)
from perennial.conditions.writing import to_text
from perennial.foundation.errors import Text
from perennial.studio.builder.asking import fields_of, inside
from perennial.studio.builder.inputs import comparison, how_of, span_of, times_of
from perennial.studio.builder.offers import segments_for
from perennial.studio.builder.subject import Subject
from perennial.studio.builder.ways import WHERE, Group, Inner, Way, grouped, tidy, written
from perennial.workspace.actor import Actor


def group_words() -> list[tuple[str, str]]:
    return [("all", _("all of these")), ("any", _("any of these")), ("none", _("none of these"))]


@dataclass(frozen=True, slots=True)
class Drawer:
    """Where drawing stands: what may be asked there, in which group something is looked for, what has the focus, and
    with what the names of its inputs begin."""

    schema: Schema
    by: Actor
    opened: Way | None = None
    focus: Way | None = None
    prefix: str = ""

    def name(self, way: Way) -> str:
        """With what the names of the inputs of a clause or group begin."""
        return f"{self.prefix}n{written(way)}__"


def drawn_rule(tree: Condition, subject: Subject, *, opened: Way | None = None, focus: Way | None = None,
               error: Text = "", text: str | None = None) -> dict[str, Json]:  # fmt: skip
    """What `_rule.html` needs as "rule": the tree with its inputs, and what follows every change: the sentence, the
    text form, how many clauses are not finished, and where."""
    schema, tree = subject.schema, grouped(tree)
    whole, unfinished = finished(tree, schema)
    rule = tidy(whole)
    return {
        "kind": subject.kind.key, "id": subject.id, "prefix": subject.prefix, "query": subject.query,
        "about": subject.about, "many": subject.many, "is_of_events": bool(subject.event),
        "root": draw(tree, (), Drawer(schema, subject.by, opened, focus, subject.prefix)), "groups": group_words(),
        "error": error, "tree": json.dumps(to_json(tree)), "unfinished": unfinished,
        "sentence": "" if rule is None else to_sentence(rule, schema),
        "text": text if text is not None else "" if rule is None else to_text(rule),
    }  # fmt: skip


def finished(node: Condition, schema: Schema) -> tuple[Condition, int]:
    """The rule without the clauses that cannot be asked yet, and how many those are."""
    if isinstance(node, All | Any | Neither):
        kept: list[Condition] = []
        missing = 0
        for child in node.children:
            part, gone = finished(child, schema)
            missing += gone
            if not gone or isinstance(part, All | Any | Neither | Inner):
                kept.append(part)
        return type(node)(tuple(kept)), missing
    if isinstance(node, Inner):
        within = inside(node, schema)
        where, gone = finished(grouped(node.where), within) if within is not None else (All(()), 0)
        part = replace(node, where=tidy(where) or All(()))
        return (All(()), gone + 1) if wrong_with(part, schema) else (part, gone)
    return (node, 1) if wrong_with(node, schema) else (node, 0)


def wrong_with(clause: Condition, schema: Schema) -> str:
    try:
        check(clause, schema)
    except ConditionError as wrong:
        return str(wrong.sentence)
    return ""


def draw(node: Condition, way: Way, drawer: Drawer) -> dict[str, Json]:
    """A group with its children, or a clause with its inputs."""
    negated = isinstance(node, Neither) and len(node.children) == 1 and isinstance(node.children[0], InSegment)
    if isinstance(node, All | Any | Neither) and not negated:
        return _drawn_group(node, way, drawer)
    drawn = {"way": written(way), "name": drawer.name(way), "is_clause": True, "has_focus": drawer.focus == way,
             **_clause(node, way, drawer)}  # fmt: skip
    bare = replace(node, where=All(())) if isinstance(node, Inner) else node
    drawn["error"] = wrong_with(bare, drawer.schema)
    drawn["is_blank"] = _is_blank(node)
    drawn["sentence"] = to_sentence(bare, drawer.schema)
    return drawn


def _drawn_group(node: Group, way: Way, drawer: Drawer) -> dict[str, Json]:
    word = "all" if isinstance(node, All) else "any" if isinstance(node, Any) else "none"
    inner = [draw(child, (*way, number), drawer) for number, child in enumerate(node.children)]
    for number, each in enumerate(inner):
        each["is_first"], each["is_last"] = number == 0, number == len(inner) - 1
    return {
        "way": written(way), "name": drawer.name(way), "group": word, "children": inner, "is_root": not way,
        "is_where": bool(way) and way[-1] == WHERE, "is_open": drawer.opened == way,
        "has_focus": drawer.focus == way,
    }  # fmt: skip


def _clause(node: Condition, way: Way, drawer: Drawer) -> dict[str, Json]:
    schema, name = drawer.schema, drawer.name(way)
    match node:
        case Neither() | InSegment():
            return _segment(node, drawer)
        case Compare(field=key, op=op, value=value):
            info = schema.field(key)
            label = str(info.label) if info is not None else key
            test = comparison(info, op, value, name, schema, drawer.by) if info is not None else None
            return {"icon": "adjustments-horizontal", "label": label, "test": test}
        case Changed():
            return _changed(node, name, drawer)
    if not isinstance(node, Inner):
        return {"icon": "help-circle", "label": to_text(node)}
    within = inside(node, schema)
    where = None
    if within is not None:
        where = draw(grouped(node.where), (*way, WHERE), replace(drawer, schema=within))
    return {**_counted(node, name, drawer, within), "where": where}


def _segment(node: Condition, drawer: Drawer) -> dict[str, Json]:
    clause = node.children[0] if isinstance(node, Neither) else node
    options = segments_for(drawer.schema, drawer.by)
    return {
        "icon": "users-group", "label": _("Segment"), "is_segment": True, "is_out": isinstance(node, Neither),
        "segment": clause.segment if isinstance(clause, InSegment) else "", "segments": options,
    }  # fmt: skip


def _changed(node: Changed, name: str, drawer: Drawer) -> dict[str, Json]:
    info = drawer.schema.change(node.field)
    drawn: dict[str, Json] = {"icon": "history", "label": str(info.label) if info is not None else node.field,
                              "is_changed": True, "span": span_of(node.within)}  # fmt: skip
    if info is not None:
        drawn["before"] = comparison(info, Op.EQ, node.before, name, drawer.schema, drawer.by, part="before")
        drawn["to"] = comparison(info, Op.EQ, node.to, name, drawer.schema, drawer.by, part="to")
    return drawn


def _counted(node: Inner, name: str, drawer: Drawer, within: Schema | None) -> dict[str, Json]:
    schema = drawer.schema
    infos = list(fields_of(within)) if within is not None else []
    if isinstance(node, Did | Measure):
        event = schema.event(node.event)
        drawn: dict[str, Json] = {"icon": "bolt", "label": str(event.label) if event is not None else node.event,
                                  "span": span_of(node.within), "verb": _("happened"),
                                  "never": _("never happened")}  # fmt: skip
    else:
        relation = schema.relation(node.relation)
        label = str(relation.label) if relation is not None else node.relation
        drawn = {"icon": "link", "label": label, "verb": _("there are"), "never": _("there are none")}
    if isinstance(node, Did | Has):
        return {**drawn, **how_of(None, "", infos, is_never=node.times == NEVER), "times": times_of(node.times)}
    key = node.property if isinstance(node, Measure) else node.field
    info = next((each for each in infos if each.key == key), None)
    drawn |= how_of(node.how, key, infos)
    if info is not None:
        made: FieldInfo = measured_info(node.how, info)
        drawn["test"] = comparison(made, node.op, node.value, name, within or schema, drawer.by)
    return drawn


def _is_blank(node: Condition) -> bool:
    """Whether it has not been said yet, or not wholly, with what it is compared."""
    if not isinstance(node, Compare | Measure | Tally):
        return False
    is_half = shape(node.op) is Shape.PAIR and not (isinstance(node.value, tuple) and len(node.value) == 2)
    return node.value is None or is_half
