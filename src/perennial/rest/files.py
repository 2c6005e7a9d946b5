"""Files of records: uploaded first, named by their id in a record after that, fetched through the record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _

from perennial.foundation.errors import Forbidden, Invalid, NotFound
from perennial.objects import query
from perennial.objects.access import widest_reach
from perennial.objects.fields import FileLink, FileType
from perennial.objects.files.keeping import keep_file, path_of
from perennial.objects.schema import column_of
from perennial.objects.types import ObjectType, object_types, type_by_path
from perennial.rest.bodies import refuse_unknown
from perennial.rest.problems import BadRequest, WrongMethod, answer, endpoint
from perennial.rest.schemas import ID, query_parameter, responses
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach

_PIECE = 256 * 1024
_FILE = FileType().schema()


@endpoint
def upload(request: HttpRequest, by: Actor) -> HttpResponse:
    """POST /api/v1/files?name=deed.pdf with the bytes as the body. Whoever may write nothing has no use for it."""
    if request.method != "POST":
        raise WrongMethod(("POST",))
    refuse_unknown(request, ("name",))
    if not any(_may_write(kind, by) for kind in object_types.values()):
        raise Forbidden
    try:
        kept = keep_file(_pieces(request), name=request.GET.get("name", ""), by=by)
    except ValueError as refusal:
        raise Invalid({"file": str(refusal)}) from None
    return answer(FileType().json(kept), status=201)


@endpoint
def fetch(request: HttpRequest, by: Actor, path: str, record_id: str, field: str) -> HttpResponse:
    """GET /api/v1/boats/7/files/plan, with the rights to see that record and that field."""
    if request.method not in ("GET", "HEAD"):
        raise WrongMethod(("GET", "HEAD"))
    refuse_unknown(request, ())
    kind = type_by_path(path)
    found = column_of(kind, field, by=by) if kind is not None else None
    if kind is None or found is None or not isinstance(found[1], FileType) or not record_id.isdigit():
        raise NotFound
    file = query.get(kind, int(record_id[:19]), by=by, columns=[field]).values[field]
    if not isinstance(file, FileLink) or not file.name or not path_of(file.id).exists():
        raise NotFound
    return HttpResponse(path_of(file.id).read_bytes(), content_type=file.media_type, headers={
        "Content-Disposition": str(content_disposition_header(True, file.name)),
        "X-Content-Type-Options": "nosniff",
    })  # fmt: skip


def paths_of_files(kinds: list[ObjectType]) -> dict[str, Any]:
    """For the OpenAPI document: where files are sent, and where each field that holds one gives it back."""
    fields = [(kind, field) for kind in kinds for field in kind.fields if isinstance(field.type, FileType)]
    return {"/files": {"post": _upload()}} | {
        f"/{kind.path}/{{id}}/files/{field.key}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": ID}],
            "get": {
                "operationId": f"get_{kind.path.replace('-', '_')}_{field.key}_file",
                "summary": f"The file in “{field.label}”",
                "tags": [kind.path],
                "responses": {
                    "200": {"description": "The bytes.", "content": {"*/*": {"schema": {}}}},
                    **responses({}, 401, 403, 404, 422),
                },
            },
        }
        for kind, field in fields
    }


def _upload() -> dict[str, Any]:
    return {
        "operationId": "upload_file",
        "summary": "Keep a file; name its id in a field of a record within a day",
        "tags": ["files"],
        "parameters": [query_parameter("name", "What it is called.", {"type": "string"})],
        "requestBody": {"required": True, "content": {"application/octet-stream": {"schema": {}}}},
        "responses": responses({201: _FILE}, 400, 401, 403, 413, 422),
    }


def _may_write(kind: ObjectType, by: Actor) -> bool:
    reaches = (widest_reach(kind, by=by, verb="create"), widest_reach(kind, by=by, verb="edit"))
    return max(reaches) > Reach.NONE


def _pieces(request: HttpRequest) -> Iterator[bytes]:
    try:
        while piece := request.read(_PIECE):
            yield piece
    except UnreadablePostError:
        raise BadRequest(_("The request broke off before its end. Send it again.")) from None
