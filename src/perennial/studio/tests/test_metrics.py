"""The pages of metrics: all with their values, the page of one, its file; for those who may see what is counted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from perennial.lake.exporting import export_all
from perennial.lake.kept import close_kept
from perennial.lifecycle.tests.shop import empty, known, open_shop, ordered
from perennial.workspace.models import User
from perennial.workspace.tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)
HOME = "/metrics/"
NOW = datetime.fromisoformat("2011-05-03T12:00:00+00:00")


@pytest.fixture
def cast(settings: Any, tmp_path: Path) -> Iterator[Cast]:
    settings.LAKE_URL = str(tmp_path / "lake")
    cache.clear()
    empty()
    found = make_cast()
    open_shop(now=NOW)
    for name, country, total in (("Cleo", "KZ", 20), ("Dora", "=1", 30)):
        person = known(name, kind="person", country=country, at=NOW - timedelta(days=90))
        ordered(person, NOW - timedelta(days=20), Decimal(total))
    export_all()
    yield found
    close_kept()
    empty()


def signed_in(user: User) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    return client


def test_the_list_comes_at_once_and_its_values_after_it(cast: Cast) -> None:
    ada = signed_in(cast.ada_user)
    text = ada.get(HOME).content.decode()
    assert "Revenue" in text
    assert 'hx-get="/metrics/of/commerce/"' in text
    values = ada.get(f"{HOME}of/commerce/").content.decode()
    assert "£50.00" in values
    assert "Apr 2011" in values


def test_the_page_shows_a_chart_its_numbers_and_what_they_are(cast: Cast) -> None:
    ada = signed_in(cast.ada_user)
    text = ada.get(f"{HOME}commerce.revenue/?from=2011-03-01&to=2011-05-01").content.decode()
    for said in ("data-chart", "vega-lite/v6.json", "£50.00", "Apr 2011", "sum of “", "Came with Perennial"):
        assert said in text, said
    year = "grain=year&from=2011-01-01&to=2011-01-01"
    apart = ada.get(f"{HOME}commerce.revenue/?{year}&by=customer.country").content.decode()
    assert "£20.00" in apart
    assert "£30.00" in apart
    asked = {"filter": 'country = "KZ"', "from": "2011-04-01", "to": "2011-04-01"}
    of_kazakhs = ada.get(f"{HOME}commerce.revenue/", asked).content.decode()
    assert "£20.00" in of_kazakhs
    assert "£50.00" not in of_kazakhs


def test_what_cannot_be_asked_is_said_at_its_input(cast: Cast) -> None:
    ada = signed_in(cast.ada_user)
    for asked in ("?filter=nonsense+(", "?from=2011-05-01&to=2011-01-01", "?by=password", "?segment=nobody",
                  "?grain=day&from=1950-01-01", "?from=0001-01-01"):  # fmt: skip
        answer = ada.get(f"{HOME}commerce.revenue/{asked}")
        assert answer.status_code == 422, asked
        assert 'class="error"' in answer.content.decode(), asked
    assert ada.get(f"{HOME}commerce.revenue/?grain=x&from=y&to=z&by=").status_code == 200


def test_the_file_has_every_number_and_no_formula(cast: Cast) -> None:
    ada = signed_in(cast.ada_user)
    answer = ada.get(f"{HOME}commerce.revenue/file.csv?grain=month&from=2011-04-01&to=2011-04-30&by=customer.country")
    lines = answer.content.decode().removeprefix("\ufeff").splitlines()
    assert lines[0] == "period,customer.country,commerce.revenue"
    assert {line.partition(".")[0] for line in lines[1:]} == {"2011-04-01,'=1,30", "2011-04-01,KZ,20"}
    assert ada.get(f"{HOME}commerce.revenue/file.csv?filter=nonsense+(").status_code == 422


def test_whoever_sees_nothing_finds_no_numbers(cast: Cast) -> None:
    dov = signed_in(cast.dov_user)
    assert "Revenue" not in dov.get(HOME).content.decode()
    for path in ("of/commerce/", "commerce.revenue/", "commerce.revenue/file.csv", "commerce.nothing/"):
        assert dov.get(f"{HOME}{path}").status_code == 404


FORM = {
    "label": "Big orders", "shown": "number", "grain": "month", "better": "more", "dimensions": "customer.country",
    "form": "records", "kind": "commerce.order", "how": "count", "at": "placed_at", "of": "customer",
    "where": "base_total > 25",
}  # fmt: skip


def test_a_metric_is_made_tried_changed_taken_back_retired_and_restored(cast: Cast) -> None:
    ada = signed_in(cast.ada_user)
    assert ada.get(f"{HOME}new/").status_code == 200
    assert "Which event" in ada.get(f"{HOME}form/?form=events").content.decode()
    tried = ada.post(f"{HOME}try/", FORM).content.decode()
    assert "<dt>Apr 2011</dt><dd>1</dd>" in tried
    assert ada.post(f"{HOME}new/", FORM)["Location"] == f"{HOME}made.big_orders/"
    key = f"{HOME}made.big_orders/"
    assert "number of orders" in ada.get(key).content.decode()
    assert ">base_total &gt; 25</textarea>" in ada.get(f"{key}edit/").content.decode()
    assert ada.post(f"{key}edit/", FORM | {"how": "sum", "value": "base_total", "shown": "money"}).status_code == 302
    assert "£30.00" in ada.get(key).content.decode()
    ada.post(f"{key}back/", {"version": "1"})
    assert "number of orders" in ada.get(key).content.decode()
    beside = {"label": "Each", "form": "ratio", "top": "commerce.revenue", "bottom": "made.big_orders",
              "shown": "money", "grain": "month"}  # fmt: skip
    assert ada.post(f"{HOME}new/", beside).status_code == 302
    assert "£50.00" in ada.get(f"{HOME}made.each/?from=2011-04-01&to=2011-04-01").content.decode()
    ada.post(f"{key}retire/")
    assert ada.get(key).status_code == 404
    ada.post(f"{key}restore/")
    assert ada.get(key).status_code == 200


def test_a_wrong_form_says_why_and_makes_nothing(cast: Cast) -> None:
    ada = signed_in(cast.ada_user)
    for wrong in ({"label": ""}, {"where": "nonsense ("}, {"kind": "planets"}, {"how": "median"}, {"at": "number"},
                  {"dimensions": "password"}, {"form": "ratio", "top": "x"}, {"form": "events", "event": ""},
                  {"form": "kept"}, {"grain": "hour"}, {"how": "sum", "value": ""}):  # fmt: skip
        answer = ada.post(f"{HOME}new/", FORM | wrong)
        assert answer.status_code in (302, 422), wrong
        assert (answer.status_code == 302) is (wrong == {"form": "kept"}), wrong
        ada.post(f"{HOME}try/", FORM | wrong)


def test_whoever_may_not_shape_metrics_finds_no_form(cast: Cast) -> None:
    signed_in(cast.ada_user).post(f"{HOME}new/", FORM)
    ben = signed_in(cast.ben_user)
    assert "New metric" not in ben.get(HOME).content.decode()
    assert ben.get(f"{HOME}new/").status_code == 404
    for path in ("new/", "try/", "made.big_orders/edit/", "made.big_orders/retire/", "made.big_orders/back/"):
        assert ben.post(f"{HOME}{path}", FORM).status_code == 404
    assert ben.post(f"{HOME}made.big_orders/restore/").status_code in (403, 404)
