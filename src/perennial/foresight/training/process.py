"""The process that trains and scores: `python -m perennial.foresight.training.process KEY [train|score]`, with the
environment of the worker. It gives all its memory back. Django is set up before any of our own is imported."""

from __future__ import annotations

import importlib
import sys

import django


def main(key: str, what: str) -> None:
    django.setup()
    importlib.import_module("perennial.foresight.training.working").work(key, what)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
