"""Records that went into others."""

from __future__ import annotations

import django.db.models.expressions
from django.db import migrations, models

import perennial.foundation.clock


class Migration(migrations.Migration):
    dependencies = [("objects", "0013_observed")]

    operations = [
        migrations.CreateModel(
            name="Merged",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("object_key", models.CharField(max_length=80)),
                ("winner_id", models.BigIntegerField()),
                ("loser_id", models.BigIntegerField()),
                ("run_id", models.BigIntegerField()),
                ("moved", models.JSONField(default=dict)),
                ("chosen", models.JSONField(default=dict)),
                ("comments", models.JSONField(default=list)),
                ("carried", models.JSONField(default=dict)),
                ("at", models.DateTimeField(default=perennial.foundation.clock.now)),
                ("by", models.CharField(max_length=40)),
                ("undone_at", models.DateTimeField(null=True)),
                ("undone_by", models.CharField(default="", max_length=40)),
            ],
            options={
                "db_table": "objects_merged",
                "indexes": [
                    models.Index(
                        models.F("object_key"),
                        models.F("winner_id"),
                        condition=models.Q(("undone_at", None)),
                        name="objects_merged_into",
                    ),
                    models.Index(models.F("run_id"), name="objects_merged_run"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("winner_id", django.db.models.expressions.F("loser_id")), _negated=True),
                        name="objects_merged_of_two",
                    ),
                    models.UniqueConstraint(
                        models.F("object_key"),
                        models.F("loser_id"),
                        condition=models.Q(("undone_at", None)),
                        name="objects_merged_once",
                    ),
                ],
            },
        ),
    ]
