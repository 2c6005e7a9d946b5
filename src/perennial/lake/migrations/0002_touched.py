"""Rows that were changed or deleted are noted by the statement, with all their ids at once.

The triggers of before go on working until `watch` has put others in their place.
"""

from __future__ import annotations

from typing import ClassVar

import django.contrib.postgres.fields
from django.db import migrations, models

FORWARDS = """
ALTER TABLE lake_touched ALTER COLUMN row_ids SET STORAGE EXTERNAL;
UPDATE lake_touched SET row_ids = ARRAY[row_id] WHERE row_id IS NOT NULL;
ALTER INDEX lake_removal_next RENAME TO lake_touched_next;
CREATE OR REPLACE FUNCTION lake_note_removal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        INSERT INTO lake_touched (table_name) VALUES (TG_TABLE_NAME);
    ELSE
        EXECUTE format('INSERT INTO lake_touched (table_name, row_ids) SELECT %L, ARRAY[%I] FROM gone',
                       TG_TABLE_NAME, TG_ARGV[0]);
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("lake", "0001_start")]
    operations: ClassVar = [
        migrations.RenameModel(old_name="Removal", new_name="Touched"),
        migrations.AlterModelTable(name="touched", table="lake_touched"),
        migrations.AddField(
            model_name="touched",
            name="row_ids",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), null=True, size=None),
        ),
        migrations.RunSQL(FORWARDS, migrations.RunSQL.noop),
        migrations.RemoveField(model_name="touched", name="row_id"),
    ]
