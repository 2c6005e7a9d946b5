"""What orders said of customers as of an instant, from the lake: the same as `customer_facts` and `customer_goods` keep
of now. An order counts from when it was placed; who worked for which company is asked as it was."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from perennial.foundation.libraries import on_demand
from perennial.objects.record_fields import field_of
from perennial.objects.types import object_types
from perennial.objects.zones import firm_zone

if TYPE_CHECKING:
    import ibis

    from perennial.conditions import comparing_in_lake
    from perennial.conditions import lake as conditions_lake
    from perennial.lake import change_log
else:  # whoever only declares facts loads no engine
    ibis = on_demand("ibis")
    comparing_in_lake, conditions_lake = (
        on_demand("perennial.conditions.comparing_in_lake"),
        on_demand("perennial.conditions.lake"),
    )
    change_log = on_demand("perennial.lake.change_log")

YEAR = timedelta(days=365)


def buying_then(lake: Any, as_of: datetime) -> Any:
    """Of each customer who had ordered: counts, sums and dates."""
    orders = bought(lake, as_of)
    is_order, is_late = orders.kind == "order", orders.placed_at > comparing_in_lake.literal(as_of - YEAR)
    day = conditions_lake.timezone(str(firm_zone()), orders.placed_at).date()
    money = "decimal(38, 4)"
    return orders.group_by("record").aggregate(
        order_count=is_order.sum(), return_count=(orders.kind == "return").sum(),
        occasion_count=day.nunique(where=is_order),
        first_order_at=orders.placed_at.min(where=is_order), last_order_at=orders.placed_at.max(where=is_order),
        spent=orders.base_total.sum().cast(money),
        spent_year=orders.base_total.sum(where=is_late).fill_null(0).cast(money),
        average_order=orders.base_total.mean(where=is_order).round(4).cast(money),
    )  # fmt: skip


def goods_then(lake: Any, as_of: datetime) -> Any:
    """Of each customer who had ordered: what, and by which channels, each once and in order."""
    orders = bought(lake, as_of)
    orders = orders.filter(orders.kind == "order")
    lines = lake.table("order_line")
    lines = lines.filter((lines.kind == "goods") & lines.product_id.notnull())
    goods = orders.inner_join(lines.select("order_id", "product_id"), orders.id == lines.order_id)
    goods = goods.group_by("record").aggregate(product_ids=goods.product_id.collect(distinct=True).sort())
    named = orders.channel != ""
    ways = orders.group_by("record").aggregate(channels=orders.channel.collect(where=named, distinct=True).sort())
    joined = ways.left_join(goods, ways.record == goods.record)
    return joined.select(
        record=ways.record, product_ids=goods.product_ids,
        channels=ways.channels.fill_null(ibis.literal([], type="array<string>")),
    )  # fmt: skip


def bought(lake: Any, as_of: datetime) -> Any:
    """The orders and returns that were placed by then, with the customer for whom they count (`record`): everybody's
    for themselves, a person's for the company as well."""
    orders = lake.table("record_commerce_order")
    placed = orders.placed_at <= comparing_in_lake.literal(as_of)
    orders = orders.filter([orders.deleted_at.isnull(), placed, orders.customer_id.notnull()])
    own = orders.mutate(record=orders.customer_id)
    work = companies_then(lake, as_of)
    theirs = orders.inner_join(work, orders.customer_id == work.person)
    theirs = theirs.select(**{name: theirs[name] for name in orders.columns}, record=theirs.company)
    return own.union(theirs, distinct=False)


def companies_then(lake: Any, as_of: datetime) -> Any:
    """`person` and `company` of all who worked for one."""
    kind = object_types["customers.person"]
    declared = field_of(kind, "company")
    assert declared is not None
    found = change_log.field_then(lake, kind, declared, as_of)
    return found.filter(found["value"].notnull()).select(person=found.record, company=found["value"])
