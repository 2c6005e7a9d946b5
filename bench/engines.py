"""The same questions over the same files, asked of DuckDB, of Spark on this machine, and of a cluster of two workers.

    .venv/bin/python bench/engines.py build/bench/1000000/lake/*

The folder is the lake of a simulated deployment, which is only read and need not run. Each engine has a process of its
own, so that its memory can be told; each question is asked once, and then three times more, of which the best counts.
"""

# ruff: noqa: PLC0415, T201 - Django is set up before anything of ours is loaded; printing is what this is for

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

QUESTIONS = (
    "everything",
    'country = "GB" and name contains "an"',
    "did commerce.order_placed at least 2 times within 90 days",
    "did commerce.order_placed at least 2 times and did custom.email_opened at most 0 times within 60 days",
    "sum(base_total of commerce.order_placed within 365 days) >= 500",
    'last(channel of commerce.order_placed) = "web" and not did customers.page_viewed within 30 days',
)
CLUSTER = "a cluster of two workers"
ENGINES = {"DuckDB": ("duckdb", ""), "Spark here": ("spark", "local[*]"), CLUSTER: ("spark", "")}
CONF = """
spark.driver.memory 1g
spark.executor.memory 2g
spark.executor.cores 1
spark.cores.max 2
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lake", type=Path)
    parser.add_argument("--only", choices=ENGINES)
    parser.add_argument("--questions", type=int, nargs="*", default=[*range(len(QUESTIONS))], help="some, by number")
    chosen = parser.parse_args()
    for name in [chosen.only] if chosen.only else ENGINES:
        if chosen.only:
            _measure(chosen.lake, name, [QUESTIONS[number] for number in chosen.questions])
        else:
            questions = [str(number) for number in chosen.questions]
            words = [str(chosen.lake), "--only", name, "--questions", *questions]
            subprocess.run([sys.executable, __file__, *words], check=True)


def _measure(lake: Path, name: str, questions: list[str]) -> None:
    from perennial.lake.engines.tests.cluster import spark_cluster

    if name != CLUSTER:
        return _ask(lake, name, *ENGINES[name], questions)
    with spark_cluster(CONF, memory="2500m") as (address, conf):
        os.environ["SPARK_CONF_DIR"] = str(conf)
        return _ask(lake, name, "spark", address, questions)


def _ask(lake: Path, name: str, engine: str, master: str, questions: list[str]) -> None:
    from perennial.server.run import set_up

    with tempfile.TemporaryDirectory(prefix="perennial-bench-") as home:
        os.environ |= {"PERENNIAL_HOME": home, "SPARK_MASTER": master or "local[*]"}
        set_up()
        _time(lake, name, engine, questions)


def _time(lake: Path, name: str, engine: str, questions: list[str]) -> None:
    from deltalake import DeltaTable

    from perennial.conditions.text import parse
    from perennial.lake.engines import spark_session
    from perennial.lake.reader import ENGINES as KNOWN

    print(f"\n{name}\n")
    began = time.perf_counter()
    with KNOWN[engine]("512MB") as opened:
        print(f"| open | {time.perf_counter() - began:.2f} s | |")
        opened.show_log("events", DeltaTable(str(lake / "event")))
        for table in ("record_customers_customer", "profile"):
            opened.show_current(table, DeltaTable(str(lake / table)), id_column="id")
        newest = opened.arrow(opened.table("events").occurred_at.max()).as_py()
        for question in questions:
            condition, times, spent, found = parse(question), [], [], set()
            for _time in range(3):
                began, before = time.perf_counter(), _processor()
                found.add(opened.arrow(_matching(opened, condition, newest).count()).as_py())
                times.append(time.perf_counter() - began)
                spent.append(_processor() - before)
            assert len(found) == 1
            told = f"{times[0]:.2f} s | {min(times[1:]):.2f} s | {min(spent):.2f} s"
            print(f"| {question} | {found.pop():,} | {told} |", flush=True)
        print(f"| most memory | {_memory():,} MB | |")
    spark_session.stop()


def _matching(engine: Any, condition: Any, as_of: datetime) -> Any:
    """As `lake.records` does it for people."""
    from perennial.conditions.lake import LakeColumn, LakeEvents, LakeResolver, compile_ibis
    from perennial.conditions.schema import ColumnType

    people, profiles = engine.table("record_customers_customer"), engine.table("profile")
    people = people.filter((people.kind == "person") & people.deleted_at.isnull())
    whose = profiles.filter(profiles.customer_id.notnull()).select(profile=profiles.id, record=profiles.customer_id)
    types = {"base_total": ColumnType.MONEY, "channel": ColumnType.TEXT}

    class Resolver(LakeResolver):
        def column(self, field: str) -> Any:
            return LakeColumn(people[field], ColumnType.TEXT)

        def key(self) -> Any:
            return people, people.id

        def events(self, type: str, properties: Iterable[str]) -> Any:
            events = engine.table("events")
            asked = {key: events[f"p_{key}"] for key in properties}
            events = events.filter(events["type"] == type).select("id", "occurred_at", "profile_id", **asked)
            events = events.inner_join(whose, events.profile_id == whose.profile)
            known = {key: LakeColumn(events[key], types[key]) for key in asked}
            return LakeEvents(events, events.record, events.occurred_at, events.id, known)

    return people.filter(compile_ibis(condition, Resolver(), as_of=as_of.astimezone(UTC)))


def _memory() -> int:
    """The largest that each process of this run has been, added up, in MB."""
    return sum(_peak(each.pid) for each in _processes()) // 1024


def _processor() -> float:
    return sum(sum(each.cpu_times()[:2]) for each in _processes())


def _processes() -> list[psutil.Process]:
    me = psutil.Process()
    return [me, *me.children(recursive=True)]


def _peak(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    return 0


if __name__ == "__main__":
    main()
