"""Asking, going on from page to page, trying again: what all resources have in common."""

from __future__ import annotations

import os
import random
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Generic, Self, TypeVar
from urllib.parse import quote

import httpx

from perennial_client.errors import Unreachable, error_of

T = TypeVar("T")
New = TypeVar("New")
Change = TypeVar("Change")
Names = str | Sequence[str]

_AGAIN = frozenset({429, 502, 503, 504})
_LONGEST_WAIT = 60.0


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """`next` is the cursor of the page after this one; None on the last. `count` only where it was asked for."""

    data: list[T]
    next: str | None
    count: int | None = None
    is_exact: bool | None = None


class Client:
    """One key's connection. Writes carry an Idempotency-Key, so that trying again never does anything twice."""

    def __init__(
        self, url: str, key: str, *, timeout: float = 30.0, tries: int = 4, transport: httpx.BaseTransport | None = None
    ) -> None:
        self.tries = max(1, tries)
        self.http = httpx.Client(
            base_url=f"{url.rstrip('/')}/api/v1/",
            headers={"Authorization": f"Bearer {key}", "Accept": "application/json"},
            timeout=timeout,
            transport=transport,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self.http.close()

    def ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """The answer as Python values; None where there is none. Raises an `ApiError`, or `Unreachable`."""
        sent = dict(headers or {})
        if method != "GET":
            sent.setdefault("Idempotency-Key", str(uuid.uuid4()))
        params = {key: _said(value) for key, value in (query or {}).items() if value is not None}
        for attempt in range(1, self.tries + 1):
            try:
                answer = self.http.request(method, path, params=params, json=body, headers=sent)
            except httpx.TransportError as error:
                if attempt == self.tries:
                    raise Unreachable(f"{method} {path}: {error}") from error
                _pause(attempt, None)
                continue
            if answer.status_code not in _AGAIN or attempt == self.tries:
                return _read(answer)
            _pause(attempt, answer.headers.get("Retry-After"))
        raise AssertionError("the last try has answered")

    def resource(self, path: str) -> Resource[dict[str, Any], dict[str, Any], dict[str, Any]]:
        """Any kind by the word in its address: for those that users made."""
        return Resource(self, path)

    def undo(self, run: int) -> dict[str, Any]:
        """Take back what a run changed, as far as nobody has changed it since."""
        answer: dict[str, Any] = self.ask("POST", f"runs/{run}/undo")
        return answer

    def bulk(self, id: int) -> dict[str, Any]:
        """How far a change of many records is; see `Resource.bulk`."""
        found: dict[str, Any] = self.ask("GET", f"bulks/{id}")
        return found

    def export(self, id: int) -> dict[str, Any]:
        """How far an export is; see `Resource.export`."""
        found: dict[str, Any] = self.ask("GET", f"exports/{id}")
        return found

    def download(self, export: int, to: str | os.PathLike[str]) -> None:
        """The file of an export that is done, piece by piece."""
        with self.http.stream("GET", f"exports/{export}/file") as answer:
            if not answer.is_success:
                answer.read()
                _read(answer)
            with open(to, "wb") as file:
                file.writelines(answer.iter_bytes())

    def wait(self, what: Callable[[int], dict[str, Any]], id: int, *, patience: float = 600.0) -> dict[str, Any]:
        """Ask again until a bulk or an export has ended: `crm.wait(crm.export, made["id"])`."""
        until, pause = time.monotonic() + patience, 0.2
        while (found := what(id))["status"] in ("ready", "running"):
            if time.monotonic() > until:
                raise TimeoutError(f"It is still at work after {patience:.0f} seconds.")
            time.sleep(pause)
            pause = min(5.0, pause * 1.5)
        return found

    def changes(self, after: str = "", *, kinds: Names | None = None, limit: int = 500) -> dict[str, Any]:
        """One answer of the feed of changes: `data`, and `next` to go on from. `after="latest"` begins now."""
        query = {"after": after or None, "kinds": kinds, "limit": limit}
        answer: dict[str, Any] = self.ask("GET", "changes", query=query)
        return answer

    def follow(self, after: str = "", *, kinds: Names | None = None) -> Iterator[dict[str, Any]]:
        """Every change there is now behind a place. Keep each one's `cursor`, and go on from the last."""
        while True:
            page = self.changes(after, kinds=kinds, limit=1000)
            yield from page["data"]
            if not page["more"]:
                return
            after = page["next"]


class Resource(Generic[T, New, Change]):
    """The records of one kind. What a kind does not allow the server refuses."""

    def __init__(self, client: Client, path: str) -> None:
        self.client = client
        self.path = path

    def list(
        self,
        *,
        filter: str | None = None,
        search: str | None = None,
        sort: Names | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        count: bool | None = None,
        view: int | None = None,
        fields: Names | None = None,
        expand: Names | None = None,
        facts: Names | None = None,
    ) -> Page[T]:
        """One page."""
        query = {
            "filter": filter, "search": search, "sort": sort, "limit": limit, "cursor": cursor, "count": count,
            "view": view, "fields": fields, "expand": expand, "facts": facts,
        }  # fmt: skip
        found = self.client.ask("GET", self.path, query=query)
        counted = found.get("count") or {}
        return Page(found["data"], found["next"], counted.get("value"), counted.get("exact"))

    def all(
        self,
        *,
        filter: str | None = None,
        search: str | None = None,
        sort: Names | None = None,
        view: int | None = None,
        fields: Names | None = None,
        expand: Names | None = None,
        facts: Names | None = None,
        limit: int = 200,
    ) -> Iterator[T]:
        """Every record, page after page."""
        cursor: str | None = None
        while True:
            page = self.list(
                filter=filter, search=search, sort=sort, view=view, fields=fields, expand=expand, facts=facts,
                limit=limit, cursor=cursor,
            )  # fmt: skip
            yield from page.data
            if page.next is None:
                return
            cursor = page.next

    def get(
        self, id: int, *, fields: Names | None = None, expand: Names | None = None, facts: Names | None = None
    ) -> T:
        found: T = self.client.ask(
            "GET", f"{self.path}/{id}", query={"fields": fields, "expand": expand, "facts": facts}
        )
        return found

    def find(self, external_id: str) -> T:
        """By another system's id."""
        found: T = self.client.ask("GET", f"{self.path}/by/{quote(external_id, safe='')}")
        return found

    def create(self, record: New) -> T:
        """The record as it stands. None when the key may write it but not see it."""
        made: T = self.client.ask("POST", self.path, body=record)
        return made

    def change(self, id: int, change: Change, *, version: int | None = None) -> T:
        """Change the fields named. Raises `Stale` when the record is not of that version any more."""
        changed: T = self.client.ask("PATCH", f"{self.path}/{id}", body=change, headers=_match(id, version))
        return changed

    def upsert(self, external_id: str, change: Change) -> T:
        """Create the record with another system's id, or change the fields named."""
        kept: T = self.client.ask("PUT", f"{self.path}/by/{quote(external_id, safe='')}", body=change)
        return kept

    def delete(self, id: int, *, version: int | None = None) -> None:
        self.client.ask("DELETE", f"{self.path}/{id}", headers=_match(id, version))

    def batch(
        self,
        *,
        create: Sequence[New] = (),
        update: Sequence[Mapping[str, Any]] = (),
        upsert: Sequence[Change] = (),
        delete: Sequence[int] = (),
    ) -> dict[str, Any]:
        """Up to 1,000 writes at once, each with a result of its own: "done", or why not."""
        parts = {"create": create, "update": update, "upsert": upsert, "delete": delete}
        sent = {name: list(rows) for name, rows in parts.items() if rows}
        results: dict[str, Any] = self.client.ask("POST", f"{self.path}/batch", body=sent)
        return results

    def run(self, action: str, ids: Sequence[int], input: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Run an action on records; its `run` can be undone."""
        body = {"ids": list(ids), "input": dict(input or {})}
        done: dict[str, Any] = self.client.ask("POST", f"{self.path}/actions/{action}", body=body)
        return done

    def bulk(
        self,
        *,
        ids: Sequence[int] | None = None,
        filter: str | None = None,
        search: str | None = None,
        changes: Sequence[Mapping[str, Any]] | None = None,
        delete: bool = False,
        preview: bool = False,
    ) -> dict[str, Any]:
        """Change (`{"field": …, "value": …}`) or delete many records, in the background where they are many."""
        sent: dict[str, Any] = {"ids": ids, "filter": filter, "search": search, "changes": changes}
        body = {key: value for key, value in sent.items() if value is not None}
        body |= {key: True for key, value in (("delete", delete), ("preview", preview)) if value}
        made: dict[str, Any] = self.client.ask("POST", f"{self.path}/bulk", body=body)
        return made

    def export(
        self,
        format: str = "csv",
        *,
        filter: str | None = None,
        search: str | None = None,
        sort: str | None = None,
        columns: Sequence[str] | None = None,
    ) -> dict[str, Any]:
        """Write a file of records in the background; `Client.download` fetches it."""
        sent = {"format": format, "filter": filter, "search": search, "sort": sort, "columns": columns}
        body = {key: value for key, value in sent.items() if value is not None}
        made: dict[str, Any] = self.client.ask("POST", f"{self.path}/exports", body=body)
        return made

    def views(self) -> Sequence[dict[str, Any]]:
        """Saved views that are shared with everybody; `list(view=…)` uses one."""
        found: Sequence[dict[str, Any]] = self.client.ask("GET", f"{self.path}/views")["data"]
        return found


def _read(answer: httpx.Response) -> Any:
    if answer.is_success:
        return answer.json() if answer.content else None
    try:
        problem = answer.json()
    except ValueError:
        problem = {"detail": answer.text[:200]}
    raise error_of(answer.status_code, problem if isinstance(problem, dict) else {})


def _pause(attempt: int, retry_after: str | None) -> None:
    """As long as the server says, else longer each time, and not all clients at the same moment."""
    asked = float(retry_after) if retry_after is not None and retry_after.isdigit() else None
    wait = asked if asked is not None else 0.2 * 2**attempt * random.uniform(0.5, 1.5)
    time.sleep(min(wait, _LONGEST_WAIT))


def _match(id: int, version: int | None) -> dict[str, str]:
    return {} if version is None else {"If-Match": f'"{id}-{version}"'}


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int):
        return str(value)
    return ",".join(map(str, value))
