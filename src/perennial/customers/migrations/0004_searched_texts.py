"""What is written in notes, calls and tasks is found by search: those written before are folded here."""

from __future__ import annotations

from typing import Any, ClassVar

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models

from perennial.foundation.text import fold, grams, sort_key

_BATCH = 1_000
_TEXTS = {  # table → the column of its title, and all that is searched
    "customers_note": ("text", ("text",)),
    "customers_call": ("summary", ("summary",)),
    "customers_task": ("title", ("title", "note")),
}


def _fold(apps: Any, editor: Any) -> None:
    with editor.connection.cursor() as cursor:
        for table, (title, columns) in _TEXTS.items():
            last = 0
            while True:
                cursor.execute(
                    f"SELECT id, {title}, concat_ws(' ', {', '.join(columns)}) FROM {table} WHERE id > %s ORDER BY id LIMIT %s",
                    [last, _BATCH],
                )
                rows = cursor.fetchall()
                if not rows:
                    break
                last = rows[-1][0]
                folded = [fold(text) for _id, _title, text in rows]
                cursor.execute(
                    f"UPDATE {table} t SET sort_key = n.sort_key, folded = n.folded, grams = n.grams::int[] FROM"
                    " unnest(%s::bigint[], %s::text[], %s::text[], %s::text[]) n (id, sort_key, folded, grams) WHERE t.id = n.id",
                    [[row[0] for row in rows], [sort_key(row[1] or "") for row in rows], folded,
                     ["{" + ",".join(map(str, grams(each))) + "}" for each in folded]],
                )


def _searchable(model: str) -> list[Any]:
    return [
        migrations.AddField(model, "sort_key", models.CharField(max_length=200, db_collation="C", default="")),
        migrations.AddField(model, "folded", models.TextField(db_collation="C", default="")),
        migrations.AddField(model, "grams", django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), default=list, size=None)),
    ]


class Migration(migrations.Migration):
    dependencies: ClassVar = [("customers", "0003_intake")]
    operations: ClassVar = [
        *_searchable("note"),
        *_searchable("call"),
        migrations.RunPython(_fold, migrations.RunPython.noop),
        migrations.AddIndex("note", django.contrib.postgres.indexes.GinIndex(models.F("grams"), name="customers_note_grams")),
        migrations.AddIndex("call", django.contrib.postgres.indexes.GinIndex(models.F("grams"), name="customers_call_grams")),
    ]
