from __future__ import annotations

from django.db import migrations, models

import perennial.foundation.clock


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Receiver",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, unique=True)),
                ("url", models.CharField(max_length=2000)),
                ("secret", models.TextField()),
                ("earlier_secret", models.TextField(blank=True)),
                ("is_on", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField(default=perennial.foundation.clock.real_now)),
                ("created_by", models.CharField(max_length=80)),
                ("retired_at", models.DateTimeField(null=True)),
            ],
        ),
    ]
