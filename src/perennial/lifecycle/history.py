"""The one computation: everybody's transitions up to an instant, from the logs and records, by one statement.

`compute` fills the temporary table `lifecycle_run` for a set of customers: a row for each instant at which stage or
standing changed, and one for where they stand at last (`is_last`), with the running facts of that instant. Live work,
sweep, rebuild, check and questions about the past all read it; nothing else decides a stage or a standing.

How. What counts for a customer (orders and returns, calls, contact details, qualification; a company's people
included) becomes one stream of dated items. Running facts are window functions over it. Between one item and the next
only time moves, so the instants to look at are the items themselves and the flips that fall between them: gone quiet,
lapsed, and a clause of a rule that waits for a number of days. An order that was taken back would reach into the past;
so each such return starts a new *epoch* of that customer, whose facts leave the order out, and every epoch is asked
only about its own span. That makes the history up to an instant a beginning of the history up to a later one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from perennial.conditions.postgres import compile_condition
from perennial.foundation.sql import execute
from perennial.lifecycle.definitions import STAGES, Definition, Given
from perennial.lifecycle.vocabulary import INSTANT, Running

_RUN = """
CREATE TEMPORARY TABLE IF NOT EXISTS lifecycle_run (
    customer_id bigint, at timestamptz, was_stage text, stage text, was_standing text, standing text, is_last boolean,
    reason text, source_id bigint, orders int, order_days int, order_span_days int, first_order_at timestamptz,
    last_order_at timestamptz, silent int, usual numeric(8, 1), usual_before numeric(8, 1), spread numeric(8, 1),
    quiet_at timestamptz, lapsed_at timestamptz, quiet_days int, lapsed_days int, conversations int,
    contact_at timestamptz,
    qualification text, next_flip_at timestamptz
) ON COMMIT DELETE ROWS
"""


def compute(ids: Sequence[int], *, on: Given) -> None:
    """Fill `lifecycle_run` for these customers. Call inside a transaction: its rows last as long as that."""
    execute(_RUN)
    execute("TRUNCATE lifecycle_run")
    rhythm = on.definition.rhythm
    statement, rules = _statement(on.definition)
    execute(
        statement,
        {
            **rules,
            "ids": list(ids),
            "as_of": on.as_of,
            "zone": on.zone,
            "rolls_up": on.rolls_up,
            "prior": rhythm.prior,
            "least": rhythm.at_least,
            "prior_squares": rhythm.prior**2 + rhythm.prior_spread**2,
            "spreads": rhythm.spreads,
            "lapse": rhythm.lapse_factor,
        },
    )


@cache
def _statement(definition: Definition) -> tuple[str, dict[str, Any]]:
    """The SQL of one definition, and the parameters of its rules."""
    params: dict[str, Any] = {}
    cases = []
    for number, rule in reversed(list(enumerate(definition.rules))):
        sql = compile_condition(rule.condition, Running(), as_of=INSTANT)
        values = iter(enumerate(sql.params))
        text = re.sub("%s|%%", lambda mark, n=number, v=values: _named(mark[0], n, v, params), sql.text)  # type: ignore[misc]
        cases.append(f"WHEN ({text}) THEN '{STAGES[number]}'")
    flips = [
        (f"f.{field} + make_interval(hours => 24 * {days})", f"flip{number}")
        for number, (field, days) in enumerate(definition.flips)
    ]
    template = Path(__file__).with_name("history.sql").read_text(encoding="utf-8")
    return (
        template.replace("{{stage}}", f"CASE {' '.join(cases)} ELSE 'reach' END")
        .replace("{{flips}}", "".join(f", {sql} AS {name}" for sql, name in flips))
        .replace("{{flip_names}}", "".join(f", f.{name}" for _sql, name in flips))
        .replace("{{flip_instants}}", "".join(f", (f.{name}, 'time')" for _sql, name in flips))
        .replace(
            "{{next_flips}}", "".join(f", CASE WHEN r.{name} > g.as_of THEN r.{name} END" for _sql, name in flips)
        ),
        params,
    )


def _named(mark: str, number: int, values: Any, params: dict[str, Any]) -> str:
    """Positional parameters of a compiled rule become named ones, as the rest of the statement has."""
    if mark == "%%":
        return mark
    position, value = next(values)
    params[f"rule{number}_{position}"] = value
    return f"%(rule{number}_{position})s"
