"""Who stands in for whom, and how long."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import perennial.foundation.clock


class Migration(migrations.Migration):
    dependencies = [("workspace", "0001_start")]

    operations = [
        migrations.CreateModel(
            name="Absence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts", models.DateTimeField()),
                ("ends", models.DateTimeField()),
                ("created_at", models.DateTimeField(default=perennial.foundation.clock.real_now)),
                ("deputy", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="absences", to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddConstraint(
            model_name="absence",
            constraint=models.CheckConstraint(condition=models.Q(("ends__gte", models.F("starts"))), name="workspace_absence_ends"),
        ),
        migrations.AddConstraint(
            model_name="absence",
            constraint=models.CheckConstraint(condition=models.Q(("user", models.F("deputy")), _negated=True), name="workspace_absence_deputy"),
        ),
    ]
