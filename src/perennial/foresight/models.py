"""The tables of this room."""

from __future__ import annotations

from perennial.foresight.plays.models import Decline, Enrolment, Look, Play

__all__ = ["Decline", "Enrolment", "Look", "Play"]
