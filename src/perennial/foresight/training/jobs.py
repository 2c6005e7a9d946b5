"""When predictions are trained and everybody scored: scored every night, trained anew each week, when what is asked has
changed, or when the people asked about have drifted away from those that were learnt of."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from typing import Literal

from perennial.foresight.training.drift import TOO_FAR
from perennial.foresight.training.keeping import horizon_of, in_use, mark_of
from perennial.foresight.training.models import Standing
from perennial.foundation import clock
from perennial.foundation.jobs import job
from perennial.metrics.predictions import Prediction, predictions

EVERY = timedelta(days=7)
Due = Literal["train", "score"]


@job("foresight.work", queue="upkeep", retries=0)
def work(key: str, what: str) -> None:
    """In a process of its own, one after another."""
    subprocess.run([sys.executable, "-m", "perennial.foresight.training.process", key, what], check=True)


@job("foresight.follow", queue="upkeep", cron="17 2 * * *")
def follow() -> None:
    for each in predictions():
        ask(each.key, due(each))


def ask(key: str, what: Due) -> None:
    work.later(key=key, what=what, lock="foresight.work")


def due(prediction: Prediction) -> Due:
    stands, used = Standing.objects.filter(pk=prediction.key).first(), in_use(prediction.key)
    if stands is None or stands.trained_at is None or clock.real_now() - stands.trained_at >= EVERY:
        return "train"
    if used is None:
        return "score"
    is_changed = used.definition != mark_of(prediction, horizon_of(prediction))
    has_drifted = (stands.drift or 0) > TOO_FAR and used.trained_at < clock.real_now() - timedelta(days=1)
    return "train" if is_changed or has_drifted else "score"
