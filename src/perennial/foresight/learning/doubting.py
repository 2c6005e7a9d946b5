"""When a model is not to be trusted, said before somebody does."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from perennial.foresight.learning.measuring.intervals import Estimate
from perennial.foresight.learning.measuring.parts import Part

if TYPE_CHECKING:
    from perennial.foresight.learning.checks.checking import Checked

_WIDE = 0.1  # AUC between the ends of the interval
_OFF = 0.05  # calibration error
_NOISE = 1.2  # what chance alone puts between tenths of few rows, times the root of all rows
_MANY_OFF = 0.25  # of months or groups
_DRIFTED = 0.25  # of the rate, between the first and the last third of the months
_SAME = 3


def doubts_of(checked: Checked, figures: dict[str, Estimate], months: Sequence[Part], groups: Sequence[Part], *,
              rows: int, is_forward: bool) -> list[str]:  # fmt: skip
    found = [
        str(each.sentence) for each in checked.findings if each.what in ("suspect", "unripe", "kept", "simple_only")
    ]
    order, error = figures.get("roc_auc"), figures.get("calibration_error")
    if order and order.high - order.low > _WIDE:
        found.append(_("There are few outcomes: the AUC lies somewhere between %(low).2f and %(high).2f.") % {
            "low": order.low, "high": order.high})  # fmt: skip
    if error and error.low > max(_OFF, _NOISE / math.sqrt(max(rows, 1))):
        found.append(_("The chances do not come true as said: they are off by %(off).1f points on average. Use the"
                       " order,"
                       " not the numbers.") % {"off": 100 * error.value})  # fmt: skip
    found += _drift(months)
    off = [each.name for each in months if each.is_off]
    if months and len(off) > max(1, _MANY_OFF * len(months)):
        found.append(_("In %(off)d of %(all)d months what came differs from what was said by more than chance:"
                       " %(names)s.")
                     % {"off": len(off), "all": len(months), "names": ", ".join(off[:6])})  # fmt: skip
    wrong = [each.name for each in groups if each.is_off]
    if groups and len(wrong) > max(1, _MANY_OFF * len(groups)):
        found.append(_("For these groups what came differs from what was said by more than chance: %(names)s.") % {
            "names": ", ".join(name or _("(blank)") for name in wrong[:6])})  # fmt: skip
    if not is_forward:
        found.append(_("It was tried on rows of the same time as those it learnt from. Name a time column, if there"
                       " is one,"
                       " to see how it does on what comes later."))  # fmt: skip
    return found


def _drift(months: Sequence[Part]) -> list[str]:
    if len(months) < _SAME:
        return []
    third = max(1, len(months) // 3)
    first, last = (_rate(part) for part in (months[:third], months[-third:]))
    if abs(last - first) <= _DRIFTED * max(first, 1e-9):
        return []
    return [_("How often it happens has changed from %(first).1f %% to %(last).1f %% within the rows it was tried"
              " on. Chances"
              " follow with a delay; train again when the rate moves.") % {
        "first": 100 * first, "last": 100 * last}]  # fmt: skip


def _rate(parts: Sequence[Part]) -> float:
    return sum(each.happened * each.rows for each in parts) / sum(each.rows for each in parts)
