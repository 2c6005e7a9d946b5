"""Imports can be tried and paused, and remember how files were read."""

from __future__ import annotations

from django.db import migrations, models

import perennial.foundation.clock

STATUSES = [
    ("uploaded", "Uploaded"), ("ready", "Waiting"), ("running", "Running"), ("paused", "Paused"), ("done", "Done"),
    ("failed", "Failed"), ("cancelled", "Cancelled"),
]


class Migration(migrations.Migration):
    dependencies = [("objects", "0008_shares")]

    operations = [
        migrations.AlterField("import", "status", models.CharField(choices=STATUSES, default="uploaded", max_length=10)),
        migrations.AddField("import", "is_trial", models.BooleanField(default=False)),
        migrations.AddField("import", "trial", models.JSONField(default=dict)),
        migrations.CreateModel(
            name="ImportHabit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=80)),
                ("headings_digest", models.CharField(max_length=32)),
                ("mapping", models.JSONField(default=dict)),
                ("options", models.JSONField(default=dict)),
                ("used_at", models.DateTimeField(default=perennial.foundation.clock.real_now)),
            ],
            options={
                "db_table": "objects_import_habit",
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "headings_digest"), name="objects_import_habit_one"),
                ],
            },
        ),
    ]
