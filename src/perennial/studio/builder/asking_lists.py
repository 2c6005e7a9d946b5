"""/rules/ask/: a list's filter in the builder, for what its own form cannot say; the answer is the list again."""

from __future__ import annotations

from typing import cast
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

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
    """`?filter=` is what the list asks now, `?back=` the page of a metric that asks instead. POST leads there, or to a
    new segment."""
    by = cast(Page, request).actor
    kind = kind_of(kind_key, by)
    subject, error = Subject(kind, by), ""
    if request.method == "POST":
        try:
            text = to_text(rule) if (rule := rule_sent(request.POST, subject, may_be_empty=True)) != TRUE else ""
        except Invalid as wrong:
            error = " ".join(map(str, wrong.fields.values()))
        else:
            if request.POST.get("goes") == "segment" and by.may(MAY_SHAPE):
                return HttpResponseRedirect(f"/segments/new/?{urlencode({'kind': kind.key, 'filter': text})}")
            return HttpResponseRedirect(_with_filter(_asking(request) or f"/o/{kind.key}/", text))
    return render(request, "studio/builder/ask.html", {
        "kind": kind, "list_url": f"/o/{kind.key}/", "may_shape": by.may(MAY_SHAPE), "back_url": _asking(request),
        "rule": drawn_rule(_tree(request, subject), subject, error=error),
    }, status=422 if error else 200)  # fmt: skip


def _asking(request: HttpRequest) -> str:
    """The page of a metric, with what it was asked; "" for any other address."""
    address = request.GET.get("back", "")[:4000]
    parts = urlsplit(address)
    is_ours = not parts.scheme and not parts.netloc and parts.path.startswith("/metrics/") and "\\" not in address
    return address if is_ours else ""


def _with_filter(address: str, text: str) -> str:
    parts = urlsplit(address)
    asked = {**dict(parse_qsl(parts.query)), "filter": text}
    return urlunsplit(parts._replace(query=urlencode(asked)))


def _tree(request: HttpRequest, subject: Subject) -> Condition:
    """As it was sent, or as the list asks it; nothing where it cannot be read."""
    try:
        if request.method == "POST":
            return tree_sent(request.POST, subject)
        text = request.GET.get("filter", "")
        return parse(text, subject.schema) if text.strip() else TRUE
    except (Invalid, ConditionError):
        return TRUE
