"""Asked in a process of its own, because Django knows one database a process: `python -m tests.faults.asked …`.

`queue FILE` puts the import of a file of order lines in the queue, as its page does. `lake` prints how many rows each
table has, in the lake and in PostgreSQL.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from perennial.server.run import set_up

LOGS = {"events": "timeline_event", "changes": "timeline_change"}  # listed in the lake by the singular


def queue(file: str) -> None:
    from perennial.commerce.order_lines.kind import KEY
    from perennial.objects.importing.uploads import set_up as set_up_import
    from perennial.objects.importing.uploads import start, take_path
    from perennial.workspace.actor import SYSTEM

    importing = take_path(KEY, Path(file), by=SYSTEM)
    start(set_up_import(importing, mapping=importing.mapping, options=importing.options), by=SYSTEM)


def lake() -> None:
    from perennial.foundation.sql import fetch
    from perennial.lake.reader import open_lake
    from perennial.lake.registry import watched_tables

    tables = LOGS | {name: each.table for name, each in watched_tables().items()}
    with open_lake() as opened:
        there = {
            name: opened.sql(f"SELECT count(*) FROM {name}")[0][0]
            if {name, name.removesuffix("s")} & opened.tables
            else 0
            for name in tables
        }
    here = {name: fetch(f"SELECT count(*) FROM {table}")[0][0] for name, table in tables.items()}
    sys.stdout.write(json.dumps({name: [there[name], here[name]] for name in tables}) + "\n")


if __name__ == "__main__":
    set_up()
    {"queue": queue, "lake": lake}[sys.argv[1]](*sys.argv[2:])
