"""Numbers with their budgets and yardsticks, as a table for people and a file for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.table import Table


@dataclass(frozen=True, slots=True)
class Figure:
    """`more` says whether more is better. `yardstick` is in the unit of the value."""

    name: str
    value: float
    unit: str
    budget: float | None = None
    more: bool = False
    yardstick: float | None = None
    yardstick_name: str = ""

    @property
    def ratio(self) -> float | None:
        return self.value / self.yardstick if self.yardstick else None

    @property
    def is_kept(self) -> bool | None:
        if self.budget is None:
            return None
        return self.value >= self.budget if self.more else self.value <= self.budget


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def times(name: str, seconds: Sequence[float], budgets: tuple[float, float] | None, *, yardstick: Sequence[float] = (),
          yardstick_name: str = "") -> list[Figure]:  # fmt: skip
    """p50 and p95 in milliseconds."""
    return [
        Figure(
            f"{name}, p{share}", percentile(seconds, share / 100) * 1000, "ms", budgets[place] if budgets else None,
            yardstick=percentile(yardstick, share / 100) * 1000 if yardstick else None, yardstick_name=yardstick_name,
        )
        for place, share in enumerate((50, 95))
    ]  # fmt: skip


def table(sizes: Sequence[int], results: dict[int, list[Figure]]) -> Table:
    """A row for each figure: at every size, then yardstick, ratio and budget at the largest."""
    shown = Table(title="Budgets", caption="Bold: over budget. Yardstick and ratio are those of the last size.")
    shown.add_column("work")
    for size in sizes:
        shown.add_column(f"{size:,} people", justify="right")
    for heading in ("budget", "yardstick", "ratio"):
        shown.add_column(heading, justify="right")
    shown.add_column("the yardstick is")
    for row in rows(sizes, results):
        shown.add_row(*row)
    return shown


def rows(sizes: Sequence[int], results: dict[int, list[Figure]]) -> list[list[str]]:
    """The cells of the table, in rich's markup."""
    named = {size: {each.name: each for each in figures} for size, figures in results.items()}
    found = []
    for name in dict.fromkeys(each.name for size in sizes for each in results.get(size, [])):
        figures = [named.get(size, {}).get(name) for size in sizes]
        last = next(each for each in reversed(figures) if each)
        cells = ["–" if each is None else _value(each) for each in figures]
        budget = "–" if last.budget is None else f"{'≥' if last.more else '≤'} {number(last.budget)}"
        yardstick = "–" if last.yardstick is None else number(last.yardstick)
        ratio = "–" if last.ratio is None else f"{last.ratio:.2f}"
        found.append([name, *cells, budget, yardstick, ratio, last.yardstick_name])
    return found


def markdown(sizes: Sequence[int], results: dict[int, list[Figure]]) -> str:
    """The same table for the guide; what is over budget is bold."""
    headings = ["work", *(f"{size:,} people" for size in sizes), "budget", "yardstick", "ratio", "the yardstick is"]
    lines = [headings, ["---"] * len(headings), *rows(sizes, results)]
    text = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    return text.replace("[bold red]", "**").replace("[/]", "**") + "\n"


def write(path: Path, results: dict[int, list[Figure]], about: dict[str, object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({
        **about,
        "figures": {str(size): [{**asdict(each), "ratio": each.ratio, "is_kept": each.is_kept} for each in figures]
                    for size, figures in results.items()},
    }, indent=1) + "\n")  # fmt: skip


def number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.1f}" if abs(value) >= 10 else f"{value:,.2f}"


def _value(figure: Figure) -> str:
    text = f"{number(figure.value)} {figure.unit}"
    return f"[bold red]{text}[/]" if figure.is_kept is False else text
