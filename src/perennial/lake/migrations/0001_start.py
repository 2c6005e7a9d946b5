"""What the lake keeps in PostgreSQL, and the functions behind its watches."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

import perennial.foundation.clock

CREATE = """
ALTER TABLE lake_removal ADD COLUMN xid xid8 NOT NULL DEFAULT pg_current_xact_id();
CREATE INDEX lake_removal_next ON lake_removal (table_name, xid, id);
CREATE FUNCTION lake_stamp() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN NEW.lake_xid := pg_current_xact_id(); RETURN NEW; END $$;
CREATE FUNCTION lake_note_removal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        INSERT INTO lake_removal (table_name) VALUES (TG_TABLE_NAME);
    ELSE
        EXECUTE format('INSERT INTO lake_removal (table_name, row_id) SELECT %L, %I FROM gone',
                       TG_TABLE_NAME, TG_ARGV[0]);
    END IF;
    RETURN NULL;
END $$;
"""
DROP = "DROP FUNCTION lake_note_removal() CASCADE; DROP FUNCTION lake_stamp() CASCADE;"


class Migration(migrations.Migration):
    initial = True
    dependencies: ClassVar = []
    operations: ClassVar = [
        migrations.CreateModel(
            name="Progress",
            fields=[
                ("source", models.CharField(max_length=120, primary_key=True, serialize=False)),
                ("xid", models.BigIntegerField(default=0)),
                ("row_id", models.CharField(default="", max_length=36)),
                ("rows", models.BigIntegerField(default=0)),
                ("exported_at", models.DateTimeField(null=True)),
                ("abreast_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "lake_progress"},
        ),
        migrations.CreateModel(
            name="Removal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("table_name", models.CharField(max_length=63)),
                ("row_id", models.BigIntegerField(null=True)),
            ],
            options={"db_table": "lake_removal"},
        ),
        migrations.CreateModel(
            name="Erasure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("what", models.JSONField()),
                ("asked_at", models.DateTimeField(default=perennial.foundation.clock.real_now)),
                ("done_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "lake_erasure",
                "indexes": [
                    models.Index(condition=models.Q(("done_at", None)), fields=["id"], name="lake_erasure_open")
                ],
            },
        ),
        migrations.RunSQL(CREATE, DROP),
    ]
