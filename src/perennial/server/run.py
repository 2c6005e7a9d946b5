"""Starts one part: `python -m perennial.server.run front|worker|prepare`. Django is set up before any of it loads."""

from __future__ import annotations

import gc
import importlib
import os
import sys

import django

from perennial.server.environment import keep_private, read_environment
from perennial.server.lifeline import end_with_supervisor

PARTS = ("front", "worker", "prepare")


def set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "perennial.server.settings")
    django.setup()
    keep_private(read_environment().home)


def main(name: str, *options: str) -> None:
    if name not in PARTS:
        sys.exit(f"There is no part {name}; there are {', '.join(PARTS)}.")
    end_with_supervisor()
    set_up()
    part = importlib.import_module(f"perennial.server.{name}")
    gc.freeze()  # what is loaded now stays for ever: no collection needs to look at it
    part.main(*options)


if __name__ == "__main__":
    main(*sys.argv[1:])
