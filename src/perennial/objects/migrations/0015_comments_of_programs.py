"""Programs say things about records too."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("objects", "0014_merged")]

    operations = [
        migrations.AddField(model_name="comment", name="actor", field=models.CharField(default="", max_length=40)),
    ]
