"""Layouts of pages and forms."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

import perennial.foundation.clock


class Migration(migrations.Migration):
    dependencies = [("workspace", "0001_start"), ("objects", "0012_comments_found")]

    operations = [
        migrations.CreateModel(
            name="Layout",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("object_key", models.CharField(max_length=60)),
                ("spec", models.JSONField(default=dict)),
                ("changed_at", models.DateTimeField(default=perennial.foundation.clock.real_now)),
                ("role", models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="workspace.role")),
            ],
            options={
                "db_table": "objects_layout",
                "constraints": [
                    models.UniqueConstraint(models.F("object_key"), models.F("role"), name="objects_layout_key", nulls_distinct=False)
                ],
            },
        ),
    ]
