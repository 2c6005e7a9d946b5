"""Learning a version: from all instants, once a model that had not seen the latest has beaten the simple rule there.

What is used is decided in this order: the model, where its report and the latest instant both speak for it; the simple
rule as chances, where there is enough to say how often it comes true; nothing. Which of them, and why, is kept.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from perennial.foresight.learning.measuring.marks import area
from perennial.foresight.training.beating import Later, Rule, bands_of, compared, numbers, rule_of
from perennial.foresight.training.sets import TrainingSet
from perennial.foundation.libraries import on_demand
from perennial.metrics.predictions import Prediction
from perennial.objects.zones import firm_zone

if TYPE_CHECKING:
    import numpy as np

    from perennial.foresight.learning import model as models
    from perennial.foresight.learning import training
else:  # trees and their libraries are for the process that trains
    np = on_demand("numpy")
    training, models = (
        on_demand("perennial.foresight.learning.training"),
        on_demand("perennial.foresight.learning.model"),
    )

SEED = 1
LEAST_OUTCOMES = 50


@dataclass(frozen=True, slots=True)
class Learnt:
    """`kind` and `model` of "" and None where nothing is to be used."""

    kind: str
    why: str
    model: dict[str, Any] | None
    report: dict[str, Any]
    later: Later | None
    bands: list[dict[str, float]]


def learn(prediction: Prediction, found: TrainingSet, *, days: int, seed: int = SEED) -> Learnt:
    outcome = found.dataset.outcome
    if min(int(outcome.sum()), int((~outcome).sum())) < LEAST_OUTCOMES:
        why = _("There are %(count)d outcomes to learn from; %(least)d are needed. Nothing is said of anybody yet.") % {
            "count": int(outcome.sum()), "least": LEAST_OUTCOMES}  # fmt: skip
        return Learnt("", why, None, {}, None, [])
    rule = rule_of(found.dataset.features, outcome, prediction.simple_feature)
    seen, unseen = apart(found, days=days)
    if seen is None or unseen is None:
        final = _taught(found, seed, is_simple=True)
        if final.model is None:
            return Learnt("", final.report.verdict.sentence, None, final.report.to_json(), None, [])
        bands = bands_of(outcome, rule.score(found.dataset.features))
        why = _("There is no later time yet to try a model on. Until there is, the simple rule tells the chances.")
        return Learnt("rule", why, rule.to_json(), final.report.to_json(), None, bands)
    told = rule_of(seen.dataset.features, seen.dataset.outcome, prediction.simple_feature).score(
        unseen.dataset.features
    )
    is_simple, chances, later = _best(prediction, seen, unseen, told, seed)
    final, truth = _taught(found, seed, is_simple=is_simple), unseen.dataset.outcome
    report = final.report.to_json()
    if final.model is not None and later.is_beaten:
        why = _("On %(instant)s, which it had not seen, the model ordered customers better than the simple rule"
                " (AUC %(auc).3f against %(rule).3f).")  # fmt: skip
        return Learnt("model", why % _said(later), final.model.to_json(), report, later, bands_of(truth, chances))
    if not later.rule_tells:
        why = _("This cannot be told: on %(instant)s neither a model nor the simple rule said more than the share of"
                " the past. Nothing is said of anybody.")  # fmt: skip
        return Learnt("", why % _said(later), None, report, later, [])
    why = _("No model beats the simple rule on %(instant)s, so the rule tells the chances (AUC %(rule).3f).")
    return Learnt("rule", why % _said(later), rule.to_json(), report, later, bands_of(truth, told))


def apart(found: TrainingSet, *, days: int) -> tuple[TrainingSet | None, TrainingSet | None]:
    """What was known by the latest instant, horizons and all, and the latest instant."""
    latest = found.instants[0]
    seen = found.until(latest - timedelta(days=days))
    if not seen.instants or min(int(seen.dataset.outcome.sum()), int((~seen.dataset.outcome).sum())) < LEAST_OUTCOMES:
        return None, None
    return seen, found.at(latest)


def scorer(kind: str, model: dict[str, Any]) -> Any:
    """The model or the rule, read back."""
    return Rule.from_json(model) if kind == "rule" else models.Model.from_json(model)


def _best(
    prediction: Prediction, seen: TrainingSet, unseen: TrainingSet, by_rule: Any, seed: int
) -> tuple[bool, Any, Later]:  # fmt: skip
    """Sums of weights, or whatever tells the past best: the one that is less off on the latest instant. Neighbouring
    instants share their outcomes, so that trees which learn them by heart look good among them."""
    tried = []
    for is_simple in (True, False):
        model = _taught(seen, seed, is_simple=is_simple).model
        chances = by_rule if model is None else model.score(unseen.dataset.features, unseen.dataset.time)
        tried.append((is_simple, chances, _compared(prediction, seen, unseen, chances, by_rule)))
    return max(tried, key=lambda each: each[2].gain)


def _taught(found: TrainingSet, seed: int, *, is_simple: bool) -> Any:
    """Who is who is nothing to learn from, nor to be judged by."""
    return training.train(replace(found.dataset, groups=None), seed=seed, is_simple=is_simple)


def _compared(
    prediction: Prediction, seen: TrainingSet, unseen: TrainingSet, chances: Any, by_rule: Any
) -> Later:  # fmt: skip
    """The rule sorts by the feature itself, finer than its ten parts: it is given its due."""
    at = unseen.instants[0].astimezone(firm_zone()).date().isoformat()
    later = compared(unseen.dataset.outcome, chances, by_rule, at, usual=float(seen.dataset.outcome.mean()))
    values = numbers(unseen.dataset.features.column(prediction.simple_feature))
    if prediction.simple.startswith("-"):
        values = -values
    values = np.where(np.isnan(values), np.nanmin(values) if (~np.isnan(values)).any() else 0, values)
    return replace(later, rule_auc=max(area(unseen.dataset.outcome, values), later.rule_auc))


def _said(later: Later) -> dict[str, Any]:
    return {**asdict(later), "rule": later.rule_auc}
