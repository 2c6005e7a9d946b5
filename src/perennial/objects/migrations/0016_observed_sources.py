from __future__ import annotations

from django.db import migrations, models

import perennial.foundation.clock


class Migration(migrations.Migration):
    dependencies = [("objects", "0015_comments_of_programs")]

    operations = [
        migrations.AddField("observedevent", "source", models.CharField(blank=True, default="", max_length=200)),
        migrations.AddField("observedevent", "seen_at", models.DateTimeField(default=perennial.foundation.clock.real_now)),
        migrations.AddField("observedevent", "hidden_at", models.DateTimeField(null=True)),
        migrations.AddField("observedevent", "hidden_by", models.CharField(blank=True, default="", max_length=80)),
    ]
