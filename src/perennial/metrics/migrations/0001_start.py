from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import perennial.foundation.clock


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MadeMetric",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=80, unique=True)),
                ("label", models.CharField(max_length=80)),
                ("definition", models.CharField(blank=True, max_length=400)),
                ("shown", models.CharField(default="number", max_length=10)),
                ("grain", models.CharField(default="month", max_length=10)),
                ("is_good", models.BooleanField(default=True, null=True)),
                ("number", models.IntegerField(default=1)),
                ("created_at", models.DateTimeField(default=perennial.foundation.clock.real_now)),
                ("retired_at", models.DateTimeField(null=True)),
                ("owner", models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "db_table": "metrics_made",
            },
        ),
        migrations.CreateModel(
            name="MadeMetricVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.IntegerField()),
                ("expression", models.JSONField()),
                ("dimensions", models.JSONField(default=list)),
                ("made_by", models.CharField(max_length=40)),
                ("made_at", models.DateTimeField(default=perennial.foundation.clock.real_now)),
                ("metric", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="metrics.mademetric")),
            ],
            options={
                "db_table": "metrics_made_version",
                "constraints": [models.UniqueConstraint(fields=("metric", "number"), name="metrics_made_version_number")],
            },
        ),
    ]
