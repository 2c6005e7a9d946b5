"""Pasting a block from a spreadsheet over the cells of a table: a look at it, then the writing, then Undo."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from perennial.conditions.tree import Compare, Op
from perennial.foundation.errors import Invalid
from perennial.objects import query
from perennial.objects.actions import Result, Run
from perennial.objects.bulk.pasting import Block, paste, read_block, try_paste
from perennial.objects.fields import Field
from perennial.objects.types import ObjectType
from perennial.web.kit.reader import reader_of
from perennial.web.middleware import Page
from perennial.web.regions import Toast, answer_regions
from perennial.web.screens.address import kind_of
from perennial.web.screens.cell_inputs import cell_fields
from perennial.web.screens.columns import draw_value
from perennial.workspace.actor import Actor

LONGEST = 4_000_000  # characters of a block
_SHOWN = 30


@require_POST
def block(request: HttpRequest, kind_key: str) -> HttpResponse:
    by = cast(Page, request).actor
    kind = kind_of(kind_key, by)
    text = request.POST.get("block", "")
    told, given = _read(text)
    known = cell_fields(kind, by)
    there = _only_known(given, known)
    if "_sent" in request.POST:
        return _written(request, paste(kind, there, by=by))
    results = try_paste(kind, there, by=by)
    changed = sum(bool(each.data.get("changed")) for each in results)
    label = ngettext("Change %(count)s record", "Change %(count)s records", changed) % {
        "count": reader_of(by).number(changed)}  # fmt: skip
    return render(request, "web/cells/_paste.html", {
        "heading": f"{label}?", "submit_label": label, "count": changed, "action": request.path, "block": text,
        "notes": _notes(told, given, there, results, by), "columns": [known[key].label for key in there.columns],
        "rows": _rows(kind, there, results, known, by),
    })  # fmt: skip


def _read(text: str) -> tuple[Mapping[str, Any], Block]:
    if len(text) > LONGEST:
        raise Invalid(sentence=_("This is too much at once. Import a file instead."))
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        told = None
    return (told if isinstance(told, dict) else {}), read_block(told)


def _only_known(given: Block, known: Mapping[str, Field]) -> Block:
    """Without the columns that cannot be written; refused when none is left."""
    kept = [place for place, key in enumerate(given.columns) if key in known]
    if not kept:
        raise Invalid(sentence=_("Nothing in these columns can be changed."))
    rows = tuple((id, tuple(cells[place] for place in kept if place < len(cells))) for id, cells in given.rows)
    return Block(tuple(given.columns[place] for place in kept), rows)


def _notes(told: Mapping[str, Any], given: Block, there: Block, results: Sequence[Result], by: Actor) -> list[str]:
    number = reader_of(by).number
    refused = sum(not each.is_done for each in results)
    lost = told.get("lost", 0)
    left = len(given.columns) - len(there.columns)
    notes = []
    if refused:
        notes.append(ngettext("%(count)s row cannot be written, and is left out.",
                              "%(count)s rows cannot be written, and are left out.", refused)
                     % {"count": number(refused)})  # fmt: skip
    if left:
        notes.append(ngettext("%(count)s column cannot be changed here, and is left out.",
                              "%(count)s columns cannot be changed here, and are left out.", left)
                     % {"count": number(left)})  # fmt: skip
    if isinstance(lost, int) and lost > 0:
        notes.append(ngettext("%(count)s row of the block found no record below.",
                              "%(count)s rows of the block found no record below.", lost)
                     % {"count": number(lost)})  # fmt: skip
    return notes


def _rows(kind: ObjectType, there: Block, results: Sequence[Result], known: Mapping[str, Field],
          by: Actor) -> list[dict[str, Any]]:  # fmt: skip
    """The first rows, those that cannot be written before the others."""
    reader = reader_of(by)
    order = sorted(range(len(results)), key=lambda place: results[place].is_done)[:_SHOWN]
    ids = [there.rows[place][0] for place in order]
    found = {row.id: row for row in query.select(kind, by=by, columns=there.columns, sort="id", limit=_SHOWN,
                                                 where=Compare("id", Op.IN, tuple(ids))).rows}  # fmt: skip
    told = []
    for place in order:
        (id, cells), result = there.rows[place], results[place]
        row = found.get(id)
        errors = result.data.get("fields", {})
        changed = result.data.get("changed", ())
        told.append({
            "title": (row.title if row else "") or f"#{id}",
            "problem": "" if result.is_done or errors else result.sentence,
            "cells": [{"old": draw_value(known[key].type, row.values.get(key), reader) if row else "", "new": cell,
                       "is_changed": key in changed, "problem": errors.get(key, "")}
                      for key, cell in zip(there.columns, cells, strict=False)],
        })  # fmt: skip
    return told


def _written(request: HttpRequest, run: Run) -> HttpResponse:
    done = sum(bool(each.data.get("changed")) for each in run.results if each.is_done)
    refused = sum(not each.is_done for each in run.results)
    said = ngettext("%(count)s record changed.", "%(count)s records changed.", done) % {"count": done}
    if refused:
        said += " " + ngettext("%(count)s was refused.", "%(count)s were refused.", refused) % {"count": refused}
    toast = Toast(said, undo=f"/undo/{run.id}/" if done else "", tone="warn" if refused else "")
    response = answer_regions(request, toast=toast)
    response.headers["HX-Trigger"] = "record-changed, dialog-done"
    return response
