"""Changing or deleting many records from their list: what is to become of them, a look at it, and the work itself.

One address for each verb; all of it happens in the dialog, which carries what is chosen along: ids, or `bulk_all` with
the filter and the search of the list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from perennial.foundation.errors import Invalid, NotFound
from perennial.foundation.text import whole_number
from perennial.objects.bulk.changes import FieldChange, changeable, checked, holds_several
from perennial.objects.bulk.chosen import Chosen, may_change
from perennial.objects.bulk.models import Bulk
from perennial.objects.bulk.preview import Preview, preview
from perennial.objects.bulk.starting import start_delete, start_edit
from perennial.objects.bulk.working import said_at_the_end
from perennial.objects.fields import Field
from perennial.objects.types import ObjectType
from perennial.web.kit.pages import Button
from perennial.web.kit.reader import reader_of
from perennial.web.middleware import Page
from perennial.web.regions import Toast, answer_regions, is_partial
from perennial.web.screens.address import kind_of, list_url, record_url
from perennial.web.screens.cell_inputs import lone_input
from perennial.web.screens.columns import draw_value
from perennial.web.screens.sent import sent_value
from perennial.workspace.actor import Actor

MOST_FIELDS = 20
Offer = Callable[[ObjectType, Actor], Button | None]
_offers: list[Offer] = []


def register_bulk_button(offer: Offer) -> None:
    """What a room above offers for chosen rows, by a dialog that takes them as `chosen_rows` reads them. It is asked on
    every list, so it is answered without a statement."""
    _offers.append(offer)


def bulk_buttons(kind: ObjectType, by: Actor) -> list[Button]:
    """What the bar under a list offers for the chosen rows."""
    path = f"{list_url(kind)}bulk/"
    found = []
    if may_change(kind, by=by, verb="edit"):
        found.append(Button(_("Change fields"), dialog=f"{path}edit/", icon="pencil"))
    if may_change(kind, by=by, verb="delete"):
        found.append(Button(_("Delete"), dialog=f"{path}delete/", icon="trash", is_danger=True))
    return [*(button for offer in _offers if (button := offer(kind, by)) is not None), *found]


@require_POST
def edit(request: HttpRequest, kind_key: str) -> HttpResponse:
    by = cast(Page, request).actor
    kind = _kind(kind_key, by, "edit")
    chosen = chosen_rows(request.POST)
    step = request.POST.get("_step", "")
    known = changeable(kind, by=by)
    changes = _sent_changes(request.POST, known, by)
    if step not in ("preview", "run"):
        return _form(request, kind, chosen, changes, known, {}, has_more="_more" in request.POST)
    try:
        changes = checked(kind, changes, by=by)
    except Invalid as wrong:
        return _form(request, kind, chosen, changes, known, {key: str(text) for key, text in wrong.fields.items()})
    if step == "preview":
        return _preview(request, kind, chosen, changes, by)
    return _started(request, start_edit(kind, chosen, changes, by=by), by)


@require_POST
def delete(request: HttpRequest, kind_key: str) -> HttpResponse:
    by = cast(Page, request).actor
    kind = _kind(kind_key, by, "delete")
    chosen = chosen_rows(request.POST)
    if request.POST.get("_step") != "run":
        return _preview(request, kind, chosen, [], by)
    return _started(request, start_delete(kind, chosen, by=by), by)


def undoing(request: HttpRequest, bulk: Bulk) -> HttpResponse:
    """A run too large to be taken back while somebody waits."""
    if not is_partial(request):
        return HttpResponseRedirect(f"/bulk/{bulk.pk}/")
    said = _("This is being taken back in the background, and you are told when it is done.")
    response = answer_regions(request, toast=Toast(said, link=f"/bulk/{bulk.pk}/", link_label=_("Look")))
    response.headers["HX-Trigger"] = "work-started"
    return response


def _kind(key: str, by: Actor, verb: str) -> ObjectType:
    kind = kind_of(key, by)
    if not may_change(kind, by=by, verb=cast(Any, verb)):
        raise NotFound
    return kind


def chosen_rows(data: QueryDict) -> Chosen:
    if data.get("bulk_all"):
        return Chosen((), True, data.get("bulk_where", "")[:20_000], data.get("bulk_q", "").strip()[:200])
    ids = tuple(number for text in data.getlist("id") if (number := whole_number(text)) is not None)
    if not ids:
        raise Invalid(sentence=_("Choose the records first."))
    return Chosen(ids)


def _sent_changes(data: QueryDict, known: Mapping[str, Field], by: Actor) -> list[FieldChange]:
    found = []
    for number in range(MOST_FIELDS):
        field = known.get(data.get(f"field-{number}", ""))
        if field is None:
            continue
        how = data.get(f"how-{number}", "set")
        value = None if how == "clear" else sent_value(field, data, f"value-{number}-{field.key}", by=by)
        found.append(FieldChange(field.key, cast(Any, how if how in dict(_hows(field)) else "set"), value))
    return found


def _hows(field: Field) -> list[tuple[str, str]]:
    hows = [("set", _("Set to"))]
    if holds_several(field):
        hows += [("add", _("Add")), ("remove", _("Remove"))]
    return hows if field.required else [*hows, ("clear", _("Make empty"))]


def _form(request: HttpRequest, kind: ObjectType, chosen: Chosen, changes: Sequence[FieldChange],
          known: Mapping[str, Field], errors: dict[str, str], *, has_more: bool = False) -> HttpResponse:  # fmt: skip
    by = cast(Page, request).actor
    rows = [_row(number, each, known, errors, by) for number, each in enumerate(changes)]
    if (has_more or not rows) and len(rows) < MOST_FIELDS:
        rows.append({"number": len(rows), "field": "", "how": "set", "hows": [], "input": None})
    rest = [text for key, text in errors.items() if key not in {each.field for each in changes}]
    return render(request, "web/bulk/_form.html", {
        "action": request.path, "hidden": _carried(chosen), "sub": _sub(kind, chosen, by), "rows": rows, "errors": rest,
        "fields": [(key, field.label) for key, field in known.items()], "can_add": bool(changes) and not has_more,
    }, status=422 if errors else 200)  # fmt: skip


def _row(number: int, change: FieldChange, known: Mapping[str, Field], errors: Mapping[str, str],
         by: Actor) -> dict[str, Any]:  # fmt: skip
    field = known[change.field]
    name, error = f"value-{number}-{field.key}", errors.get(field.key, "")
    input = replace(lone_input(field, name, change.value, by=by, error=error), is_required=True, help=field.help)
    return {"number": number, "field": field.key, "how": change.how, "hows": _hows(field),
            "input": None if change.how == "clear" else input}  # fmt: skip


def _preview(request: HttpRequest, kind: ObjectType, chosen: Chosen, changes: Sequence[FieldChange],
             by: Actor) -> HttpResponse:  # fmt: skip
    is_deleting = not changes
    seen = preview(kind, chosen, changes, by=by, verb="delete" if is_deleting else "edit")
    number = reader_of(by).number(seen.count)
    words = {"count": number}
    label = (ngettext("Delete %(count)s record", "Delete %(count)s records", seen.count) if is_deleting
             else ngettext("Change %(count)s record", "Change %(count)s records", seen.count)) % words  # fmt: skip
    return render(request, "web/bulk/_preview.html", {
        "action": request.path, "heading": f"{label}?", "submit_label": label, "is_danger": is_deleting,
        "hidden": [*_carried(chosen), *_carried_changes(request.POST)], "is_deleting": is_deleting,
        "count": seen.count, "left_out": _left_out(seen, by), "fields": _told_fields(kind, seen, by),
        "samples": _told_samples(kind, seen, by), "can_go_back": not is_deleting,
    })  # fmt: skip


def _left_out(seen: Preview, by: Actor) -> str:
    if not seen.left_out:
        return ""
    said = ngettext(
        "%(count)s of those chosen is not yours to change and stays as it is.",
        "%(count)s of those chosen are not yours to change and stay as they are.",
        seen.left_out,
    )
    return said % {"count": reader_of(by).number(seen.left_out)}


def _told_fields(kind: ObjectType, seen: Preview, by: Actor) -> list[dict[str, Any]]:
    reader, known = reader_of(by), changeable(kind, by=by)
    told = []
    for each in seen.fields:
        type = known[each.change.field].type
        told.append({
            "label": known[each.change.field].label, "how": dict(_hows(known[each.change.field]))[each.change.how],
            "is_clear": each.change.how == "clear", "new": draw_value(type, each.new, reader),
            "now": [{"value": _("others") if now.is_rest else draw_value(type, now.value, reader), "count": now.count}
                    for now in each.now],
        })  # fmt: skip
    return told


def _told_samples(kind: ObjectType, seen: Preview, by: Actor) -> list[dict[str, Any]]:
    reader, known = reader_of(by), changeable(kind, by=by)
    return [{"url": record_url(kind.key, sample.id), "title": sample.title or f"#{sample.id}",
             "values": [draw_value(known[key].type, value, reader) for key, value in sample.values.items()]}
            for sample in seen.samples]  # fmt: skip


def _started(request: HttpRequest, bulk: Bulk, by: Actor) -> HttpResponse:
    """Done already: a toast with Undo. Else the list stays, and the bar of running work says how far it is."""
    if not is_partial(request):
        return HttpResponseRedirect(f"/bulk/{bulk.pk}/")
    if bulk.is_at_work:
        toast = Toast(_("This goes on in the background, and you are told when it is done."), link=f"/bulk/{bulk.pk}/",
                      link_label=_("Look"))  # fmt: skip
        response = answer_regions(request, toast=toast)
        response.headers["HX-Trigger"] = "dialog-done, work-started"
        return response
    toast = Toast(bulk.error or said_at_the_end(bulk, by), undo=f"/undo/{bulk.run_id}/" if bulk.changed else "",
                  link=f"/bulk/{bulk.pk}/" if bulk.refused else "", link_label=_("Which?"),
                  tone="warn" if bulk.refused or bulk.error else "")  # fmt: skip
    response = answer_regions(request, toast=toast)
    response.headers["HX-Trigger"] = "record-changed, dialog-done"
    return response


def _carried(chosen: Chosen) -> list[tuple[str, Any]]:
    if chosen.is_all:
        return [("bulk_all", "1"), ("bulk_where", chosen.where), ("bulk_q", chosen.search)]
    return [("id", each) for each in chosen.ids]


def _carried_changes(data: QueryDict) -> list[tuple[str, str]]:
    return [(name, text) for name, texts in data.lists() if name.startswith(("field-", "how-", "value-"))
            for text in texts]  # fmt: skip


def _sub(kind: ObjectType, chosen: Chosen, by: Actor) -> str:
    if chosen.is_all:
        return _("All %(kind)s that match.") % {"kind": str(kind.label_plural).lower()}
    count = len(chosen.ids)
    return ngettext("%(count)s record", "%(count)s records", count) % {"count": reader_of(by).number(count)}
