"""What came of whom: asked of the lake for everybody at once, each over their own time since they entered.

Nothing is kept for each person. The outcome of a metric between two instants is a function of the log, so that the
same look can be taken again, and comes to the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from perennial.foresight.plays.checking import is_share
from perennial.foresight.plays.statistics.arms import CAPPED_ABOVE, EMPTY, Arm
from perennial.foundation.libraries import on_demand
from perennial.metrics.contract import Metric
from perennial.metrics.expressions import Flow
from perennial.workspace.actor import SYSTEM

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir
    import pyarrow as pa

    from perennial.lake import kept
    from perennial.metrics import rows as metric_rows
else:  # with them come the engines, which stand idle in a process that nobody asks
    ibis, pa = on_demand("ibis"), on_demand("pyarrow")
    kept, metric_rows = on_demand("perennial.lake.kept"), on_demand("perennial.metrics.rows")

_MOMENT = "timestamp('UTC')"


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody whose outcome is asked for, from an instant on."""

    record_id: int
    is_control: bool
    at: datetime


def arms_of(
    entered: Sequence[Entered], metric: Metric, *, horizon: timedelta, cap: float | None = None
) -> tuple[Arm, Arm]:
    """Treated and control. Yes or no, or a sum up to the cap; the time before is as long as the horizon."""
    if not entered:
        return EMPTY, EMPTY
    with kept.kept_lake() as lake:
        each = _of_each(lake, entered, metric, horizon, cap)
        columns = {
            "count": each.count(), "mean": each.after.mean(), "variance": each.after.var(how="sample"),
            "earlier_mean": each.before.mean(), "earlier_variance": each.before.var(how="sample"),
            "covariance": each.after.cov(each.before, how="sample"),
        }  # fmt: skip
        told = {row.pop("is_control"): row for row in lake.answer(each.group_by("is_control").aggregate(**columns))}
    return _arm(told.get(False)), _arm(told.get(True))


def cap_of(entered: Sequence[Entered], metric: Metric, *, horizon: timedelta) -> float | None:
    """Up to which sum an amount is to count: what all but the largest spenders spent. None for yes and no."""
    if is_share(metric) or not entered:
        return None
    with kept.kept_lake() as lake:
        each = _of_each(lake, entered, metric, horizon, None)
        spent = each.filter(each.after > 0)
        cap = lake.answer(spent.after.quantile(CAPPED_ABOVE))
    return None if cap is None else float(cap)


def _of_each(lake: Any, entered: Iterable[Entered], metric: Metric, horizon: timedelta, cap: float | None) -> ir.Table:
    """`is_control`, `after` and `before` of each person."""
    flow = metric.expression
    assert isinstance(flow, Flow)
    whom = _table(entered, horizon)
    happened = metric_rows.rows_of(flow.source, metric_rows.Rows(lake, SYSTEM), by=(), value=flow.value)
    value = happened["value"].cast("float64") if flow.value else ibis.literal(1.0)
    happened = happened.select(whose=happened.record, at=happened["at"], amount=value)
    joined = whom.left_join(
        happened,
        [whom.record == happened.whose, happened["at"] >= whom.earlier, happened["at"] < whom.until],
    )
    is_after = joined["at"] >= joined.since
    zero = ibis.literal(0.0)
    summed = joined.group_by(["record", "is_control"]).aggregate(
        after=ibis.ifelse(is_after, joined.amount, zero).fill_null(0.0).sum(),
        before=ibis.ifelse(is_after, zero, joined.amount).fill_null(0.0).sum(),
    )
    after, before = summed.after, summed.before
    if is_share(metric):
        after = ibis.ifelse(after > 0, 1.0, 0.0)
    elif cap is not None:
        after, before = (ibis.least(one, ibis.literal(cap)) for one in (after, before))
    return summed.select("is_control", after=after, before=before)


def _table(entered: Iterable[Entered], horizon: timedelta) -> ir.Table:
    rows = list(entered)
    moments = [each.at.astimezone(UTC) for each in rows]
    stamp = pa.timestamp("us", tz="UTC")
    return ibis.memtable(pa.table({
        "record": pa.array([each.record_id for each in rows], pa.int64()),
        "is_control": pa.array([each.is_control for each in rows], pa.bool_()),
        "since": pa.array(moments, stamp),
        "earlier": pa.array([each - horizon for each in moments], stamp),
        "until": pa.array([each + horizon for each in moments], stamp),
    }))  # fmt: skip


def _arm(row: Any) -> Arm:
    return EMPTY if row is None else Arm(**{name: _finite(value) for name, value in row.items()})


def _finite(value: Any) -> Any:
    """Of a single person there is no variance."""
    if isinstance(value, int):
        return value
    return 0.0 if value is None or value != value else float(value)
