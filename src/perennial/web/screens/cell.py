"""One cell of a table: its input on GET, its new value on POST. A refusal is said at the cell and loses nothing."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from perennial.foundation.errors import NotFound
from perennial.foundation.text import whole_number
from perennial.objects import query
from perennial.objects.bulk.chosen import kinds_within
from perennial.objects.conflicts import Clash, mark_of, save
from perennial.objects.fields import Field, Link, LinkType
from perennial.objects.titles import title_of
from perennial.objects.types import ObjectType
from perennial.web.kit.reader import reader_of
from perennial.web.middleware import Page
from perennial.web.regions import Toast, answer_regions
from perennial.web.screens.address import kind_of
from perennial.web.screens.cell_inputs import cell_fields, lone_input
from perennial.web.screens.columns import draw_value
from perennial.web.screens.sent import sent_value
from perennial.workspace.actor import Actor

VALUE = "value"


@never_cache
def cell(request: HttpRequest, kind_key: str, record_id: int, field_key: str) -> HttpResponse:
    by = cast(Page, request).actor
    kind = part_of(kind_of(kind_key, by), record_id, by)
    field = cell_fields(kind, by).get(field_key)
    if field is None:
        raise NotFound
    if request.method != "POST":
        mark = mark_of(kind, record_id)
        row = query.get(kind, record_id, by=by, columns=[field.key], verb="edit")
        return _editor(request, kind, record_id, field, row.values[field.key], mark)
    value = sent_value(field, request.POST, VALUE, by=by)
    mark = whole_number(request.POST.get("mark", "")) or 0
    saved = save(kind, record_id, {field.key: value}, mark=mark, by=by)
    if saved.clashes:
        return _editor(request, kind, record_id, field, value, mark_of(kind, record_id),
                       error=clash_sentence(field, saved.clashes[0], by))  # fmt: skip
    assert saved.result is not None
    if not saved.result.is_done:
        if saved.result.code == "not_found":
            raise NotFound
        said = saved.result.data.get("fields", {}).get(field.key) or saved.result.sentence
        return _editor(request, kind, record_id, field, value, mark, error=said)
    row = query.get(kind, record_id, by=by, columns=[field.key], verb="edit")
    shown = row.title or f"#{row.id}" if field.key == kind.title else draw_value(
        field.type, row.values[field.key], reader_of(by))  # fmt: skip
    if not saved.result.data.get("changed"):
        return HttpResponse(shown)
    assert saved.run is not None
    toast = answer_regions(request, toast=Toast(_("Saved."), undo=f"/undo/{saved.run.id}/"))
    return HttpResponse(render(request, "web/cells/_value.html", {"shown": shown}).content + toast.content)


def part_of(kind: ObjectType, record_id: int, by: Actor) -> ObjectType:
    """The kind that the record is written as, if the actor may write it."""
    for part in kinds_within(kind):
        if record_id in query.allowed_ids(part, [record_id], by=by, verb="edit"):
            return part
    raise NotFound


def clash_sentence(field: Field, clash: Clash, by: Actor) -> str:
    words = {"name": clash.who, "value": shown_text(field, clash.theirs, by) or _("nothing")}
    return _("%(name)s changed this meanwhile to “%(value)s”. Save again to put yours in its place.") % words


def shown_text(field: Field, value: Any, by: Actor) -> str:
    """A value of the change log as a person reads it."""
    if value in (None, "", []):
        return ""
    if isinstance(field.type, LinkType):
        id = value.get("id", 0) if isinstance(value, dict) else value
        return title_of(field.type.object_key, int(id), by=by)
    if isinstance(value, Link):
        return value.title
    label_of = getattr(field.type, "label_of", None)
    if label_of is not None and isinstance(value, str):
        return str(label_of(value))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, dict):
        return " ".join(str(part) for part in value.values())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _editor(request: HttpRequest, kind: ObjectType, record_id: int, field: Field, value: Any, mark: int, *,
            error: str = "") -> HttpResponse:  # fmt: skip
    by = cast(Page, request).actor
    return render(request, "web/cells/_editor.html", {
        "action": f"/o/{kind.key}/{record_id}/cell/{field.key}/", "mark": mark,
        "input": lone_input(field, VALUE, value, by=by, error=error, has_focus=True), "label": field.label,
    }, status=422 if error else 200)  # fmt: skip
