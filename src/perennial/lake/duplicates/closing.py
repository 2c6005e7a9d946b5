"""What a third record says about a pair: if it is the same as both, then they are the same, unless much speaks against.

Of three records either all are the same, or two, or none; never do two pairs hold and the third not. So the
probability of a pair, given those of the three, is what remains when that is ruled out.
"""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa

from perennial.lake.duplicates.learning import Numbers, Sides

_LEAST = 0.5  # less likely pairs say nothing about others
_MOST_PARTNERS = 30  # of one record that are looked at


def closed(engine: duckdb.DuckDBPyConnection, sides: Sides, probability: Numbers) -> Numbers:
    """The probabilities, raised where a third record speaks for the pair."""
    certain = np.clip(probability, 1e-12, 1 - 1e-12)
    engine.register("scored_pairs", pa.table({"one": sides.one, "other": sides.other, "odds": certain / (1 - certain)}))
    engine.execute("CREATE TABLE scored AS SELECT *, row_number() OVER () - 1 AS place FROM scored_pairs")
    engine.unregister("scored_pairs")
    engine.execute(
        "CREATE TABLE likely AS SELECT * FROM (SELECT one AS here, other AS there, odds FROM scored UNION ALL"
        f" SELECT other, one, odds FROM scored) WHERE odds >= {_LEAST / (1 - _LEAST)}"
        f" QUALIFY row_number() OVER (PARTITION BY here ORDER BY odds DESC, there) <= {_MOST_PARTNERS}"
    )
    found = engine.sql(
        "SELECT s.place, max((s.odds + l.odds * r.odds * s.odds) / (1 + l.odds + r.odds + s.odds"
        " + l.odds * r.odds * s.odds)) AS raised FROM likely l JOIN likely r ON l.here = r.here AND l.there < r.there"
        " JOIN scored s ON s.one = l.there AND s.other = r.there GROUP BY s.place"
    ).fetchnumpy()
    engine.execute("DROP TABLE scored; DROP TABLE likely")
    raised = probability.copy()
    places = found["place"].astype(np.int64)
    raised[places] = np.maximum(raised[places], np.asarray(found["raised"], np.float64))
    return raised
