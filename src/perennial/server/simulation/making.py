"""Making the whole firm: lives, records, events, what follows from them, and the truth beside the lake."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
from django.conf import settings
from django.db import connection, transaction

from perennial.commerce.customer_facts import refresh_all_facts
from perennial.commerce.customer_goods import refresh_all_goods
from perennial.commerce.jobs import CONSUMER as COMPANIES
from perennial.commerce.jobs import GOODS
from perennial.customers.models import Customer
from perennial.foundation import clock
from perennial.foundation.errors import Refused
from perennial.foundation.ids import uuid7
from perennial.foundation.sql import execute
from perennial.lifecycle.live import CONSUMER as LIFECYCLE
from perennial.lifecycle.rebuilding import rebuild
from perennial.server.simulation.behaviour import TooFewEvents, all_happenings, load_events
from perennial.server.simulation.loading import Bare, bare
from perennial.server.simulation.model import DAY, Model, draw_lives
from perennial.server.simulation.people import load_people
from perennial.server.simulation.purchases import load_goods, load_orders
from perennial.server.simulation.truth import write_truth
from perennial.timeline.consumers import Log, go_to_end
from perennial.timeline.partitions import prepare_for
from perennial.workspace.firm import forget_firm, the_firm
from perennial.workspace.models import Firm

WORKED = ("commerce_customer_facts", "commerce_customer_goods", "lifecycle_state", "lifecycle_overdue",
          "lifecycle_transition")  # fmt: skip
LOADED = ("customers_customer", "customers_profile", "customers_identity", "timeline_change", "commerce_product",
          "commerce_order", "commerce_order_line", "timeline_event")  # fmt: skip
# Who reads the logs and has nothing left to do when facts, stages and standings have been computed.
_FOLLOWED: tuple[tuple[str, Log], ...] = (
    (LIFECYCLE, "timeline_event"),
    (LIFECYCLE, "timeline_change"),
    (COMPANIES, "timeline_change"),
    (GOODS, "timeline_change"),
)
_CHUNK = 50_000  # customers whose stages are computed at a time, from statistics that this transaction cannot renew
_AT_ONCE = 500_000  # customers whose facts are computed by one statement, which reads the orders in their own order
Report = Callable[[str, int, int], None]  # (what, done, in all); 0 in all: nobody knows


class NotSimulated(Refused):
    code = "not_simulated"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a simulated firm is made from; the same again gives the same. `until` is the day it ends before."""

    people: int
    events: int
    companies: int
    seed: int
    until: date


@dataclass(frozen=True, slots=True)
class Made:
    people: int
    companies: int
    orders: int
    events: int
    truth: Path


def simulate(asked: Asked, *, adds: bool = False, model: Model | None = None, report: Report) -> Made:
    """Make the firm in one transaction. Refused where customers are, unless it is to be added to them."""
    if not adds and Customer.objects.exists():
        raise NotSimulated("There are customers here. Add the simulated ones to them with --add.")
    model = model or Model()
    end = int(datetime(asked.until.year, asked.until.month, asked.until.day, tzinfo=UTC).timestamp()) * 1_000_000
    folder = _truth_folder()
    draft = folder.with_name(f"{folder.name}.draft")
    try:
        with transaction.atomic():
            execute("SET LOCAL work_mem = '128MB'")
            execute("SET LOCAL maintenance_work_mem = '512MB'")
            _set_up_firm(asked)
            prepare_for(_moment(end - model.days * DAY), _moment(end))
            if adds:
                made = _make(asked, model, end, draft, report)
            else:
                with bare((*LOADED, *WORKED), worked=WORKED, report=lambda what: report(what, 0, 0)) as tables:
                    made = _make(asked, model, end, draft, report)
                    _derive_bare(tables, report)
                for name, log in _FOLLOWED:
                    go_to_end(name, log)
            report("Writing to disk", 0, 0)
    except TooFewEvents as error:
        raise NotSimulated(f"The lives of these people need at least {error.args[0]:,} events.") from None
    if adds:
        _derive(report)
    made.truth.rename(folder)  # finished only when the firm is
    return replace(made, truth=folder)


