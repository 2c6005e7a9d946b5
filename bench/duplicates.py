"""How many duplicates are found, and how many of those found are some, on sets whose truth is known.

    python -m bench.duplicates FOLDER

The folder holds the sets by name (er_febrl3, er_fake1000, …); one that is not there is left out. Nothing is learnt from
the labels and nothing is set for a set: each goes through what `perennial duplicates` does, at its default threshold.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as csv
from rich.console import Console
from rich.table import Table

from perennial.lake.duplicates.aligning import aligned
from perennial.lake.duplicates.matching import find_pairs
from perennial.lake.engine import new_engine

Pairs = set[tuple[int, int]]
BASELINES = {"er_febrl3": 0.9995, "er_fake1000": 0.83, "er_chicago_messy": 0.920, "er_dblp_acm": 0.987,
             "er_abt_buy": 0.846}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Labelled:
    tables: list[pa.Table]
    truth: Pairs  # rows counted from 0, the smaller first in one table


@dataclass(frozen=True, slots=True)
class Score:
    name: str
    pairs: int
    precision: float
    recall: float
    seconds: float

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def febrl3(folder: Path) -> Labelled:
    table = _read(folder / "dataset3.csv.gz")
    return Labelled([table], _clusters(name.split("-")[1] for name in table["rec_id"].to_pylist()))


def fake1000(folder: Path) -> Labelled:
    return _with_labels(_read(folder / "fake_1000.csv.gz"), "cluster")


def chicago(folder: Path) -> Labelled:
    return _with_labels(_read(folder / "csv_example_input_with_true_ids.csv.gz"), "True Id")


def dblp_acm(folder: Path) -> Labelled:
    return _linked(folder, "dblp", "acm")


def abt_buy(folder: Path) -> Labelled:
    return _linked(folder, "abt", "buy")


SETS: dict[str, Callable[[Path], Labelled]] = {
    "er_febrl3": febrl3, "er_fake1000": fake1000, "er_chicago_messy": chicago, "er_dblp_acm": dblp_acm,
    "er_abt_buy": abt_buy,
}  # fmt: skip


def scores(folder: Path) -> Iterable[Score]:
    for name, load in SETS.items():
        if (folder / name).is_dir():
            yield score(name, load(folder / name))


def score(name: str, labelled: Labelled) -> Score:
    started = time.monotonic()
    one, *others = labelled.tables
    with new_engine("1GB") as engine:
        found = find_pairs(engine, [one, *(aligned(one, other) for other in others)])
    right = len({(pair.one, pair.other) for pair in found.pairs} & labelled.truth)
    return Score(
        name, len(found.pairs), right / max(len(found.pairs), 1), right / len(labelled.truth),
        time.monotonic() - started,
    )  # fmt: skip


def main(folder: Path) -> None:
    shown = Table(title="Duplicates, at the default threshold")
    for heading in ("set", "pairs", "precision", "recall", "F1", "to reach", "seconds"):
        shown.add_column(heading, justify="left" if heading == "set" else "right")
    for each in scores(folder):
        shown.add_row(each.name, f"{each.pairs:,}", f"{each.precision:.4f}", f"{each.recall:.4f}", f"{each.f1:.4f}",
                      f"{BASELINES[each.name]}", f"{each.seconds:.1f}")  # fmt: skip
    Console().print(shown if shown.row_count else f"There is no labelled set in {folder}.")


def _read(path: Path) -> pa.Table:
    parse = csv.ParseOptions(newlines_in_values=True)
    names = csv.open_csv(path, parse_options=parse).schema.names
    convert: Any = csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True)
    table = csv.read_csv(path, parse_options=parse, convert_options=convert)
    return table.rename_columns([name.strip() for name in table.column_names])


def _with_labels(table: pa.Table, label: str) -> Labelled:
    return Labelled([table.drop_columns([label])], _clusters(table[label].to_pylist()))


def _clusters(names: Iterable[str]) -> Pairs:
    members = defaultdict(list)
    for row, name in enumerate(names):
        members[name].append(row)
    return {pair for rows in members.values() for pair in combinations(rows, 2)}


def _linked(folder: Path, one: str, other: str) -> Labelled:
    tables = [_read(folder / f"{name}.csv.gz") for name in (one, other)]
    rows = [{id: row for row, id in enumerate(table["id"].to_pylist())} for table in tables]
    labels = _read(folder / "gt.csv.gz")
    pairs = zip(labels["D1"].to_pylist(), labels["D2"].to_pylist(), strict=True)
    return Labelled(tables, {(rows[0][left], rows[1][right]) for left, right in pairs})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
