"""From what came in to what can be stored: every field of every row cleaned, every fault named, links checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from perennial.conditions.tree import Compare, Op
from perennial.foundation.errors import Text
from perennial.objects.access import me_of
from perennial.objects.field_rights import hidden, locked
from perennial.objects.fields import Field, MoneyType
from perennial.objects.record_fields import fields_of
from perennial.objects.types import ObjectType, Owned
from perennial.objects.writing.conditional import ruled_fields, unruly
from perennial.objects.writing.linking import check_links
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach, Verb

_UNKNOWN = _("There is no such field.")
_READONLY = _("This field cannot be set: Perennial keeps it.")
_NEEDED = _("This is needed.")
_NEEDED_OF_OTHERS = _("This is needed, and your role does not let you fill it in. Ask somebody who may.")
_NOT_YOURS = _("Your role does not let you change this field.")
_NO_ROW = _("A record is a set of fields with their values.")


@dataclass(slots=True)
class Draft:
    """A row on its way in: cleaned values by field key, and what is wrong with it, by field."""

    index: int
    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, Text] = field(default_factory=dict)
    id: int | None = None


@cache
def settable(kind: ObjectType) -> dict[str, Field]:
    """What whoever writes may set."""
    return {each.key: each for each in fields_of(kind) if not each.readonly}


@cache
def _known(kind: ObjectType) -> dict[str, Field]:
    return {each.key: each for each in fields_of(kind)}


def clean_new(
    kind: ObjectType, rows: Sequence[Mapping[str, Any]], *, by: Actor, also: frozenset[str] = frozenset()
) -> list[Draft]:
    """Drafts of new records, with defaults. `also` names read-only fields that may be set this once."""
    return complete_new(kind, _clean_all(kind, rows, also=also), by=by)


def complete_new(kind: ObjectType, drafts: list[Draft], *, by: Actor) -> list[Draft]:
    """The second half of `clean_new`, for clean fields: defaults, and what is asked of the whole."""
    unfilled = _refuse_locked(kind, drafts, by)
    asked = [each for each in settable(kind).values() if each.required or each.default is not None]
    for draft in drafts:
        values = draft.values
        if kind.prepare is not None and not draft.errors:
            values.update(kind.prepare(values, by))
        for declared in asked:
            if values.get(declared.key) is None and declared.default is not None:
                values[declared.key] = declared.default
            if declared.required and values.get(declared.key) is None:
                draft.errors.setdefault(declared.key, _NEEDED_OF_OTHERS if declared.key in unfilled else _NEEDED)
    _give_owner(kind, drafts, by)
    check_links(_known(kind), drafts, by)
    _check_owner(kind, drafts, by, "create")
    for draft in drafts:
        check_whole(kind, draft, draft.values)
    return drafts


def clean_changes(
    kind: ObjectType, changes: Mapping[int, Mapping[str, Any]], *, by: Actor, also: frozenset[str] = frozenset()
) -> list[Draft]:
    """Drafts of changes: only the fields named. Rules over several fields are checked later, against the whole."""
    drafts = _clean_all(kind, changes.values(), also=also)
    for draft, record_id in zip(drafts, changes, strict=True):
        draft.id = record_id
    return complete_changes(kind, drafts, by=by)


def complete_changes(kind: ObjectType, drafts: list[Draft], *, by: Actor) -> list[Draft]:
    """The second half of `clean_changes`, for drafts of records (by `id`) whose fields are clean."""
    _refuse_locked(kind, drafts, by)
    for draft in drafts:
        for key, value in draft.values.items():
            if value is None and _known(kind)[key].required:
                draft.errors.setdefault(key, _NEEDED)
    check_links(_known(kind), drafts, by)
    _check_owner(kind, drafts, by, "edit")
    return drafts


def _refuse_locked(kind: ObjectType, drafts: Iterable[Draft], by: Actor) -> frozenset[str]:
    """Take out what the actor's role may not write, each with a sentence: what it may not even read is not there. The
    fields that it may not write."""
    gone = locked(kind, by)
    if gone:
        unseen = hidden(kind, by)
        for draft in drafts:
            for key in gone & (draft.values.keys() | draft.errors.keys()):
                draft.values.pop(key, None)
                draft.errors[key] = _UNKNOWN if key in unseen else _NOT_YOURS
    return gone


def check_whole(
    kind: ObjectType, draft: Draft, values: Mapping[str, Any], old: Mapping[str, Any] | None = None
) -> None:
    """The rules over several fields, once each of them is right: those of the fields, then the kind's own."""
    if not draft.errors and ruled_fields(kind):
        draft.errors.update(unruly(kind, values, given=draft.values, old=old))
    if kind.check is not None and not draft.errors:
        draft.errors.update(kind.check(values))


