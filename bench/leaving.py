"""Who of the real shop leaves, through the product's own path: rules and features are asked of the lake as they were,
learnt from those instants whose horizon had ended, and tried on the day of the published figures.

    python -m bench.leaving [YYYY-MM-DD]

Runs in a deployment that has loaded the real shop (`perennial demo`), named by PERENNIAL_HOME.
"""

from __future__ import annotations

import sys
import time
from datetime import date, timedelta
from importlib import import_module
from typing import Any

from rich.console import Console
from rich.table import Table

from perennial.server.run import set_up

DAY, DAYS = date(2011, 9, 11), 90
# Of standard tools, untuned, on the same question: regression / trees, and the count of orders alone.
BASELINES = {"customers": "1,907", "left": "31.0 %", "AUC": "0.751 / 0.747", "AUC of the rule": "0.743",
             "Brier": "0.183", "log-loss": "0.535"}  # fmt: skip


def figures(day: date) -> dict[str, Any]:
    """By the names of `BASELINES`, and the seconds of each step."""
    reader = import_module("perennial.lake.reader")
    sets, moments = (import_module(f"perennial.foresight.training.{name}") for name in ("sets", "instants"))
    judging, leaving = import_module("perennial.foresight.training.judging"), import_module(
        "perennial.foresight.predictions").LEAVING  # fmt: skip
    began = time.perf_counter()
    with reader.open_lake() as lake:
        asked = moments.instants(DAYS, until=day + timedelta(days=DAYS))
        found = sets.training_set(lake, leaving, asked, days=DAYS)
    asked_for = time.perf_counter() - began
    learnt = judging.learn(leaving, found, days=DAYS)
    later = learnt.later
    return {
        "customers": f"{later.rows:,}", "left": f"{later.rate:.1%}", "AUC": f"{later.auc:.3f}",
        "AUC of the rule": f"{later.rule_auc:.3f}", "Brier": f"{later.brier:.3f}", "log-loss": f"{later.log_loss:.3f}",
        "what is used": learnt.kind or "nothing", "why": learnt.why,
        "rows learnt from, all instants": f"{len(found.ids):,}", "seconds to ask the past": f"{asked_for:.1f}",
        "seconds to learn": f"{time.perf_counter() - began - asked_for:.1f}",
    }  # fmt: skip


def main() -> None:
    day = date.fromisoformat(sys.argv[1]) if len(sys.argv) > 1 else DAY
    set_up()
    table = Table(f"As of {day}", "standard tools", "found")
    for name, value in figures(day).items():
        table.add_row(name, BASELINES.get(name, "") if day == DAY else "", value)
    Console().print(table)


if __name__ == "__main__":
    main()
