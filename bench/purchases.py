"""The models of purchases on a set whose numbers are published, and how long they take for a large shop.

    python -m bench.purchases CDNOW_sample.txt.gz

The set is the tenth of CDNOW's customers of the first quarter of 1997 (Fader and Hardie): master id, sample id, day,
CDs, dollars. Fitted on 39 weeks, compared with the 39 that follow.
"""

from __future__ import annotations

import gzip
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from perennial.foresight.purchases.buying import fit_buying
from perennial.foresight.purchases.histories import Histories, histories
from perennial.foresight.purchases.spending import fit_spending
from perennial.foresight.purchases.worth import worth_within

WEEK, HALF = 7, 39 * 7
SEEN_UNTIL = np.datetime64("1997-09-30")
PUBLISHED = {
    "BG/NBD r": 0.243, "alpha, weeks": 4.414, "a": 0.793, "b": 2.426, "log-likelihood": -9582.4,
    "gamma-gamma p": 6.25, "q": 3.74, "v": 15.44, "purchases in the 39 weeks after": -0.12,
    "correlation per customer": 0.626,
}  # fmt: skip
MANY = 1_000_000


def cdnow(file: Path) -> tuple[dict[str, float], Histories]:
    """The figures by the names of `PUBLISHED`, and the histories they were fitted on."""
    with gzip.open(file, "rt") as lines:
        rows = [line.split() for line in lines]
    who = np.array([int(row[1]) for row in rows])
    days = np.array([f"{row[2][:4]}-{row[2][4:6]}-{row[2][6:]}" for row in rows], "datetime64[D]")
    known = histories(who, days, np.array([float(row[4]) for row in rows]), as_of=SEEN_UNTIL)
    buying, spending = fit_buying(known), fit_spending(known)
    later = np.unique(np.stack([who, days.astype(np.int64)])[:, days > SEEN_UNTIL], axis=1)[0]
    bought = np.bincount(later, minlength=int(known.ids.max()) + 1)[known.ids]
    expected = buying.purchases_within(known, HALF)
    in_weeks = known.repeats.sum() * np.log(WEEK)  # a density is per unit of time
    found = (
        buying.r, buying.alpha / WEEK, buying.a, buying.b, buying.log_likelihood(known) + in_weeks,
        spending.p, spending.q, spending.v, expected.sum() / bought.sum() - 1, np.corrcoef(expected, bought)[0, 1],
    )  # fmt: skip
    return {name: float(value) for name, value in zip(PUBLISHED, found, strict=True)}, known


def speeds(known: Histories) -> dict[str, float]:
    """Seconds for so many customers, drawn from these."""
    many = known.of(np.random.default_rng(7).integers(0, len(known), MANY))
    buying, spending = fit_buying(known), fit_spending(known)
    tasks: dict[str, Callable[[], Any]] = {
        "fit both models": lambda: (fit_buying(many), fit_spending(many)),
        "probability of buying": lambda: buying.buys_within(many, 90),
        "worth with its interval": lambda: worth_within(many, buying, spending, days=90),
    }
    taken = {}
    for name, task in tasks.items():
        began = time.perf_counter()
        task()
        taken[name] = time.perf_counter() - began
    return taken


def main() -> None:
    console = Console()
    found, known = cdnow(Path(sys.argv[1]))
    table = Table("CDNOW", "published", "found", "apart")
    for name, value in found.items():
        table.add_row(name, f"{PUBLISHED[name]:g}", f"{value:.4g}", f"{value / PUBLISHED[name] - 1:+.2%}")
    console.print(table)
    for name, seconds in speeds(known).items():
        console.print(f"{name}, {MANY:,} customers: {seconds:.1f} s")


if __name__ == "__main__":
    main()
