"""Small things: the budgets of STYLE D5."""

from __future__ import annotations

import ast
from statistics import median, quantiles

from tests.architecture.source import ROOT, functions, modules, product_modules, shown, tree

FILE_CEILING, FILE_P95, FILE_MEDIAN = 400, 250, 80
FUNCTION_CEILING, FUNCTION_P95 = 80, 40
MOST_PUBLIC_NAMES = 15
TEST_CEILING = 250


def lines(path) -> int:
    return len(path.read_text().splitlines())


def p95(numbers: list[int]) -> float:
    return quantiles(numbers, n=20)[-1]


def test_files_are_short() -> None:
    sizes = {shown(path): lines(path) for path in product_modules() if lines(path)}
    too_long = {name: size for name, size in sizes.items() if size > FILE_CEILING}
    assert not too_long, f"more than {FILE_CEILING} lines: {too_long}"
    assert p95(list(sizes.values())) <= FILE_P95, sorted(sizes.items(), key=lambda item: -item[1])[:10]
    assert median(sizes.values()) <= FILE_MEDIAN


def test_test_files_are_short() -> None:
    tests = [path for path in (*modules(), *(ROOT / "tests").rglob("*.py")) if path.name.startswith("test_")]
    too_long = {shown(path): lines(path) for path in tests if lines(path) > TEST_CEILING}
    assert not too_long, f"more than {TEST_CEILING} lines: {too_long}"


def test_functions_are_short() -> None:
    sizes = {
        f"{shown(path)}:{node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in product_modules()
        for node in functions(path)
    }
    too_long = {name: size for name, size in sizes.items() if size > FUNCTION_CEILING}
    assert not too_long, f"more than {FUNCTION_CEILING} lines: {too_long}"
    assert p95(list(sizes.values())) <= FUNCTION_P95, sorted(sizes.items(), key=lambda item: -item[1])[:10]


def test_modules_can_be_read_at_once() -> None:
    too_many = {}
    for path in product_modules():
        names = public_names(tree(path))
        if len(names) > MOST_PUBLIC_NAMES and path.name != "settings.py":  # Django asks for those names
            too_many[shown(path)] = len(names)
    assert not too_many, f"more than {MOST_PUBLIC_NAMES} public names: {too_many}"


def public_names(module: ast.Module) -> list[str]:
    """Functions and classes; constants are their vocabulary and count not."""
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    return [node.name for node in module.body if isinstance(node, kinds) and not node.name.startswith("_")]
