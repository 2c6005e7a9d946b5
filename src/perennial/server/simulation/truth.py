"""What is true of a simulated firm, in files beside the lake: predictions and experiments are judged by them."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from perennial.server.simulation.columns import moments, pick
from perennial.server.simulation.model import ANSWERS, NEVER, REASONS, Lives, Model, Numbers
from perennial.server.simulation.people import Cast
from perennial.server.simulation.purchases import Invoices


def write_truth(folder: Path, lives: Lives, cast: Cast, invoices: Invoices, *, model: Model, asked: dict[str, object]
                ) -> None:  # fmt: skip
    """`people.parquet`, `orders.parquet` and `model.json`; guide/simulate.md says what each column means."""
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(people_table(lives, cast, model), folder / "people.parquet")
    pq.write_table(_orders_table(lives, cast, invoices, model), folder / "orders.parquet")
    (folder / "model.json").write_text(json.dumps({**asked, "model": asdict(model)}, indent=1) + "\n")


def people_table(lives: Lives, cast: Cast, model: Model) -> pa.Table:
    columns: dict[str, pa.Array] = {
        "customer_id": pa.array(cast.first_person + np.arange(cast.people)),
        "arrived_at": moments(lives.arrived),
        "ever_buys": pa.array(lives.buys),
        "orders_a_year": pa.array(np.where(lives.buys, lives.rate, 0.0)),
        "loses_interest": pa.array(lives.drops),
        "leaves_when_let_down": pa.array(lives.sensitivity),
        "left_at": _moments_but_never(lives.left),
        "left_because": pick(REASONS, lives.reason),
        "answer_to_discount": pick(ANSWERS, lives.answer),
    }
    for number, campaign in enumerate(model.campaigns):
        columns |= {
            f"{campaign.name}_reached": pa.array(np.ascontiguousarray(lives.reached[:, number])),
            f"{campaign.name}_treated": pa.array(np.ascontiguousarray(lives.treated[:, number])),
            f"{campaign.name}_uplift": pa.array(uplift(lives, number, model)),
        }
    return pa.table(columns)


def uplift(lives: Lives, number: int, model: Model) -> Numbers:
    """Orders that the discount of a campaign adds within its window, in expectation; 0 where it reaches nobody.

    A sleeping dog drops a share of the orders they would have placed, at the rate at which they place them.
    """
    window = model.campaigns[number].window_days / 365
    expected = np.where(lives.buys, lives.rate, 0.0) * window * (1 - model.goes_wrong)
    dropped = np.where(lives.answer == ANSWERS.index("sleeping_dog"), model.put_off * expected, 0.0)
    return np.asarray(np.where(lives.reached[:, number], lives.persuaded - dropped, 0.0))


def _orders_table(lives: Lives, cast: Cast, invoices: Invoices, model: Model) -> pa.Table:
    orders, row = lives.orders, invoices.order
    names = ["", *(campaign.name for campaign in model.campaigns)]
    return pa.table({
        "order_id": pa.array(invoices.ids), "customer_id": pa.array(cast.first_person + invoices.who),
        "is_return": pa.array(invoices.is_return.astype(bool)), "because_of": pick(names, orders.campaign[row]),
        "discount_of": pick(names, orders.discounted[row]), "went_wrong": pa.array(orders.wrong[row]),
        "complained": pa.array(orders.complained[row]), "put_right": pa.array(orders.put_right[row]),
    })  # fmt: skip


def _moments_but_never(values: Numbers) -> pa.Array:
    return pa.array(values, pa.timestamp("us", "UTC"), mask=values == NEVER)
