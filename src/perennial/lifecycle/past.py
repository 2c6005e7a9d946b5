"""Where customers stood at an instant, from the lake: rhythm, standing and worth as `history` computes them, the stage
as the log was told of it. Only the last *epoch* matters: orders that were taken back by then are left out throughout.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from perennial.foundation.libraries import on_demand
from perennial.lifecycle.definitions import Given, given
from perennial.lifecycle.overdue import LARGEST
from perennial.objects.types import object_types
from perennial.workspace.actor import SYSTEM

if TYPE_CHECKING:
    import ibis

    from perennial.commerce import past as buying
    from perennial.conditions import comparing_in_lake
    from perennial.conditions import lake as conditions_lake
    from perennial.lake import records
else:  # whoever only declares facts loads no engine
    ibis = on_demand("ibis")
    buying = on_demand("perennial.commerce.past")
    comparing_in_lake = on_demand("perennial.conditions.comparing_in_lake")
    conditions_lake = on_demand("perennial.conditions.lake")
    records = on_demand("perennial.lake.records")

_YEAR_HOURS = 8760
_BACK_WITHIN_HOURS = 2160
_MONEY = "decimal(38, 4)"


def rhythm_then(lake: Any, as_of: datetime) -> Any:
    """Of each customer with an order that stood: gaps, when they go quiet and lapse, the standing, what is overdue."""
    on = given(as_of)
    orders = _standing_orders(_counted(lake, on), on)
    days = orders.group_by("record", "day").aggregate(at=orders["at"].min(), last_at=orders["at"].max())
    latest = _latest(_measured(days, on), on)
    return latest.mutate(**_overdue(latest, on))


def worth_then(lake: Any, as_of: datetime) -> Any:
    """What they spent less returns in the 365 days up to the instant, and up to their latest order that stood."""
    on = given(as_of)
    counted = _counted(lake, on)
    orders = _standing_orders(counted, on)
    last = orders.group_by("record").aggregate(last_at=orders["at"].max()).rename(whose="record")
    joined = counted.left_join(last, counted.record == last.whose)
    late = joined["at"] > comparing_in_lake.literal(as_of - timedelta(hours=_YEAR_HOURS))
    before = (joined["at"] > joined.last_at - ibis.interval(hours=_YEAR_HOURS)) & (joined["at"] <= joined.last_at)
    return joined.group_by("record").aggregate(
        worth=joined.base_total.sum(where=late).fill_null(0).cast(_MONEY),
        worth_before=joined.base_total.sum(where=before).fill_null(0).cast(_MONEY),
    )  # fmt: skip


def stages_then(lake: Any, as_of: datetime) -> Any:
    """The stage that each was moved to last, and when; whoever we knew of and was never moved stood at the first."""
    told = records.happened_to(
        lake, object_types["customers.customer"], "lifecycle.stage_changed", by=SYSTEM, properties=["to"], as_of=as_of
    )
    order = ibis.row_number().over(group_by=told.record, order_by=[told["at"].desc(), told.id.desc()])
    moved = told.select(moved=told.record, to=told.to, moved_at=told["at"], order=order)
    moved = moved.filter(moved.order == 0)
    subjects = _subjects(lake, given(as_of))
    joined = subjects.left_join(moved, subjects.record == moved.moved)
    there = joined.filter(joined.moved.notnull() | (joined.created_at <= comparing_in_lake.literal(as_of)))
    return there.select(
        record=there.record, stage=there.to.fill_null("reach"), stage_since=there.moved_at.fill_null(there.created_at)
    )


def _subjects(lake: Any, on: Given) -> Any:
    """Who has a stage: everybody, but not people whose company has it for them."""
    customers = lake.table("record_customers_customer")
    customers = customers.filter(customers.deleted_at.isnull())
    subjects = customers.select(record=customers.id, created_at=customers.created_at)
    return subjects.anti_join(_colleagues(lake, on), "record") if on.rolls_up else subjects


def _colleagues(lake: Any, on: Given) -> Any:
    """The people whose doings count for their company: `record` and `company`."""
    work = buying.companies_then(lake, on.as_of)
    people = lake.table("record_customers_customer")
    there = people.filter(people.deleted_at.isnull())
    work = work.semi_join(there.filter(there.kind == "person"), work.person == there.id)
    companies = there.filter(there.kind == "company")
    return work.semi_join(companies, work.company == companies.id).select(record=work.person, company=work.company)


def _counted(lake: Any, on: Given) -> Any:
    """Orders and returns up to the instant, with whom they count for (`record`) and when (`at`)."""
    orders = lake.table("record_commerce_order")
    placed = orders.placed_at <= comparing_in_lake.literal(on.as_of)
    orders = orders.filter([orders.deleted_at.isnull(), placed, orders.customer_id.notnull()])
    orders = orders.select(
        id=orders.id, at=orders.placed_at, kind=orders.kind, total=orders.total, currency=orders.currency,
        base_total=orders.base_total, customer_id=orders.customer_id,
    )  # fmt: skip
    if not on.rolls_up:
        return orders.mutate(record=orders.customer_id)
    work = _colleagues(lake, on).rename(person="record")
    joined = orders.left_join(work, orders.customer_id == work.person)
    return joined.mutate(record=joined.company.fill_null(joined.customer_id)).drop("person", "company")


def _standing_orders(counted: Any, on: Given) -> Any:
    """Orders that a return of exactly their total had not taken back by then, with their day by the firm's clocks."""
    orders = counted.filter((counted.kind == "order") & (counted.total > 0))
    returns = counted.filter((counted.kind == "return") & (counted.total < 0))
    returns = returns.select(
        return_id=returns.id, back_at=returns["at"], back=-returns.total, whose=returns.customer_id,
        money=returns.currency,
    )  # fmt: skip
    pairs = returns.inner_join(orders, [
        orders.customer_id == returns.whose, orders.total == returns.back, orders.currency == returns.money,
        orders["at"] <= returns.back_at, orders["at"] > returns.back_at - ibis.interval(hours=_BACK_WITHIN_HOURS),
    ])  # fmt: skip
    nearest = ibis.row_number().over(group_by=pairs.return_id, order_by=[pairs["at"].desc(), pairs.id.desc()])
    taken = pairs.select(taken=pairs.id, nearest=nearest)
    taken = taken.filter(taken.nearest == 0)
    kept = orders.anti_join(taken, orders.id == taken.taken)
    return kept.mutate(day=conditions_lake.timezone(on.zone, kept["at"]).date())


