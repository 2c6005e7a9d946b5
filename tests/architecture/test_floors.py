from __future__ import annotations

import tomllib

from tests.architecture.source import FLOORS, PACKAGE, ROOT

CONTRACT = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]


def layers() -> list[list[str]]:
    return [[name.strip() for name in layer.split("|")] for layer in CONTRACT["layers"]]


def test_the_contract_is_exhaustive_and_ignores_nothing() -> None:
    assert CONTRACT["exhaustive"] is True
    assert "ignore_imports" not in CONTRACT
    assert "exhaustive_ignores" not in CONTRACT


def test_rooms_that_stand_are_not_optional_and_others_are() -> None:
    for layer in layers():
        for name in layer:
            stands = (PACKAGE / name.strip("()") / "__init__.py").exists()
            assert stands is not name.startswith("("), f"{name} in the contract"


def test_the_story_is_told_in_one_order() -> None:
    flat = [name.strip("()") for layer in reversed(layers()) for name in layer]
    assert sorted(FLOORS, key=flat.index) == FLOORS
