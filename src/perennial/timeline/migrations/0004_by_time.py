"""A small index by time on both logs: what has happened since, and what the passing of time takes out of a window.

Rows arrive nearly in the order of time, so a summary of each few pages is enough; it costs writers next to nothing.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

CREATE = """
CREATE INDEX timeline_event_time ON timeline_event USING brin (occurred_at)
    WITH (pages_per_range = 32, autosummarize = on);
CREATE INDEX timeline_change_time ON timeline_change USING brin (occurred_at)
    WITH (pages_per_range = 32, autosummarize = on);
"""
DROP = "DROP INDEX timeline_event_time, timeline_change_time"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("timeline", "0003_in_whose_place")]
    operations: ClassVar = [migrations.RunSQL(CREATE, DROP)]
