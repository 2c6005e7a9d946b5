"""From tree to one typed SQL expression, with every mistake said where it stands."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from perennial.foundation.errors import Text
from perennial.objects.formulas.errors import FormulaError
from perennial.objects.formulas.functions import FUNCTIONS, NUMERIC, Part, shared_kind, wanted
from perennial.objects.formulas.literals import sql_literal
from perennial.objects.formulas.reading import read
from perennial.objects.formulas.scope import KIND_NAMES, Kind, Scope, Typed, as_text
from perennial.objects.formulas.tree import Call, Literal, Name, Node

LARGEST = 10**14  # what a number of a field may not reach; what is computed beyond it is empty
_ORDERED = frozenset({"<", "<=", ">", ">="})


def compiled(text: str, scope: Scope) -> Typed:
    """What a formula comes to in a row. Raises `FormulaError`."""
    value = _compiled(read(text), scope)
    if value.kind is Kind.EMPTY:
        raise FormulaError(_("This is always empty."), 1)
    return Typed(as_text(value), value.kind) if value.kind is Kind.TEXT else value


def finished(value: Typed, places: int) -> str:
    """As it is shown and compared: rounded, and empty where it is larger than any field may be."""
    if value.kind in NUMERIC:
        clamped = f"greatest(least({value.sql}, {LARGEST}), -{LARGEST})"
        within = f"NULLIF(NULLIF({clamped}, {LARGEST}), -{LARGEST})"
        return f"round({within}, {places})"
    return f"left({value.sql}, 1000)" if value.kind is Kind.TEXT else value.sql


def _compiled(node: Node, scope: Scope) -> Typed:
    match node:
        case Literal(value):
            kind = {Decimal: Kind.NUMBER, str: Kind.TEXT, bool: Kind.FLAG}.get(type(value), Kind.EMPTY)
            return Typed(sql_literal(value), kind, literal=value)
        case Name(key, position):
            return scope.find(key, position)
    parts = tuple(Part(_compiled(part, scope), part.position) for part in node.parts)
    return _applied(node, parts)


def _applied(node: Call, parts: tuple[Part, ...]) -> Typed:
    match node.name:
        case "and" | "or":
            one, other = (wanted(part, Kind.FLAG) for part in parts)
            return Typed(f"(({one}) IS TRUE {node.name.upper()} ({other}) IS TRUE)", Kind.FLAG)
        case "not":
            return Typed(f"(({wanted(parts[0], Kind.FLAG)}) IS NOT TRUE)", Kind.FLAG)
        case "negative":
            return Typed(f"(- {wanted(parts[0], *NUMERIC)})", parts[0].value.kind)
        case "+" | "-" | "*" | "/":
            return _arithmetic(node, parts)
    if node.name in ("=", "!=") or node.name in _ORDERED:
        return _comparison(node, parts)
    return _call(node, parts)


def _arithmetic(node: Call, parts: tuple[Part, ...]) -> Typed:
    sign, (one, other) = node.name, parts
    kinds = one.value.kind, other.value.kind
    if Kind.TEXT in kinds and sign == "+":
        raise FormulaError(_("Texts are joined by concat(…, …)."), node.position)
    if Kind.DAY in kinds or Kind.MOMENT in kinds:
        cure = _("Dates are counted with days_between(…, …), and moved with add_days(…, …).")
        raise FormulaError(cure, node.position)
    left, right = wanted(one, *NUMERIC), wanted(other, *NUMERIC)
    if sign == "/":
        kind = Kind.MONEY if kinds[0] is Kind.MONEY and kinds[1] is not Kind.MONEY else Kind.NUMBER
        return Typed(f"({left} / NULLIF({right}, 0))", kind)
    if sign == "*" and kinds == (Kind.MONEY, Kind.MONEY):
        raise FormulaError(_("Money cannot be multiplied by money."), node.position)
    return Typed(f"({left} {sign} {right})", Kind.MONEY if Kind.MONEY in kinds else Kind.NUMBER)


def _comparison(node: Call, parts: tuple[Part, ...]) -> Typed:
    one, other = parts
    if Kind.EMPTY in (one.value.kind, other.value.kind):
        raise FormulaError(_("Ask is_empty(…) whether something is empty."), node.position)
    kind = shared_kind(parts)
    if node.name in _ORDERED and kind in (Kind.TEXT, Kind.FLAG):
        sentence = _("%(kind)s has no order; compare it with = or !=.")
        raise FormulaError(sentence % {"kind": str(KIND_NAMES[kind]).capitalize()}, node.position)
    left, right = _chosen(one, other), _chosen(other, one)
    if node.name == "!=":
        return Typed(f"(({left} = {right}) IS NOT TRUE)", Kind.FLAG)
    return Typed(f"(({left} {node.name} {right}) IS TRUE)", Kind.FLAG)


def _chosen(part: Part, beside: Part) -> str:
    """A text beside a field with choices is one of them, by key or by label."""
    text = part.value.literal
    if not beside.value.choices or not isinstance(text, str):
        return (
            as_text(part.value) if part.value.choices and not isinstance(beside.value.literal, str) else part.value.sql
        )
    for key, label in beside.value.choices:
        if text.lower() in (key.lower(), str(label).lower()):
            return sql_literal(key)
    known = ", ".join(str(label) for _key, label in beside.value.choices[:20])
    raise FormulaError(_("There is no such choice. There are: %(known)s.") % {"known": known}, part.position)


def _call(node: Call, parts: Sequence[Part]) -> Typed:
    function = FUNCTIONS.get(node.name)
    if function is None:
        near = difflib.get_close_matches(node.name, FUNCTIONS, n=1, cutoff=0.5)
        sentence = _("There is no function “%(name)s”.") % {"name": node.name[:60]}
        cure = str(_("Did you mean %(near)s?")) % {"near": FUNCTIONS[near[0]].example} if near else ""
        raise FormulaError(f"{sentence} {cure}".strip(), node.position)
    if not function.least <= len(parts) <= function.most:
        counts: Text = ngettext("It takes %(count)d value: %(example)s.", "It takes %(count)d values: %(example)s.",
                          function.least)  # fmt: skip
        if function.most > function.least:
            counts = _("It takes %(count)d to %(most)d values: %(example)s.")
        said = {"count": function.least, "most": function.most, "example": function.example}
        raise FormulaError(str(counts) % said, node.position)
    return function.make(parts)
