"""Small tables whose truth is known."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pyarrow as pa

from perennial.foresight.learning.dataset import Dataset

ROWS = 1_200


def chances_of(score: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-score))


def world(*, seed: int = 5, rows: int = ROWS, strength: float = 1.0) -> Dataset:
    """Long silence and a monthly contract make people leave; the shade and the noise say nothing."""
    random = np.random.default_rng(seed)
    silence, orders = random.gamma(2.0, 30.0, rows), random.poisson(4, rows).astype(float)
    contract = random.choice(["monthly", "yearly", "two years"], rows, p=[0.5, 0.3, 0.2])
    score = -1.2 + strength * (0.03 * (silence - 60) + 1.3 * (contract == "monthly") - 0.25 * (orders - 4))
    features = pa.table({
        "silence": silence, "orders": orders, "contract": pa.array(contract), "noise": random.normal(size=rows),
        "shade": pa.array(random.choice(["red", "blue"], rows)), "urgent": pa.array(random.random(rows) < 0.3),
    })  # fmt: skip
    return Dataset(features, random.random(rows) < chances_of(score), "left", {"silence": "Days of silence"})


def with_column(dataset: Dataset, name: str, values: object) -> Dataset:
    features = dataset.features.append_column(name, pa.array(values))
    return Dataset(features, dataset.outcome, dataset.question, dataset.labels, time=dataset.time)


def write(path: Path, headings: list[str], rows: list[list[object]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        lines = csv.writer(file)
        lines.writerow(headings)
        lines.writerows(rows)
    return path
