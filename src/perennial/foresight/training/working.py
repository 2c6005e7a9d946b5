"""What the process does that trains and scores. A failure is said, and it is tried again the next day."""

from __future__ import annotations

from perennial.foresight.training.keeping import note_failure, score, train_and_score
from perennial.foundation.errors import NotFound
from perennial.lake.reader import open_lake
from perennial.metrics.predictions import prediction
from perennial.objects.made.catalogue import follow_now


def work(key: str, what: str) -> None:
    follow_now()
    asked = prediction(key)
    if asked is None:
        raise NotFound
    try:
        if what == "train":
            train_and_score(asked)
        else:
            with open_lake() as lake:
                score(lake, asked)
    except Exception as error:
        note_failure(key, f"{type(error).__name__}: {error}")
        raise
