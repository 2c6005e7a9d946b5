"""The process of the sweep: `python -m perennial.lake.duplicates.process`, with the environment of the worker.

Django is set up before any of our own is imported.
"""

from __future__ import annotations

import importlib

import django


def main() -> None:
    django.setup()
    importlib.import_module("perennial.lake.duplicates.sweep").sweep()


if __name__ == "__main__":
    main()
