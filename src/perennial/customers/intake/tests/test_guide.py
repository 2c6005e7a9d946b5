"""docs/guide/send-events.md: its examples are run, its table of reasons is the one in the code."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import msgspec
import pytest
import segment.analytics

from perennial.customers.intake.reasons import REASONS
from perennial.customers.intake.tests.serving import make_key, served
from perennial.foundation.sql import fetch

pytestmark = pytest.mark.django_db(transaction=True)
GUIDE = Path(__file__).parents[5] / "docs" / "guide" / "send-events.md"


def example(language: str, address: str, secret: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    assert found is not None
    return found.group(1).replace("http://localhost:8000", address).replace("pk_in_…", secret)


def test_the_examples_do_what_the_guide_says() -> None:
    key_id, secret = make_key()
    with served() as address:
        exec(example("python", address, secret), {})  # noqa: S102 - our own text
        segment.analytics.shutdown()
        curl = shlex.split(example("sh", address, secret).replace("\\\n", " "))
        said = subprocess.run([*curl, "--silent"], capture_output=True, text=True, check=True).stdout
    assert msgspec.json.decode(said) == msgspec.json.decode(example("json", address, secret))
    types = fetch("SELECT type FROM timeline_event WHERE actor = %s AND source = 'Shop' ORDER BY id", [f"key:{key_id}"])
    assert [type for (type,) in types] == [
        "customers.page_viewed", "customers.identified", "custom.plan_chosen", "customers.grouped",
        "custom.plan_chosen"]  # fmt: skip
    people = fetch(
        "SELECT c.name, k.name, (SELECT count(*) FROM timeline_event e JOIN customers_profile p ON p.id = e.profile_id"
        " WHERE p.customer_id = c.id AND e.source = 'Shop') FROM customers_customer c"
        " JOIN customers_customer k ON k.id = c.company_id"
    )
    assert people == [("Aliya Omarova", "Acme Ltd", 5)]


def test_the_table_of_reasons_is_whole() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", GUIDE.read_text(), re.MULTILINE))
    assert rows == {code: str(sentence) for code, sentence in REASONS.items()}
