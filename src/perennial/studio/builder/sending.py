"""The rule that a form sends: the tree in its hidden field, with what stands in the inputs of each clause put in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.http import QueryDict
from django.utils.translation import gettext as _

from perennial.conditions.check import check
from perennial.conditions.errors import ConditionError
from perennial.conditions.jsonform import from_json
from perennial.conditions.schema import FieldInfo, Schema, measured_info
from perennial.conditions.tree import (
    NEVER,
    ONCE,
    TRUE,
    All,
    Any,
    Bound,
    Changed,
    Compare,
    Condition,
    Dates,
    Did,
    Earlier,
    Has,
    How,
    InSegment,
    Measure,
    Neither,
    Op,
    Span,
    Tally,
    Unit,
    Value,
    Window,
)
from perennial.foundation.errors import Invalid
from perennial.foundation.text import whole_number
from perennial.studio.builder.asking import fields_of, inside
from perennial.studio.builder.subject import Subject
from perennial.studio.builder.values import NUMERIC, operators, read_value
from perennial.studio.builder.ways import WHERE, Group, Inner, Way, grouped, tidy, written

MOST_JSON = 400_000  # characters of a tree


def is_sent(sent: QueryDict, subject: Subject) -> bool:
    """Whether the builder sent it. Programs send text."""
    return f"{subject.prefix}tree" in sent


def tree_sent(sent: QueryDict, subject: Subject) -> Group:
    """The tree as the page shows it, with clauses that are not finished; none where it was built for another subject.
    Raises `Invalid` for what is no tree."""
    if sent.get(f"{subject.prefix}rule_about", subject.about) != subject.about:
        return All(())
    text = sent.get(f"{subject.prefix}tree", "")
    try:
        if len(text) > MOST_JSON:
            raise ValueError
        tree = grouped(from_json(json.loads(text)))
    except (ValueError, RecursionError):
        raise Invalid({"tree": _("This rule cannot be read. Open the page again.")}) from None
    except ConditionError as wrong:
        raise Invalid({"tree": str(wrong)}) from None
    return grouped(_filled(tree, (), _Sent(sent, subject.prefix), subject.schema))


def rule_sent(sent: QueryDict, subject: Subject, *, may_be_empty: bool = False) -> Condition:
    """What the form asks for, whole. Raises `Invalid` where a clause is not finished or wrong."""
    rule = tidy(tree_sent(sent, subject))
    if rule is None and may_be_empty:
        return TRUE
    if rule is None:
        raise Invalid({"tree": _("Say first who shall be in it: add a condition.")})
    try:
        return check(rule, subject.schema)
    except ConditionError as wrong:
        raise Invalid({"tree": str(wrong.sentence)}) from None  # the clause itself says the same


def _filled(node: Condition, way: Way, whole: _Sent, schema: Schema) -> Condition:
    form = _Sent(whole.sent, f"{whole.prefix}n{written(way)}__")
    match node:
        case Neither((InSegment(),)) | InSegment():
            return _segment(node, form)
        case All(children) | Any(children) | Neither(children):
            group = {"all": All, "any": Any, "none": Neither}.get(form.text("group"), type(node))
            return group(tuple(_filled(each, (*way, i), whole, schema) for i, each in enumerate(children)))
        case Compare():
            info = schema.field(node.field)
            return node if info is None else Compare(node.field, *_test(node, info, form))
        case Changed():
            return _change(node, form, schema)
    if not isinstance(node, Inner):
        return node
    within = inside(node, schema)
    where = node.where if within is None else _filled(grouped(node.where), (*way, WHERE), whole, within)
    return _counted(replace(node, where=where), form, within)


class _Sent:
    """The inputs of a rule, or of one clause, by what their names begin with."""

    def __init__(self, sent: QueryDict, prefix: str) -> None:
        self.sent, self.prefix = sent, prefix

    def has(self, name: str) -> bool:
        return f"{self.prefix}{name}" in self.sent

    def text(self, name: str) -> str:
        return str(self.sent.get(f"{self.prefix}{name}", ""))[:2000]

    def texts(self, name: str) -> list[str]:
        return [str(each)[:2000] for each in self.sent.getlist(f"{self.prefix}{name}")[:1000]]


def _test(node: Compare | Measure | Tally, info: FieldInfo, form: _Sent) -> tuple[Op, Value]:
    """Operator and value; of another operator only what both can be compared with."""
    asked = form.text("op")
    op = Op(asked) if asked in Op._value2member_map_ and Op(asked) in info.operators() else node.op
    if op not in info.operators():
        op = operators(info)[0]
    if not form.has("value"):
        return op, node.value if op is node.op else None
    return op, read_value(info, op, form.texts("value"), old=node.value)


def _segment(node: Condition, form: _Sent) -> Condition:
    clause = node.children[0] if isinstance(node, Neither) else node
    if not isinstance(clause, InSegment):
        return node
    clause = InSegment(form.text("segment") or clause.segment)
    is_out = form.text("op") == "out" if form.has("op") else isinstance(node, Neither)
    return Neither((clause,)) if is_out else clause


def _change(node: Changed, form: _Sent, schema: Schema) -> Changed:
    info = schema.change(node.field)
    if info is None or not form.has("to"):
        return replace(node, within=_span(node.within, form))
    new, old = (read_value(info, Op.EQ, form.texts(each)) for each in ("to", "before"))
    return replace(node, to=new, before=old, within=_span(node.within, form))  # type: ignore[arg-type]


def _counted(node: Inner, form: _Sent, within: Schema | None) -> Condition:
    """How often, or one value made of many: one can become the other."""
    if isinstance(node, Did | Measure):
        node = replace(node, within=_span(node.within, form))
    how = form.text("how")
    if how in ("times", "never") or (not how and isinstance(node, Did | Has)):
        if isinstance(node, Measure):
            node = Did(node.event, ONCE, node.within, node.where)
        elif isinstance(node, Tally):
            node = Has(node.relation, ONCE, node.where)
        if how == "never":
            return replace(node, times=NEVER)
        was_never = how == "times" and node.times == NEVER and not form.has("times")
        return replace(node, times=ONCE if was_never else _times(node.times, form))
    known = list(fields_of(within)) if within is not None else []
    word = How(how) if how in How._value2member_map_ else node.how if isinstance(node, Measure | Tally) else How.SUM
    if not (fitting := measurable(known, word)):
        return node
    asked = form.text("of") or (node.property if isinstance(node, Measure) else getattr(node, "field", ""))
    info = next((each for each in fitting if each.key == asked), fitting[0])
    made = measured_info(word, info)
    if isinstance(node, Did):
        node = Measure(node.event, info.key, word, operators(made)[0], None, node.within, node.where)
    elif isinstance(node, Has):
        node = Tally(node.relation, info.key, word, operators(made)[0], None, node.where)
    op, value = _test(node, made, form)
    if isinstance(node, Measure):
        return replace(node, property=info.key, how=word, op=op, value=value)
    return replace(node, field=info.key, how=word, op=op, value=value)


def measurable(infos: Sequence[FieldInfo], how: How) -> list[FieldInfo]:
    """Those of which one value can be made so."""
    if how in (How.SUM, How.AVERAGE):
        return [each for each in infos if each.type in NUMERIC]
    return [*infos]


def _times(old: Bound, form: _Sent) -> Bound:
    low, high = (whole_number(form.text(each).strip(), longest=7) for each in ("low", "high"))
    match form.text("times"):
        case "never":
            return NEVER
        case "at_least":
            return Bound(at_least=low or 1)
        case "at_most":
            return Bound(at_most=low if low is not None else 1)
        case "exactly":
            return Bound(low if low is not None else 1, low if low is not None else 1)
        case "between":
            return Bound(low or 1, high if high is not None else (low or 1) + 1)
    return old


def _span(old: Span | None, form: _Sent) -> Span | None:
    word = form.text("span")
    number = whole_number(form.text("count").strip(), longest=5)
    unit = Unit(form.text("unit")) if form.text("unit") in Unit._value2member_map_ else Unit.DAY
    match word:
        case "any":
            return None
        case "last":
            return Window(30 if number is None else number, unit)
        case "before":
            return Earlier(30 if number is None else number, unit)
        case "dates":
            return Dates(_day(form.text("from")), _day(form.text("to")))
    return old


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
