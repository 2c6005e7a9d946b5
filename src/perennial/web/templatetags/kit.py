"""The kit in templates: `{% load kit %}`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django import template
from django.template.context import RequestContext
from django.utils.html import format_html
from django.utils.safestring import SafeString

from perennial.foundation.money import Money
from perennial.web import assets
from perennial.web.kit import icons, lifeline, lifeline_svg, marks
from perennial.web.kit.reader import Reader
from perennial.web.regions import OUT_OF_BAND, region_id

register = template.Library()

register.simple_tag(icons.icon, name="icon")
register.simple_tag(marks.chip, name="chip")
register.simple_tag(marks.stage_chip, name="stage_chip")
register.simple_tag(marks.standing_chip, name="standing_chip")
register.simple_tag(marks.initials, name="initials")
register.simple_tag(marks.person, name="person")
register.simple_tag(marks.band, name="band")
register.simple_tag(marks.share, name="share")
register.simple_tag(region_id, name="region")
register.simple_tag(assets.stylesheets, name="stylesheets")
register.simple_tag(assets.scripts, name="scripts")
register.simple_tag(assets.charts, name="charts")


@register.simple_tag(takes_context=True)
def out_of_band(context: RequestContext) -> SafeString:
    """On the outermost element of a region: swaps it where it stands when an action answers with it."""
    return SafeString(' hx-swap-oob="true"') if context.get(OUT_OF_BAND) else SafeString("")


@register.simple_tag(takes_context=True, name="lifeline")
def draw_lifeline(context: RequestContext, life: lifeline.Lifeline) -> SafeString:
    return lifeline_svg.draw(life, _reader(context))


@register.simple_tag(takes_context=True)
def money(
    context: RequestContext, value: Money | Decimal | float | None, currency: str = "", whole: bool = False
) -> str:
    return "" if value is None else _reader(context).money(value, currency=currency, whole=whole)


@register.simple_tag(takes_context=True)
def number(context: RequestContext, value: Decimal | float | None) -> str:
    return "" if value is None else _reader(context).number(value)


@register.simple_tag(takes_context=True)
def day(context: RequestContext, value: date | None) -> str | SafeString:
    return "" if value is None else _time(value, _reader(context).day(value), _reader(context))


@register.simple_tag(takes_context=True)
def moment(context: RequestContext, value: datetime | None) -> str | SafeString:
    return "" if value is None else _time(value, _reader(context).moment(value), _reader(context))


@register.simple_tag(takes_context=True)
def ago(context: RequestContext, value: datetime | None) -> str | SafeString:
    return "" if value is None else _time(value, _reader(context).ago(value), _reader(context))


@register.filter
def joined(values: Sequence[str]) -> str:
    return ", ".join(str(value) for value in values)


def _time(value: date, shown: str, reader: Reader) -> SafeString:
    full = reader.full_moment(value) if isinstance(value, datetime) else reader.long_day(value)
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), full, shown)


def _reader(context: RequestContext) -> Reader:
    shell = context.get("shell")
    return context.get("reader") or (shell.reader if shell else Reader())
