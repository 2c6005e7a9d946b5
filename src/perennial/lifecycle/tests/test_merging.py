"""Two customers who turn out to be one are computed as one, and as two again when that is undone."""

from __future__ import annotations

import pytest

from perennial.customers.models import Customer, Merge
from perennial.foundation.sql import execute, fetch
from perennial.lifecycle import live
from perennial.lifecycle.models import State
from perennial.lifecycle.rebuilding import check
from perennial.lifecycle.tests.shop import day, known, open_shop, ordered
from perennial.objects.running import run_action
from perennial.workspace.firm import forget_firm
from perennial.workspace.tests.cast import make_cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast():
    people = make_cast()
    open_shop(now=day(60))
    execute("TRUNCATE timeline_consumer")
    yield people
    forget_firm()


def stages() -> dict[str, str | None]:
    return dict(Customer.objects.order_by("pk").values_list("name", "stage"))


def test_merged_orders_count_for_the_one_who_stays_and_undoing_gives_them_back(cast):
    kept, other = known("Anne Peltier", kind="person"), known("A. Peltier", kind="person")
    ordered(kept, day(10))
    ordered(other, day(30))
    live.catch_up()
    assert stages() == {"Anne Peltier": "conversion", "A. Peltier": "conversion"}

    run_action("customers.merge_customers", [kept.pk, other.pk], {"winner": kept.pk}, by=cast.ada)
    live.catch_up()
    assert stages() == {"Anne Peltier": "retention", "A. Peltier": None}
    assert fetch("SELECT sum(customers) FROM lifecycle_tally WHERE measure = 'now'") == [(1,)]
    assert check().is_same

    run_action("customers.unmerge", [kept.pk], {"merge": Merge.objects.get().pk}, by=cast.ada)
    live.catch_up()
    assert stages() == {"Anne Peltier": "conversion", "A. Peltier": "conversion"}
    assert State.objects.count() == 2
    assert check().is_same
