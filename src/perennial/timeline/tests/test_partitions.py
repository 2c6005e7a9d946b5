from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import transaction

from perennial.timeline import partitions

MOMENT = datetime(2019, 5, 1, tzinfo=UTC)


@pytest.mark.django_db(transaction=True)
def test_parts_are_looked_for_until_a_transaction_that_found_them_is_committed(
    django_assert_num_queries, monkeypatch
) -> None:
    monkeypatch.setattr(partitions, "_known", {})
    with transaction.atomic():
        partitions.prepare_for(MOMENT, MOMENT)
        transaction.set_rollback(True)
    with transaction.atomic():
        partitions.prepare_for(MOMENT, MOMENT)
    with transaction.atomic(), django_assert_num_queries(0):
        partitions.prepare_for(MOMENT, MOMENT)
