"""Both models fitted to all purchases, checked on the past, and what they say written down for everybody.

It is done once a day: silence grows by the day. What a customer is expected to spend is written only while what would
have been said a horizon ago turned out well; else nothing is, and the page says so.
"""

from __future__ import annotations

import io
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from perennial.conditions.calendar import start_of_day
from perennial.foresight.purchases.buying import Buying, fit_buying
from perennial.foresight.purchases.checking import check
from perennial.foresight.purchases.fitting import NoFit
from perennial.foresight.purchases.histories import Histories, Numbers
from perennial.foresight.purchases.models import Fitted
from perennial.foresight.purchases.reading import purchases
from perennial.foresight.purchases.spending import Spending, fit_spending
from perennial.foresight.purchases.worth import worth_within
from perennial.foundation import clock
from perennial.foundation.libraries import on_demand
from perennial.foundation.sql import execute, fetch
from perennial.objects.zones import firm_zone

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from perennial.lake import reader
else:
    np, pa = on_demand("numpy"), on_demand("pyarrow", "pyarrow.compute", "pyarrow.csv")
    reader = on_demand("perennial.lake.reader")

MEMORY = "1GB"  # for the lake's engine, in the process that does this
MOST_FITTED = 200_000  # customers that the numbers are learnt from; more would not move them by a thousandth
_GONE = 0.05  # who is alive with less than this has left: nothing is at stake any more
_COLUMNS = ("customer_id", "chance", "orders", "worth", "worth_low", "worth_high", "at_stake", "next_at", "late_at")
_FOUND = f"""
CREATE TEMPORARY TABLE foresight_found ON COMMIT DROP AS
SELECT {", ".join(_COLUMNS)} FROM foresight_expected WITH NO DATA
"""
_WRITE = f"""
INSERT INTO foresight_expected AS e ({", ".join(_COLUMNS)})
SELECT {", ".join(f"f.{name}" for name in _COLUMNS)}
FROM foresight_found f ORDER BY f.customer_id
ON CONFLICT (customer_id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _COLUMNS[1:])}
WHERE ({", ".join(f"e.{name}" for name in _COLUMNS[1:])})
    IS DISTINCT FROM ({", ".join(f"excluded.{name}" for name in _COLUMNS[1:])})
"""
_NOBODY = """
DELETE FROM foresight_found f
WHERE NOT EXISTS (SELECT FROM customers_customer c WHERE c.id = f.customer_id AND c.deleted_at IS NULL)
"""
_GO = "DELETE FROM foresight_expected WHERE customer_id NOT IN (SELECT customer_id FROM foresight_found)"


def expect(*, days: int) -> Fitted:
    """Fit, check and write, as of the beginning of today. Where nothing can be said, what was said before goes."""
    as_of = start_of_day(clock.now().astimezone(firm_zone()).date(), firm_zone())
    with reader.open_lake(memory=MEMORY) as lake:
        known = purchases(lake, as_of)
    histories = known.histories(as_of)
    fitted = Fitted(as_of=as_of, days=days, customers=len(histories), numbers={}, check={}, is_used=False,
                    buyers=about_how_many_buy())  # fmt: skip
    try:
        buying, spending = _fitted(histories)
    except NoFit:
        return _written(fitted, None)
    fitted.numbers = {"buying": asdict(buying), "spending": asdict(spending)}
    found = check(known, as_of=as_of, days=days)
    if found is not None:
        fitted.check, fitted.is_used = found.to_json(), found.is_good
    return _written(fitted, _expected(histories, buying, spending, as_of, days) if fitted.is_used else None)


def about_how_many_buy() -> int:
    """By PostgreSQL's estimate: it costs nothing to ask."""
    asked = "SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = 'commerce_customer_facts'::regclass"
    (about,) = fetch(asked)[0]
    return int(about)


def _fitted(known: Histories) -> tuple[Buying, Spending]:
    if len(known) > MOST_FITTED:
        known = known.of(np.sort(np.random.default_rng(0).choice(len(known), MOST_FITTED, replace=False)))
    return fit_buying(known), fit_spending(known)


def _expected(known: Histories, buying: Buying, spending: Spending, as_of: datetime, days: int) -> dict[str, Numbers]:
    """Columns of `foresight_expected`.

    At stake is what they would spend if they were to stay, times the probability that they do not order within the
    horizon; of who has almost certainly left already there is nothing to keep.
    """
    alive, chance = buying.alive(known), buying.buys_within(known, days)
    worth = worth_within(known, buying, spending, days=days)
    if_they_stay = worth.expected / np.maximum(alive, 1e-9)
    stays = alive >= _GONE
    return {
        "customer_id": known.ids, "chance": 100 * chance, "orders": buying.purchases_within(known, days),
        "worth": worth.expected, "worth_low": worth.low, "worth_high": worth.high,
        "at_stake": np.where(stays, (1 - chance) * if_they_stay, 0.0),
        "next_at": _moments(as_of, buying.next_purchase(known, 0.5), stays),
        "late_at": _moments(as_of, buying.next_purchase(known, 0.9), stays),
    }  # fmt: skip


def _moments(as_of: datetime, days: Numbers, stays: Numbers) -> Numbers:
    """Nothing where they have left, or where it is further away than ten years: that is no expectation."""
    begin = np.datetime64(as_of.astimezone(firm_zone()).replace(tzinfo=None), "s")
    is_told = stays & (days <= timedelta(days=3650).days)
    at = begin + (np.where(is_told, days, 0) * 86_400).astype("timedelta64[s]")
    return np.where(is_told, at, np.datetime64("NaT", "s"))


def _written(fitted: Fitted, columns: dict[str, Numbers] | None) -> Fitted:
    """In place of what was said before; rows that say the same are left alone."""
    with transaction.atomic():
        fitted.save()
        if columns is None:
            execute("DELETE FROM foresight_expected")
            return fitted
        execute(_FOUND)
        _copy(columns)
        execute("ANALYZE foresight_found")
        for statement in (_NOBODY, _WRITE, _GO):
            execute(statement)
    return fitted


def _copy(columns: dict[str, Numbers]) -> None:
    """As CSV that pyarrow writes, ten times as quick as a row at a time."""
    rounded = {name: np.round(part, 2) if part.dtype.kind == "f" else part for name, part in columns.items()}
    rounded["chance"] = np.round(columns["chance"], 1)
    table = pa.table({name: _with_zone(part) for name, part in rounded.items()})
    names = ", ".join(columns)
    with (
        connection.cursor() as cursor,
        cursor.cursor.copy(f"COPY foresight_found ({names}) FROM STDIN (FORMAT csv, NULL '')") as copy,
    ):
        for batch in table.to_batches(max_chunksize=50_000):
            text = io.BytesIO()
            pa.csv.write_csv(batch, text, pa.csv.WriteOptions(include_header=False, quoting_style="none"))
            copy.write(text.getvalue())


def _with_zone(part: Numbers) -> Any:
    """The moments of the firm's clocks as instants."""
    if part.dtype.kind != "M":
        return pa.array(part)
    local = pa.array(part.astype("datetime64[s]"))
    return pa.compute.assume_timezone(local, str(firm_zone()), ambiguous="earliest", nonexistent="earliest").cast(
        pa.timestamp("s", "UTC")
    )
