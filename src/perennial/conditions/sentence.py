"""The sentence form, for people, in the language that is active.

Every clause is one translated template, so that a language can put its words in its own order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Literal

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.lists import format_list
from django.utils import formats, timezone
from django.utils.translation import get_language, gettext, ngettext, to_locale
from django.utils.translation import gettext_lazy as _

from perennial.conditions.core import opposite
from perennial.conditions.schema import MANY, ColumnType, EventInfo, FieldInfo, Schema, measured_type
from perennial.conditions.tree import (
    All,
    Any,
    Bound,
    Compare,
    Condition,
    Did,
    How,
    Measure,
    Neither,
    Op,
    Scalar,
    Window,
)
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
_MADE: Mapping[How, Text] = {
    How.SUM: _("the sum of %(property)s over %(event)s"),
    How.COUNT: _("the count of %(property)s over %(event)s"),
    How.AVERAGE: _("the average of %(property)s over %(event)s"),
    How.FIRST: _("the first %(property)s of %(event)s"),
    How.LAST: _("the last %(property)s of %(event)s"),
}


def to_sentence(condition: Condition, schema: Schema) -> str:
    """One line without a full stop: "Stage is Retention and ordered at least 2 times in the last 90 days"."""
    match condition:
        case All(()):
            return gettext("everything")
        case Any(()):
            return gettext("nothing")
        case All(children):
            return _listed((_inside(child, schema) for child in children), "standard")
        case Any(children):
            return _listed((_inside(child, schema) for child in children), "or")
        case Neither((Compare() as clause,)) if other := opposite(clause):
            return to_sentence(other, schema)
        case Neither((clause,)):
            return gettext("it is not so that %(condition)s") % {"condition": _inside(clause, schema)}
        case Neither(children):
            listed = _listed((_inside(child, schema) for child in children), "or")
            return gettext("it is not so that %(condition)s") % {"condition": listed}
        case Compare(field):
            return _compared(condition, schema.field(field) or FieldInfo(field, field, ColumnType.TEXT))
        case Did(event):
            return _did(condition, schema.event(event) or EventInfo(event, event))
        case Measure(event):
            return _measured(condition, schema.event(event) or EventInfo(event, event))
    raise TypeError(f"{condition!r} is no condition")


def _inside(child: Condition, schema: Schema) -> str:
    sentence = to_sentence(child, schema)
    is_group = isinstance(child, All | Any | Neither) and len(child.children) > 1
    return gettext("(%(condition)s)") % {"condition": sentence} if is_group else sentence


def _listed(parts: Iterable[str], style: Literal["standard", "or"]) -> str:
    """Joined as the language does: "a, b and c"."""
    parts = list(parts)
    locale = Locale.parse(get_language() or "en", sep="-")
    return format_list(parts, style=style, locale=locale) if len(parts) > 1 else "".join(parts)


def _compared(clause: Compare, info: FieldInfo, label: str = "") -> str:
    field, op, value = label or str(info.label), clause.op, clause.value
    if op in (Op.WITHIN_DAYS, Op.OLDER_THAN_DAYS):
        return _aged(field, op, int(str(value)))
    templates = dict(_TEMPLATES)
    if info.type in MANY:
        templates |= _LIST_TEMPLATES
    elif info.type in (ColumnType.MOMENT, ColumnType.DAY, ColumnType.TIME):
        templates |= _CALENDAR_TEMPLATES
    values = value if isinstance(value, tuple) else () if value is None else (value,)
    listed = _listed((_shown(each, info) for each in values), "standard" if op is Op.BETWEEN else "or")
    return str(templates[op]) % {"field": field, "value": listed}


def _aged(field: str, op: Op, days: int) -> str:
    if op is Op.WITHIN_DAYS:
        text = ngettext("%(field)s is in the last day", "%(field)s is in the last %(days)d days", days)
    else:
        text = ngettext("%(field)s is a day ago or longer", "%(field)s is %(days)d days ago or longer", days)
    return text % {"field": field, "days": days}


def _shown(value: Scalar, info: FieldInfo) -> str:
    for choice, label in info.choices:
        if choice == value:
            return str(label)
    if info.show is not None:
        return info.show(value)
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if info.type in (ColumnType.MEMBER, ColumnType.TEAM, ColumnType.REF, ColumnType.REFS):
        return f"#{value}"
    locale = to_locale(get_language() or "en")  # Django's own formats put Kazakh days in English order
    if isinstance(value, datetime):
        return str(format_datetime(timezone.localtime(value), format="medium", locale=locale))
    if isinstance(value, date):
        return str(format_date(value, format="medium", locale=locale))
    return str(formats.localize(value))


def _did(did: Did, event: EventInfo) -> str:
    named = {"event": str(event.label), "times": _times(did.times)}
    if did.within and did.times == Bound(at_most=0):
        text = gettext("never %(event)s %(window)s") % {**named, "window": _window(did.within)}
    elif did.within:
        text = gettext("%(event)s %(times)s %(window)s") % {**named, "window": _window(did.within)}
    elif did.times == Bound(at_most=0):
        text = gettext("never %(event)s") % named
    else:
        text = gettext("%(event)s %(times)s") % named
    return _narrowed(text, did.where, event)


def _times(times: Bound) -> str:
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


def _window(window: Window) -> str:
    return ngettext("in the last day", "in the last %(days)d days", window.days) % {"days": window.days}


def _measured(clause: Measure, event: EventInfo) -> str:
    info = event.properties.get(clause.property) or FieldInfo(clause.property, clause.property, ColumnType.TEXT)
    named = {"property": str(info.label), "event": str(event.label)}
    label = str(_MADE[clause.how]) % named
    if clause.within:
        label = gettext("%(measure)s %(window)s") % {"measure": label, "window": _window(clause.within)}
    label = _narrowed(label, clause.where, event)
    type = measured_type(clause.how, info.type)
    made = info if type is info.type else FieldInfo(info.key, info.label, type)
    return _compared(Compare(clause.property, clause.op, clause.value), made, label)


def _narrowed(text: str, where: tuple[Compare, ...], event: EventInfo) -> str:
    if not where:
        return text
    infos = ((test, event.properties.get(test.field)) for test in where)
    tests = (_compared(test, info or FieldInfo(test.field, test.field, ColumnType.TEXT)) for test, info in infos)
    return gettext("%(clause)s (where %(conditions)s)") % {"clause": text, "conditions": _listed(tests, "standard")}
