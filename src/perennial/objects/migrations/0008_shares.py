"""Records shared one by one."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

import perennial.foundation.clock


class Migration(migrations.Migration):
    dependencies = [("objects", "0007_exports"), ("workspace", "0001_start")]

    operations = [
        migrations.CreateModel(
            name="Share",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("object_key", models.CharField(max_length=80)),
                ("record_id", models.BigIntegerField()),
                ("reach", models.CharField(choices=[("view", "See"), ("edit", "See and change")], default="view", max_length=4)),
                ("until", models.DateTimeField(null=True)),
                ("given_at", models.DateTimeField(default=perennial.foundation.clock.real_now)),
                ("given_by", models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="workspace.user")),
                ("team", models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="workspace.team")),
                ("user", models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="workspace.user")),
            ],
            options={"db_table": "objects_share"},
        ),
        migrations.AddConstraint(
            model_name="share",
            constraint=models.CheckConstraint(condition=models.Q(("user__isnull", True), ("team__isnull", True), _connector="XOR"), name="objects_share_with_one"),
        ),
        migrations.AddConstraint(
            model_name="share",
            constraint=models.UniqueConstraint(fields=("user", "object_key", "record_id"), include=("reach", "until"), name="objects_share_user"),
        ),
        migrations.AddConstraint(
            model_name="share",
            constraint=models.UniqueConstraint(fields=("team", "object_key", "record_id"), include=("reach", "until"), name="objects_share_team"),
        ),
        migrations.AddIndex(
            model_name="share",
            index=models.Index(fields=["object_key", "record_id"], name="objects_share_record"),
        ),
    ]
