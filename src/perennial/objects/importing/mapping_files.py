"""A mapping as a file: how a file is read, which column is which field, and the options, to be kept beside the data and
used without a page. JSON, by headings and not by numbers, so that columns may come in another order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from perennial.foundation.errors import Invalid
from perennial.objects.importing.headings import same
from perennial.objects.importing.registry import kind_named
from perennial.objects.importing.sniffing import Wishes
from perennial.objects.importing.uploads import read_again, set_up
from perennial.objects.models import Import
from perennial.workspace.actor import Actor

_PARTS = frozenset(("kind", "file", "columns", "options"))
_FILE_PARTS = frozenset(("encoding", "delimiter", "sheet", "headings_in_row"))


def mapping_of(importing: Import) -> dict[str, Any]:
    """What stands in the file for an import as it is set up now; columns that are left out are null."""
    shape = importing.shape
    file: dict[str, Any] = {"headings_in_row": shape.get("top", 0) + 1}
    if shape["format"] == "csv":
        file |= {"encoding": shape["encoding"], "delimiter": shape["delimiter"]}
    if shape.get("sheet"):
        file |= {"sheet": shape["sheet"]}
    fields = {place: key for key, place in importing.mapping.items()}
    return {
        "kind": importing.kind,
        "file": file,
        "columns": {heading: fields.get(place) for place, heading in enumerate(shape["headings"])},
        "options": importing.options,
    }


def apply_mapping(importing: Import, data: Any, *, by: Actor) -> Import:
    """Set an import up as such a file says. What it leaves out is as guessed. Raises `Invalid` by part."""
    _check(data)
    if told := data.get("file"):
        row = told.get("headings_in_row")
        wishes = Wishes(
            told.get("encoding"), told.get("delimiter"), told.get("sheet"), None if row is None else int(row) - 1
        )
        read_again(importing, wishes, by=by)
    return set_up(
        importing,
        mapping=_by_number(importing, data.get("columns", {})) if "columns" in data else importing.mapping,
        options=importing.options | data.get("options", {}),
    )


def _by_number(importing: Import, columns: Mapping[str, str | None]) -> dict[str, int]:
    places = {same(heading): place for place, heading in reversed(list(enumerate(importing.shape["headings"])))}
    known = {field.key for field in kind_named(importing.kind).fields}
    mapping: dict[str, int] = {}
    for heading, key in columns.items():
        if key is None or key == "":
            continue
        if key not in known:
            raise Invalid({heading: _("There is no field “%(field)s”.") % {"field": key[:80]}})
        if same(heading) not in places:
            raise Invalid({heading: _("The file has no such column.")})
        mapping[key] = places[same(heading)]
    return mapping


def _check(data: Any) -> None:
    if not isinstance(data, dict):
        raise Invalid({"": _("A mapping is a JSON object.")})
    for part in data.keys() - _PARTS:
        raise Invalid({str(part)[:80]: _("A mapping has no such part.")})
    file, columns, options = data.get("file", {}), data.get("columns", {}), data.get("options", {})
    if not all(isinstance(each, dict) for each in (file, columns, options)):
        raise Invalid({"": _("“file”, “columns” and “options” are JSON objects.")})
    for part in file.keys() - _FILE_PARTS:
        raise Invalid({f"file.{part}"[:80]: _("A mapping has no such part.")})
    row = file.get("headings_in_row")
    if row is not None and (not isinstance(row, int) or isinstance(row, bool) or not 0 <= row <= 1_000):
        raise Invalid({"file.headings_in_row": _("This is the number of a row: 1 for the first, 0 for none.")})
    if not all(isinstance(file.get(key) or "", str) for key in ("encoding", "delimiter", "sheet")):
        raise Invalid({"file": _("This must be text.")})
    if not all(each is None or isinstance(each, str) for each in (*columns.values(), *options.values())):
        raise Invalid({"columns": _("Each column names a field, or null.")})
