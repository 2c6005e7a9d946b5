"""What is expected of a customer, on their page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from perennial.conditions.schema import ColumnType
from perennial.customers.objects import CUSTOMER
from perennial.foresight.retention.queries import Expectation, expected_of
from perennial.objects.panels import Panel, register_panel
from perennial.objects.schema import column_of
from perennial.web.kit.reader import Reader, reader_of
from perennial.workspace.actor import Actor
from perennial.workspace.firm import the_firm

PEOPLE = ("customers.person", "customers.company")
_REASONS = 3
_TIMES = (ColumnType.MOMENT, ColumnType.DAY)


def show_expected(record_id: int, by: Actor, params: Mapping[str, str]) -> Mapping[str, Any] | None:
    expected = expected_of(record_id, by=by)
    if expected is None:
        return None
    reader = reader_of(by)
    leaving = "" if expected.leaving is None else reader.percentage(expected.leaving)
    return {
        "expected": expected, "days": expected.days, "currency": the_firm().currency,
        "has_left": expected.next_at is None, "chance": reader.percentage(expected.chance), "leaving": leaving,
        "range": _range(expected, reader), "reasons": _reasons(expected, by, reader),
    }  # fmt: skip


def _range(expected: Expectation, reader: Reader) -> str:
    if expected.leaving_low is None or expected.leaving_high is None:
        return ""
    return _("between %(low)s and %(high)s") % {
        "low": reader.percentage(expected.leaving_low), "high": reader.percentage(expected.leaving_high)
    }  # fmt: skip


def _reasons(expected: Expectation, by: Actor, reader: Reader) -> list[dict[str, str]]:
    """What weighs most, in words: what is known of them, and which way it points."""
    told = []
    for key, weight, value in expected.reasons:
        found = column_of(CUSTOMER, key, by=by)
        if found is not None and weight and value is not None:
            label, type = found
            said = _("%(what)s: %(value)s") % {"what": label, "value": _said(value, type.column, reader)}
            told.append({"text": said, "way": _("more likely") if weight > 0 else _("less likely")})
    return told[:_REASONS]


def _said(value: Any, column: ColumnType, reader: Reader) -> str:
    """As it was learnt: a moment as the days from it."""
    if column in _TIMES:
        days = round(float(value))
        return ngettext("%(n)s day ago", "%(n)s days ago", days) % {"n": reader.number(days)}
    if column is ColumnType.MONEY:
        return str(reader.money(value, currency=the_firm().currency, whole=True))
    return reader.number(value) if isinstance(value, int | float) else str(value)


register_panel(Panel(
    "foresight.expected", on=PEOPLE, label=gettext_lazy("What to expect"), template="foresight/_expected.html",
    context=show_expected, area="side", order=20))  # fmt: skip
