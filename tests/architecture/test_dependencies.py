from __future__ import annotations

import re
import tomllib

from tests.architecture.source import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=~ ;]", each)[0].lower() for each in requirements}


def pinned(file: str) -> set[str]:
    lines = (ROOT / file).read_text().splitlines()
    return {line.split("==")[0].lower().replace("_", "-") for line in lines if line}


def test_each_dependency_says_why_it_is_here_and_how_we_would_leave() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text()
    rows = re.findall(r"^\| `([\w.-]+)` \| (.+) \| (.+) \| (.+) \|$", page, re.MULTILINE)
    assert {row[0] for row in rows} == names(PROJECT["dependencies"])
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)
    assert all(len(cell) > 15 for row in rows for cell in row[1:])


def test_every_dependency_is_pinned() -> None:
    assert names(PROJECT["dependencies"]) <= pinned("requirements.lock")
    development = names(PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"])
    assert development <= pinned("requirements-dev.lock")


def test_the_locks_agree_and_name_no_place() -> None:
    runtime = set((ROOT / "requirements.lock").read_text().splitlines())
    development = set((ROOT / "requirements-dev.lock").read_text().splitlines())
    assert runtime <= development
    assert all(re.fullmatch(r"[\w.-]+==[\w.!+-]+", line) for line in development if line)
