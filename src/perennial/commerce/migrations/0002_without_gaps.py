from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    """The usual gap between orders is the rhythm of `lifecycle`, which says it better."""

    dependencies = [("commerce", "0001_start")]

    operations = [
        migrations.RemoveField("customerfacts", "usual_gap_days"),
        migrations.RemoveField("customerfacts", "gap_spread_days"),
    ]
