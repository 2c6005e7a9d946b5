"""/rules/ask/: a list's filter in the builder, for what its own form cannot say; the answer is the list again."""

from __future__ import annotations

from typing import cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from perennial.conditions.errors import ConditionError
from perennial.conditions.text import parse
from perennial.conditions.tree import TRUE, Condition
from perennial.conditions.writing import to_text
from perennial.foundation.errors import Invalid
from perennial.rules.segments import MAY_SHAPE
from perennial.studio.builder.drawing import drawn_rule
from perennial.studio.builder.sending import rule_sent, tree_sent
from perennial.studio.builder.subject import Subject
from perennial.web.middleware import Page
from perennial.web.screens.address import kind_of


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, kind_key: str) -> HttpResponse:
    """`?filter=` is what the list asks now. POST leads to the list, or to a new segment."""
    by = cast(Page, request).actor
    kind = kind_of(kind_key, by)
    subject, error = Subject(kind, by), ""
    if request.method == "POST":
        try:
            text = to_text(rule) if (rule := rule_sent(request.POST, subject, may_be_empty=True)) != TRUE else ""
        except Invalid as wrong:
            error = " ".join(map(str, wrong.fields.values()))
        else:
            is_segment = request.POST.get("goes") == "segment" and by.may(MAY_SHAPE)
            asked = urlencode({"filter": text, **({"kind": kind.key} if is_segment else {})})
            return HttpResponseRedirect(f"/segments/new/?{asked}" if is_segment else f"/o/{kind.key}/?{asked}")
    return render(request, "studio/builder/ask.html", {
        "kind": kind, "list_url": f"/o/{kind.key}/", "may_shape": by.may(MAY_SHAPE),
        "rule": drawn_rule(_tree(request, subject), subject, error=error),
    }, status=422 if error else 200)  # fmt: skip


def _tree(request: HttpRequest, subject: Subject) -> Condition:
    """As it was sent, or as the list asks it; nothing where it cannot be read."""
    try:
        if request.method == "POST":
            return tree_sent(request.POST, subject)
        text = request.GET.get("filter", "")
        return parse(text, subject.schema) if text.strip() else TRUE
    except (Invalid, ConditionError):
        return TRUE