def _measured(days: Any, on: Given) -> Any:
    """After each day with an order: the usual gap, its spread, and when silence will make them quiet."""
    rhythm = on.definition.rhythm
    in_order = ibis.window(group_by=days.record, order_by=days.day)
    so_far = ibis.cumulative_window(group_by=days.record, order_by=days.day)
    gap = days.day.delta(days.day.lag().over(in_order), unit="day").cast("float64")
    days = days.mutate(gap=gap, n=ibis.row_number().over(in_order) + 1)
    gaps = days.gap.fill_null(0).sum().over(so_far)
    squares = (days.gap * days.gap).fill_null(0).sum().over(so_far)
    days = days.mutate(usual=(rhythm.prior + gaps) / days.n,
                       square=(rhythm.prior**2 + rhythm.prior_spread**2 + squares) / days.n)  # fmt: skip
    variance = days.square - days.usual * days.usual
    days = days.mutate(spread=ibis.ifelse(variance > 0, variance, 0.0).sqrt())
    quiet = (days.usual + rhythm.spreads * days.spread).ceil()
    days = days.mutate(quiet_days=ibis.ifelse(quiet > rhythm.at_least, quiet, float(rhythm.at_least)).cast("int64"))
    days = days.mutate(
        quiet_at=days["at"] + (days.quiet_days * 24).as_interval("h"),
        lapsed_at=days["at"] + (days.quiet_days * 24 * rhythm.lapse_factor).as_interval("h"),
    )
    return days.mutate(wins_back=days["at"] >= days.lapsed_at.lag().over(in_order),
                       left=ibis.row_number().over(group_by=days.record, order_by=days.day.desc()))  # fmt: skip


def _latest(days: Any, on: Given) -> Any:
    last, now = days.filter(days.left == 0), comparing_in_lake.literal(on.as_of)
    standing = ibis.cases(
        (last.lapsed_at <= now, "lapsed"), (last.quiet_at <= now, "quiet"),
        (last.wins_back.fill_null(False), "won_back"), else_="active",
    )  # fmt: skip
    return last.select(
        record=last.record, usual_gap_days=last.usual.round(1).cast("decimal(8, 1)"),
        gap_spread_days=last.spread.round(1).cast("decimal(8, 1)"), quiet_at=last.quiet_at, lapsed_at=last.lapsed_at,
        standing=standing, last_order_at=last.last_at,
    )  # fmt: skip


def _overdue(latest: Any, on: Given) -> dict[str, Any]:
    """As `overdue` keeps it: in tenths of a gap up to ten, in whole gaps beyond."""
    gap = ibis.greatest(latest.usual_gap_days.cast("float64"), ibis.literal(1.0))
    seconds = (gap * 86_400).round().cast("int64")
    silent = (comparing_in_lake.literal(on.as_of).epoch_seconds() - latest.last_order_at.epoch_seconds()).cast(
        "float64"
    )
    exact = silent / seconds + 0.000001
    steps = ibis.ifelse(exact < 10, (exact * 10).floor() / 10, exact.floor())
    ratio = ibis.least(steps, ibis.literal(float(LARGEST))).cast("decimal(4, 1)")
    return {"due_at": latest.last_order_at + seconds.as_interval("s"), "ratio": ratio}
