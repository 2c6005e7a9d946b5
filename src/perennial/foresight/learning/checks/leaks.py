"""Columns that know the outcome already. Each is named with the reason, and left out unless somebody says to keep it.

A leak makes a model look better than anything honest and worth nothing on the day it is asked. Four things give it
away: it tells nearly all by itself; it is empty until something has happened and then tells far more than anything
else; its blanks tell the outcome; its heading or its dates say that it was written afterwards. A column that is merely
strong is kept, and asked about.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from perennial.foresight.learning.checks.alone import Alone
from perennial.foresight.learning.checks.finding import Finding
from perennial.foresight.learning.checks.words import is_judgement, is_of_afterwards, is_planned, is_state_at_export
from perennial.foresight.learning.dataset import Dataset, Kind, kind_of
from perennial.foresight.learning.encoding.dates import days_of, times_of
from perennial.foundation.libraries import on_demand

if TYPE_CHECKING:
    import numpy as np
else:
    np = on_demand("numpy")

_ALL, _ALL_OF_A_NUMBER, _NEARLY_ALL = 0.9, 0.98, 0.6  # skill of a column by itself
_NEARLY_ALL_AUC = 0.95
_STRONG, _FAR_ABOVE = 0.25, 1.5
_EMPTY_BEFORE = 0.2  # share of rows in which nothing is written yet
_LEAST_COLUMNS = 5  # with fewer, one standing out says nothing
_PURE, _LEAST_BLANK, _LEAST_ROWS = 0.02, 0.05, 30
_USUAL = (0.1, 0.9)  # rates between which a pure group cannot be chance or habit
_TELLS = 0.005
_AFTER = 0.5  # share of dates behind the row's own time
_MINUTE = 1 / 1_440


def leaks(dataset: Dataset, found: Mapping[str, Alone]) -> list[Finding]:
    """In the order of how much each tells by itself."""
    named: dict[str, Finding] = {}
    ranked = sorted(found.values(), key=lambda each: -each.skill)
    for each in ranked:
        reason = _reason(dataset, each)
        if reason:
            named[each.key] = _finding(dataset, each.key, reason)
    rest = [each for each in ranked if each.key not in named]
    for place, each in enumerate(rest):
        following = rest[place + 1].skill if place + 1 < len(rest) else 0.0
        if each.skill < _STRONG or each.skill < _FAR_ABOVE * following or len(found) < _LEAST_COLUMNS:
            break
        if each.plain >= _EMPTY_BEFORE and dataset.is_yes_or_no:
            named[each.key] = _finding(dataset, each.key, _standing_out(each, following))
        else:
            named[each.key] = _suspect(dataset, each, following)
    return [named[each.key] for each in ranked if each.key in named]


def _reason(dataset: Dataset, each: Alone) -> str:
    heading, kind = dataset.label(each.key), kind_of(dataset.features[each.key])
    after = _share_after(dataset, each.key, kind)
    if each.skill >= (_ALL if dataset.is_yes_or_no else _ALL_OF_A_NUMBER):
        return _("It says the same as the outcome: it alone takes away %(share)d %% of the uncertainty.") % {
            "share": round(100 * each.skill)
        }
    if dataset.is_yes_or_no and (each.skill >= _NEARLY_ALL or each.roc_auc >= _NEARLY_ALL_AUC):
        return _("It nearly determines the outcome by itself (AUC %(auc).2f).") % {"auc": each.roc_auc}
    if after >= _AFTER and not is_planned(heading):
        return _("In %(share)d %% of the rows it lies after the row's own time: it was not known yet.") % {
            "share": round(100 * after)
        }
    blanks = _telling_blanks(dataset, each)
    if blanks:
        return blanks
    return _betrayed(heading, kind, each)


def _betrayed(heading: str, kind: Kind, each: Alone) -> str:
    if each.skill < _TELLS:
        return ""
    if is_of_afterwards(heading):
        return _("Its heading says that it is written when the outcome is known, and it does tell the outcome.")
    if is_state_at_export(heading) and kind in ("category", "date", "text"):
        return _("It says how things stood last when the file was made, perhaps after the outcome, and not when the"
                 " question would have been asked.")  # fmt: skip
    if is_judgement(heading) and each.blank >= _EMPTY_BEFORE:
        return _("It is somebody's judgement, and blank in %(share)d %% of the rows: it is written while a case is"
                 " worked"
                 " on, when the outcome may show already.") % {"share": round(100 * each.blank)}  # fmt: skip
    return ""


def _telling_blanks(dataset: Dataset, each: Alone) -> str:
    rows = len(dataset)
    if (
        not dataset.is_yes_or_no
        or not _LEAST_BLANK <= each.blank <= 1 - _LEAST_BLANK
        or each.blank * rows < _LEAST_ROWS
    ):
        return ""
    rate = float(dataset.outcome.mean())
    filled_rate = (rate - each.blank * each.blank_rate) / (1 - each.blank)
    for share, other in ((each.blank_rate, filled_rate), (filled_rate, each.blank_rate)):
        if (share <= _PURE and other >= _USUAL[0]) or (share >= 1 - _PURE and other <= _USUAL[1]):
            return _("Whether it is blank tells the outcome: it happened in %(blank).1f %% of the rows where it is"
                     " blank"
                     " and in %(filled).1f %% of the others.") % {
                "blank": 100 * each.blank_rate, "filled": 100 * filled_rate}  # fmt: skip
    return ""


def _standing_out(each: Alone, following: float) -> str:
    return _("It is blank or zero in %(share)d %% of the rows, where the outcome happened in %(plain).1f %%, against"
             " %(other).1f %% where something stands in it, and it tells %(times).1f times as much as any other"
             " column: it"
             " seems to be filled when the outcome comes about.") % {
        "share": round(100 * each.plain), "plain": 100 * each.plain_rate, "other": 100 * each.other_rate,
        "times": min(each.skill / max(following, 0.001), 99.0)}  # fmt: skip


def _suspect(dataset: Dataset, each: Alone, following: float) -> Finding:
    sentence = _("“%(column)s” tells %(times).1f times as much as any other column. It is kept. Make sure that it"
                 " is known"
                 " before the outcome; if not, leave it out.") % {
        "column": dataset.label(each.key), "times": min(each.skill / max(following, 0.001), 99.0)}  # fmt: skip
    return Finding("suspect", sentence, each.key, dataset.label(each.key))


def _share_after(dataset: Dataset, key: str, kind: Kind) -> float:
    if kind != "date" or dataset.time is None:
        return 0.0
    days = days_of(times_of(dataset.features[key]), dataset.time)
    known = days[~np.isnan(days)]
    return float((known > _MINUTE).mean()) if len(known) >= _LEAST_ROWS else 0.0


def _finding(dataset: Dataset, key: str, reason: str) -> Finding:
    label = dataset.label(key)
    sentence = _("“%(column)s” is left out, it knows the outcome already. %(reason)s") % {
        "column": label, "reason": reason}  # fmt: skip
    return Finding("leak", sentence, key, label, left_out=True)
