"""Writes `src/perennial_client/generated.py` from the OpenAPI document: `make client`. With --check it only compares.

python clients/python/generate.py [--check]
"""

# ruff: noqa: PLC0415 - Django is set up before anything of ours is loaded

from __future__ import annotations

import keyword
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

TARGET = Path(__file__).resolve().parent / "src" / "perennial_client" / "generated.py"
_HEAD = '''"""Written by `make client` from the API's description of the kinds that come with Perennial; not by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, Required, TypedDict, Unpack

import httpx

from perennial_client.core import Client, Page, Resource


class Link(TypedDict):
    """A record referred to; `fields` and `expand` put more of it beside."""

    id: int
    title: str


class Money(TypedDict):
    amount: str
    currency: str
'''
_PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
Schema = Mapping[str, Any]


def main(*options: str) -> int:
    text = formatted(written(document()))
    if "--check" in options:
        is_same = TARGET.exists() and TARGET.read_text() == text
        if not is_same:
            sys.stderr.write(f"{TARGET} is not up to date. Run: make client\n")
        return 0 if is_same else 1
    TARGET.write_text(text)
    return 0


def formatted(text: str) -> str:
    words = [sys.executable, "-m", "ruff", "format", "--stdin-filename", str(TARGET), "-"]
    return subprocess.run(words, input=text, capture_output=True, text=True, check=True).stdout


def document() -> dict[str, Any]:
    """As a fresh deployment describes itself; no database is asked."""
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"PERENNIAL_HOME": home, "DJANGO_SETTINGS_MODULE": "perennial.server.settings"}
        import django

        django.setup()
        from perennial.rest.openapi import describe

        return describe()


def written(whole: Schema) -> str:
    schemas = whole["components"]["schemas"]
    kinds = {
        path.strip("/"): operations["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        for path, operations in whole["paths"].items()
        if path.count("/") == 1 and f"{path}/{{id}}" in whole["paths"]
    }
    items = {path: found["properties"]["data"]["items"] for path, found in kinds.items()}
    names = {path: _name(item) for path, item in items.items() if "$ref" in item}
    names = {path: name for path, name in names.items() if f"{name}New" in schemas}
    parts = [_HEAD]
    for path in sorted(names):
        for suffix in ("", "New", "Change"):
            parts.append(_typed_dict(names[path] + suffix, schemas[names[path] + suffix]))
        parts.append(_resource(path, names[path], whole["paths"]))
    lists = sorted(
        path.strip("/") for path, operations in whole["paths"].items()
        if path.count("/") == 1 and path.strip("/") not in names and path != "/changes" and "get" in operations
    )  # fmt: skip
    parts.append(_client(names, {path: whole["paths"][f"/{path}"]["get"] for path in lists}))
    return "\n\n".join(parts)


def _typed_dict(name: str, schema: Schema) -> str:
    required = set(schema.get("required", ()))
    lines = [f"class {name}(TypedDict, total=False):"]
    for key, value in schema["properties"].items():
        if not key.isidentifier() or keyword.iskeyword(key):
            continue  # still there at run time; only the type does not name it
        type = _type(value)
        lines.append(f"    {key}: {f'Required[{type}]' if key in required else type}")
    return "\n".join(lines if len(lines) > 1 else [*lines, "    pass"]) + "\n"


def _resource(path: str, name: str, paths: Schema) -> str:
    """Its class, with a method for each action."""
    lines = [f"class {_class(path)}(Resource[{name}, {name}New, {name}Change]):"]
    inputs, start = [], f"/{path}/actions/"
    for address in sorted(each for each in paths if each.startswith(start)):
        operation = paths[address]["post"]
        given = operation["requestBody"]["content"]["application/json"]["schema"]["properties"]["input"]
        verb = address.removeprefix(start).rpartition(".")[2]
        accepts = ""
        if given["properties"]:
            input = f"{_class(path)}{''.join(map(str.capitalize, verb.split('_')))}"
            inputs.append(_typed_dict(input, given))
            accepts = f", **input: Unpack[{input}]"
        lines += [
            "",
            f"    def {verb}(self, ids: Sequence[int]{accepts}) -> dict[str, Any]:",
            f'        """{operation["summary"]}."""',
            f'        return self.run("{address.removeprefix(start)}", ids{", input" if accepts else ""})',
        ]
    lines = lines if len(lines) > 1 else [*lines, "    pass"]
    return "\n\n".join([*inputs, "\n".join(lines) + "\n"])


def _client(names: Mapping[str, str], lists: Mapping[str, Schema]) -> str:
    lines = [
        "class Perennial(Client):",
        '    """All resources that come with Perennial; `resource` has those that users made."""',
        "",
        "    def __init__(",
        "        self, url: str, key: str, *, timeout: float = 30.0, tries: int = 4,"
        " transport: httpx.BaseTransport | None = None",
        "    ) -> None:",
        "        super().__init__(url, key, timeout=timeout, tries=tries, transport=transport)",
    ]
    lines += [f'        self.{path.replace("-", "_")} = {_class(path)}(self, "{path}")' for path in sorted(names)]
    for path, operation in lists.items():
        parameters = {each["name"]: _type(each["schema"]) for each in operation.get("parameters", ())}
        accepts = ", ".join(f"{name}: {type} | None = None" for name, type in parameters.items())
        sent = ", ".join(f'"{name}": {name}' for name in parameters)
        lines += [
            "",
            f"    def {path.replace('-', '_')}(self{', *, ' if accepts else ''}{accepts}) -> Page[dict[str, Any]]:",
            f'        """{operation["summary"]}."""',
            f'        found = self.ask("GET", "{path}", query={{{sent}}})',
            '        return Page(found["data"], found["next"])',
        ]
    return "\n".join(lines) + "\n"


def _type(schema: Schema) -> str:
    if "enum" in schema:
        return f"Literal[{', '.join(map(repr, schema['enum']))}]"
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_type(each) for each in schema["anyOf"]))
    type = schema.get("type")
    if isinstance(type, list):
        return " | ".join(_type({**schema, "type": each}) for each in type)
    if type == "array":
        return f"Sequence[{_type(schema['items'])}]" if "items" in schema else "Sequence[Any]"
    if type == "object":
        match tuple(sorted(schema.get("properties", {}))):
            case ("id", "title"):
                return "Link"
            case ("amount", "currency"):
                return "Money"
        return "dict[str, Any]"
    return _PLAIN.get(str(type), "Any")


def _name(schema: Schema) -> str:
    return str(schema["$ref"]).rpartition("/")[2]


def _class(path: str) -> str:
    return "".join(part.capitalize() for part in path.split("-"))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
