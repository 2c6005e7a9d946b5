"""What a merge gave the winner beside the rows that moved: shares, followers, favourites."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0005_qualified")]

    operations = [
        migrations.AddField(model_name="merge", name="carried", field=models.JSONField(default=dict)),
    ]
