"""Exports of other products are recognised, by the headings that people download and by those of their programs."""

from __future__ import annotations

import csv
import io
import tarfile
from pathlib import Path

import pytest

from perennial.objects.importing.presets import presets, recognised
from perennial.objects.importing.registry import kind_named
from perennial.objects.importing.suggesting import Why, suggest
from perennial.objects.types import object_types

SHAPES = Path(__file__).resolve().parents[5] / "shared" / "data" / "export_shapes"


@pytest.mark.parametrize("key", sorted(presets))
def test_a_ready_mapping_names_fields_that_there_are(key: str) -> None:
    preset = presets[key]
    known = {field.key for field in object_types[preset.kind].fields}
    assert set(preset.columns.values()) <= known
    assert {"external_id", "name", "email", "first_name"} & set(preset.columns.values())
    assert preset.known_by
    assert all(preset.known_by)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("headings", "kind", "preset", "mapping"),
    [
        ("Record ID,First Name,Last Name,Email,Phone Number,Contact owner,Create Date", "person", "hubspot_contacts",
         {"external_id": 0, "first_name": 1, "last_name": 2, "email": 3, "phone": 4, "owner": 5}),
        ("Contact ID,First Name,Last Name,Account Name,Email,Mailing City", "person", "salesforce_contacts",
         {"external_id": 0, "first_name": 1, "last_name": 2, "company": 3, "email": 4, "city": 5}),
        ("Person - ID,Person - Name,Person - Organization,Person - Email - Work", "person", "pipedrive_people",
         {"external_id": 0, "name": 1, "company": 2, "email": 3}),
        ("Email Address,First Name,Last Name,MEMBER_RATING,OPTIN_TIME,CC", "person", "mailchimp_audience",
         {"email": 0, "first_name": 1, "last_name": 2, "country": 5}),
        ("First Name,Last Name,Organization Name,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Value", "person",
         "google_contacts", {"first_name": 0, "last_name": 1, "company": 2, "email": 4, "phone": 5}),
        ("Organization - ID,Organization - Name,Organization - Owner", "company", "pipedrive_organizations",
         {"external_id": 0, "name": 1, "owner": 2}),
    ],
)  # fmt: skip
def test_what_people_download_is_recognised(headings: str, kind: str, preset: str, mapping: dict[str, int]) -> None:
    found = suggest(kind_named(f"customers.{kind}"), headings.split(","))
    assert (found.preset, found.mapping) == (preset, mapping)
    assert set(found.why.values()) == {Why.PRESET}


@pytest.mark.skipif(not SHAPES.exists(), reason="the real exports are not here")
@pytest.mark.parametrize(
    ("archive", "file", "kind", "preset"),
    [
        ("hubspot", "contact_data.csv", "person", "hubspot_contacts"),
        ("hubspot", "company_data.csv", "company", "hubspot_companies"),
        ("salesforce", "sf_contact_data.csv", "person", "salesforce_contacts"),
        ("salesforce", "sf_lead_data.csv", "person", "salesforce_leads"),
        ("salesforce", "sf_account_data.csv", "company", "salesforce_accounts"),
        ("zendesk", "user_data.csv", "person", "zendesk_users"),
        ("zendesk", "organization_data.csv", "company", "zendesk_organizations"),
        ("mailchimp", "member.csv", "person", "mailchimp_audience"),
    ],
)
def test_what_connectors_land_is_recognised(archive: str, file: str, kind: str, preset: str) -> None:
    with tarfile.open(SHAPES / f"{archive}.tar.gz") as files:
        member = next(each for each in files.getmembers() if Path(each.name).name == file)
        content = files.extractfile(member)
        assert content is not None
        headings = next(csv.reader(io.TextIOWrapper(content, encoding="utf-8")))
    found = recognised(f"customers.{kind}", headings)
    assert found is not None
    assert found.key == preset
    assert found.mapping(headings)["external_id"] >= 0
