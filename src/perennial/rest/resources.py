"""One resource for each object type: list, get, create, update, delete, and upsert by external id."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from perennial.conditions.tree import All, Condition
from perennial.foundation.errors import Invalid, NotFound, Stale
from perennial.foundation.text import whole_number
from perennial.objects import query
from perennial.objects.actions import Result
from perennial.objects.record_fields import FACT
from perennial.objects.schema import condition_of, sort_of
from perennial.objects.types import ObjectType, type_by_path
from perennial.objects.views.checking import usable
from perennial.objects.writing import create_records, delete_records, the_only, update_records, upsert_records
from perennial.rest.bodies import flag, read_object, refuse_unknown, whole
from perennial.rest.idempotency import once
from perennial.rest.opening import with_many
from perennial.rest.problems import WrongMethod, answer, endpoint
from perennial.rest.representation import etag, page_as_json, row_as_json
from perennial.rest.shapes import Shape, shape_of
from perennial.rest.views import find_view
from perennial.workspace.actor import Actor

SHAPE_PARAMETERS = ("fields", "expand", "facts")
LIST_PARAMETERS = ("filter", "search", "sort", "limit", "cursor", "count", "view", *SHAPE_PARAMETERS)
MOST = 200  # records of one page
Handler = Callable[[], HttpResponse]


@endpoint
def collection(request: HttpRequest, by: Actor, path: str) -> HttpResponse:
    """GET lists, POST creates."""
    kind = _kind(path)
    allowed: dict[str, Handler] = {"GET": lambda: _list(request, by, kind)}
    if kind.can_create:
        allowed["POST"] = lambda: _create(request, by, kind)
    return _chosen(request, allowed)()


@endpoint
def record(request: HttpRequest, by: Actor, path: str, record_id: str) -> HttpResponse:
    """GET, PATCH, DELETE of one record."""
    kind, number = _kind(path), _id(record_id)
    allowed: dict[str, Handler] = {"GET": lambda: _get(request, by, kind, number)}
    if kind.can_edit:
        allowed["PATCH"] = lambda: _update(request, by, kind, number)
    if kind.can_delete:
        allowed["DELETE"] = lambda: _delete(request, by, kind, number)
    return _chosen(request, allowed)()


@endpoint
def by_external(request: HttpRequest, by: Actor, path: str, external_id: str) -> HttpResponse:
    """GET finds a record by another system's id; PUT creates it, or changes the fields sent."""
    kind = _kind(path)
    if kind.field(kind.external) is None:
        raise NotFound
    if "\x00" in external_id or len(external_id) > 200:
        raise NotFound
    allowed: dict[str, Handler] = {"GET": lambda: _find(request, by, kind, external_id)}
    if kind.can_create and kind.can_edit:
        allowed["PUT"] = lambda: _upsert(request, by, kind, external_id)
    return _chosen(request, allowed)()


def _list(request: HttpRequest, by: Actor, kind: ObjectType) -> HttpResponse:
    refuse_unknown(request, LIST_PARAMETERS)
    where, sort, shape = _asked(request, by, kind)
    search = request.GET.get("search", "")
    page = query.select(
        kind,
        by=by,
        where=where,
        columns=shape.columns,
        sort=sort,
        search=search,
        limit=whole(request, "limit", default=50, least=1, most=MOST),
        after=request.GET.get("cursor") or None,
    )
    body: dict[str, Any] = {"data": with_many(page_as_json(page, shape), shape, by), "next": page.next}
    if flag(request, "count"):
        found = query.estimate(kind, by=by, where=where, search=search)
        body["count"] = {"value": found.count, "exact": found.is_exact}
    return answer(body)


def _asked(request: HttpRequest, by: Actor, kind: ObjectType) -> tuple[Condition, str | None, Shape]:
    """Filter, order and shape of a list: those of the view, if one is named, where the request says nothing else. A
    filter is asked besides the view's own."""
    where = condition_of(kind, request.GET.get("filter", ""), by=by)
    sort = sort_of(kind, request.GET.get("sort", ""), by=by)
    if "view" not in request.GET:
        return where, sort, _shape(request, by, kind)
    spec = usable(find_view(kind, request.GET["view"], by).spec, kind, by=by)
    where = All((condition_of(kind, spec.where, by=by), where)) if spec.where else where
    columns = [each for each in spec.columns if not each.startswith(FACT)]
    facts = [each.removeprefix(FACT) for each in spec.columns if each.startswith(FACT)]
    return where, sort or spec.sort or None, _shape(request, by, kind, fields=",".join(columns), facts=",".join(facts))