def _clean_all(kind: ObjectType, rows: Iterable[Mapping[str, Any]], *, also: frozenset[str]) -> list[Draft]:
    """Every row cleaned. What is the same for all of them is looked up once."""
    known = _known(kind)
    allowed = settable(kind) | {key: known[key] for key in also if key in known}
    cleaners = {key: each.type.clean for key, each in allowed.items()}
    sums = [each for each in settable(kind).values() if isinstance(each.type, MoneyType) and each.type.currency]
    drafts: list[Draft] = []
    for index, row in enumerate(rows):
        draft = Draft(index)
        if isinstance(row, Mapping):
            _clean(row, draft, cleaners, known)
            _take_currencies(sums, row, draft)
        else:
            draft.errors[""] = _NO_ROW
        drafts.append(draft)
    return drafts


def _clean(
    row: Mapping[str, Any], draft: Draft, cleaners: Mapping[str, Callable[[Any], Any]], known: Mapping[str, Field]
) -> None:
    values = draft.values
    for key, value in row.items():
        clean = cleaners.get(key)
        if clean is None:
            draft.errors[str(key)[:80]] = _READONLY if key in known else _UNKNOWN
            continue
        try:
            values[key] = clean(value)
        except ValueError as error:
            draft.errors[key] = str(error)


def _take_currencies(sums: Sequence[Field], row: Mapping[str, Any], draft: Draft) -> None:
    """A sum that comes with its currency sets the field beside it, and must not contradict it."""
    for declared in sums:
        value = row.get(declared.key)
        assert isinstance(declared.type, MoneyType)
        currency = value.get("currency") if isinstance(value, Mapping) else getattr(value, "currency", None)
        if currency is None or declared.key in draft.errors:
            continue
        beside = declared.type.currency
        if draft.values.setdefault(beside, currency) != currency:
            draft.errors[declared.key] = _("This sum is in another currency than the record.")


def _give_owner(kind: ObjectType, drafts: Iterable[Draft], by: Actor) -> None:
    """Who sees or makes only their own gets what they make; a record nobody owns would vanish from their sight."""
    if not isinstance(kind.access, Owned) or by.user_id is None:
        return
    if min(by.reach(kind.key, "view"), by.reach(kind.key, "create")) is Reach.ALL:
        return
    for draft in drafts:
        if draft.values.get("owner") is None and "owner" not in draft.errors:
            draft.values["owner"] = by.user_id


def _check_owner(kind: ObjectType, drafts: Iterable[Draft], by: Actor, verb: Verb) -> None:
    """Records can be made for, and given to, those only whom the right reaches."""
    reach = by.reach(kind.key, verb)
    if reach is Reach.ALL or not isinstance(kind.access, Owned):
        return
    me = me_of(by, Compare("owner", Op.MY_TEAM)) if reach is Reach.TEAM else me_of(by)
    mine = {me.user_id, *me.teammate_ids, *me.absent_ids}
    for draft in drafts:
        if "owner" in draft.values and draft.values["owner"] not in mine:
            draft.errors.setdefault("owner", _("Your role does not let you give records to this person."))
        team = draft.values.get("team")
        if team is not None and team not in by.team_ids:
            draft.errors.setdefault("team", _("Your role does not let you give records to this team."))
