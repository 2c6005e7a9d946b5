"""Ibis expressions in the SQL of Spark, where Ibis' own compiler says them otherwise than for DuckDB or not at all."""

from __future__ import annotations

from typing import Any

import sqlglot as sg
import sqlglot.expressions as sge
from ibis.backends.sql.compilers.base import NULL
from ibis.backends.sql.compilers.pyspark import PySparkCompiler
from ibis.common.exceptions import UnsupportedOperationError


class SparkCompiler(PySparkCompiler):  # type: ignore[misc]
    """The way that Ibis means a dialect to be changed: a method, found by its name, for each operation that differs."""

    __slots__ = ()

    def visit_ScalarUDF(self, op: Any, **arguments: Any) -> Any:
        """DuckDB's `timezone` goes both ways: to the wall clock of a zone, and from it to the instant."""
        if self.__sql_name__(op) != "timezone":
            return super().visit_ScalarUDF(op, **arguments)
        if "local" in arguments:
            return self._instant(**arguments)
        return self.f.from_utc_timestamp(arguments["at"], arguments["zone"])

    def _instant(self, zone: Any, local: Any) -> Any:
        """Of a time that comes twice the house means the later, as DuckDB does and Spark does not: it goes by the clock
        of the day after, when that shows the same time."""
        day = sge.Interval(this=sge.convert("1"), unit=sge.var("DAY"))
        earlier = self.f.to_utc_timestamp(local, zone)
        later = self.f.to_utc_timestamp(local + day, zone) - day
        return self.if_(self.f.from_utc_timestamp(later, zone).eq(local), later, earlier)

    def visit_First(self, op: Any, *, arg: Any, where: Any, order_by: Any, include_null: bool) -> Any:
        """The first by an order: Spark orders no aggregate, but finds the least by a key."""
        if not order_by or include_null:
            return super().visit_First(op, arg=arg, where=where, order_by=order_by, include_null=include_null)
        return self._at_end(arg, where, order_by, least="min_by", most="max_by")

    def visit_Last(self, op: Any, *, arg: Any, where: Any, order_by: Any, include_null: bool) -> Any:
        if not order_by or include_null:
            return super().visit_Last(op, arg=arg, where=where, order_by=order_by, include_null=include_null)
        return self._at_end(arg, where, order_by, least="max_by", most="min_by")

    def _at_end(self, arg: Any, where: Any, order_by: Any, *, least: str, most: str) -> Any:
        directions = {bool(each.args.get("desc")) for each in order_by}
        if len(directions) > 1:
            raise UnsupportedOperationError("Spark finds the first by keys that all rise or all fall.")
        keys = [each.this for each in order_by]
        key = keys[0] if len(keys) == 1 else self.f.struct(*keys)
        known = arg.is_(sg.not_(NULL))
        counted = self.if_(known if where is None else sge.And(this=known, expression=where), key, NULL)
        return self.f[most if directions.pop() else least](arg, counted)  # rows whose key is NULL do not count


COMPILER = SparkCompiler()
