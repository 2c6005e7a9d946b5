"""The labelled sets, each read as it was published, split into what is learnt from and what is told."""

from __future__ import annotations

import csv
import gzip
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow.parquet as parquet

Rows = list[dict[str, str]]
_LEARNT = 0.7
_TEXT = 200_000


@dataclass(frozen=True, slots=True)
class Labelled:
    name: str
    learnt: Rows
    tried: Rows
    label: str
    positive: str
    time: str
    expected: str


@dataclass(frozen=True, slots=True)
class Source:
    folder: str
    read: Callable[[Path], Labelled]


def _rows(path: Path) -> Rows:
    csv.field_size_limit(_TEXT)
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _drawn(name: str, rows: Rows, label: str, positive: str, expected: str) -> Labelled:
    """The same share of outcomes in both parts."""
    drawn = random.Random(7)
    learnt: Rows = []
    tried: Rows = []
    for is_positive in (True, False):
        some = [row for row in rows if (row[label] == positive) is is_positive]
        drawn.shuffle(some)
        cut = int(_LEARNT * len(some))
        learnt, tried = learnt + some[:cut], tried + some[cut:]
    drawn.shuffle(learnt)
    return Labelled(name, learnt, tried, label, positive, "", expected)


def _by_time(name: str, rows: Rows, label: str, positive: str, expected: str, *, time: str,
             key: Callable[[str], object], until: object = None) -> Labelled:  # fmt: skip
    ordered = sorted(rows, key=lambda row: key(row[time]))  # type: ignore[arg-type, return-value]
    cut = int(_LEARNT * len(ordered))
    if until is not None:
        cut = sum(key(row[time]) < until for row in ordered)  # type: ignore[operator]
    return Labelled(name, ordered[:cut], ordered[cut:], label, positive, time, expected)


def telco(folder: Path) -> Labelled:
    return _drawn("telco_churn", _rows(folder / "telco_customer_churn_70.csv.gz"), "Churn", "Yes", "0.845, ECE < 0.02")


def shuffled(folder: Path) -> Labelled:
    rows = _rows(folder / "telco_customer_churn_70.csv.gz")
    labels = [row["Churn"] for row in rows]
    random.Random(3).shuffle(labels)
    made = [{**row, "Churn": label} for row, label in zip(rows, labels, strict=True)]
    return _drawn("telco_churn, shuffled", made, "Churn", "Yes", "nothing published")


def leads(folder: Path) -> Labelled:
    return _drawn(
        "leads_xeducation", _rows(folder / "leads_70.csv.gz"), "Converted", "1", "0.879 without its nine leaks"
    )


def maven(folder: Path) -> Labelled:
    rows = [row for row in _rows(folder / "sales_pipeline_70.csv.gz") if row["deal_stage"] in ("Won", "Lost")]
    return _drawn("maven_crm", rows, "deal_stage", "Won", "nothing published; close_value, close_date")


def tickets_synthetic(folder: Path) -> Labelled:
    rows = _rows(folder / "customer_support_tickets.csv.gz")
    return _drawn("tickets_kaggle_synthetic", rows, "Ticket Priority", "Critical", "nothing published")


def marketing(folder: Path) -> Labelled:
    return _drawn("marketing_campaign", _rows(folder / "marketing_campaign.csv.gz"), "Response", "1", "0.91")


def shoppers(folder: Path) -> Labelled:
    rows = _rows(folder / "online_shoppers_intention.csv.gz")
    return _drawn("web_online_shoppers", rows, "Revenue", "TRUE", "0.788 without PageValues")


def servicenow(folder: Path) -> Labelled:
    """The first record of each ticket; the outcome is that of its last."""
    table = parquet.read_table(folder / "incident_event_log.parquet").to_pylist()
    first: dict[str, dict[str, str]] = {}
    last: dict[str, str] = {}
    for row in table:
        first.setdefault(row["number"], {key: "" if value is None else str(value) for key, value in row.items()})
        last[row["number"]] = str(row["made_sla"]).lower()
    rows = [{**row, "made_sla": last[number]} for number, row in first.items()]
    return _by_time("tickets_servicenow_log", rows, "made_sla", "false", "0.778", time="opened_at",
                    key=lambda text: datetime.strptime(text, "%d/%m/%Y %H:%M"))  # noqa: DTZ007  # fmt: skip


def olist(folder: Path) -> Labelled:
    closed = {row["mql_id"] for row in _rows(folder / "olist_closed_deals_dataset.csv.gz")}
    rows = [{**row, "closed": "yes" if row["mql_id"] in closed else "no"}
            for row in _rows(folder / "olist_marketing_qualified_leads_dataset.csv.gz")]  # fmt: skip
    return _by_time("olist leads", rows, "closed", "yes", "0.670", time="first_contact_date", key=str, until="2018-03")


SETS: dict[str, Source] = {
    "telco_churn": Source("telco_churn", telco), "leads_xeducation": Source("leads_xeducation", leads),
    "maven_crm": Source("maven_crm", maven),
    "tickets_kaggle_synthetic": Source("tickets_kaggle_synthetic", tickets_synthetic),
    "marketing_campaign": Source("marketing_campaign", marketing),
    "web_online_shoppers": Source("web_online_shoppers", shoppers),
    "tickets_servicenow_log": Source("tickets_servicenow_log", servicenow), "olist": Source("olist", olist),
    "shuffled": Source("telco_churn", shuffled),
}  # fmt: skip
