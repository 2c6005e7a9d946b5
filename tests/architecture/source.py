"""The source as the architecture tests see it."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "perennial"
FLOORS = (
    "foundation workspace timeline conditions objects lake rules metrics automation web rest"  # noqa: SIM905
    " customers commerce lifecycle foresight studio integrations server".split()
)


@cache
def modules() -> tuple[Path, ...]:
    """Python files that people wrote: no migrations."""
    return tuple(sorted(path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def product_modules() -> list[Path]:
    return [path for path in modules() if "tests" not in path.parts]


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def room_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 else ""


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@cache
def tracked_files() -> tuple[Path, ...]:
    """What the repository holds. In a copy without Git: what lies in it, but for what is installed or built."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return tuple(path for name in done.stdout.split("\0") if name and (path := ROOT / name).is_file())
    skipped = {".venv", ".perennial", "build", "node_modules", ".git", "__pycache__"}
    return tuple(path for path in ROOT.rglob("*") if path.is_file() and not skipped & set(path.parts))
