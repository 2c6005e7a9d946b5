"""Exports that are written in the background."""

from __future__ import annotations

from django.db import migrations, models

import perennial.foundation.clock


class Migration(migrations.Migration):
    dependencies = [("objects", "0006_views")]

    operations = [
        migrations.CreateModel(
            name="Export",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("object_key", models.CharField(max_length=80)),
                ("name", models.CharField(max_length=200)),
                ("format", models.CharField(max_length=10)),
                ("asked", models.JSONField(default=dict)),
                ("status", models.CharField(choices=[("ready", "Waiting"), ("running", "Running"), ("done", "Done"), ("failed", "Failed"), ("cancelled", "Cancelled")], default="ready", max_length=10)),
                ("total", models.BigIntegerField(null=True)),
                ("rows", models.BigIntegerField(default=0)),
                ("size", models.BigIntegerField(default=0)),
                ("path", models.CharField(blank=True, max_length=300)),
                ("error", models.TextField(blank=True)),
                ("run_id", models.BigIntegerField(null=True)),
                ("actor", models.CharField(max_length=40)),
                ("language", models.CharField(default="en", max_length=8)),
                ("created_at", models.DateTimeField(default=perennial.foundation.clock.real_now)),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "objects_export",
                "indexes": [models.Index(models.F("actor"), models.OrderBy(models.F("id"), descending=True), name="objects_export_actor")],
            },
        ),
    ]
