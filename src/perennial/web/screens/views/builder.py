"""A filter of any depth, in the drawer: groups within groups, and beside them the same condition as text.

The page holds the whole tree (in JSON) and sends it with each step; nothing is kept here between them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from perennial.conditions.check import check
from perennial.conditions.errors import ConditionError
from perennial.conditions.jsonform import from_json, to_json
from perennial.conditions.sentence import to_sentence
from perennial.conditions.text import parse
from perennial.conditions.tree import TRUE, All, Compare, Condition, Neither
from perennial.conditions.tree import Any as AnyOf
from perennial.conditions.writing import to_text
from perennial.foundation.errors import Invalid, Text
from perennial.foundation.text import whole_number
from perennial.objects.schema import KindSchema
from perennial.objects.types import ObjectType
from perennial.web.middleware import Page
from perennial.web.screens.address import kind_of
from perennial.web.screens.filters import clause_inputs, clause_sent, is_simple
from perennial.web.screens.views.shown import Shown, shown_of
from perennial.workspace.actor import Actor

Group = All | AnyOf | Neither
GroupType = type[All] | type[AnyOf] | type[Neither]
Path = tuple[int, ...]
_GROUPS: dict[str, tuple[GroupType, Text]] = {
    "all": (All, gettext_lazy("all of these are true")), "any": (AnyOf, gettext_lazy("at least one of these is true")),
    "none": (Neither, gettext_lazy("none of these is true")),
}  # fmt: skip


def builder(request: HttpRequest, kind_key: str) -> HttpResponse:
    """GET begins with the filter of the list in the address; POST takes one step, or goes to the list as it says."""
    by = cast(Page, request).actor
    kind = kind_of(kind_key, by)
    shown = shown_of(kind, request.GET, by=by)
    if request.method != "POST":
        return _answer(request, shown, _grouped(shown.filter))
    sent = request.POST
    tree: Group = TRUE
    try:
        tree = _sent_tree(sent)
        word, _colon, at = sent.get("op", "").partition(":")
        if sent.get("text", "").strip() != sent.get("said", "").strip() and word in ("text", "show"):
            tree = _grouped(parse(sent["text"]) if sent["text"].strip() else TRUE)
        tree, opened = _step(tree, word, _path(at or sent.get("at", "")), sent, kind, by)
        tidy = _tidy(tree)
        where = check(tidy, KindSchema(kind, by)) if tidy is not None else TRUE
        if word == "show":
            address = shown.address(where="" if where == TRUE else to_text(where))
            return HttpResponse(status=204, headers={"HX-Redirect": address})
        return _answer(request, shown, tree, opened=opened, sent=sent)
    except (ConditionError, Invalid, ValueError) as wrong:
        fields = wrong.fields.values() if isinstance(wrong, Invalid) else ()
        sentence = " ".join(map(str, fields)) or str(wrong)
        return _answer(request, shown, tree, opened=sent.get("at"), sent=sent, error=sentence)


def _step(tree: Group, word: str, path: Path, sent: QueryDict, kind: ObjectType, by: Actor) -> tuple[Group, str | None]:
    """The tree after a step, and where the inputs of a clause are open: a group's path, or "=" and a clause's."""
    named = ".".join(map(str, path))
    match word:
        case "open":
            return tree, named
        case "edit":
            return tree, f"={named}"
        case "refresh":
            return tree, sent.get("at", "")
        case "add":
            clause = clause_sent(sent, kind, by)
            if clause is None:
                return tree, sent.get("at", "")
            if sent.get("at", "").startswith("="):
                return _changed(tree, _path(str(sent["at"])), lambda _old: clause), None
            return _changed(tree, _path(sent.get("at", "")), lambda group: _with(group, clause)), None
        case "group":
            return _changed(tree, path, lambda group: _with(group, AnyOf(()))), None
        case "remove" if path:
            return _changed(tree, path, lambda _old: None), None
        case "kind":
            wanted = _GROUPS.get(sent.get(f"kind:{named}", ""), _GROUPS["all"])[0]
            return _changed(tree, path, lambda group: wanted(_children(group))), None
    return tree, None


def _changed(tree: Group, path: Path, change: Callable[[Condition], Condition | None]) -> Group:
    """The tree with the node at the path put through `change`; without it when that says None."""
    found = _replaced(tree, path, change)
    return _grouped(found) if found is not None else All(())


def _replaced(node: Condition, path: Path, change: Callable[[Condition], Condition | None]) -> Condition | None:
    if not path:
        return change(node)
    children = list(_children(node))
    if path[0] >= len(children):
        return node
    new = _replaced(children[path[0]], path[1:], change)
    children[path[0] : path[0] + 1] = [] if new is None else [new]
    return type(cast(Group, node))(tuple(children))


def _with(group: Condition, child: Condition) -> Condition:
    return type(group)((*_children(group), child)) if isinstance(group, All | AnyOf | Neither) else group


def _children(node: Condition) -> tuple[Condition, ...]:
    return node.children if isinstance(node, All | AnyOf | Neither) else ()


def _grouped(condition: Condition) -> Group:
    """What the page shows begins with a group."""
    return condition if isinstance(condition, All | AnyOf | Neither) else All((condition,))


def _tidy(node: Condition) -> Condition | None:
    """Without groups that nothing was put in yet; None when nothing is left."""
    if not isinstance(node, All | AnyOf | Neither):
        return node
    children = tuple(each for child in node.children if (each := _tidy(child)) is not None)
    if not children:
        return None
    return children[0] if len(children) == 1 and not isinstance(node, Neither) else type(node)(children)


def _sent_tree(sent: QueryDict) -> Group:
    try:
        return _grouped(from_json(json.loads(sent.get("tree", ""))))
    except (json.JSONDecodeError, RecursionError):
        raise Invalid({"tree": _("This filter cannot be read. Start again from the list.")}) from None


def _path(text: str) -> Path:
    numbers = [whole_number(each, longest=4) for each in text.removeprefix("=").split(".") if each]
    return tuple(each for each in numbers if each is not None)


def _answer(request: HttpRequest, shown: Shown, tree: Group, *, opened: str | None = None,
            sent: QueryDict | None = None, error: str = "") -> HttpResponse:  # fmt: skip
    tidy = _tidy(tree)
    said = "" if tidy is None else to_text(tidy)
    is_refused_text = bool(error) and sent is not None and "text" in sent
    return render(request, "web/_builder.html", {
        "action": request.get_full_path(), "tree": json.dumps(to_json(tree)), "said": said,
        "text": sent["text"] if is_refused_text and sent else said, "error": error,
        "node": _drawn(tree, (), shown, opened),
        "clause": _clause(tree, opened, sent, shown) if opened is not None else None,
        "at": opened or "", "groups": [(key, label) for key, (_type, label) in _GROUPS.items()],
        "is_new": not (opened or "").startswith("="),
    })  # fmt: skip


def _clause(tree: Group, opened: str, sent: QueryDict | None, shown: Shown) -> dict[str, object]:
    """The inputs of the clause that is open: as they were sent, or as the clause says."""
    field, operator = (sent.get("field", ""), sent.get("operator", "")) if sent is not None else ("", "")
    if opened.startswith("=") and not field:
        node: Condition = tree
        for number in _path(opened):
            node = (*_children(node), TRUE)[min(number, len(_children(node)))]
        if isinstance(node, Compare):
            return clause_inputs(shown.kind, shown.by, node.field, node.op.value, node.value)
    return clause_inputs(shown.kind, shown.by, field, operator)


def _drawn(node: Condition, path: Path, shown: Shown, opened: str | None) -> dict[str, Any]:
    """A node for the template: a group with its children, or a clause as a sentence."""
    named = ".".join(map(str, path))
    if isinstance(node, All | AnyOf | Neither):
        kind = next(key for key, (type, _label) in _GROUPS.items() if isinstance(node, type))
        children = [_drawn(child, (*path, number), shown, opened) for number, child in enumerate(node.children)]
        return {"path": named, "kind": kind, "children": children, "is_open": opened == named, "is_root": not path}
    return {
        "path": named, "kind": "", "sentence": to_sentence(node, KindSchema(shown.kind, shown.by)),
        "is_simple": is_simple(shown.kind, shown.by, node), "is_open": opened == f"={named}",
    }  # fmt: skip
