"""Which column is most likely which field: as the last time, as another product writes it, by heading, by values.

A heading that says one thing over values that say another is not believed: a column "Contact" full of addresses is the
e-mail.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from perennial.foundation import clock
from perennial.objects.importing.cells import order_of_days
from perennial.objects.importing.headings import digest, same
from perennial.objects.importing.kinds import ImportField, ImportKind
from perennial.objects.importing.presets import Preset, presets, recognised
from perennial.objects.models import ImportHabit
from perennial.workspace.actor import SYSTEM, Actor

SAMPLES = 50  # rows whose values are looked at
_MOST_WRONG = 0.4  # of the values, and the heading is not believed
_LEAST_RIGHT = 0.6  # of the values, and they speak for themselves
_FEWEST = 2  # values that have to say so
_ENOUGH = 5  # values to say that a heading that is not the field's own means something else

Samples = Sequence[Sequence[str | None]]


class Why(StrEnum):
    HABIT, PRESET, NAME, VALUES = "habit", "preset", "name", "values"


@dataclass(slots=True)
class Suggestion:
    """`mapping` is field → column; `why` says of each field how it was told."""

    mapping: dict[str, int] = field(default_factory=dict)
    why: dict[str, Why] = field(default_factory=dict)
    options: dict[str, str] = field(default_factory=dict)
    preset: str = ""


def suggest(
    kind: ImportKind, headings: Sequence[str], samples: Samples = (), *, by: Actor = SYSTEM, preset: str = ""
) -> Suggestion:
    """For fields that the actor may write. `preset` names a ready mapping that somebody chose; without it one is
    recognised."""
    kind = replace(kind, fields=kind.offered(by))
    found = Suggestion()
    chosen = presets.get(preset) or recognised(kind.key, headings)
    habit = None if preset else _habit(kind, headings)
    if habit is not None:
        _take(found, _known(kind, habit.mapping, len(headings)), Why.HABIT)
        found.options = {key: value for key, value in habit.options.items() if isinstance(value, str)}
        return found
    if chosen is not None:
        _take_preset(found, chosen, kind, headings)
    columns = [_Column(number, same(heading), samples) for number, heading in enumerate(headings)]
    _by_names(found, kind, columns)
    _by_values(found, kind, columns)
    match = next((option for option in kind.options if option.key == "match"), None)
    if match is not None:  # two boats of one name are two boats: only a key that says which one is meant
        found.options.setdefault("match", next((key for key in match.surest if key in found.mapping), ""))
    order = order_of_days(value for column in columns for value in column.values)
    if order and any(option.key == "dates" for option in kind.options):
        found.options.setdefault("dates", order)
    return found


def remember(kind_key: str, headings: Sequence[str], mapping: Mapping[str, int], options: Mapping[str, str]) -> None:
    """How such a file is read, for the next one."""
    ImportHabit.objects.update_or_create(
        kind=kind_key,
        headings_digest=digest(headings),
        defaults={"mapping": dict(mapping), "options": dict(options), "used_at": clock.real_now()},
    )


class _Column:
    """A column as far as it is known. Values are those of its first rows, each once."""

    def __init__(self, number: int, name: str, samples: Samples) -> None:
        self.number, self.name = number, name
        cells = (row[number] for row in samples if number < len(row))
        self.values = list(dict.fromkeys(cell.strip() for cell in cells if cell and cell.strip()))

    def share(self, each: ImportField) -> float:
        """How many of the values are such as the field takes; 1 where nobody can tell."""
        if each.clean is None or not self.values:
            return 1.0
        return sum(map(each.takes, self.values)) / len(self.values)

    def told(self, each: ImportField) -> float:
        """How many of the values can hardly be anything but the field's."""
        return sum(map(each.tells, self.values)) / len(self.values) if each.tells and self.values else 0.0


def _by_names(found: Suggestion, kind: ImportKind, columns: Sequence[_Column]) -> None:
    """Each column is taken once, keys and labels before aliases."""
    for names in (_names, _aliases):
        for each in kind.fields:
            if each.key in found.mapping:
                continue
            taken = set(found.mapping.values())
            free = [column for column in columns if column.number not in taken]
            for name in names(each):
                column = next((column for column in free if column.name == name), None)
                if column is not None and _is_believed(kind, each, column, is_alias=names is _aliases):
                    _take(found, {each.key: column.number}, Why.NAME)
                    break


def _is_believed(kind: ImportKind, each: ImportField, column: _Column, *, is_alias: bool) -> bool:
    """Not when all values are a telling field's and this is not one; nor, where the heading is another word for the
    field, when most of them are none of the field's."""
    if is_alias and len(column.values) >= _ENOUGH and 1 - column.share(each) > _MOST_WRONG:
        return False
    if each.tells is not None or each.clean is None or len(column.values) < _FEWEST:  # people are named by e-mail too
        return True
    return not any(column.told(other) >= _LEAST_RIGHT for other in kind.fields)


def _by_values(found: Suggestion, kind: ImportKind, columns: Sequence[_Column]) -> None:
    """Fields whose values can be nothing else (an e-mail address) find the column that holds them."""
    for each in kind.fields:
        if each.key in found.mapping or each.tells is None:
            continue
        taken = set(found.mapping.values())
        fitting = [
            column
            for column in columns
            if column.number not in taken and len(column.values) >= _FEWEST and column.told(each) >= _LEAST_RIGHT
        ]
        if fitting:
            _take(found, {each.key: max(fitting, key=lambda column: len(column.values)).number}, Why.VALUES)


def _take_preset(found: Suggestion, preset: Preset, kind: ImportKind, headings: Sequence[str]) -> None:
    found.preset = preset.key
    known = {option.key for option in kind.options}
    found.options = {key: value for key, value in preset.options.items() if key in known}
    _take(found, _known(kind, preset.mapping(headings), len(headings)), Why.PRESET)


def _known(kind: ImportKind, mapping: Mapping[str, int], width: int) -> dict[str, int]:
    """Without fields that there are none of any more."""
    keys = {each.key for each in kind.fields}
    return {key: column for key, column in mapping.items() if key in keys and 0 <= column < width}


def _take(found: Suggestion, mapping: Mapping[str, int], why: Why) -> None:
    found.mapping |= mapping
    found.why |= dict.fromkeys(mapping, why)


def _habit(kind: ImportKind, headings: Sequence[str]) -> ImportHabit | None:
    return ImportHabit.objects.filter(kind=kind.key, headings_digest=digest(headings)).first()


def _names(each: ImportField) -> list[str]:
    return [same(each.key), same(str(each.label))]


def _aliases(each: ImportField) -> list[str]:
    return [same(alias) for alias in each.aliases]
