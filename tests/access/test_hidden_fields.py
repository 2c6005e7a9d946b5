"""Whatever a role may not read stands on no page, in no answer and in no file, of any kind of record."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from perennial.objects.field_rights import limitable
from perennial.objects.fields import (
    EmailType,
    LongTextType,
    MoneyType,
    NumberType,
    PhoneType,
    TextType,
    UrlType,
    WholeType,
)
from perennial.objects.history import history
from perennial.objects.testing import sample_values
from perennial.objects.types import ObjectType, object_types
from perennial.objects.writing import create_record
from perennial.workspace.actor import actor_of_user
from perennial.workspace.keys import create_key
from perennial.workspace.models import Role
from perennial.workspace.ready_made import ROLES
from perennial.workspace.rights import FieldRight, Rights
from perennial.workspace.tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db

KINDS = [kind for kind in object_types.values() if not kind.key.startswith("tests.") and not kind.parts]
ids = [kind.key for kind in KINDS]


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def secret_values(kind: ObjectType, cast: Cast) -> tuple[dict[str, Any], list[str]]:
    """A record of which every value that can be told apart is told apart, and how those values may be written."""
    values, secrets = sample_values(kind, 7, by=cast.ada), []
    for field in kind.fields:
        if field.readonly or field.key in (kind.title, "lines", "currency", "channel"):
            continue
        match field.type:
            case TextType(longest=longest) | LongTextType(longest=longest):
                value = f"Quux{field.key}"[:longest]
                secrets.append(value)
            case EmailType():
                value = "quux.mail@example.com"
                secrets.append("quux.mail")
            case PhoneType():
                value = "+447911987654"
                secrets += ["7911987654", "7911 987654"]
            case UrlType():
                value = "https://quux.example.com"
                secrets.append("quux.example")
            case WholeType() | NumberType() | MoneyType(currency=""):
                value = Decimal(8263514) if not isinstance(field.type, WholeType) else 8263514
                secrets += ["8263514", "8,263,514"]
            case _:
                continue
        values[field.key] = value
    return values, secrets


def role_without(kind: ObjectType) -> Role:
    """Somebody who manages, and may read nothing of this kind but its title."""
    everything = ROLES["manager"][1]
    hidden = {each.key: FieldRight.NONE for each in limitable(kind) if each.can_hide}
    rights = Rights(everything.reaches, everything.permissions, {kind.key: hidden})
    return Role.objects.create(key="blind", name="Blind", rights_json=rights.to_json())


@pytest.mark.parametrize("kind", KINDS, ids=ids)
def test_no_page_shows_them(kind: ObjectType, cast: Cast) -> None:
    values, secrets = secret_values(kind, cast)
    record_id = create_record(kind, values, by=cast.ada)
    cast.ben_user.role = role_without(kind)
    cast.ben_user.save()
    ben = Client()
    ben.force_login(cast.ben_user)
    record, listed = f"/o/{kind.key}/{record_id}/", f"/o/{kind.key}/"
    gone = [each.key for each in limitable(kind) if each.can_hide]
    seen = {address: read(ben, address) for address in (
        *(f"{record}cell/{key}/" for key in gone), *(f"{record}file/{key}/" for key in gone),
        *(f"{listed}?{part}={key}" for key in gone[:5] for part in ("sort", "group", "lanes&layout=board", "columns")),
        *(f"{listed}totals/?totals=sum:{key}" for key in gone[:5]), *(f"{listed}?quick={n}" for n in range(4)),
        *(f"{listed}?layout={layout}" for layout in ("board", "calendar", "split")), f"{listed}filter/",
        f"{listed}display/", f"{listed}arrange/", f"{record}seeing/", f"{record}talk/", "/mine/", "/duplicates/",
        "/", listed, record, f"{record}?tab=history", f"{record}edit/", f"{listed}new/", f"{listed}clause/",
        f"{listed}export.csv", f"{listed}refs/?q=quux", "/search/?q=quux", "/search/?q=7911987654",
        f"{listed}?sort=-{kind.fields[-1].key}", f"{listed}?q=quux",
    )}  # fmt: skip
    assert record in seen[listed][1], "the record itself is there"
    for address, (status, body) in seen.items():
        assert status < 500, address
        assert status == 404 or "/cell/" not in address, address
        for secret in secrets:
            if secret not in address:
                assert secret.lower() not in body.lower(), (address, secret)
    ada = Client()
    ada.force_login(cast.ada_user)
    exported = read(ada, f"{listed}export.csv")[1]
    assert any(secret in exported for secret in secrets) or not secrets, "others read them"


@pytest.mark.parametrize("kind", KINDS, ids=ids)
def test_no_answer_of_the_api_says_them(kind: ObjectType, cast: Cast) -> None:
    values, secrets = secret_values(kind, cast)
    record_id = create_record(kind, values, by=cast.ada)
    role = role_without(kind)
    _key, secret_key = create_key("Half", role=role, by=cast.ada)
    headers = {"authorization": f"Bearer {secret_key}"}
    base = f"/api/v1/{kind.path}"
    found = json.loads(read(Client(headers=headers), f"{base}/{record_id}")[1])
    assert found["id"] == record_id
    for address in (base, f"{base}/{record_id}", f"{base}?search=quux", "/api/v1/events", "/api/v1/changes"):
        body = read(Client(headers=headers), address)[1]
        for secret in secrets:
            assert secret.lower() not in body.lower(), (address, secret)
    for field in kind.fields:
        if field.key != kind.title and field.key in {each.key for each in limitable(kind)}:
            assert found.get(field.key) is None, field.key
            status, body = read(Client(headers=headers), f"{base}?filter={field.key} is filled")
            assert (status, "There is no field" in body) == (422, True), (field.key, body)
            if field.is_sortable:
                assert read(Client(headers=headers), f"{base}?sort=-{field.key}")[0] == 422, field.key


@pytest.mark.parametrize("kind", KINDS, ids=ids)
def test_the_description_of_the_api_has_what_the_key_may(kind: ObjectType, cast: Cast) -> None:
    _key, secret_key = create_key("Half", role=role_without(kind), by=cast.ada)
    whole = json.loads(read(Client(), "/api/v1/openapi.json")[1])["components"]["schemas"]
    half = json.loads(read(Client(headers={"authorization": f"Bearer {secret_key}"}), "/api/v1/openapi.json")[1])
    name = "".join(part.capitalize() for part in kind.key.rpartition(".")[2].split("_"))
    gone = {each.key for each in limitable(kind) if each.can_hide and kind.field(each.key)}
    assert gone <= set(whole[name]["properties"])
    assert not gone & set(half["components"]["schemas"][name]["properties"])
    assert not gone & set(half["components"]["schemas"][f"{name}New"]["properties"])
    assert set(half["components"]["schemas"]) == set(whole)
    assert read(Client(headers={"authorization": "Bearer wrong"}), "/api/v1/openapi.json")[0] == 401


@pytest.mark.parametrize("kind", KINDS, ids=ids)
def test_no_history_names_them(kind: ObjectType, cast: Cast) -> None:
    values, _secrets = secret_values(kind, cast)
    record_id = create_record(kind, values, by=cast.ada)
    cast.ben_user.role = role_without(kind)
    cast.ben_user.save()
    entries = history(kind, record_id, by=actor_of_user(cast.ben_user))
    assert {change.field for entry in entries for change in entry.changes} <= {kind.title, "created_at", "updated_at"}


def read(client: Client, address: str) -> tuple[int, str]:
    response = client.get(address)
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return response.status_code, content.decode("utf-8", "replace")
