"""Training a prediction and scoring everybody: what jobs and commands run, in a process of its own."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import translation

from perennial.foresight.training.choosing import horizon
from perennial.foresight.training.drift import spread_of
from perennial.foresight.training.instants import instants
from perennial.foresight.training.judging import SEED, Learnt, learn
from perennial.foresight.training.models import Standing, Trained
from perennial.foundation import clock
from perennial.foundation.libraries import on_demand
from perennial.metrics.predictions import Prediction
from perennial.workspace.firm import the_firm

if TYPE_CHECKING:
    from perennial.foresight.training import scoring, sets
    from perennial.lake import reader
    from perennial.lake.reader import Lake
else:
    scoring, sets = on_demand("perennial.foresight.training.scoring"), on_demand("perennial.foresight.training.sets")
    reader = on_demand("perennial.lake.reader")

EVERY, AGAIN = timedelta(days=7), timedelta(days=1)  # between two trainings; where nothing is in use, or it failed
MEMORY = "1500MB"


def horizon_of(prediction: Prediction) -> int:
    """What the prediction says, else what the firm has chosen for all of them."""
    if prediction.days is not None:
        return prediction.days
    return horizon()


def train_and_score(prediction: Prediction) -> Trained | None:
    """A new version where something was learnt, and everybody's score by the version in use then."""
    with reader.open_lake(memory=MEMORY) as lake:
        trained = train(lake, prediction)
        score(lake, prediction)
    return trained


def train(
    lake: Lake, prediction: Prediction, *, until: date | None = None, asked: Sequence[datetime] = (), seed: int = SEED
) -> Trained | None:
    """None where nobody could be asked about; a version that is not good enough is kept as refused, with the reason."""
    started, days = time.monotonic(), horizon_of(prediction)
    found = sets.training_set(lake, prediction, asked or instants(days, until=until), days=days)
    with translation.override(the_firm().language):
        learnt = learn(prediction, found, days=days, seed=seed) if found is not None else None
    if found is None or learnt is None:
        _note(prediction)
        return None
    return _kept(prediction, found, learnt, days=days, seed=seed, seconds=time.monotonic() - started)


def score(lake: Lake, prediction: Prediction, *, as_of: datetime | None = None) -> int:
    trained = in_use(prediction.key)
    if trained is None:
        scoring.forget_scores(prediction)
        return 0
    return scoring.score_everybody(lake, prediction, trained, as_of=as_of)


def in_use(key: str) -> Trained | None:
    return Trained.objects.filter(prediction=key, state=Trained.State.IN_USE).first()


def mark_of(prediction: Prediction, days: int) -> str:
    """Of what was asked: with other rules, features or horizon a version is out of date."""
    said = [prediction.population, prediction.outcome, list(prediction.features), prediction.simple, days,
            prediction.version]  # fmt: skip
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


@transaction.atomic
def _kept(
    prediction: Prediction, found: sets.TrainingSet, learnt: Learnt, *, days: int, seed: int, seconds: float
) -> Trained:
    versions = Trained.objects.select_for_update().filter(prediction=prediction.key)
    last = max(versions.values_list("version", flat=True), default=0)
    if learnt.kind:
        versions.filter(state=Trained.State.IN_USE).update(state=Trained.State.REPLACED)
    made = Trained.objects.create(
        prediction=prediction.key, version=last + 1, kind=learnt.kind or Trained.Kind.RULE, why=learnt.why, days=days,
        state=Trained.State.IN_USE if learnt.kind else Trained.State.REFUSED, seed=seed,
        definition=mark_of(prediction, days), fingerprint=found.fingerprint, rows=len(found.ids),
        outcomes=int(found.dataset.outcome.sum()), asked=[each.isoformat() for each in found.instants],
        model=learnt.model, report=learnt.report, later=asdict(learnt.later) if learnt.later else {},
        bands=learnt.bands, usual=spread_of(found.at(found.instants[0]).dataset.features), seconds=round(seconds, 1),
    )  # fmt: skip
    _note(prediction)
    return made


def _note(prediction: Prediction) -> None:
    Standing.objects.update_or_create(
        prediction=prediction.key, defaults={"trained_at": clock.real_now(), "failed": ""}
    )


def note_failure(key: str, said: str) -> None:
    """Shown until it goes well; tried again tomorrow. What the failing process has said itself stays."""
    stands, _is_new = Standing.objects.get_or_create(prediction=key)
    stands.failed = stands.failed or said[:400]
    stands.trained_at, stands.scored_for = clock.real_now() - EVERY + AGAIN, clock.now()
    stands.save()
