from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("timeline", "0005_deputies")]

    operations = [
        migrations.CreateModel(
            name="Lane",
            fields=[
                ("lane", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("failures", models.IntegerField()),
                ("not_before", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=120, unique=True)),
                ("way", models.CharField(max_length=60)),
                ("lane", models.CharField(max_length=80)),
                ("object_key", models.CharField(blank=True, max_length=80)),
                ("record_id", models.BigIntegerField(null=True)),
                ("payload", models.JSONField()),
                ("actor", models.CharField(max_length=80)),
                ("cause", models.UUIDField(null=True)),
                ("state", models.CharField(max_length=10)),
                ("attempts", models.SmallIntegerField()),
                ("created_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("claim", models.UUIDField(null=True)),
                ("claimed_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("status", models.IntegerField(null=True)),
                ("said", models.CharField(max_length=400)),
                ("settled_by", models.CharField(max_length=80, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("state", "waiting")), fields=["lane", "due_at", "id"], name="timeline_delivery_waiting"),
                    models.Index(condition=models.Q(("state", "sending")), fields=["claimed_at"], name="timeline_delivery_sending"),
                    models.Index(condition=models.Q(("state__in", ["done", "dropped"]), _negated=True), fields=["lane", "state"], name="timeline_delivery_open"),
                    models.Index(fields=["lane", "-id"], name="timeline_delivery_lane"),
                    models.Index(fields=["object_key", "record_id"], name="timeline_delivery_record"),
                ],
            },
        ),
    ]
