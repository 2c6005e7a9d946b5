"""The process that learns and tells everybody: `python -m perennial.foresight.process PART …`, where PART is a part of
this room that has a `working.work`. It has the environment of the worker and gives all its memory back when it ends.
Django is set up before any of our own is imported."""

from __future__ import annotations

import importlib
import subprocess
import sys

import django


def run_apart(part: str, *given: str) -> int:
    """Run it, and wait: 0, or with what it failed."""
    return subprocess.run([sys.executable, "-m", "perennial.foresight.process", part, *given], check=False).returncode


def main(part: str, *given: str) -> None:
    django.setup()
    importlib.import_module(f"perennial.foresight.{part}.working").work(*given)


if __name__ == "__main__":
    main(*sys.argv[1:])
