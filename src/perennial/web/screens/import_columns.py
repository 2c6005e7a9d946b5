"""The second step of an import: how the file is read, and which column is which field. What is guessed stands there to
be changed; a column that is no field can become one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from perennial.foundation.errors import Invalid, Refused
from perennial.objects.importing.formats.delimited import DELIMITERS
from perennial.objects.importing.formats.encodings import KNOWN
from perennial.objects.importing.formats.shape import NO_HEADINGS
from perennial.objects.importing.formats.workbooks import UNCALCULATED
from perennial.objects.importing.kinds import ImportKind
from perennial.objects.importing.new_fields import add_fields, can_add_fields, guessed_type
from perennial.objects.importing.presets import presets_of
from perennial.objects.importing.previewing import preview
from perennial.objects.importing.registry import kind_named
from perennial.objects.importing.sniffing import Wishes
from perennial.objects.importing.suggesting import Why, suggest
from perennial.objects.importing.uploads import get_import, map_by, read_again, samples_of, set_up
from perennial.objects.made.field_types import made_types
from perennial.objects.models import Import
from perennial.web.kit.pages import Input
from perennial.web.kit.reader import reader_of
from perennial.web.middleware import Page
from perennial.web.screens.import_progress import url_of
from perennial.workspace.actor import Actor

_SAMPLES = 3
_NEW = "new:"  # before the type of the field that a column becomes
_MOST_TOP = 15  # rows among which the headings are chosen


def columns(request: HttpRequest, import_id: int) -> HttpResponse:
    by = cast(Page, request).actor
    importing = get_import(import_id, by=by)
    if importing.status != Import.Status.UPLOADED:
        return HttpResponseRedirect(url_of(importing))
    kind = kind_named(importing.kind)
    chosen, options = _as_it_is(importing)
    errors: list[Any] = []
    if request.method == "POST":
        chosen = {place: request.POST.get(f"column-{place}", "") for place in range(len(importing.shape["headings"]))}
        options = {option.key: request.POST.get(f"option-{option.key}", option.default) for option in kind.options}
        try:
            set_up(importing, mapping=_mapping(importing, chosen, by), options=options)
            preview(importing, by=by, limit=1)  # a kind may find more wrong with its options than that they are there
            return HttpResponseRedirect(f"{url_of(importing)}check/")
        except Invalid as wrong:
            labels = {field.key: field.label for field in kind.fields}
            errors = [format_html("{}: {}", labels[key], text) if key in labels else text
                      for key, text in wrong.fields.items()]  # fmt: skip
        except Refused as wrong:
            errors = [wrong.sentence]
    context = {**_context(importing, kind, chosen, options, by), "errors": errors}
    return render(request, "web/import_columns.html", context, status=422 if errors else 200)


@require_POST
def read(request: HttpRequest, import_id: int) -> HttpResponse:
    """Read the file another way, or take another ready mapping."""
    by = cast(Page, request).actor
    importing = get_import(import_id, by=by)
    shape, post = importing.shape, request.POST
    encoding, delimiter, sheet = (
        post.get(f"file-{part}", shape.get(part, "")) for part in ("encoding", "delimiter", "sheet")
    )
    top = _row(post.get("file-top", ""))
    is_other = (encoding, delimiter, sheet) != (shape["encoding"], shape["delimiter"], shape.get("sheet", ""))
    if is_other and top == shape.get("top", 0):
        top = None  # it was said of another sheet: where its headings are is guessed anew
    wishes = Wishes(encoding, delimiter, sheet, top)
    try:
        if is_other or top != shape.get("top", 0):
            read_again(importing, wishes, by=by)
        else:
            map_by(importing, post.get("preset", ""), by=by)
    except Refused as wrong:
        chosen, options = _as_it_is(importing)
        context = _context(importing, kind_named(importing.kind), chosen, options, by) | {"errors": [wrong.sentence]}
        return render(request, "web/import_columns.html", context, status=422)
    return HttpResponseRedirect(f"{url_of(importing)}columns/")


def _row(text: str) -> int | None:
    return int(text) if text.removeprefix("-").isdecimal() and len(text) < 6 else None


def _as_it_is(importing: Import) -> tuple[dict[int, str], dict[str, str]]:
    return {int(place): key for key, place in importing.mapping.items()}, dict(importing.options)


def _mapping(importing: Import, chosen: Mapping[int, str], by: Actor) -> dict[str, int]:
    """Field → column; fields that are to be new are made."""
    headings = importing.shape["headings"]
    wanted = {place: key.removeprefix(_NEW) for place, key in chosen.items() if key.startswith(_NEW)}
    mapping = {key: place for place, key in chosen.items() if key and place not in wanted}
    if wanted:
        made = add_fields(importing.kind, {headings[place]: type for place, type in wanted.items()}, by=by)
        mapping |= {made[headings[place]]: place for place in wanted}
    return mapping


def _context(
    importing: Import, kind: ImportKind, chosen: Mapping[int, str], options: Mapping[str, str], by: Actor
) -> dict[str, Any]:
    headings = importing.shape["headings"]
    samples = samples_of(importing)
    ready = (each for each in presets_of(kind.key) if importing.mapping and importing.mapping == each.mapping(headings))
    preset = next(ready, None)
    why = suggest(kind, headings, samples, by=by).why
    rows = "" if importing.rows is None else ngettext("%(count)s row", "%(count)s rows", importing.rows) % {
        "count": reader_of(by).number(importing.rows)}  # fmt: skip
    can_add = can_add_fields(importing.kind, by)
    return {
        "heading": _("What is in the columns?"), "sub": ", ".join(part for part in (importing.name, rows) if part),
        "columns": [
            _column(place, name, chosen.get(place, ""), samples, importing.mapping, why, can_add=can_add)
            for place, name in enumerate(headings)
        ],
        "fields": [(field.key, field.label, field.required) for field in kind.offered(by)],
        "options": [Input(f"option-{option.key}", option.label, "choice" if option.choices else "text",
                          options.get(option.key, option.default), options=option.choices, help=option.help,
                          is_required=True) for option in kind.options],
        "file": _file_inputs(importing, kind, preset.key if preset else ""), "read_url": f"{url_of(importing)}read/",
        "hints": [_hint(each) for each in importing.shape.get("hints", ())],
    }  # fmt: skip


def _column(
    place: int, name: str, chosen: str, samples: list[list[str | None]], mapping: Mapping[str, int],
    why: Mapping[str, Why], *, can_add: bool,
) -> dict[str, Any]:  # fmt: skip
    values = [row[place] or "" for row in samples if place < len(row) and row[place]]
    type = guessed_type(values) if can_add else ""
    return {
        "index": place, "name": name, "field": chosen, "samples": values[:_SAMPLES],
        "why": _reason(why.get(chosen)) if mapping.get(chosen) == place else "",
        "new": _("A new field: %(type)s") % {"type": made_types[type].label} if type else "",
        "new_key": f"{_NEW}{type}",
    }  # fmt: skip


def _reason(why: Why | None) -> str:
    match why:
        case Why.HABIT:
            return _("as the last time")
        case Why.PRESET:
            return _("as exports of this product have it")
        case Why.VALUES:
            return _("by its values")
        case Why.NAME:
            return _("by its heading")
    return ""


def _file_inputs(importing: Import, kind: ImportKind, preset: str) -> list[Input]:
    """What was guessed of the file, each with its alternatives. Only what there is a choice in."""
    shape = importing.shape
    found: list[Input] = []
    if len(shape.get("sheets", ())) > 1:
        sheets = [(name, name) for name in shape["sheets"]]
        found.append(Input("file-sheet", _("Sheet"), "choice", shape["sheet"], options=sheets, is_required=True))
    if shape["format"] == "csv":
        names = {",": _("Comma"), ";": _("Semicolon"), "\t": _("Tab"), "|": _("Vertical line")}
        delimiters = [(each, names[each]) for each in DELIMITERS]
        found.append(
            Input("file-delimiter", _("Between cells"), "choice", shape["delimiter"], options=delimiters,
                  is_required=True)
        )  # fmt: skip
    if shape["format"] in ("csv", "vcard"):
        found.append(
            Input("file-encoding", _("Letters"), "choice", shape["encoding"], options=list(KNOWN.items()),
                  is_required=True)
        )  # fmt: skip
    if shape["format"] in ("csv", "xlsx"):
        top = shape.get("top", 0)
        rows = [(NO_HEADINGS, _("None: the first row is data already"))]
        rows += [(row, _("Row %(number)d") % {"number": row + 1}) for row in range(max(_MOST_TOP, top + 1))]
        found.append(Input("file-top", _("Headings are in"), "choice", top, options=rows, is_required=True))
    if ready := presets_of(kind.key):
        exports = [(each.key, f"{each.vendor}: {each.what}") for each in ready]
        found.append(Input("preset", _("It is an export of"), "choice", preset, options=exports))
    return found


def _hint(key: str) -> str:
    said = {
        UNCALCULATED: _("Some cells hold formulas whose results the file does not keep. Open it in your spreadsheet,"
                        " save it, and choose it again."),
    }  # fmt: skip
    return said.get(key, "")
