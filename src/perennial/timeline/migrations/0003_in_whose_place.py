"""In whose place somebody made a change, while they were away."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("timeline", "0002_notifications")]
    operations: ClassVar = [
        migrations.RunSQL(
            "ALTER TABLE timeline_change ADD COLUMN for_user_id bigint",
            "ALTER TABLE timeline_change DROP COLUMN for_user_id",
        )
    ]
