"""A part of the sample by the very import. The counts of the whole stand in docs/decisions/importing-order-lines.md."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as parquet
import pytest
from django.conf import settings

from perennial.commerce.order_lines.kind import KEY
from perennial.commerce.tests.shop import NOON, clock_at, make_shop
from perennial.foundation.sql import fetch
from perennial.objects.importing import uploads
from perennial.objects.importing.working import work

pytestmark = pytest.mark.django_db


def test_a_part_of_the_real_file_counts_as_documented():
    """The first 20,000 lines."""
    ada = make_shop().cast.ada
    source = Path(settings.SAMPLE_FOLDER) / "online_retail.parquet"
    assert parquet.ParquetFile(source).metadata.num_rows == 541_909
    part = Path(settings.PERENNIAL_FILES) / "part.parquet"
    part.parent.mkdir(parents=True, exist_ok=True)
    parquet.write_table(parquet.read_table(source).slice(0, 20_000), part)
    with clock_at(NOON):
        importing = uploads.take_path(KEY, part, by=ada)
        uploads.start(importing, by=ada)
        work(importing.pk)
    importing.refresh_from_db()
    reasons = dict(fetch("SELECT code, count(*) FROM objects_import_skipped GROUP BY 1"))
    assert importing.created + sum(reasons.values()) == 20_000
    assert reasons == {"duplicate": 314, "stock_adjustment": 48, "stock_movement": 88}
    lines = fetch("SELECT count(*), sum(amount) FROM commerce_order_line")[0]
    orders = fetch("SELECT sum(line_count), sum(total) FROM commerce_order")[0]
    known = fetch("SELECT sum(total) FROM commerce_order WHERE customer_id IS NOT NULL")[0][0]
    assert lines == orders == (importing.created, Decimal("338412.84"))
    assert fetch("SELECT sum(spent) FROM commerce_customer_facts")[0][0] == known
