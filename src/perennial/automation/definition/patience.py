"""How long somebody is waited for at most."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from pydantic import BaseModel, ConfigDict, Field

from perennial.automation.definition.limits import MOST_DAYS


class Patience(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    days: Annotated[int, Field(ge=0, le=MOST_DAYS)] = 0
    hours: Annotated[int, Field(ge=0, le=8760)] = 0
    minutes: Annotated[int, Field(ge=0, le=1440)] = 0

    @property
    def span(self) -> timedelta:
        return timedelta(days=self.days, hours=self.hours, minutes=self.minutes)

    def said(self) -> str:
        return " ".join(
            text
            for text in (
                ngettext("%(n)d day", "%(n)d days", self.days) % {"n": self.days} if self.days else "",
                ngettext("%(n)d hour", "%(n)d hours", self.hours) % {"n": self.hours} if self.hours else "",
                ngettext("%(n)d minute", "%(n)d minutes", self.minutes) % {"n": self.minutes} if self.minutes else "",
            )
            if text
        )


def fault_of_patience(patience: Patience) -> Iterator[str]:
    if not patience.span:
        yield _("Say how long to wait at most.")


def until(patience: Patience, now: datetime) -> datetime:
    return now + patience.span
