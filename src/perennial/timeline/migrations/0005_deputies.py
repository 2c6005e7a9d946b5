"""What a deputy did in somebody's place, found by its cause: the timeline says in whose place it was done. Few rows."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

CREATE = "CREATE INDEX timeline_change_deputy ON timeline_change (cause) WHERE for_user_id IS NOT NULL"
DROP = "DROP INDEX timeline_change_deputy"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("timeline", "0004_by_time")]
    operations: ClassVar = [migrations.RunSQL(CREATE, DROP)]
