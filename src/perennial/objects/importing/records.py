"""The generic import kind, which every object type has: rows become records, or change those that are here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
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
from perennial.objects.writing.cleaning import Draft, complete_changes, complete_new, settable
from perennial.objects.writing.creating import create_complete
from perennial.objects.writing.updating import update_complete

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
        mapped = [(place, field) for place, field in enumerate(fields) if field.key in session.mapped]
        self._links = [(field, field.type) for _place, field in mapped if isinstance(field.type, LinkType)]
        self._cleaners = [(place, field.key, self._cleaner(field)) for place, field in mapped]

    def read(self, rows: Sequence[ImportRow]) -> dict[int, Draft]:
        """What each row says, cleaned. An empty cell says nothing: it erases no value of a record that is here. Names
        of other records stay names until `write` looks them up."""
        drafts: dict[int, Draft] = {}
        for number, cells in rows:
            draft = drafts[number] = Draft(number)
            values = draft.values
            for place, key, clean in self._cleaners:
                cell = cells[place]
                if cell is None or cell.isspace():
                    continue
                try:
                    values[key] = clean(cell)
                except ValueError as error:
                    draft.errors[key] = str(error)
        return drafts

    def write(self, read: dict[int, Draft]) -> Outcome:
        outcome = Outcome()
        drafts = dict(read)
        self._resolve(drafts, outcome)
        there, keys = self._find(drafts)
        new: list[Draft] = []
        changes: list[Draft] = []
        seen: set[str] = set()
        for number, draft in drafts.items():
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
                    draft.id = there[key]
                    changes.append(draft)
            elif self.mode == UPDATE:
                outcome.skipped.append(Skipped(number, "not_here", str(_("There is no such record to update."))))
            else:
                if key is not None:
                    seen.add(key)
                new.append(draft)
        self._create(new, outcome)
        self._update(changes, outcome)
        return outcome

    def finish(self) -> None:
        """Nothing is left to do."""

    def _cleaner(self, field: Field) -> Callable[[str], Any]:
        if isinstance(field.type, LinkType):
            return str
        clean = field.type.clean
        if field.type.column in (ColumnType.DAY, ColumnType.MOMENT):
            return lambda cell: clean(self._date(cell))
        return clean

    def _date(self, text: str) -> str:
        """Days before months or after them, as the user said, in the order that fields understand."""
        found = _SLASHED.fullmatch(text.strip()[:60])
        if found is None:
            return text
        first, second, year, rest = found.groups()
        month, day = (first, second) if self.is_month_first else (second, first)
        return f"{year}-{int(month):02}-{int(day):02}{_time(rest)}"

    def _resolve(self, drafts: dict[int, Draft], outcome: Outcome) -> None:
        """Ids in place of the names of records, users and teams; rows with a name that nobody has are skipped."""
        for field, type in self._links:
            named = {number: draft.values[field.key] for number, draft in drafts.items() if field.key in draft.values}
            ids = self.names.ids_of(type.object_key, set(named.values())) if named else {}
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
                    del drafts[number]
                else:
                    drafts[number].values[field.key] = found

    def _find(self, drafts: Mapping[int, Draft]) -> tuple[dict[str, int], dict[int, str]]:
        """The records that are here by their key, and the key of each row. Writing will say what is wrong with a bad
        one."""
        if not self.match:
            return {}, {}
        keys = {
            number: str(key) for number, draft in drafts.items() if (key := draft.values.get(self.match)) is not None
        }
        return by_external(self.kind, sorted(set(keys.values())), by=self.session.by, on=self.match), keys

    def _create(self, drafts: list[Draft], outcome: Outcome) -> None:
        if not drafts:
            return
        by = self.session.by
        fixed = {"is_sample": True} if self.session.is_sample else None
        complete = complete_new(self.kind, drafts, by=by)
        run = create_complete(self.kind, complete, by=by, within=self.session.run, fixed=fixed)
        for draft, result in zip(drafts, run.results, strict=True):
            if result.is_done:
                outcome.created += 1
                if self.session.is_preview:
                    outcome.made[draft.index] = "created"
            else:
                outcome.skipped.append(self._skipped(draft.index, result))

    def _update(self, drafts: list[Draft], outcome: Outcome) -> None:
        if not drafts:
            return
        by = self.session.by
        complete = complete_changes(self.kind, drafts, by=by)
        run = update_complete(self.kind, complete, by=by, within=self.session.run)
        for draft, result in zip(drafts, run.results, strict=True):
            if not result.is_done:
                outcome.skipped.append(self._skipped(draft.index, result))
            elif result.data.get("changed"):
                outcome.updated += 1
                outcome.made[draft.index] = "updated"
            else:
                outcome.unchanged += 1
                outcome.made[draft.index] = "unchanged"

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
