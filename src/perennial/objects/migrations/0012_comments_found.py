"""Comments are found by search: those said before are indexed here."""

from __future__ import annotations

from typing import Any

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models

from perennial.foundation.text import fold, grams


def _index(apps: Any, editor: Any) -> None:
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT id, text FROM objects_comment")
        rows = cursor.fetchall()
        cursor.execute(
            "UPDATE objects_comment c SET grams = n.grams::int[] FROM unnest(%s::bigint[], %s::text[]) n (id, grams) WHERE c.id = n.id",
            [[id for id, _text in rows], ["{" + ",".join(map(str, grams(fold(text)))) + "}" for _id, text in rows]],
        )


class Migration(migrations.Migration):
    dependencies = [("objects", "0011_collaboration")]

    operations = [
        migrations.AddField("comment", "grams", django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), default=list, size=None)),
        migrations.RunPython(_index, migrations.RunPython.noop),
        migrations.AddIndex("comment", django.contrib.postgres.indexes.GinIndex(models.F("grams"), name="objects_comment_grams")),
    ]
