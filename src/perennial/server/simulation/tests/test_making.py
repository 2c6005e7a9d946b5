from __future__ import annotations

import json
from datetime import date

import pyarrow.parquet as pq
import pytest
from django.db import transaction

from perennial.customers.models import Person
from perennial.foundation.sql import fetch, fetch_one
from perennial.foundation.text import fold, grams, sort_key
from perennial.lifecycle.live import follow_logs
from perennial.lifecycle.rebuilding import check
from perennial.server.simulation.making import Asked, Made, NotSimulated, simulate
from perennial.workspace.firm import forget_firm

ASKED = Asked(people=600, events=12_000, companies=12, seed=5, until=date(2026, 6, 1))
pytestmark = pytest.mark.django_db


@pytest.fixture
def home(tmp_path, settings):
    settings.PERENNIAL_HOME = tmp_path
    forget_firm()
    yield tmp_path
    forget_firm()


def made(asked: Asked = ASKED, **options) -> Made:
    return simulate(asked, report=lambda *_: None, **options)


def definitions() -> set[tuple[str, ...]]:
    """All indexes, constraints and triggers, those of the parts of the log left out."""
    return set(
        fetch(
            "SELECT 'index', indexdef FROM pg_indexes WHERE tablename NOT LIKE 'timeline_event_2%'"
            " UNION ALL SELECT conrelid::regclass::text, conname || pg_get_constraintdef(oid) || convalidated::text"
            " FROM pg_constraint WHERE conrelid::regclass::text NOT LIKE 'timeline_event_2%'"
            " UNION ALL SELECT tgrelid::regclass::text, tgname || tgenabled::text FROM pg_trigger"
            " WHERE NOT tgisinternal"
        )
    )


def test_a_firm_is_made_whole(home) -> None:
    before = definitions()
    firm = made()
    assert definitions() == before
    assert counted("customers_customer") == firm.people + firm.companies == 612
    assert counted("timeline_event") == firm.events == 12_000
    assert counted("commerce_order") == firm.orders > 300
    assert not fetch(
        "SELECT o.id FROM commerce_order o JOIN commerce_order_line l ON l.order_id = o.id GROUP BY o.id"
        " HAVING o.total <> sum(l.amount) OR o.line_count <> count(*)"
    )
    assert not fetch("SELECT id FROM customers_customer WHERE stage IS NULL AND company_id IS NULL")
    checked = check()
    assert checked.is_same
    assert follow_logs() == 0, "what follows from the load was done with it"


def test_records_are_found_as_though_they_had_been_entered(home) -> None:
    made()
    for person in Person.objects.filter(kind="person").order_by("id")[:100]:
        parts = (person.name, person.email, person.phone, person.external_id)
        assert person.folded == fold(" ".join(part for part in parts if part))
        assert person.grams == grams(person.folded)
        assert person.sort_key == sort_key(person.name)
    assert counted("customers_identity WHERE kind = 'external'") == 612


def test_the_same_seed_gives_the_same_firm(home) -> None:
    firms = []
    for _time in range(2):
        with transaction.atomic():
            made()
            firms.append([fetch(question) for question in (
                "SELECT id, occurred_at, type, channel FROM timeline_event ORDER BY id",
                "SELECT name, phone, city, created_at, stage, worth FROM customers_customer ORDER BY id",
                "SELECT placed_at, total, line_count FROM commerce_order ORDER BY id",
            )])  # fmt: skip
            transaction.set_rollback(True)
    assert firms[0] == firms[1]


def test_the_truth_is_kept_beside_the_lake_and_agrees_with_the_records(home) -> None:
    firm = made()
    people = pq.read_table(firm.truth / "people.parquet")
    orders = pq.read_table(firm.truth / "orders.parquet")
    assert json.loads((firm.truth / "model.json").read_text())["seed"] == ASKED.seed
    assert people.num_rows == 600
    assert set(people["customer_id"].to_pylist()) == set(
        Person.objects.filter(kind="person").values_list("id", flat=True)
    )
    kept = dict(fetch("SELECT id, customer_id FROM commerce_order"))
    assert dict(zip(orders["order_id"].to_pylist(), orders["customer_id"].to_pylist(), strict=True)) == kept
    treated = fetch("SELECT DISTINCT profile_id FROM timeline_event WHERE type = 'custom.email_delivered'")
    assert len(treated) == sum(
        any(row) for row in zip(*(people[f"{name}_treated"].to_pylist() for name in ("spring", "autumn", "winter")),
                                strict=True))  # fmt: skip


def test_customers_who_are_here_are_not_buried(home) -> None:
    made()
    with pytest.raises(NotSimulated, match="--add"):
        made()
    again = made(adds=True)
    assert counted("customers_customer") == 1_224
    assert again.truth.name == "2"
    assert check().is_same


def test_too_few_events_are_refused(home) -> None:
    with pytest.raises(NotSimulated, match="at least"):
        made(Asked(people=600, events=700, companies=0, seed=1, until=date(2026, 6, 1)))
    assert counted("customers_customer") == 0


def counted(what: str) -> int:
    row = fetch_one(f"SELECT count(*) FROM {what}")
    assert row
    return row[0]
