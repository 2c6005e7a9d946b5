"""Resources that are not object types are declared into the API by the rooms that have them.

    declare_endpoint(Endpoint(path="events", summary="…", respond=list_events, parameters=(…), item=EVENT_SCHEMA))

`respond` gets the actor and the query's parameters and returns (data, next cursor); access is its own duty, through
`objects.query`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from perennial.workspace.actor import Actor

Respond = Callable[[Actor, Mapping[str, str]], tuple[list[dict[str, Any]], str | None]]


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    description: str
    schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A list that can only be read: GET /api/v1/{path}. `item` is the JSON Schema of one entry."""

    path: str
    summary: str
    respond: Respond
    parameters: tuple[Parameter, ...]
    item: Mapping[str, Any]


endpoints: dict[str, Endpoint] = {}


def declare_endpoint(declared: Endpoint) -> Endpoint:
    """Refuses a path that is taken."""
    if declared.path in endpoints:
        raise ValueError(f"The API path {declared.path} is declared twice.")
    endpoints[declared.path] = declared
    return declared
