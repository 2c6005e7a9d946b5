"""What the event intake keeps for itself: the ids it received lately, by day, and what it had to refuse."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

CREATE = """
CREATE TABLE customers_received (
    id  uuid NOT NULL,
    day date NOT NULL,
    PRIMARY KEY (id, day)
) PARTITION BY RANGE (day);

CREATE TABLE customers_quarantine (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    received_at timestamptz NOT NULL,
    key_id      bigint      NOT NULL,
    code        text        NOT NULL,
    sentence    text        NOT NULL,
    size        integer     NOT NULL,
    body        text        NOT NULL
);
"""
DROP = "DROP TABLE customers_received, customers_quarantine"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("customers", "0002_profile_marks")]
    operations: ClassVar = [migrations.RunSQL(CREATE, DROP)]
