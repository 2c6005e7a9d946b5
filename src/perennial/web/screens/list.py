"""The list of a kind: filter, search, sort, rows that go on by themselves, and what can be done with chosen ones."""

from __future__ import annotations

from typing import cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from perennial.conditions.tree import TRUE, Condition
from perennial.foundation.errors import Invalid
from perennial.objects import query
from perennial.objects.actions import actions_on
from perennial.objects.record_fields import FACT, fact_of, field_of
from perennial.objects.schema import condition_of
from perennial.objects.searching import find
from perennial.objects.types import ObjectType, object_types
from perennial.web.kit.pages import Button
from perennial.web.kit.reader import Reader, reader_of
from perennial.web.middleware import Page
from perennial.web.regions import is_partial
from perennial.web.screens.address import kind_of
from perennial.web.screens.bulk import bulk_buttons
from perennial.web.screens.columns import draw_rows, headings
from perennial.web.screens.filters import address_with_clause, clauses_of, ready_filters
from perennial.workspace.actor import Actor

ROWS = 50


@require_GET
def records(request: HttpRequest, kind_key: str) -> HttpResponse:
    by = cast(Page, request).actor
    kind = kind_of(kind_key, by)
    reader = reader_of(by)
    where = condition_of(kind, request.GET.get("filter", ""), by=by)
    sort = _sort(request, kind)
    text = request.GET.get("q", "").strip()[:200]
    page = query.select(kind, by=by, where=where, search=text, sort=sort, limit=ROWS,
                        after=request.GET.get("after") or None)  # fmt: skip
    path = f"/o/{kind.key}/"
    asked = {key: value for key, value in (("filter", request.GET.get("filter", "")), ("q", text)) if value}
    shown = {**asked, **({"sort": sort} if sort != kind.list.sort else {})}
    context = {
        "columns": headings(kind, kind.list.columns, sort=sort, path=path, kept=asked),
        "rows": draw_rows(kind, page.rows, kind.list.columns, reader),
        "next_url": f"{path}?{urlencode({**shown, 'after': page.next})}" if page.next else "",
        "bulk": [Button(each.label, dialog=f"{path}do/{each.key}/", icon=each.icon)
                 for each in actions_on(kind.key, by) if each.is_bulk] + bulk_buttons(kind, by),
        "bulk_scope": {"where": request.GET.get("filter", ""), "q": text},
    }  # fmt: skip
    if request.GET.get("after") and is_partial(request):
        return render(request, "web/_rows.html", context)
    return render(request, "web/list.html", {**context, **_frame(kind, by, where, text, path, shown, page, reader)})


@require_GET
def add_clause(request: HttpRequest, kind_key: str) -> HttpResponse:
    """Where the filter's form leads: the list with one clause more."""
    by = cast(Page, request).actor
    kind = kind_of(kind_key, by)
    try:
        return HttpResponseRedirect(address_with_clause(request, kind, by))
    except ValueError as wrong:  # a field type says in a sentence what it cannot read
        raise Invalid(sentence=str(wrong)) from None


@require_GET
def references(request: HttpRequest, kind_key: str) -> HttpResponse:
    """What a field that refers to this kind may be set to."""
    by = cast(Page, request).actor
    kind = kind_of(kind_key, by)
    text = request.GET.get("q", "").strip()[:100]
    searched = [object_types[part] for part in kind.parts] if kind.parts else [kind]
    hits = [{"id": hit.id, "title": hit.title, "detail": hit.detail} for hit in find(text, by=by, kinds=searched)]
    if not text:
        hits = [{"id": row.id, "title": row.title, "detail": ""}
                for row in query.select(kind, by=by, columns=(), limit=8).rows]  # fmt: skip
    return render(request, "web/_refs.html", {"hits": hits})


def _frame(kind: ObjectType, by: Actor, where: Condition, text: str, path: str, shown: dict[str, str],
           page: query.Page, reader: Reader) -> dict[str, object]:  # fmt: skip
    """Everything around the rows."""
    count = _count(kind, by, where, text, page)
    number = reader.number(count.count)
    words = {"count": number, "kind": str(kind.label_plural).lower()}
    heading = _("%(count)s %(kind)s") % words if count.is_exact else _("About %(count)s %(kind)s") % words
    if count.is_exact and count.count == 1:
        heading = _("1 %(kind)s") % {"kind": str(kind.label).lower()}
    new = _new_buttons(kind, by)
    import_button = [Button(_("Import"), url="/import/", icon="upload")] if by.may("import.run") else []
    return {
        "title": kind.label_plural, "heading": heading, "sub": "", "path": path, "q": text,
        "find_placeholder": _("Find by any part of the name"),
        "clauses": clauses_of(kind, by, where, {k: v for k, v in shown.items() if k != "filter"}, path),
        "clear_url": path, "ready": ready_filters(kind, by, where, path),
        "hidden": [(key, value) for key, value in shown.items() if key != "q"],
        "filter_form_url": f"{path}clause/?{urlencode(shown)}",
        "count_sentence": ngettext("%(shown)s of %(count)s", "%(shown)s of %(count)s", count.count)
        % {"shown": reader.number(len(page.rows)), "count": number},
        "buttons": [*import_button, *new],
        "export_url": f"{path}export.csv?{urlencode(shown)}" if by.reach(kind.key, "export") > 0 else "",
        "is_filtered": where != TRUE or bool(text),
        "empty": {"icon": kind.icon, "title": _("No %(kind)s yet") % words,
                  "text": _("They appear here as soon as you add one, import a file, or an event names one."),
                  "buttons": [*new, *import_button]},
    }  # fmt: skip


def _new_buttons(kind: ObjectType, by: Actor) -> list[Button]:
    """What can be added here: a record of this kind, or of each of the kinds that it is the union of."""
    if not kind.parts:
        can_create = kind.can_create and by.reach(kind.key, "create") > 0
        return [Button(_("New"), url=f"/o/{kind.key}/new/", icon="plus", is_primary=True)] if can_create else []
    offered = [object_types[key] for key in kind.parts if by.reach(key, "create") > 0]
    return [Button(_("New %(kind)s") % {"kind": str(part.label).lower()}, url=f"/o/{part.key}/new/", icon="plus",
                   is_primary=part is offered[-1]) for part in offered]  # fmt: skip


def _count(kind: ObjectType, by: Actor, where: Condition, text: str, page: query.Page) -> query.Estimate:
    """A page that holds all there is needs no second question."""
    if page.next is None and len(page.rows) < ROWS:
        return query.Estimate(len(page.rows), is_exact=True)
    return query.estimate(kind, by=by, where=where, search=text)


def _sort(request: HttpRequest, kind: ObjectType) -> str:
    """The column to sort by; an address with one that is not there is answered as if it named none."""
    asked = request.GET.get("sort", "")
    key = asked.removeprefix("-")
    if key.startswith(FACT):
        return asked if fact_of(kind, key) else kind.list.sort
    field = field_of(kind, key) if key else None
    return asked if field is not None and field.is_sortable else kind.list.sort
