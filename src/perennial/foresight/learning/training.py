"""Check, split, try, choose, calibrate, judge; and only what stands the judgement is learnt from all rows and kept."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from perennial.foresight.learning.calibrating import STRAIGHT, Line, calibrated
from perennial.foresight.learning.checks.alone import Alone
from perennial.foresight.learning.checks.checking import Checked, check, sampled
from perennial.foresight.learning.choosing import chances_of, choose, row_losses
from perennial.foresight.learning.dataset import Dataset
from perennial.foresight.learning.doubting import doubts_of
from perennial.foresight.learning.encoding.coding import Encoding, encoding_of
from perennial.foresight.learning.estimators import linear, trees
from perennial.foresight.learning.estimators.candidates import Tried, forests, prior, rule, sums
from perennial.foresight.learning.explaining import best_group, others, used
from perennial.foresight.learning.measuring.curves import tenths_of
from perennial.foresight.learning.measuring.figures import figures_of_chances, figures_of_numbers, gain
from perennial.foresight.learning.measuring.intervals import Estimate
from perennial.foresight.learning.measuring.marks import area
from perennial.foresight.learning.measuring.parts import by_group, by_month
from perennial.foresight.learning.model import Model
from perennial.foresight.learning.report import Candidate, Report
from perennial.foresight.learning.splitting import Fold, folds_of
from perennial.foresight.learning.verdict import Against, Verdict, explained, verdict_on
from perennial.foundation.libraries import on_demand

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from perennial.foresight.learning.dataset import Floats
else:
    np = on_demand("numpy")

MOST_TRIED = 60_000  # rows on which candidates are tried; the chosen one learns from all
_LEAST_FOR_TREES = 500  # rows


@dataclass(frozen=True, slots=True)
class Outcome:
    """`model` is None where nothing is to be published; the report says why."""

    model: Model | None
    report: Report


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of trying: on `places` of the tried table, `told` are chances or numbers, calibrated."""

    dataset: Dataset
    chosen: Tried
    candidates: tuple[Candidate, ...]
    line: Line
    places: NDArray[np.int64]
    told: Floats
    against: Against
    figures: dict[str, Estimate]
    is_forward: bool


def train(dataset: Dataset, *, seed: int = 1, keep: Collection[str] = (), is_simple: bool = False) -> Outcome:
    """The same table and seed give the same model. `keep` are columns that somebody vouches for; `is_simple` tries sums
    of weights alone, which carry over to another season where trees do not."""
    checked = check(dataset, seed=seed, keep=keep)
    if checked.is_stopped:
        sentence = str(next(each.sentence for each in checked.findings if each.stops))
        return Outcome(None, _report(dataset, checked, seed, Verdict("not_possible", sentence), None, None))
    usable = checked.usable
    encoding = encoding_of(usable.features, usable.time)
    if not encoding.codings:
        sentence = _("No column is left that can be learnt from.")
        return Outcome(None, _report(dataset, checked, seed, Verdict("not_possible", sentence), None, None))
    trial = _try(sampled(usable, MOST_TRIED, seed), encoding, checked.alone, seed=seed,
                 is_simple=is_simple or checked.has_few)  # fmt: skip
    verdict = verdict_on(usable, trial.against)
    model = _learn(usable, encoding, trial, seed) if verdict.is_published else None
    return Outcome(model, _report(dataset, checked, seed, verdict, trial, model))


def _try(dataset: Dataset, encoding: Encoding, alone: dict[str, Alone], *, seed: int, is_simple: bool) -> Trial:
    folds = folds_of(dataset, seed=seed)
    told = [prior(dataset, folds), rule(dataset, folds, alone), *sums(dataset, folds, encoding)]
    if not is_simple and len(dataset) >= _LEAST_FOR_TREES:
        told += forests(dataset, folds, encoding, seed=seed)
    chosen = choose(dataset, told)
    judged = choose(dataset, told[2:]) if chosen.name in ("prior", "rule") else chosen
    places = np.flatnonzero(~np.isnan(judged.scores[0]))
    line, scores = (
        calibrated(dataset, judged.scores[0], folds) if dataset.is_yes_or_no else (STRAIGHT, judged.scores[0])
    )
    outcome = dataset.outcome[places]
    if dataset.is_yes_or_no:
        answers = chances_of(scores[places])
        figures = figures_of_chances(
            outcome, answers, None if dataset.value is None else dataset.value[places], seed=seed
        )
    else:
        answers = scores[places]
        figures = figures_of_numbers(outcome, answers, seed=seed)
    against = _against(dataset, told, judged, places, figures, seed)
    return Trial(dataset, judged, tuple(_candidates(dataset, told, judged, places)), line, places, answers, against,
                 figures, dataset.time is not None and not _is_drawn(folds, len(dataset)))  # fmt: skip


