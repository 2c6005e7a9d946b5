"""The tables of this room."""

from __future__ import annotations

from perennial.foresight.plays.models import Decline, Enrolment, Look, Play
from perennial.foresight.purchases.models import Expected, Fitted
from perennial.foresight.training.models import Conversion, Leaving, Standing, Trained

__all__ = ["Conversion", "Decline", "Enrolment", "Expected", "Fitted", "Leaving", "Look", "Play", "Standing", "Trained"]
