"""A score for everybody a prediction can be asked about, from the lake, in sets; kept where facts are read from."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
from django.db import connection, transaction

from perennial.foresight.training.beating import Rule, interval_of
from perennial.foresight.training.drift import moved
from perennial.foresight.training.features import known_then, utc
from perennial.foresight.training.judging import scorer
from perennial.foresight.training.models import Standing, Trained
from perennial.foundation import clock
from perennial.foundation.libraries import on_demand
from perennial.foundation.sql import execute
from perennial.metrics.predictions import Prediction

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from perennial.lake.reader import Lake
else:
    np, pa = on_demand("numpy"), on_demand("pyarrow", "pyarrow.compute", "pyarrow.csv")

REASONS = 5
_CHUNK = 50_000  # rows whose reasons are weighed at once
_PLACES = 3

# Written only where something came out otherwise than it stood: readers of the table see nothing that did not happen.
_KEEP = """
INSERT INTO {table} AS s (customer_id, score, low, high, reasons, version)
SELECT r.* FROM foresight_run r JOIN customers_customer c ON c.id = r.customer_id ORDER BY r.customer_id
ON CONFLICT (customer_id) DO UPDATE SET score = excluded.score, low = excluded.low, high = excluded.high,
    reasons = excluded.reasons, version = excluded.version
WHERE (s.score, s.low, s.high, s.reasons, s.version)
    IS DISTINCT FROM (excluded.score, excluded.low, excluded.high, excluded.reasons, excluded.version)
"""
_GONE = "DELETE FROM {table} s WHERE NOT EXISTS (SELECT FROM foresight_run r WHERE r.customer_id = s.customer_id)"


def score_everybody(lake: Lake, prediction: Prediction, trained: Trained, *, as_of: datetime | None = None) -> int:
    """How many were scored; whoever is no longer in the population has no score."""
    instant = as_of or clock.now()
    known = known_then(lake, prediction, instant, trained.days)
    scores = scores_of(known, trained, instant)
    with transaction.atomic():
        _keep(prediction.table, scores)
        drift = max(moved(trained.usual, known).values(), default=None) if len(known) else None
        Standing.objects.update_or_create(prediction=prediction.key, defaults={
            "scored_at": clock.real_now(), "scored_for": instant, "scored": len(scores), "drift": drift, "failed": "",
        })  # fmt: skip
    return len(scores)


def forget_scores(prediction: Prediction) -> None:
    """Where nothing is in use nothing is said of anybody."""
    execute(f"DELETE FROM {prediction.table}")


def scores_of(known: pa.Table, trained: Trained, as_of: datetime) -> pa.Table:
    """`customer_id`, `score`, `low` and `high` in percent, `reasons` as JSON, `version`."""
    teller, features = scorer(trained.kind, trained.model), known.drop_columns(["id"])
    at = np.full(len(known), np.datetime64(utc(as_of), "us"))
    chances = teller.score(features) if isinstance(teller, Rule) else teller.score(features, at)
    low, high = interval_of(chances, trained.bands)
    parts = [
        _reasons(teller, features.slice(start, _CHUNK), at[start : start + _CHUNK])
        for start in range(0, len(known), _CHUNK)
    ]
    return pa.table({
        "customer_id": known.column("id"), **{name: _percent(each) for name, each in
                                              (("score", chances), ("low", low), ("high", high))},
        "reasons": pa.chunked_array(parts, pa.string()), "version": pa.array(np.full(len(known), trained.version)),
    })  # fmt: skip


def _reasons(teller: Any, features: pa.Table, at: Any) -> pa.Array:
    """Of each row the features that weigh most, as JSON: [["commerce.order_count", 0.41, 3], …]."""
    if isinstance(teller, Rule):
        told = _told(features, teller.feature, np.zeros(len(features)))
        return pa.compute.binary_join_element_wise("[", told, "]", "")
    parts, keys = teller.parts(features, at), teller.encoding.keys
    order = np.argsort(-np.abs(parts), axis=1, kind="stable")[:, :REASONS]
    told = [_told(features, key, parts[:, place]) for place, key in enumerate(keys)]
    chosen = [pa.compute.choose(pa.array(order[:, rank]), *told) for rank in range(order.shape[1])]
    return pa.compute.binary_join_element_wise("[", pa.compute.binary_join_element_wise(*chosen, ","), "]", "")


def _told(features: pa.Table, key: str, weights: Any) -> pa.Array:
    column = features.column(key).combine_chunks()
    if pa.types.is_string(column.type):
        levels = column.dictionary_encode()
        quoted = pa.array([msgspec.json.encode(each).decode() for each in levels.dictionary.to_pylist()], pa.string())
        value = quoted.take(levels.indices)
    elif pa.types.is_boolean(column.type):
        value = column.cast(pa.string())
    else:
        value = pa.compute.round(column, ndigits=_PLACES).cast(pa.string())
        value = pa.compute.if_else(pa.compute.is_finite(column), value, None)
    weight = pa.array(np.round(weights, _PLACES)).cast(pa.string())
    name = msgspec.json.encode(key).decode()
    told = pa.compute.binary_join_element_wise(f"[{name}", weight, value.fill_null("null"), ",")
    return pa.compute.binary_join_element_wise(told, "]", "")


def _percent(chances: Any) -> pa.Array:
    """A chance is never stated as certain."""
    return pa.array(np.clip(np.round(np.asarray(chances, float) * 100, 1), 0.1, 99.9))


def _keep(table: str, scores: pa.Table) -> None:
    execute("DROP TABLE IF EXISTS foresight_run")
    execute(
        "CREATE TEMPORARY TABLE foresight_run (customer_id bigint, score numeric(4, 1), low numeric(4, 1),"
        " high numeric(4, 1), reasons jsonb, version int) ON COMMIT DROP"
    )
    statement = "COPY foresight_run FROM STDIN (FORMAT csv)"
    with connection.cursor() as cursor, cursor.cursor.copy(statement) as copy:
        for batch in scores.to_batches(max_chunksize=_CHUNK):
            copy.write(_as_csv(batch))
    execute("ANALYZE foresight_run")
    execute(_GONE.format(table=table))
    execute(_KEEP.format(table=table))


def _as_csv(batch: pa.RecordBatch) -> bytes:
    sink = pa.BufferOutputStream()
    pa.csv.write_csv(batch, sink, pa.csv.WriteOptions(include_header=False))
    return bytes(sink.getvalue())
