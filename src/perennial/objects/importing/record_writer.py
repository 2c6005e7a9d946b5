"""Rows of a file become records of a kind, or change those that are here: a batch at a time, by the generic actions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from perennial.conditions.schema import ColumnType
from perennial.foundation.errors import Text
from perennial.foundation.sql import fetch
from perennial.objects.actions import Result
from perennial.objects.fields import Field, LinkType, RefsType
from perennial.objects.importing.cells import day_written
from perennial.objects.importing.finding import AMBIGUOUS, OWN_ID, find
from perennial.objects.importing.kinds import ImportRow, Outcome, Session, Skipped
from perennial.objects.importing.naming import Names
from perennial.objects.types import ObjectType
from perennial.objects.writing.cleaning import Draft, complete_changes, complete_new
from perennial.objects.writing.creating import create_complete
from perennial.objects.writing.updating import update_complete

CREATE, UPDATE, BOTH = "create", "update", "both"
_DAYS = (ColumnType.DAY, ColumnType.MOMENT)


class RecordWriter:
    """Writes within the import's run. `fields` are those of the import kind, in the order of the cells; behind them may
    stand the number that a record has here, which is never written."""

    def __init__(self, kind: ObjectType, fields: Sequence[Field], session: Session) -> None:
        self.kind, self.session = kind, session
        self.mode = session.options.get("mode", BOTH)
        match = session.options.get("match", "")
        self.match = match if match in session.mapped else OWN_ID if OWN_ID in session.mapped else ""
        self.is_month_first = session.options.get("dates") == "mdy"
        self.names = Names(
            session, may_create=session.options.get("links") == "create", key=session.options.get("links_by", "")
        )
        self._by_key = {field.key: field for field in fields}
        mapped = [(place, field) for place, field in enumerate(fields) if field.key in session.mapped]
        self._links = [(field, field.type) for _place, field in mapped if isinstance(field.type, LinkType | RefsType)]
        self._cleaners = [(place, field.key, self._cleaner(field)) for place, field in mapped]
        if OWN_ID in session.mapped:
            self._cleaners.append((len(fields), OWN_ID, str.strip))
        self._seen: set[int] = set()  # in a trial: hashes of the keys of earlier batches, which are rolled back

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
        named = self._resolve(drafts, outcome)
        new, changes = self._sorted(drafts, outcome)
        self._create(new, outcome)
        self._update(changes, outcome)
        if self.session.is_preview:
            outcome.after = {draft.index: self._after(draft, named) for draft in (*new, *changes)}
        return outcome

    def finish(self) -> None:
        """Nothing is left to do."""

    def _sorted(self, drafts: Mapping[int, Draft], outcome: Outcome) -> tuple[list[Draft], list[Draft]]:
        """Those that are new and those that change a record; the others are skipped, each with its reason."""
        there, keys, earlier = self._find(drafts)
        new: list[Draft] = []
        changes: list[Draft] = []
        for number, draft in drafts.items():
            key = keys.get(number)
            id = there.get(key) if key is not None else None
            if key is not None and key in earlier:
                self._skip(outcome, number, "duplicate", _("An earlier row of the file has the same %(field)s."))
                continue
            if key is not None:
                earlier.add(key)
            if id == AMBIGUOUS:
                self._skip(outcome, number, "several_here", _("Several records have the same %(field)s."))
            elif id is not None and self.mode == CREATE:
                self._skip(outcome, number, "already_here", _("There is a record with the same %(field)s."))
            elif id is not None:
                draft.id = id
                changes.append(draft)
            elif self.mode == UPDATE or (self.match == OWN_ID and key is not None):
                self._skip(outcome, number, "not_here", _("There is no such record to update."))
            else:
                new.append(draft)
        if self.session.is_trial:
            self._seen.update(map(hash, earlier))
        return new, changes

    def _find(self, drafts: Mapping[int, Draft]) -> tuple[dict[str, int], dict[int, str], set[str]]:
        """The records that are here by their key, the key of each row, and the keys that earlier batches of the same
        file have brought."""
        keys: dict[int, str] = {}
        for number, draft in drafts.items():
            own = draft.values.pop(OWN_ID, None)
            key = own if self.match == OWN_ID else draft.values.get(self.match) if self.match else None
            if key is not None:
                keys[number] = str(key)
        there = find(self.kind, self.match, sorted(set(keys.values())), by=self.session.by) if keys else {}
        ours = self._ours([id for id in there.values() if id != AMBIGUOUS])
        earlier = {key for key, id in there.items() if id in ours}
        if self._seen:
            earlier |= {key for key in keys.values() if hash(key) in self._seen}
        return there, keys, earlier

    def _ours(self, ids: list[int]) -> set[int]:
        """Those that this import has made or changed."""
        if not ids:
            return set()
        rows = fetch(
            "SELECT DISTINCT record_id FROM timeline_change WHERE object_key = %s AND record_id = ANY(%s::bigint[])"
            " AND run_id = %s",
            [self.kind.key, ids, self.session.run.id],
        )
        return {id for (id,) in rows}

    def _cleaner(self, field: Field) -> Callable[[str], Any]:
        if isinstance(field.type, LinkType):
            return str
        if isinstance(field.type, RefsType):
            return _several
        clean = field.type.clean
        if field.type.column in _DAYS:
            return lambda cell: clean(day_written(cell, is_month_first=self.is_month_first))
        return clean

    def _resolve(self, drafts: dict[int, Draft], outcome: Outcome) -> dict[tuple[int, str], str]:
        """Ids in place of the names of records, users and teams; rows with a name that nobody has are skipped. What the
        names were, for a preview."""
        said: dict[tuple[int, str], str] = {}
        for field, type in self._links:
            named = {number: draft.values[field.key] for number, draft in drafts.items() if field.key in draft.values}
            if not named:
                continue
            is_several = isinstance(type, RefsType)
            names = {each for value in named.values() for each in (value if is_several else (value,))}
            ids = self.names.ids_of(type.object_key, names)
            for number, value in named.items():
                wanted = value if is_several else (value,)
                wrong = next((each for each in wanted if ids.get(each, AMBIGUOUS) == AMBIGUOUS), None)
                if wrong is not None:
                    self._skip_name(outcome, number, field, wrong, is_known=wrong in ids)
                    del drafts[number]
                    continue
                drafts[number].values[field.key] = [ids[each] for each in wanted] if is_several else ids[value]
                if self.session.is_preview:
                    said[number, field.key] = "; ".join(
                        f"{each} ({_('new')})" if (type.object_key, each) in self.names.made else each
                        for each in wanted
                    )
        return said

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

    def _after(self, draft: Draft, named: Mapping[tuple[int, str], str]) -> dict[str, str]:
        """What the fields of a row have become, as text."""
        after: dict[str, str] = {}
        for key, value in draft.values.items():
            field = self._by_key.get(key)
            if field is not None and value is not None:
                said = named.get((draft.index, key)) or field.type.json(value)
                after[key] = said if isinstance(said, str) else _shown(said)
        return after

    def _skip(self, outcome: Outcome, number: int, code: str, sentence: Text) -> None:
        outcome.skipped.append(Skipped(number, code, str(sentence) % {"field": self._label(self.match)}))

    def _skip_name(self, outcome: Outcome, number: int, field: Field, name: str, *, is_known: bool) -> None:
        sentence = (
            _("%(field)s: several are called “%(name)s”.") if is_known else _("%(field)s: there is no “%(name)s”.")
        )
        code = "ambiguous_name" if is_known else "unknown_name"
        outcome.skipped.append(Skipped(number, code, str(sentence % {"field": field.label, "name": name[:80]})))

    def _skipped(self, number: int, result: Result) -> Skipped:
        fields = result.data.get("fields", {})
        sentence = " ".join(f"{self._label(key)}: {text}" if key else str(text) for key, text in fields.items())
        return Skipped(number, result.code, sentence or result.sentence)

    def _label(self, key: str) -> str:
        field = self._by_key.get(key)
        return str(field.label) if field else str(_("Number")) if key == OWN_ID else key


def _several(cell: str) -> list[str]:
    """Names in one cell, with semicolons between them; with commas where there is none."""
    parts = cell.split(";" if ";" in cell else ",")
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))


def _shown(value: Any) -> str:
    match value:
        case bool():
            return str(_("yes") if value else _("no"))
        case {"amount": amount, "currency": currency}:
            return f"{amount} {currency}"
        case list():
            return ", ".join(map(str, value))
    return str(value)
