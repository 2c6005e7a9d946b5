"""The generic import kind, which every object type has: rows become records, or change those that are here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from perennial.conditions.schema import ColumnType
from perennial.objects.actions import Result
from perennial.objects.fields import Field, LinesType, LinkType
from perennial.objects.importing.kinds import (
    ImportField,
    ImportKind,
    ImportOption,
    ImportRow,
    Outcome,
    Session,
    Skipped,
)
from perennial.objects.importing.naming import AMBIGUOUS, Names
from perennial.objects.query import by_external
from perennial.objects.types import ObjectType
from perennial.objects.writing import create_records, update_records
from perennial.objects.writing.cleaning import settable

_SLASHED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(.*)", re.ASCII | re.DOTALL)

CREATE, UPDATE, BOTH = "create", "update", "both"
_MODE = ImportOption(
    "mode",
    _("What the rows do"),
    (
        (BOTH, _("Create new ones, update those that are here")),
        (CREATE, _("Create new ones only")),
        (UPDATE, _("Update those that are here only")),
    ),
    default=BOTH,
)
_DATES = ImportOption(
    "dates", _("Dates like 3/4/2026 are"), (("dmy", _("Day first")), ("mdy", _("Month first"))), default="dmy"
)
_LINKS = ImportOption(
    "links",
    _("Names that are not here yet"),
    (("create", _("Create them")), ("skip", _("Skip the row"))),
    default="create",
    help=_("Such as the company of a person."),
)


@cache
def kind_of_records(kind: ObjectType) -> ImportKind:
    fields = [each for each in settable(kind).values() if not isinstance(each.type, LinesType)]
    keys = [each for each in (kind.external, "external_id", "email") if any(each == field.key for field in fields)]
    labels = {field.key: field.label for field in fields}
    match = ImportOption(
        "match",
        _("A record is the same by its"),
        (*((key, labels[key]) for key in dict.fromkeys(keys)), ("", _("Nothing: every row is new"))),
        default=keys[0] if keys else "",
    )
    has_dates = any(field.type.column in (ColumnType.DAY, ColumnType.MOMENT) for field in fields)
    has_links = any(isinstance(field.type, LinkType) for field in fields)
    return ImportKind(
        kind.key,
        kind.label_plural,
        tuple(ImportField(each.key, each.label, aliases=each.aliases, help=each.help) for each in fields),
        needs=((kind.key, "create"), (kind.key, "edit")),
        open=lambda session: RecordWriter(kind, fields, session),
        options=(_MODE, match, *((_DATES,) if has_dates else ()), *((_LINKS,) if has_links else ())),
        icon=kind.icon,
        object_key=kind.key,
    )


class RecordWriter:
    """Writes batches by the generic actions, within the import's run."""

    def __init__(self, kind: ObjectType, fields: Sequence[Field], session: Session) -> None:
        self.kind, self.fields, self.session = kind, fields, session
        self.mode = session.options.get("mode", BOTH)
        match = session.options.get("match", "")
        self.match = match if match in session.mapped else ""
        self.is_month_first = session.options.get("dates") == "mdy"
        self.names = Names(session, may_create=session.options.get("links") == "create")
        self._by_key = {field.key: field for field in fields}

    def write(self, rows: Sequence[ImportRow]) -> Outcome:
        outcome = Outcome()
        values = {row.number: self._values(row) for row in rows}
        self._resolve(values, outcome)
        there, keys = self._find(values)
        new: dict[int, dict[str, Any]] = {}
        changes: dict[int, tuple[int, dict[str, Any]]] = {}
        seen: set[str] = set()
        for number, row in values.items():
            key = keys.get(number)
            if key is not None and key in seen:
                outcome.skipped.append(
                    Skipped(
                        number,
                        "duplicate",
                        str(
                            _("An earlier row of the file has the same %(field)s.") % {"field": self._label(self.match)}
                        ),
                    )
                )
            elif key is not None and key in there:
                seen.add(key)
                if self.mode == CREATE:
                    outcome.skipped.append(
                        Skipped(
                            number,
                            "already_here",
                            str(_("There is a record with the same %(field)s.") % {"field": self._label(self.match)}),
                        )
                    )
                else:
                    changes[there[key]] = (number, row)
            elif self.mode == UPDATE:
                outcome.skipped.append(Skipped(number, "not_here", str(_("There is no such record to update."))))
            else:
                if key is not None:
                    seen.add(key)
                new[number] = row
        self._create(new, outcome)
        self._update(changes, outcome)
        return outcome

    def finish(self) -> None:
        """Nothing is left to do."""

    def _values(self, row: ImportRow) -> dict[str, Any]:
        """What the row says. An empty cell says nothing: it erases no value of a record that is here."""
        values: dict[str, Any] = {}
        for field, cell in zip(self.fields, row.cells, strict=True):
            if cell is None or cell.isspace():
                continue
            is_date = field.type.column in (ColumnType.DAY, ColumnType.MOMENT)
            values[field.key] = self._date(cell) if is_date else cell
        return values

    def _date(self, text: str) -> str:
        """Days before months or after them, as the user said, in the order that fields understand."""
        found = _SLASHED.fullmatch(text.strip()[:60])
        if found is None:
            return text
        first, second, year, rest = found.groups()
        month, day = (first, second) if self.is_month_first else (second, first)
        return f"{year}-{int(month):02}-{int(day):02}{_time(rest)}"

    def _resolve(self, values: dict[int, dict[str, Any]], outcome: Outcome) -> None:
        """Ids in place of the names of records, users and teams; rows with a name that nobody has are skipped."""
        for field in self.fields:
            if not isinstance(field.type, LinkType) or field.key not in self.session.mapped:
                continue
            named = {number: str(row[field.key]) for number, row in values.items() if field.key in row}
            ids = self.names.ids_of(field.type.object_key, set(named.values()))
            for number, name in named.items():
                found = ids.get(name)
                if found is None or found == AMBIGUOUS:
                    sentence = (
                        _("%(field)s: several are called “%(name)s”.")
                        if found == AMBIGUOUS
                        else _("%(field)s: there is no “%(name)s”.")
                    )
                    outcome.skipped.append(
                        Skipped(
                            number,
                            "ambiguous_name" if found == AMBIGUOUS else "unknown_name",
                            str(sentence % {"field": field.label, "name": name[:80]}),
                        )
                    )
                    del values[number]
                else:
                    values[number][field.key] = found

    def _find(self, values: Mapping[int, Mapping[str, Any]]) -> tuple[dict[str, int], dict[int, str]]:
        """The records that are here by their key, and the key of each row."""
        if not self.match:
            return {}, {}
        type = self._by_key[self.match].type
        keys: dict[int, str] = {}
        for number, row in values.items():
            try:
                key = type.clean(row.get(self.match))
            except ValueError:
                continue  # writing will say what is wrong with it
            if key is not None:
                keys[number] = str(key)
        return by_external(self.kind, sorted(set(keys.values())), by=self.session.by, on=self.match), keys

    def _create(self, rows: Mapping[int, Mapping[str, Any]], outcome: Outcome) -> None:
        if not rows:
            return
        fixed = {"is_sample": True} if self.session.is_sample else None
        run = create_records(self.kind, list(rows.values()), by=self.session.by, within=self.session.run, fixed=fixed)
        for number, result in zip(rows, run.results, strict=True):
            if result.is_done:
                outcome.created += 1
                outcome.made[number] = "created"
            else:
                outcome.skipped.append(self._skipped(number, result))

    def _update(self, changes: Mapping[int, tuple[int, Mapping[str, Any]]], outcome: Outcome) -> None:
        if not changes:
            return
        run = update_records(
            self.kind, {id: row for id, (_number, row) in changes.items()}, by=self.session.by, within=self.session.run
        )
        for (number, _row), result in zip(changes.values(), run.results, strict=True):
            if not result.is_done:
                outcome.skipped.append(self._skipped(number, result))
            elif result.data.get("changed"):
                outcome.updated += 1
                outcome.made[number] = "updated"
            else:
                outcome.unchanged += 1
                outcome.made[number] = "unchanged"

    def _skipped(self, number: int, result: Result) -> Skipped:
        fields = result.data.get("fields", {})
        sentence = " ".join(f"{self._label(key)}: {text}" if key else str(text) for key, text in fields.items())
        return Skipped(number, result.code, sentence or result.sentence)

    def _label(self, key: str) -> str:
        field = self._by_key.get(key)
        return str(field.label) if field else key


def _time(rest: str) -> str:
    """The time of day behind a date: "8:26" as "08:26"; with pm where it says so."""
    text = rest.strip(" T,").upper()
    if not text:
        return ""
    for pattern in ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M%p", "%I:%M:%S %p"):
        try:
            return f" {datetime.strptime(text, pattern):%H:%M:%S}"  # noqa: DTZ007 - a time of day alone
        except ValueError:
            continue
    return f" {text}"
