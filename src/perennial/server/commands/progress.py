"""One progress bar for all long work: quiet when nobody looks at a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

Report = Callable[[int, int], None]  # (done, in all)
StageReport = Callable[[str, int, int], None]  # (stage, done, in all); 0 in all: nobody knows


@contextmanager
def progress_bar(what: str) -> Iterator[Report]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


@contextmanager
def stages() -> Iterator[StageReport]:
    """A bar for each stage of long work, with the time it took; they stay when all is done."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        tasks: list[tuple[str, TaskID]] = []

        def finish() -> None:
            if tasks:
                progress.update(tasks[-1][1], total=1, completed=1)
                progress.stop_task(tasks[-1][1])

        def report(what: str, done: int, total: int) -> None:
            if not tasks or tasks[-1][0] != what:
                finish()
                tasks.append((what, progress.add_task(what, total=None)))
            progress.update(tasks[-1][1], completed=done, total=total or None)

        yield report
        finish()