def _against(dataset: Dataset, told: Sequence[Tried], judged: Tried, places: NDArray[np.int64],
             figures: dict[str, Estimate], seed: int) -> Against:  # fmt: skip
    bare, single = told[0], told[1]
    usual = row_losses(dataset, bare)
    order = figures["roc_auc" if dataset.is_yes_or_no else "explained"]
    return Against(
        order, gain(row_losses(dataset, judged), usual, seed=seed), _order(dataset, single, places),
        float((usual - row_losses(dataset, single)).mean()), dataset.label(single.column),
    )  # fmt: skip


def _order(dataset: Dataset, tried: Tried, places: NDArray[np.int64]) -> float:
    outcome, scores = dataset.outcome[places], tried.scores[0][places]
    return area(outcome, scores) if dataset.is_yes_or_no else explained(outcome, scores)


def _candidates(dataset: Dataset, told: Sequence[Tried], judged: Tried, places: NDArray[np.int64]) -> list[Candidate]:
    """The best of each kind."""
    found: dict[str, tuple[float, Tried]] = {}
    for each in told:
        loss = float(row_losses(dataset, each).mean())
        if (
            each is judged
            or each.name not in found
            or (loss < found[each.name][0] and found[each.name][1] is not judged)
        ):
            found[each.name] = loss, each
    return [
        Candidate(name, _order(dataset, each, places), loss, each is judged) for name, (loss, each) in found.items()
    ]


def _learn(dataset: Dataset, encoding: Encoding, trial: Trial, seed: int) -> Model:
    chosen = trial.chosen
    estimator: linear.Linear | trees.Trees
    if chosen.name == "linear":
        coded = encoding.linear(dataset.features, dataset.time)
        estimator = linear.fit(coded, dataset.outcome, freedom=chosen.setting)
    else:
        plain = encoding.plain(dataset.features, dataset.time)
        estimator = trees.fit(plain, dataset.outcome, leaves=int(chosen.setting),
                              rounds=chosen.rounds, choices=encoding.choices, seed=seed)  # fmt: skip
    errors = np.abs(trial.told - trial.dataset.outcome[trial.places])
    half = 0.0 if dataset.is_yes_or_no else float(np.quantile(errors, 0.9))
    labels = {key: dataset.label(key) for key in encoding.keys}
    model = Model(encoding, estimator, trial.line, labels, dataset.question, dataset.is_yes_or_no, half)
    return replace(model, others=others(model, dataset))


def _report(dataset: Dataset, checked: Checked, seed: int, verdict: Verdict, trial: Trial | None,
            model: Model | None) -> Report:  # fmt: skip
    yes = int(dataset.outcome.sum()) if dataset.is_yes_or_no else None
    first = Report(
        dataset.question, dataset.is_yes_or_no, len(dataset), verdict, checked.findings, seed, outcomes=yes,
        rate=None if yes is None or not len(dataset) else yes / len(dataset),
    )  # fmt: skip
    if trial is None:
        return first
    tried, outcome = trial.dataset, trial.dataset.outcome[trial.places]
    group_column, groups = best_group(tried, model) if tried.groups is None else ("", tried.groups)
    is_chances = dataset.is_yes_or_no
    months = by_month(tried.time[trial.places], outcome, trial.told) if is_chances and tried.time is not None else []
    parts = by_group(groups[trial.places], outcome, trial.told) if is_chances and groups is not None else []
    value = None if tried.value is None else tried.value[trial.places]
    return Report(
        dataset.question, dataset.is_yes_or_no, len(dataset), verdict, checked.findings, seed, yes, first.rate,
        _how_tried(trial), trial.candidates, trial.figures, trial.against.rule_label,
        {} if trial.line.is_straight else asdict(trial.line),
        tuple(tenths_of(outcome, trial.told, value)) if is_chances else (), tuple(months), tuple(parts), group_column,
        tuple(used(model, tried)) if model else (),
        tuple(doubts_of(checked, trial.figures, months, parts, rows=len(outcome), is_forward=trial.is_forward)),
    )  # fmt: skip


def _how_tried(trial: Trial) -> str:
    rows = len(trial.places)
    if trial.is_forward:
        return _("Tried on %(rows)d rows, each later than all rows that were learnt from.") % {"rows": rows}
    return _("Tried on %(rows)d rows in five parts, each told by what was learnt from the other four.") % {"rows": rows}


def _is_drawn(folds: Sequence[Fold], rows: int) -> bool:
    return sum(len(fold.tried) for fold in folds if fold.turn == 0) == rows
