"""Names, docstrings, imports and words."""

from __future__ import annotations

import ast
import re

import pytest

from tests.architecture.source import (
    FLOORS,
    PACKAGE,
    functions,
    modules,
    product_modules,
    room_of,
    shown,
    tracked_files,
    tree,
)

FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "base", "stuff"}
BELOW_CUSTOMERS = FLOORS[: FLOORS.index("customers")]
# A ready-made role is a policy about the whole house, so these two name what may be done in the rooms above.
POLICIES = ("src/perennial/workspace/permissions.py", "src/perennial/workspace/ready_made.py")
DOMAIN_KEY = re.compile(r"^(customers|commerce|lifecycle|foresight|sales|marketing|service|loyalty|messaging)\.\w")
REGISTRIES = ("npmjs", "yarnpkg", "pythonhosted", "pypi")


def test_own_modules_are_imported_at_the_top() -> None:
    """A late import of our own hides a circle. Only `ready()` of apps.py may, because Django asks for it."""
    late = [
        f"{shown(path)}:{node.lineno}"
        for path in product_modules()
        for function in functions(path)
        if not (path.name == "apps.py" and function.name == "ready")
        for node in ast.walk(function)
        if (isinstance(node, ast.ImportFrom) and (node.module or "").startswith("perennial"))
        or (isinstance(node, ast.Import) and any(alias.name.startswith("perennial") for alias in node.names))
    ]
    assert not late, f"imported late: {late}"


def test_each_room_says_what_it_is_for() -> None:
    silent = [room.name for room in PACKAGE.iterdir() if (room / "__init__.py").exists() and not says(room, 3)]
    assert not silent, f"the package's docstring is missing or too short to tell its words and invariants: {silent}"


def says(room, least_lines: int) -> bool:
    return len((ast.get_docstring(tree(room / "__init__.py")) or "").splitlines()) >= least_lines


def test_files_are_called_by_what_is_in_them() -> None:
    vague = [
        shown(path)
        for path in modules()
        if {path.stem, *path.relative_to(PACKAGE).parent.parts} & FORBIDDEN_NAMES
        and shown(path) != "src/perennial/foundation/database/base.py"  # the name that Django asks for
    ]
    assert not vague


def test_no_wildcard_imports() -> None:
    wild = [
        shown(path)
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)
    ]
    assert not wild


@pytest.mark.parametrize("room", BELOW_CUSTOMERS)
def test_engines_know_no_domain(room: str) -> None:
    """No key of a domain room, such as an object's or event's, in the code of the rooms below them."""
    known = [
        f"{shown(path)}:{node.lineno} {node.value!r}"
        for path in product_modules()
        if room_of(path) == room and shown(path) not in POLICIES
        for node in strings_that_act(tree(path))
        if DOMAIN_KEY.match(node.value)
    ]
    assert not known


def strings_that_act(module: ast.Module) -> list[ast.Constant]:
    """String constants but for docstrings, which may well give examples."""
    prose = {
        id(node.value)
        for node in ast.walk(module)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    return [
        node
        for node in ast.walk(module)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose
    ]


def test_no_file_names_a_package_registry() -> None:
    """Where packages come from is the machine's own setting: a host in a lock file breaks installs elsewhere."""
    hosts = re.compile(r"[\w.-]*\.?(?:" + "|".join(REGISTRIES) + r")\.(?:org|com)\b")
    naming = []
    for path in tracked_files():
        try:
            found = hosts.search(path.read_text())
        except UnicodeDecodeError:
            continue
        if found:
            naming.append(f"{shown(path)}: {found.group()}")
    assert not naming


def test_no_test_sleeps() -> None:
    sleeping = [
        shown(path) for path in modules() if "tests" in path.parts and re.search(r"\btime\.sleep\(", path.read_text())
    ]
    assert not sleeping
