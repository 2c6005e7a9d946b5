from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

import perennial.foundation.clock


class Migration(migrations.Migration):
    dependencies = [("objects", "0012_layouts")]

    operations = [
        migrations.CreateModel(
            name="ObservedEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("type", models.CharField(max_length=200, unique=True)),
                ("noted_at", models.DateTimeField(default=perennial.foundation.clock.real_now)),
            ],
            options={"db_table": "objects_observed_event"},
        ),
        migrations.CreateModel(
            name="ObservedProperty",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=80)),
                ("kind", models.CharField(max_length=10)),
                ("event", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="properties", to="objects.observedevent")),
            ],
            options={"db_table": "objects_observed_property"},
        ),
        migrations.AddConstraint(
            model_name="observedproperty",
            constraint=models.UniqueConstraint(fields=("event", "key"), name="objects_observed_property_key"),
        ),
    ]
