"""Long work that somebody waits for, shown on every page while it runs.

    register_running(Running("imports", find=imports_under_way))       # from apps.ready()

`find(by)` is asked every two seconds by whoever has a page open, so it is one indexed query or memory.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise

from perennial.web.middleware import Page
from perennial.workspace.actor import Actor


@dataclass(frozen=True, slots=True)
class Work:
    """One piece of work under way. `total` 0 is unknown; `sentence` says how far it is ("312,400 of 541,909 rows")."""

    label: str | Promise
    url: str
    done: int = 0
    total: int = 0
    sentence: str | Promise = ""


@dataclass(frozen=True, slots=True)
class Running:
    key: str
    find: Callable[[Actor], Sequence[Work]]


running_sources: dict[str, Running] = {}


def register_running(declared: Running) -> Running:
    if declared.key in running_sources:
        raise ValueError(f"The source of running work {declared.key} is declared twice.")
    running_sources[declared.key] = declared
    return declared


def running(request: HttpRequest) -> HttpResponse:
    by = cast(Page, request).actor
    runs = [work for source in running_sources.values() for work in source.find(by)]
    return render(request, "web/_running.html", {"runs": runs})