def _get(request: HttpRequest, by: Actor, kind: ObjectType, record_id: int) -> HttpResponse:
    refuse_unknown(request, SHAPE_PARAMETERS)
    shape = _shape(request, by, kind)
    row = query.get(kind, record_id, by=by, columns=shape.columns)
    if request.headers.get("If-None-Match") == etag(row):
        return HttpResponse(status=304, headers={"ETag": etag(row)})
    return answer(with_many([row_as_json(row, shape)], shape, by)[0], headers={"ETag": etag(row)})


def _find(request: HttpRequest, by: Actor, kind: ObjectType, external_id: str) -> HttpResponse:
    found = query.by_external(kind, [external_id], by=by).get(external_id)
    if found is None:
        raise NotFound
    return _get(request, by, kind, found)


def _create(request: HttpRequest, by: Actor, kind: ObjectType) -> HttpResponse:
    refuse_unknown(request, ())

    def write() -> HttpResponse:
        result = the_only(create_records(kind, [read_object(request)], by=by))
        return _written(kind, by, result, status=201)

    return once(request, by, write)


def _update(request: HttpRequest, by: Actor, kind: ObjectType, record_id: int) -> HttpResponse:
    refuse_unknown(request, ())
    versions = _expected(request, record_id)

    def write() -> HttpResponse:
        result = the_only(update_records(kind, {record_id: read_object(request)}, by=by, versions=versions))
        return _written(kind, by, result, status=200)

    return once(request, by, write)


def _delete(request: HttpRequest, by: Actor, kind: ObjectType, record_id: int) -> HttpResponse:
    refuse_unknown(request, ())
    versions = _expected(request, record_id)
    if versions is not None and query.get(kind, record_id, by=by).version != versions[record_id]:
        raise Stale

    def write() -> HttpResponse:
        the_only(delete_records(kind, [record_id], by=by))
        return HttpResponse(status=204)

    return once(request, by, write)


def _upsert(request: HttpRequest, by: Actor, kind: ObjectType, external_id: str) -> HttpResponse:
    refuse_unknown(request, ())

    def write() -> HttpResponse:
        sent = read_object(request)
        if sent.get(kind.external, external_id) != external_id:
            raise Invalid({kind.external: _("This is not the id in the address.")})
        existed = external_id in query.by_external(kind, [external_id], by=by)
        result = the_only(upsert_records(kind, [{**sent, kind.external: external_id}], by=by))
        return _written(kind, by, result, status=200 if existed else 201)

    return once(request, by, write)


def _written(kind: ObjectType, by: Actor, result: Result, *, status: int) -> HttpResponse:
    """The record as it stands now; only its address when the key may write it but not see it."""
    assert result.id is not None
    headers = {"Location": f"/api/v1/{kind.path}/{result.id}"} if status == 201 else {}
    shape = shape_of(kind, by)
    try:
        row = query.get(kind, result.id, by=by, columns=shape.columns)
    except NotFound:
        return HttpResponse(status=204, headers=headers)
    return answer(row_as_json(row, shape), status=status, headers={**headers, "ETag": etag(row)})


def _expected(request: HttpRequest, record_id: int) -> dict[int, int] | None:
    """The version that If-Match names (RFC 9110 §13.1.1), or None when the caller does not ask."""
    text = request.headers.get("If-Match")
    if text is None or text.strip() == "*":
        return None
    number, _dash, version = text.strip().strip('"').partition("-")
    expected = whole_number(version)
    if number != str(record_id) or expected is None:
        raise Stale
    return {record_id: expected}


def _shape(request: HttpRequest, by: Actor, kind: ObjectType, *, fields: str = "", facts: str = "") -> Shape:
    return shape_of(
        kind,
        by,
        fields=request.GET.get("fields") or fields,
        expand=request.GET.get("expand", ""),
        facts=request.GET.get("facts") or facts,
    )


def _chosen(request: HttpRequest, allowed: dict[str, Handler]) -> Handler:
    """The handler of the request's method; HEAD is answered as GET without the body, by the server."""
    handler = allowed.get("GET" if request.method == "HEAD" else request.method or "")
    if handler is None:
        raise WrongMethod((*allowed, "HEAD"))
    return handler


def _kind(path: str) -> ObjectType:
    kind = type_by_path(path)
    if kind is None:
        raise NotFound
    return kind


def _id(text: str) -> int:
    number = whole_number(text)
    if not number:
        raise NotFound
    return number