def tidy() -> None:
    """What the database does by itself in time: statistics, and which pages everybody may see."""
    if not connection.in_atomic_block:
        execute(f"VACUUM (ANALYZE) {', '.join((*LOADED, *WORKED))}")


def _make(asked: Asked, model: Model, end: int, folder: Path, report: Report) -> Made:
    known = Customer.objects.count()
    drawn, cast_of, goods_of, orders_of, events_of, ids_of = (
        np.random.default_rng(each) for each in np.random.SeedSequence([asked.seed, known]).spawn(6)
    )
    cause, currency = str(uuid7()), the_firm().currency
    report("Drawing lives", 0, 0)
    lives = draw_lives(asked.people, end=end, random=drawn, model=model)
    report("People", 0, 0)
    cast = load_people(lives, companies=asked.companies, random=cast_of, cause=cause)
    report("Orders", 0, 0)
    goods = load_goods(goods_of, known=end - model.days * DAY)
    invoices = load_orders(lives, cast, goods, currency=currency, random=orders_of, model=model)
    report("Ordering events by time", 0, 0)
    happenings = all_happenings(lives, invoices, events=asked.events, end=end, random=events_of, model=model)
    load_events(happenings, cast, invoices, goods, currency=currency, random=ids_of,
                report=lambda done, total: report("Events", done, total))  # fmt: skip
    write_truth(folder, lives, cast, invoices, model=model, asked={
        "people": asked.people, "events": asked.events, "companies": asked.companies, "seed": asked.seed,
        "until": asked.until.isoformat(), "first_person": cast.first_person,
    })  # fmt: skip
    return Made(cast.people, cast.companies, len(invoices.at), asked.events, folder)


def _derive_bare(tables: Bare, report: Report) -> None:
    """The customers' own indexes come last, because stages and standings change every row of them.

    The tallies keep themselves by triggers on the state. Chunk after chunk in one transaction would leave a version of
    each tally a chunk behind, and read all of them each time; so the triggers see the finished state, once.
    """
    report("Building indexes", 0, 0)
    tables.put_back(*(name for name in LOADED if name not in ("customers_customer", "timeline_event")))
    tables.put_back("customers_customer", only=("customers_customer_pkey", "customers_company_people"))
    execute("ALTER TABLE lifecycle_state DISABLE TRIGGER USER")
    _derive(report)
    execute("CREATE TEMPORARY TABLE finished_state ON COMMIT DROP AS TABLE lifecycle_state")
    execute("TRUNCATE lifecycle_state")
    execute("ALTER TABLE lifecycle_state ENABLE TRIGGER USER")
    execute("INSERT INTO lifecycle_state SELECT * FROM finished_state")


def _derive(report: Report) -> None:
    """Facts, stages and standings of everybody."""
    report("Facts", 0, 0)
    refresh_all_facts(batch=_AT_ONCE)
    refresh_all_goods(batch=_AT_ONCE)
    rebuild(progress=lambda done, total: report("Stages and standings", done, total), tell=False,
            chunk=_CHUNK)  # fmt: skip


def _set_up_firm(asked: Asked) -> None:
    if not Firm.objects.filter(pk=1).exists():
        sells_to = Firm.SellsTo.BOTH if asked.companies else Firm.SellsTo.PEOPLE
        Firm.objects.create(pk=1, name="Simulated firm", sells_to=sells_to, set_up_at=clock.real_now())
    forget_firm()


def _truth_folder() -> Path:
    """A folder of its own for each simulation of this deployment."""
    root = Path(settings.PERENNIAL_HOME) / "truth"
    numbers = [int(path.name) for path in root.glob("[0-9]*") if path.name.isdigit()] if root.exists() else []
    return root / str(max(numbers, default=0) + 1)


def _moment(microseconds: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
