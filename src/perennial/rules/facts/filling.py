"""Computing a fact for everybody, after it was made or changed: one statement in the background."""

from __future__ import annotations

from django.db import DataError, ProgrammingError, transaction

from perennial.foundation import clock
from perennial.foundation.errors import Invalid
from perennial.foundation.jobs import job
from perennial.foundation.sql import execute
from perennial.objects.made.catalogue import follow_now
from perennial.objects.types import object_types
from perennial.rules.facts import values
from perennial.rules.facts.models import MadeFact


@job("rules.fill_fact", queue="default", retries=5)
def fill(fact_id: int) -> None:
    """What is touched meanwhile stays owed, and is paid when this is done. Repeating it does no harm."""
    follow_now()
    made = MadeFact.objects.filter(pk=fact_id, retired_at=None).first()
    if made is None or made.object_key not in object_types:
        return
    try:
        with transaction.atomic():
            execute("SET LOCAL work_mem = '128MB'")
            values.make_table(made)
            values.refresh(made, None)
        values.settle_table(made)
    except (Invalid, DataError, ProgrammingError):
        MadeFact.objects.filter(pk=fact_id, version=made.version).update(state=MadeFact.State.FAILED)
        raise
    MadeFact.objects.filter(pk=fact_id, version=made.version).update(
        state=MadeFact.State.READY, filled_version=made.version, filled_at=clock.real_now()
    )


def fill_all() -> int:
    """Every fact anew, one after another; how many. Part of a rebuild."""
    made = MadeFact.objects.filter(retired_at=None).order_by("id").values_list("pk", flat=True)
    return sum(fill(fact_id) is None for fact_id in list(made))
