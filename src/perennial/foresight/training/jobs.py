"""When predictions are trained and everybody scored: scored each business day, trained anew each week, each day while
nothing is in use, when what is asked has changed, or when people have drifted away from those that were learnt of.

Nothing is begun while a file is being imported or the lake is behind: half a history teaches the wrong thing.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Literal

from django.db.models import Q
from procrastinate.exceptions import AlreadyEnqueued

from perennial.foresight.process import run_apart
from perennial.foresight.training.drift import TOO_FAR
from perennial.foresight.training.instants import day_of, today
from perennial.foresight.training.keeping import AGAIN, EVERY, horizon_of, in_use, mark_of, note_failure
from perennial.foresight.training.models import Standing
from perennial.foundation import clock
from perennial.foundation.jobs import job, loop
from perennial.lake.progress import is_begun, lag
from perennial.metrics.predictions import Prediction, predictions
from perennial.objects.models import Import

_ABREAST = 5.0  # seconds that the lake may be behind
_BROKEN_OFF = timedelta(minutes=10)  # an import that has not moved for so long is not waited for
Due = Literal["train", "score", ""]


@job("foresight.work", queue="upkeep", retries=0)
def work(key: str, what: str) -> None:
    """In a process of its own, one after another."""
    ended = run_apart("training", key, what)
    if ended:
        note_failure(key, f"The process ended with {ended}.")


@loop("foresight.predictions", every=60.0)
def follow() -> int:
    """0 always: what is due is enqueued, and there is nothing more to do at once."""
    waiting = {each.key: what for each in predictions() if (what := due(each))}
    if waiting and is_calm():
        for key, what in waiting.items():
            ask(key, what)
    return 0


def ask(key: str, what: str) -> None:
    """Once, however often it is asked for."""
    with suppress(AlreadyEnqueued):
        work.later(key=key, what=what, lock="foresight.work", once_key=f"foresight.work {key}")


def due(prediction: Prediction) -> Due:
    stands, used = Standing.objects.filter(pk=prediction.key).first(), in_use(prediction.key)
    if stands is None or stands.trained_at is None:
        return "train"
    age = clock.real_now() - stands.trained_at
    if age >= EVERY or (used is None and age >= AGAIN):
        return "train"
    if used is None:
        return ""
    if used.definition != mark_of(prediction, horizon_of(prediction)):
        return "train"
    if (stands.drift or 0) > TOO_FAR and age >= AGAIN:
        return "train"
    return "score" if stands.scored_for is None or day_of(stands.scored_for) != today() else ""


def is_calm() -> bool:
    since = clock.real_now() - _BROKEN_OFF
    moving = Import.objects.filter(status__in=(Import.Status.READY, Import.Status.RUNNING))
    is_importing = moving.filter(Q(moved_at__gt=since) | Q(moved_at=None, created_at__gt=since)).exists()
    return not is_importing and is_begun() and lag().seconds < _ABREAST
