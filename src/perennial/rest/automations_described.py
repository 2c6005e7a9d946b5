"""What the addresses of automations take and answer, as OpenAPI describes it."""

from __future__ import annotations

from typing import Any

from perennial.rest.automations import LARGEST
from perennial.rest.schemas import ID, MOMENT, body, cursor_list, header, nullable, query_parameter, responses

_TEXT = {"type": "string"}
_WHOLE = {"type": "integer", "minimum": 0}
_VERSION = {"type": "integer", "minimum": 1, "maximum": 2_147_483_647}
_DEFINITION = {"type": "object", "description": "A definition: its JSON Schema is at /automations/schema."}
_PARTS = {
    "id": ID, "version": _VERSION, "name": _TEXT, "description": _TEXT, "object": _TEXT,
    "state": {"enum": ["draft", "on", "paused"]}, "published": nullable(_VERSION), "paused_why": _TEXT,
    "next_at": nullable(MOMENT), "draft": _DEFINITION,
}  # fmt: skip
AUTOMATION = {"type": "object", "required": ["id", "version", "name", "object", "state"], "properties": _PARTS}
_RUN = {
    "type": "object",
    "required": ["id", "automation", "record", "state", "step"],
    "properties": {
        "id": ID, "automation": ID, "record": ID, "title": _TEXT, "step": _TEXT, "phase": _TEXT, "attempt": _WHOLE,
        "state": {"enum": ["moving", "done", "goal", "stopped", "failed", "refused"]}, "due_at": nullable(MOMENT),
        "entered_at": MOMENT, "ended_at": nullable(MOMENT),
        "log": {"type": "array", "items": {"type": "object"}},
    },
}  # fmt: skip
_RELEASE = {
    "type": "object",
    "required": ["number", "published_at"],
    "properties": {"number": _VERSION, "note": _TEXT, "published_by": _TEXT, "published_at": MOMENT},
}
_MOVES = {"type": "boolean", "description": "Take those on their way along to the new version."}
_KEY = {"type": "object", "required": ["key", "address"], "properties": {"key": _TEXT, "address": _TEXT}}
_STARTED = {"type": "object", "properties": {"results": {"type": "array", "items": {"type": "object"}}}}
_READING = (400, 401, 403, 404, 422)
_WRITING = (400, 401, 403, 404, 409, 412, 413, 415, 422)


def paths_of_automations() -> dict[str, Any]:
    return {
        "/automations": {"get": _list(), "post": _make()},
        "/automations/schema": {"get": _operation("schema_of_automations", "The JSON Schema of a definition",
                                                  responses=responses({200: {"type": "object"}}, 400, 401, 403, 422))},
        "/automations/{id}": {"parameters": [_in_path("id")], "get": _get(), "patch": _change()},
        "/automations/{id}/runs": {"parameters": [_in_path("id")], "get": _runs()},
        "/automations/runs/{id}": {"parameters": [_in_path("id")], "get": _operation(
            "get_automation_run", "One run with its log", responses=responses({200: _RUN}, *_READING))},
        **{f"/automations/{{id}}/{verb}": {"parameters": [_in_path("id")], "post": each}
           for verb, each in _verbs().items()},
        **{f"/automations/runs/{{id}}/{verb}": {"parameters": [_in_path("id")], "post": each}
           for verb, each in _hands().items()},
    }  # fmt: skip


def _list() -> dict[str, Any]:
    asked = query_parameter("object", "Only those about this kind of records.", _TEXT)
    return _operation("list_automations", "List automations", parameters=[asked],
                      responses=responses({200: cursor_list(AUTOMATION)}, *_READING))  # fmt: skip


def _make() -> dict[str, Any]:
    sent = _object(
        ("name", "object"), name={**_TEXT, "minLength": 1, "maxLength": 200}, object=_TEXT, draft=_DEFINITION
    )
    return _write("make_automation", "Build an automation", sent, {201: AUTOMATION})


def _get() -> dict[str, Any]:
    return _operation("get_automation", "Get an automation with its draft, its versions and its numbers",
                      responses=responses({200: AUTOMATION}, *_READING))  # fmt: skip


def _change() -> dict[str, Any]:
    sent = _object(
        (),
        version=_VERSION,
        name={**_TEXT, "minLength": 1, "maxLength": 200},
        description={**_TEXT, "maxLength": 4_000},
        draft=_DEFINITION,
    )
    return _write("change_automation", "Change the draft, or what it is called", sent, {200: AUTOMATION})


def _runs() -> dict[str, Any]:
    asked = [
        query_parameter("state", "Only those in this state.", _TEXT),
        query_parameter("step", "Only those at this step.", _TEXT),
        query_parameter("limit", "How many at the most.", {"type": "integer", "minimum": 1, "maximum": 200}),
        query_parameter("cursor", "The `next` of the page before.", _TEXT),
    ]
    return _operation("list_automation_runs", "Who is on the way, and who was", parameters=asked,
                      responses=responses({200: cursor_list(_RUN)}, *_READING))  # fmt: skip


def _verbs() -> dict[str, dict[str, Any]]:
    nothing = _object(())
    ids = {"type": "array", "items": ID, "minItems": 1, "maxItems": LARGEST}
    publish = _object((), version=_VERSION, note={**_TEXT, "maxLength": 400}, moves=_MOVES)
    return {
        "publish": _write("publish_automation", "Let records enter by the draft", publish, {200: _RELEASE}),
        "pause": _write("pause_automation", "Nobody enters and nobody moves", nothing, {200: AUTOMATION}),
        "resume": _write("resume_automation", "Go on", nothing, {200: AUTOMATION}),
        "retire": _write("retire_automation", "Put it away", nothing, {204: None}),
        "key": _write("new_automation_key", "A new key for the address that starts it", nothing, {201: _KEY}),
        "roll-back": _write("roll_back_automation", "Publish an earlier version again",
                            _object(("number",), number=_VERSION, moves=_MOVES), {200: _RELEASE}),
        "start": _write("start_automation", "Start it for records, or for all that a filter finds",
                        _object((), ids=ids, filter=_TEXT), {200: _STARTED, 202: AUTOMATION}),
    }  # fmt: skip


def _hands() -> dict[str, dict[str, Any]]:
    return {
        "retry": _write("retry_automation_run", "Go on at the step where it failed, or at another",
                        _object((), step={**_TEXT, "maxLength": 40}), {200: _RUN}),
        "stop": _write("stop_automation_run", "Stop it", _object(()), {200: _RUN}),
        "skip-wait": _write("skip_wait_of_automation_run", "Let it wait no longer", _object(()), {200: _RUN}),
    }  # fmt: skip


def _object(required: tuple[str, ...], **properties: Any) -> dict[str, Any]:
    needed = {"required": list(required)} if required else {}
    return {"type": "object", "additionalProperties": False, "properties": properties, **needed}


def _in_path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": ID}


def _operation(name: str, summary: str, **rest: Any) -> dict[str, Any]:
    return {"operationId": name, "tags": ["automations"], "summary": summary, **rest}


def _write(name: str, summary: str, sent: dict[str, Any], answers: dict[int, Any]) -> dict[str, Any]:
    return _operation(name, summary, parameters=[header("Idempotency-Key")], requestBody=body(sent),
                      responses=responses(answers, *_WRITING))  # fmt: skip
