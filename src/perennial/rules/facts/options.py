"""What each form of fact asks for, as it is kept in the definition's JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field

from perennial.foundation.errors import Text
from perennial.objects.facts import How
from perennial.objects.formulas.reading import MOST_LETTERS
from perennial.rules.facts.models import MadeFact

LONGEST_WINDOW = 3_650  # days
HOWS: Mapping[str, Text] = {
    "count": _("How many"), "sum": _("The sum"), "average": _("The average"), "least": _("The least"),
    "greatest": _("The greatest"), "first": _("The first"), "last": _("The last"), "first_at": _("When the first was"),
    "last_at": _("When the last was"),
}  # fmt: skip
OF_SOMETHING = frozenset({"sum", "average", "least", "greatest", "first", "last"})
FROM_ZERO = frozenset({"count", "sum"})  # of nothing these are 0; all else is empty


class _Options(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Aggregated(_Options):
    """`where` is a condition in text form, over the properties of the event or the fields of the record."""

    how: How = "count"
    of: str = Field("", max_length=80)
    where: str = Field("", max_length=4_000)
    within_days: int | None = Field(None, ge=1, le=LONGEST_WINDOW)
    places: int = Field(2, ge=0, le=6)
    is_since: bool = False  # a date is shown as the days since


class EventOptions(_Aggregated):
    event: str = Field(min_length=1, max_length=200)


class RecordOptions(_Aggregated):
    """`relation` is "made.trip/boat": the records and their field that refers to this one."""

    relation: str = Field(pattern=r"^[a-z_.0-9]{3,60}/[a-z][a-z0-9_]{0,59}$")
    dated_by: str = Field("created_at", max_length=60)


class FormulaOptions(_Options):
    formula: str = Field(min_length=1, max_length=MOST_LETTERS)
    places: int = Field(2, ge=0, le=6)


Options = EventOptions | RecordOptions | FormulaOptions
FORMS: Mapping[str, type[EventOptions] | type[RecordOptions] | type[FormulaOptions]] = {
    MadeFact.Form.EVENTS: EventOptions, MadeFact.Form.RECORDS: RecordOptions, MadeFact.Form.FORMULA: FormulaOptions,
}  # fmt: skip


def options_of(form: str, options: Mapping[str, Any]) -> Options:
    """As the form understands them. Raises pydantic's `ValidationError`."""
    return FORMS[form].model_validate(options)
