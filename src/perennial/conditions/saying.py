"""How tests, counts and lists are said to people, in the language that is active."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Literal

from babel import Locale
from babel.dates import format_datetime
from babel.lists import format_list
from django.utils import formats, timezone
from django.utils.translation import get_language, gettext, ngettext, to_locale
from django.utils.translation import gettext_lazy as _

from perennial.conditions.calendar import shown_day
from perennial.conditions.nodes import Bound, Op, Scalar, Value
from perennial.conditions.schema import MANY, ColumnType, FieldInfo
from perennial.foundation.errors import Text

_TEMPLATES: Mapping[Op, Text] = {
    Op.EQ: _("%(field)s is %(value)s"),
    Op.NE: _("%(field)s is not %(value)s"),
    Op.LT: _("%(field)s is less than %(value)s"),
    Op.LE: _("%(field)s is at most %(value)s"),
    Op.GT: _("%(field)s is more than %(value)s"),
    Op.GE: _("%(field)s is at least %(value)s"),
    Op.BETWEEN: _("%(field)s is between %(value)s"),
    Op.IN: _("%(field)s is %(value)s"),
    Op.NOT_IN: _("%(field)s is not %(value)s"),
    Op.CONTAINS: _("%(field)s contains “%(value)s”"),
    Op.STARTS_WITH: _("%(field)s starts with “%(value)s”"),
    Op.EMPTY: _("%(field)s is empty"),
    Op.FILLED: _("%(field)s is filled in"),
    Op.BEFORE: _("%(field)s is before %(value)s"),
    Op.AFTER: _("%(field)s is after %(value)s"),
    Op.ME: _("%(field)s is me"),
    Op.MY_TEAM: _("%(field)s is in my team"),
}
_LIST_TEMPLATES: Mapping[Op, Text] = {
    Op.EQ: _("%(field)s has %(value)s"),
    Op.NE: _("%(field)s does not have %(value)s"),
    Op.CONTAINS: _("%(field)s has %(value)s"),
    Op.IN: _("%(field)s has %(value)s"),
    Op.NOT_IN: _("%(field)s does not have %(value)s"),
}
_CALENDAR_TEMPLATES: Mapping[Op, Text] = {
    Op.LT: _TEMPLATES[Op.BEFORE],
    Op.LE: _("%(field)s is not after %(value)s"),
    Op.GT: _TEMPLATES[Op.AFTER],
    Op.GE: _("%(field)s is not before %(value)s"),
}


def listed(parts: Iterable[str], style: Literal["standard", "or"]) -> str:
    """Joined as the language does: "a, b and c"."""
    parts = list(parts)
    locale = Locale.parse(get_language() or "en", sep="-")
    return format_list(parts, style=style, locale=locale) if len(parts) > 1 else "".join(parts)


def compared(op: Op, value: Value, info: FieldInfo, label: str = "") -> str:
    """A test of a field, or of what the label names in its place."""
    field = label or str(info.label)
    if op in (Op.WITHIN_DAYS, Op.OLDER_THAN_DAYS):
        return _aged(field, op, int(str(value)))
    templates = dict(_TEMPLATES)
    if info.type in MANY:
        templates |= _LIST_TEMPLATES
    elif info.type in (ColumnType.MOMENT, ColumnType.DAY, ColumnType.TIME):
        templates |= _CALENDAR_TEMPLATES
    values = value if isinstance(value, tuple) else () if value is None else (value,)
    named = listed((shown(each, info) for each in values), "standard" if op is Op.BETWEEN else "or")
    return str(templates[op]) % {"field": field, "value": named}


def _aged(field: str, op: Op, days: int) -> str:
    if op is Op.WITHIN_DAYS:
        text = ngettext("%(field)s is in the last day", "%(field)s is in the last %(days)d days", days)
    else:
        text = ngettext("%(field)s is a day ago or longer", "%(field)s is %(days)d days ago or longer", days)
    return text % {"field": field, "days": days}


def shown(value: Scalar, info: FieldInfo) -> str:
    for choice, label in info.choices:
        if choice == value:
            return str(label)
    if info.show is not None:
        return info.show(value)
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if info.type in (ColumnType.MEMBER, ColumnType.TEAM, ColumnType.REF, ColumnType.REFS):
        return f"#{value}"
    if isinstance(value, datetime):
        return str(
            format_datetime(timezone.localtime(value), format="medium", locale=to_locale(get_language() or "en"))
        )
    if isinstance(value, date):
        return shown_day(value)
    return str(formats.localize(value))


def how_often(times: Bound) -> str:
    match times:
        case Bound(int() as low, None):
            return ngettext("at least once", "at least %(count)d times", low) % {"count": low}
        case Bound(None, int() as high):
            return ngettext("at most once", "at most %(count)d times", high) % {"count": high}
        case Bound(int() as low, int() as high) if low == high:
            return ngettext("exactly once", "exactly %(count)d times", low) % {"count": low}
    return ngettext("%(low)d to %(count)d time", "%(low)d to %(count)d times", times.at_most or 0) % {
        "low": times.at_least or 0,
        "count": times.at_most or 0,
    }
