"""What the server refuses, as exceptions. `code` is stable and for programs, `detail` says to a person what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class ApiError(Exception):
    """A problem document (RFC 9457). `errors` maps a field to the sentence about it."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.code = str(problem.get("code", ""))
        self.detail = str(problem.get("detail", ""))
        self.errors = {str(each["field"]): str(each["message"]) for each in problem.get("errors", ())}
        named = "; ".join(f"{field}: {message}" for field, message in self.errors.items())
        super().__init__(f"{status} {self.code}: {self.detail}" + (f" ({named})" if named else ""))


class Unauthorized(ApiError):
    """No key, or one that opens nothing."""


class Forbidden(ApiError):
    """The key's role does not allow it."""


class NotFound(ApiError):
    """Absent, or not this key's to see."""


class Conflict(ApiError):
    """It exists already, or was changed meanwhile."""


class Stale(Conflict):
    """The record is not of the version named any more."""


class FeedStartedOver(ApiError):
    """The cursor is of another database: read everything again."""


class Invalid(ApiError):
    """Some of the input cannot be used; see `errors`."""


class RateLimited(ApiError):
    """Too many requests, also after waiting as long as the server said."""


class ServerFailed(ApiError):
    """The server could not answer."""


class Unreachable(Exception):
    """No answer came, however often it was tried."""


_BY_STATUS: dict[int, type[ApiError]] = {
    401: Unauthorized, 403: Forbidden, 404: NotFound, 409: Conflict, 410: FeedStartedOver, 412: Stale, 422: Invalid,
    429: RateLimited,
}  # fmt: skip


def error_of(status: int, problem: Mapping[str, Any]) -> ApiError:
    return _BY_STATUS.get(status, ServerFailed if status >= 500 else ApiError)(status, problem)
