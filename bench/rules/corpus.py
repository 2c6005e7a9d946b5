"""The files of the corpus."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "corpus"


class Question(NamedTuple):
    name: str
    rule: str
    sql: str


def corpus() -> list[Question]:
    return [_read(file) for file in sorted(FOLDER.glob("*.sql"))]


def _read(file: Path) -> Question:
    rule, _newline, sql = file.read_text().partition("\n")
    return Question(file.stem.partition("_")[2].replace("_", " "), rule.removeprefix("-- "), sql)
