"""The definition whole: read from JSON of any version, written as the present one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from perennial.automation.definition.asked import Asked
from perennial.automation.definition.limits import measured
from perennial.automation.definition.steps import Step, Steps, faults_of, step_kinds, walk
from perennial.automation.definition.triggers import Trigger, trigger_kinds
from perennial.conditions import FALSE, TRUE
from perennial.foundation.errors import Invalid

VERSION = 1
AGAIN, EXIT, WHEN = "again", "exit", "when"  # where faults of these parts are told
# From a version to the next, as JSON. None yet.
_MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}


class Again(BaseModel):
    """How often a record may enter: once, every time, once in so many days, or once for each value of a property of the
    event ("number": once an order)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    how: Literal["once", "always", "after", "key"] = "once"
    days: Annotated[int | None, Field(ge=1, le=3650)] = None
    property: Annotated[str, Field(max_length=200)] = ""


class Exit(BaseModel):
    """Who matches leaves before the next step; `is_goal` when that is what the automation is for."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    when: Asked = FALSE
    is_goal: bool = False


class Definition(BaseModel):
    """`object` is the kind of record it is about; `when` must hold for a record to enter."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    version: Literal[1] = 1
    object: Annotated[str, Field(max_length=80)]
    trigger: Trigger
    when: Asked = TRUE
    again: Again = Again()
    exit: Exit | None = None
    steps: Steps = ()

    def step(self, key: str) -> Step | None:
        return next((step for _depth, step in walk(self.steps) if step.key == key), None)


def read(data: Any) -> Definition:
    """From JSON. Raises `Invalid` with what is wrong by step; what it means is `checking`'s to judge."""
    measured(data)
    if not isinstance(data, Mapping):
        raise Invalid({"": _("An automation is a JSON object.")})
    try:
        return Definition.model_validate(_migrated(dict(data)))
    except ValidationError as error:
        first = str(error.errors()[0]["loc"][0]) if error.errors()[0]["loc"] else ""
        raise Invalid({first: faults_of(error)}) from None
    except RecursionError:
        raise Invalid({"": _("This automation is nested too deep.")}) from None


def written(definition: Definition) -> dict[str, Any]:
    return definition.model_dump(mode="json")


def json_schema() -> dict[str, Any]:
    """The published JSON Schema of a definition, with every kind of step and trigger."""
    schema = Definition.model_json_schema()
    parts: dict[str, Any] = schema.setdefault("$defs", {})
    for name, declared in (("Step", step_kinds), ("Trigger", trigger_kinds)):
        named = {word: f"{name}_{word}" for word in declared}
        for word, each in declared.items():
            own = each.node.model_json_schema()
            parts.update(own.pop("$defs", {}))
            parts[named[word]] = own
        parts[name] = {
            "oneOf": [{"$ref": f"#/$defs/{each}"} for each in named.values()],
            "discriminator": {
                "propertyName": "kind",
                "mapping": {word: f"#/$defs/{each}" for word, each in named.items()},
            },
        }
    return {**_referring(schema), "$schema": "https://json-schema.org/draft/2020-12/schema"}


def _referring(schema: Any) -> Any:
    """The steps and triggers that were left open, by reference."""
    if isinstance(schema, dict):
        open_part = schema.get("$comment")
        return (
            {"$ref": f"#/$defs/{open_part}"} if open_part else {key: _referring(each) for key, each in schema.items()}
        )
    return [_referring(each) for each in schema] if isinstance(schema, list) else schema


def _migrated(data: dict[str, Any]) -> dict[str, Any]:
    version = data.get("version", VERSION)
    while isinstance(version, int) and version in _MIGRATIONS:
        data = _MIGRATIONS[version](data)
        version = data["version"]
    if version != VERSION:
        raise Invalid({"": _("This automation is of a version that is not known here.")})
    return data
