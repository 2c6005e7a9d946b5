"""The worker's turn: claim a few, send them beside each other, write down what came back."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from django.utils import translation
from django.utils.translation import gettext as _

from perennial.foundation.jobs import loop
from perennial.foundation.outbound import InDoubt, NotSent
from perennial.timeline.outbox.keeping import AT_ONCE, MOST_ATTEMPTS, claim, doubt_left_behind, settle
from perennial.timeline.outbox.ways import Claimed, Outcome, Send, ways
from perennial.workspace.firm import the_firm

_LOG = logging.getLogger(__name__)


@loop("timeline.send", every=0.5)
def send_due() -> int:
    """One turn; how many were sent."""
    doubt_left_behind()
    mark, found = claim()
    if not found:
        return 0
    with translation.override(the_firm().language):
        return sum(_send(way, mark, claimed) for way, claimed in found.items())


def _send(way: str, mark: uuid.UUID, claimed: Sequence[Claimed]) -> int:
    declared = ways.get(way)
    prepared = declared.prepare(claimed) if declared else {}
    language = translation.get_language()
    none = Outcome("unsent", sentence=_("Nothing here knows how to send this any more."))
    calls = [prepared.get(each.id, none) for each in claimed]
    with ThreadPoolExecutor(AT_ONCE) as threads:
        running = [
            threads.submit(_outcome, each, call, language) for each, call in zip(claimed, calls, strict=True)
        ]  # fmt: skip
        settle(mark, [(each, future.result()) for each, future in zip(claimed, running, strict=True)])
    return len(claimed)


def _outcome(claimed: Claimed, call: Send | Outcome, language: str | None) -> Outcome:
    """Nothing that happens here may end the others: it is written down as what is known of this one."""
    if isinstance(call, Outcome):
        return call
    with translation.override(language):
        try:
            return call()
        except NotSent as error:
            is_last = error.is_lasting or claimed.attempts >= MOST_ATTEMPTS
            return Outcome("unsent" if is_last else "waiting", sentence=str(error), is_busy=not error.is_lasting)
        except InDoubt as error:
            return Outcome("doubt", sentence=str(error), is_busy=True)
        except Exception:  # noqa: BLE001 - the edge: a bug in a way must not look as if nothing had left
            _LOG.exception("A delivery broke.")
            return Outcome("doubt", sentence=_("Something went wrong here. It is in the log of this server."))
