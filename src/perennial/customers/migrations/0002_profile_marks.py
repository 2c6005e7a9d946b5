"""Profiles carry the transaction that wrote them last, so that the lake follows the mapping without a log of its own."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

CREATE = """
ALTER TABLE customers_profile ADD COLUMN xid xid8 NOT NULL DEFAULT pg_current_xact_id();
CREATE INDEX customers_profile_xid ON customers_profile (xid, id);
CREATE FUNCTION customers_profile_mark() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN NEW.xid := pg_current_xact_id(); RETURN NEW; END $$;
CREATE TRIGGER customers_profile_mark BEFORE UPDATE ON customers_profile
    FOR EACH ROW EXECUTE FUNCTION customers_profile_mark();
"""
DROP = """
DROP TRIGGER customers_profile_mark ON customers_profile;
DROP FUNCTION customers_profile_mark();
ALTER TABLE customers_profile DROP COLUMN xid;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("customers", "0001_start")]
    operations: ClassVar = [migrations.RunSQL(CREATE, DROP)]
