"""What the tests of webhooks do all the time."""

from __future__ import annotations

from typing import Any

from perennial.foundation.sql import fetch
from perennial.integrations.models import Receiver
from perennial.integrations.webhooks.receivers import make_receiver
from perennial.objects.actions import Run
from perennial.objects.running import run_action
from perennial.workspace.actor import Actor

PEOPLE = "customers.person"


def made(url: str, by: Actor, name: str = "Shop") -> tuple[Receiver, str]:
    return make_receiver(name, url, by=by)


def call(receiver: Receiver, ids: list[int], by: Actor, **more: Any) -> Run:
    return run_action("integrations.call_webhook", ids, {"webhook": receiver.pk, **more}, by=by, on=PEOPLE)


def states() -> list[tuple[str, int | None]]:
    return fetch("SELECT state, status FROM timeline_delivery ORDER BY id")
