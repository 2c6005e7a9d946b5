"""The list of a kind, in the layout that the address or the view asks for, and everything around it."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from perennial.conditions.errors import ConditionError
from perennial.foundation.errors import Invalid
from perennial.foundation.text import whole_number
from perennial.objects import query
from perennial.objects.searching import find
from perennial.objects.types import ObjectType, object_types
from perennial.web.further import ways_on
from perennial.web.kit.pages import Button
from perennial.web.kit.reader import Reader, reader_of
from perennial.web.middleware import Page
from perennial.web.regions import is_partial
from perennial.web.screens.address import kind_of
from perennial.web.screens.filters import address_with_clause, clauses_of
from perennial.web.screens.views import board, calendar, split, table
from perennial.web.screens.views.bar import bar_of, pills_of
from perennial.web.screens.views.shown import Shown, shown_of
from perennial.workspace.actor import Actor


@require_GET
def records(request: HttpRequest, kind_key: str) -> HttpResponse:
    by = cast(Page, request).actor
    shown = shown_of(kind_of(kind_key, by), request.GET, by=by)
    reader = reader_of(by)
    layout = shown.spec.layout
    if (trouble := shown.trouble) is not None:
        return _broken(request, shown, trouble)
    if request.GET.get("after") and is_partial(request):
        more = {"board": board.more_cards, "split": split.more_rows}.get(layout, table.more_rows)
        return more(request, shown, reader)
    body = _body(request, shown, reader)
    return render(request, "web/list.html", {
        **_frame(shown, body, reader), **bar_of(shown), **body, "body": f"web/_{layout}.html",
        "gone_url": _restore_url(request, shown)})  # fmt: skip


@require_GET
def add_clause(request: HttpRequest, kind_key: str) -> HttpResponse:
    """Where the filter's form leads: the list with one clause more."""
    by = cast(Page, request).actor
    shown = shown_of(kind_of(kind_key, by), request.GET, by=by)
    try:
        return HttpResponseRedirect(address_with_clause(request, shown))
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


def _body(request: HttpRequest, shown: Shown, reader: Reader) -> dict[str, Any]:
    """What the template of the layout needs."""
    after = request.GET.get("after") or None
    match shown.spec.layout:
        case "board":
            return board.board(shown, reader)
        case "calendar":
            return calendar.calendar(shown, reader, at=request.GET.get("at", ""))
        case "split":
            return split.split(shown, reader, after=after, opened=request.GET.get("open", ""))
    return table.table(shown, reader, after=after)


def _frame(shown: Shown, body: dict[str, Any], reader: Reader) -> dict[str, object]:
    """Everything around the records."""
    kind, by, path = shown.kind, shown.by, shown.path
    count = body.get("count") or _count(shown, body.get("page"))
    number = reader.number(count.count)
    words = {"count": number, "kind": str(kind.label_plural).lower()}
    heading = _("%(count)s %(kind)s") % words if count.is_exact else _("About %(count)s %(kind)s") % words
    if count.is_exact and count.count == 1:
        heading = _("1 %(kind)s") % {"kind": str(kind.label).lower()}
    new = _new_buttons(kind, by)
    import_button = [Button(_("Import"), url="/import/", icon="upload")] if by.may("import.run") else []
    asked = shown.parameters()
    columns = ",".join(shown.spec.columns)
    exported = {"filter": shown.where_text, "q": shown.text, "sort": shown.sort, "columns": columns}
    return {
        "title": f"{shown.view.name} · {kind.label_plural}" if shown.view else kind.label_plural,
        "heading": heading, "sub": "", "path": path, "q": shown.text,
        "find_placeholder": _("Find by any part of the name"),
        "clauses": clauses_of(kind, by, shown.filter, {k: v for k, v in asked.items() if k != "filter"}, path),
        "clear_url": shown.address(where="", text=""), "ready": pills_of(shown),
        "hidden": [(key, value) for key, value in asked.items() if key != "q"],
        "filter_form_url": shown.address("clause/"), "builder_url": shown.address("filter/"),
        "ways_on": ways_on(kind, shown.where_text, by=by),
        "count_sentence": ngettext("%(shown)s of %(count)s", "%(shown)s of %(count)s", count.count)
        % {"shown": reader.number(len(body["rows"])), "count": number},
        "buttons": [*import_button, *new],
        "export_url": f"{path}export/?{urlencode({k: v for k, v in exported.items() if v})}"
        if by.reach(kind.key, "export") > 0 else "",
        "is_filtered": shown.is_filtered,
        "empty": {"icon": kind.icon, "title": _("No %(kind)s yet") % words,
                  "text": _("They appear here as soon as you add one, import a file, or an event names one."),
                  "buttons": [*new, *import_button]},
    }  # fmt: skip


def _broken(request: HttpRequest, shown: Shown, trouble: ConditionError) -> HttpResponse:
    """A filter that cannot be asked, such as of a view whose field is gone: why, and the filter to mend. Without it
    more would be shown than was meant."""
    if is_partial(request):
        raise trouble
    asked = shown.parameters()
    return render(request, "web/list_broken.html", {
        "title": shown.kind.label_plural, "heading": shown.kind.label_plural, "path": shown.path, "gone_url": "",
        "sentence": trouble, "filter": shown.spec.where, "whole_url": shown.address(where="", quick=()),
        "hidden": [(key, value) for key, value in asked.items() if key not in ("filter", "quick")], **bar_of(shown),
    }, status=trouble.status)  # fmt: skip


def _restore_url(request: HttpRequest, shown: Shown) -> str:
    """Brings back the view that was deleted a moment ago."""
    gone = whole_number(request.GET.get("gone", ""))
    return f"{shown.path}views/{gone}/restore/" if gone else ""


def _new_buttons(kind: ObjectType, by: Actor) -> list[Button]:
    """What can be added here: a record of this kind, or of each of the kinds that it is the union of."""
    if not kind.parts:
        can_create = kind.can_create and by.reach(kind.key, "create") > 0
        return [Button(_("New"), url=f"/o/{kind.key}/new/", icon="plus", is_primary=True)] if can_create else []
    offered = [object_types[key] for key in kind.parts if by.reach(key, "create") > 0]
    return [Button(_("New %(kind)s") % {"kind": str(part.label).lower()}, url=f"/o/{part.key}/new/", icon="plus",
                   is_primary=part is offered[-1]) for part in offered]  # fmt: skip


def _count(shown: Shown, page: query.Page | None) -> query.Estimate:
    """A page that holds all there is needs no second question."""
    if page is not None and page.next is None and len(page.rows) < table.ROWS:
        return query.Estimate(len(page.rows), is_exact=True)
    return query.estimate(shown.kind, by=shown.by, where=shown.where, search=shown.text)
