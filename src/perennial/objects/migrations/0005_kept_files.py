"""Files that stand in records."""

from __future__ import annotations

from django.db import migrations, models

import perennial.foundation.clock


class Migration(migrations.Migration):
    dependencies = [("objects", "0004_bulk")]

    operations = [
        migrations.CreateModel(
            name="KeptFile",
            fields=[
                ("id", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=200)),
                ("size", models.BigIntegerField()),
                ("media_type", models.CharField(max_length=120)),
                ("digest", models.CharField(max_length=64)),
                ("actor", models.CharField(max_length=40)),
                ("is_placed", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(default=perennial.foundation.clock.real_now)),
            ],
            options={
                "db_table": "objects_file",
                "indexes": [
                    models.Index(models.F("created_at"), condition=models.Q(("is_placed", False)), name="objects_file_waiting")
                ],
            },
        ),
    ]
