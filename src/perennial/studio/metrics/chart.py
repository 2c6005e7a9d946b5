"""Readings as a Vega-Lite chart: one JSON, which the browser draws without eval and a program can draw elsewhere.

Numbers and days are written here, in the reader's language; colours are our tokens, so that it follows the theme.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

_COLOURS = ("accent", "reach", "conversion", "loyalty", "acquisition", "gold", "warn", "lapsed")
_STAGES = ("reach", "acquisition", "conversion", "retention", "loyalty")
_MOST_LINES = len(_COLOURS)
_TICKS = 5
_HIGH = 260


@dataclass(frozen=True, slots=True)
class Line:
    """`key` is what the dimension holds; `values` and `written` go with the periods."""

    key: str
    label: str
    values: Sequence[Decimal | None]
    written: Sequence[str]


def spec(periods: Sequence[str], lines: Sequence[Line], ticks: dict[str, str]) -> dict[str, Any]:
    """`ticks` are the values of the upright axis as JSON numbers, with how they are written."""
    shown = lines[:_MOST_LINES]
    rows = [
        {"period": period, "line": line.label, "value": float(value),
         "said": f"{period}{f', {line.label}' if line.label else ''}: {said}"}
        for line in shown
        for period, value, said in zip(periods, line.values, line.written, strict=True)
        if value is not None
    ]  # fmt: skip
    values = [float(each) for each in ticks]
    encoding: dict[str, Any] = {
        "x": {"field": "period", "type": "ordinal", "sort": None, "title": None,
              "scale": {"type": "point", "domain": list(periods), "padding": 0.3},
              "axis": {"labelAngle": 0, "values": _some(periods), "labelOverlap": "greedy", "labelSeparation": 10}},
        "y": {"field": "value", "type": "quantitative", "title": None,
              "scale": {"domain": [min(values), max(values)], "nice": False},
              "axis": {"values": values, "labelExpr": f"{json.dumps(ticks)}[datum.value]"}},
        "tooltip": {"field": "said", "type": "nominal"},
        "color": {"value": "var(--accent)"},
    }  # fmt: skip
    if len(shown) > 1:
        encoding["color"] = {
            "field": "line", "type": "nominal", "title": None,
            "scale": {"domain": [each.label for each in shown], "range": _colours(shown)},
            "legend": {"orient": "top", "labelColor": "var(--ink-2)", "symbolType": "stroke", "columns": 4},
        }  # fmt: skip
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json", "height": _HIGH, "background": None,
        "data": {"values": rows}, "encoding": encoding,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "mark": {"type": "line", "point": {"size": 36, "filled": True}, "strokeWidth": 2, "interpolate": "linear"},
        "config": {
            "font": "Inter Variable, system-ui, sans-serif", "view": {"stroke": None},
            "axis": {"labelColor": "var(--ink-2)", "gridColor": "var(--line)", "domainColor": "var(--line-strong)",
                     "tickColor": "var(--line-strong)", "labelFontSize": 12},
            "axisX": {"grid": False}, "axisY": {"domain": False, "ticks": False, "labelPadding": 8},
            "legend": {"labelFontSize": 12.5},
        },
    }  # fmt: skip


def steps(values: Sequence[Decimal]) -> list[float]:
    """Round values for the upright axis, nought among them."""
    least, most = float(min([Decimal(), *values])), float(max([Decimal(), *values]))
    if least == most:
        most = 1.0
    rough = (most - least) / _TICKS
    size = 10 ** math.floor(math.log10(rough))
    step = next(size * each for each in (1, 2, 2.5, 5, 10) if size * each >= rough)
    return [round(number * step, 10) for number in range(math.floor(least / step), math.ceil(most / step) + 1)]


def _some(periods: Sequence[str]) -> list[str]:
    """Those that are named below the chart."""
    return list(periods[:: max(1, math.ceil(len(periods) / 12))])


def _colours(lines: Sequence[Line]) -> list[str]:
    """Stages have colours of their own."""
    if all(each.key in _STAGES for each in lines):
        return [f"var(--{each.key})" for each in lines]
    return [f"var(--{colour})" for colour in _COLOURS[: len(lines)]]
