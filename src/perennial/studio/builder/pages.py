"""The builder's own addresses: a step, the list of what can be asked, the count with a few of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from perennial.conditions.check import check
from perennial.conditions.errors import ConditionError
from perennial.conditions.plain.reading import parse_any
from perennial.conditions.tree import TRUE, All, Condition, InSegment, Neither
from perennial.foundation.errors import Invalid
from perennial.lake.progress import lag
from perennial.objects.memberships import segment_label
from perennial.objects.titles import titles_of
from perennial.objects.types import ObjectType
from perennial.rules.preview import count, preview
from perennial.studio.builder.asking import schema_at
from perennial.studio.builder.drawing import drawn_rule, finished
from perennial.studio.builder.offers import offers
from perennial.studio.builder.sending import tree_sent
from perennial.studio.builder.steps import step
from perennial.studio.builder.subject import LATELY, Subject, subject_of
from perennial.studio.builder.suggesting import suggested
from perennial.studio.builder.ways import Group, grouped, read_way, tidy
from perennial.web.kit.reader import reader_of
from perennial.web.middleware import Page
from perennial.web.screens.address import kind_of
from perennial.workspace.actor import Actor

_BEHIND = 20.0  # seconds that the lake may be behind without anybody being told


@require_POST
def build(request: HttpRequest, kind_key: str) -> HttpResponse:
    """A step: the whole component again. Without one only what follows from the inputs, each where it stands."""
    by = cast(Page, request).actor
    subject = subject_of(kind_of(kind_key, by), request.GET, by=by)
    sent, asked = request.POST, request.POST.get("step", "")
    error, typed = "", None
    tree: Group = All(())
    opened = focus = None
    try:
        tree = tree_sent(sent, subject)
        if asked == "text":
            typed = sent.get(f"{subject.prefix}rule_text", "")
            tree, typed = grouped(_read_text(typed, subject)), None
        elif asked:
            tree, opened, focus = step(tree, asked, subject.schema)
    except (Invalid, ConditionError) as wrong:
        error = " ".join(map(str, wrong.fields.values())) if isinstance(wrong, Invalid) else str(wrong)
    if asked or error:
        drawn = drawn_rule(tree, subject, opened=opened, focus=focus, error=error, text=typed)
        return render(request, "studio/builder/_rule.html", {"rule": drawn})
    return render(request, "studio/builder/_followed.html", {"rule": drawn_rule(tree, subject)})


@require_POST
def searched(request: HttpRequest, kind_key: str) -> HttpResponse:
    """What a clause of a group can be about, as far as it fits what was typed."""
    by = cast(Page, request).actor
    subject = subject_of(kind_of(kind_key, by), request.GET, by=by)
    way = read_way(request.POST.get("at", ""))
    try:
        schema = schema_at(tree_sent(request.POST, subject), way, subject.schema)
    except Invalid:
        schema = None
    typed = request.POST.get(f"{subject.prefix}find", "")
    found = [] if schema is None else offers(schema, typed, by=by)
    return render(request, "studio/builder/_offers.html", {
        "sorts": found, "at": request.POST.get("at", ""), "q": typed, "rule": drawn_rule(All(()), subject),
    })  # fmt: skip


@require_POST
def valued(request: HttpRequest, kind_key: str) -> HttpResponse:
    """The values that there are for the clause that is being filled in."""
    by = cast(Page, request).actor
    subject = subject_of(kind_of(kind_key, by), request.GET, by=by)
    try:
        tree = tree_sent(request.POST, subject)
    except Invalid:
        return HttpResponse("")
    values = suggested(tree, read_way(request.POST.get("at", "")), subject)
    return render(request, "studio/builder/_values.html", {"values": values})


@dataclass(frozen=True, slots=True)
class Counted:
    """What a rule would select now. `enters` and `leaves` are against the segment that it is to change."""

    count: str
    people: list[tuple[str, str]]
    enters: str = ""
    leaves: str = ""
    is_same: bool = False


@require_POST
def counted(request: HttpRequest, kind_key: str) -> HttpResponse:
    by = cast(Page, request).actor
    kind = kind_of(kind_key, by)
    subject = subject_of(kind, request.GET, by=by)
    error = ""
    found: Counted | None = None
    try:
        rule = tidy(finished(tree_sent(request.POST, subject), subject.schema)[0])
        if rule is not None or subject.event:
            rule = subject.of_records(rule or TRUE)
            check(rule, subject.around)
            found = _count(kind, rule, by, "" if subject.name else request.POST.get("segment", ""))
    except Invalid as wrong:
        error = " ".join(map(str, wrong.fields.values()))
    except ConditionError as wrong:
        error = str(wrong)
    behind = lag().seconds
    return render(request, "studio/builder/_count.html", {
        "counted": found, "error": error, "many": kind.label_plural, "is_of_events": bool(subject.event),
        "lately": LATELY,
        "behind": max(1, round(behind / 60)) if behind > _BEHIND else 0,
    })  # fmt: skip


def _count(kind: ObjectType, rule: Condition, by: Actor, segment: str) -> Counted:
    reader = reader_of(by)
    found = preview(kind, rule, by=by)
    titles = titles_of([(kind.key, id) for id in found.sample], by=by)
    people = [(f"/o/{kind.key}/{id}/", titles[kind.key, id]) for id in found.sample if (kind.key, id) in titles]
    shown = Counted(reader.number(found.count), people)
    if not segment or segment_label(kind, segment, by=by) is None:
        return shown
    stay = InSegment(segment)
    enters = count(kind, All((rule, Neither((stay,)))), by=by)
    leaves = count(kind, All((stay, Neither((rule,)))), by=by)
    return Counted(shown.count, people, reader.number(enters), reader.number(leaves), not (enters or leaves))


def _read_text(text: str, subject: Subject) -> Condition:
    if not text.strip():
        return TRUE
    try:
        return parse_any(text, subject.schema)
    except ConditionError as wrong:
        raise Invalid({"rule_text": str(wrong)}) from None
