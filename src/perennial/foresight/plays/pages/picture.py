"""The effect over the looks as a Vega-Lite picture: a line, the interval that holds at every look, a rule at nought.

Texts are written here, in the reader's language; colours are our tokens, so that the picture follows the theme.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from perennial.foresight.plays.models import Look
from perennial.foresight.plays.pages.words import effect_said
from perennial.metrics.contract import Metric
from perennial.web.kit.reader import Reader

_HIGH = 240
_MOST = 400  # looks that are drawn; of more, each so many-th
_TICKS = 4


def picture_of(looks: Sequence[Look], metric: Metric, reader: Reader) -> dict[str, Any] | None:
    """None while no look says an effect."""
    told = [each for each in looks if each.effect is not None and each.low is not None and each.high is not None]
    if not told:
        return None
    drawn = [*told[:: max(1, len(told) // _MOST)], told[-1]]
    rows = [
        {"day": reader.day(each.day), "effect": each.effect, "low": each.low, "high": each.high,
         "said": _said(each, metric, reader)}
        for each in dict.fromkeys(drawn)
    ]  # fmt: skip
    least = min(0.0, *(float(each.low or 0) for each in drawn))
    most = max(0.0, *(float(each.high or 0) for each in drawn))
    ticks = {json.dumps(value): effect_said(value, metric, reader) for value in _ticks(least, most)}
    x: dict[str, Any] = {
        "field": "day", "type": "ordinal", "sort": None, "title": None,
        "axis": {"labelAngle": 0, "labelOverlap": "greedy"},
    }  # fmt: skip
    y: dict[str, Any] = {
        "type": "quantitative", "title": None, "scale": {"domain": [least, most], "nice": False},
        "axis": {"values": [float(each) for each in ticks], "labelExpr": f"{json.dumps(ticks)}[datum.value]"},
    }  # fmt: skip
    tooltip = {"field": "said", "type": "nominal"}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json", "height": _HIGH, "background": None,
        "data": {"values": rows}, "autosize": {"type": "fit-x", "contains": "padding"},
        "layer": [
            {"mark": {"type": "area", "opacity": 0.22, "color": "var(--accent)"},
             "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}, "tooltip": tooltip}},
            {"mark": {"type": "line", "color": "var(--accent)", "strokeWidth": 2, "point": {"size": 30}},
             "encoding": {"x": x, "y": {**y, "field": "effect"}, "tooltip": tooltip}},
            {"mark": {"type": "rule", "color": "var(--ink-2)", "strokeDash": [4, 3]},
             "encoding": {"y": {"datum": 0}}},
        ],
        "config": {
            "font": "Inter Variable, system-ui, sans-serif", "view": {"stroke": None},
            "axis": {"labelColor": "var(--ink-2)", "gridColor": "var(--line)", "domainColor": "var(--line-strong)",
                     "tickColor": "var(--line-strong)", "labelFontSize": 12},
            "axisX": {"grid": False}, "axisY": {"domain": False, "ticks": False, "labelPadding": 8},
        },
    }  # fmt: skip


def _said(look: Look, metric: Metric, reader: Reader) -> str:
    words = {
        "day": reader.day(look.day), "effect": effect_said(look.effect or 0, metric, reader),
        "low": effect_said(look.low or 0, metric, reader), "high": effect_said(look.high or 0, metric, reader),
    }  # fmt: skip
    return _("%(day)s: %(effect)s, between %(low)s and %(high)s") % words


def _ticks(least: float, most: float) -> list[float]:
    """Evenly spread, nought among them."""
    step = max(most - least, 1e-9) / _TICKS
    below = [-step * number for number in range(1, _TICKS + 1) if -step * number >= least]
    return [*reversed(below), 0.0, *(step * number for number in range(1, _TICKS + 1) if step * number <= most)]
