"""Records, changes and actions of a Perennial deployment, from Python.

    from perennial_client import Perennial

    with Perennial("https://crm.example.com", key="pk_api_…") as crm:
        for person in crm.people.all(filter='city = "Almaty"', sort="-worth,name", fields=["name", "company.name"]):
            print(person["name"])

`generated` is written from the OpenAPI document (`make client`); `core` is not. Kinds that users made have no class of
their own: `crm.resource("boats")`.
"""

from perennial_client.core import Page
from perennial_client.errors import (
    ApiError,
    Conflict,
    FeedStartedOver,
    Forbidden,
    Invalid,
    NotFound,
    RateLimited,
    ServerFailed,
    Stale,
    Unauthorized,
    Unreachable,
)
from perennial_client.generated import Perennial

__all__ = [
    "ApiError", "Conflict", "FeedStartedOver", "Forbidden", "Invalid", "NotFound", "Page", "Perennial", "RateLimited",
    "ServerFailed", "Stale", "Unauthorized", "Unreachable",
]  # fmt: skip
