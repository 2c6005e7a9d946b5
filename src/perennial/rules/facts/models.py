"""The rows behind facts that users make."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from perennial.foundation import clock


class MadeFact(models.Model):
    """`key` is "made." and a word, permanent; so is `result`, the type of its values. `options` is what its form asks
    for (`options`), `rests_on` and `result` follow from them when the definition is stored."""

    class Form(models.TextChoices):
        EVENTS = "events", _("From events")
        RECORDS = "records", _("From related records")
        FORMULA = "formula", _("By a formula")

    class State(models.TextChoices):
        FILLING = "filling", _("Being computed")
        READY = "ready", _("Up to date")
        FAILED = "failed", _("Could not be computed")

    key = models.CharField(max_length=60, unique=True)
    object_key = models.CharField(max_length=60)
    label = models.CharField(max_length=80)
    description = models.CharField(max_length=300, blank=True)
    form = models.CharField(max_length=10, choices=Form.choices)
    options: models.JSONField[Any, Any] = models.JSONField(default=dict)
    result = models.CharField(max_length=10)
    rests_on: models.JSONField[Any, Any] = models.JSONField(default=list)
    version = models.IntegerField(default=1)
    state = models.CharField(max_length=10, choices=State.choices, default=State.FILLING)
    filled_version = models.IntegerField(default=0)  # by which definition the values were last computed for everybody
    filled_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.real_now)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "rules_made_fact"
        indexes: ClassVar = [models.Index("object_key", "label", name="rules_made_fact_kind")]

    def __str__(self) -> str:
        return self.label


class FactVersion(models.Model):
    """How a fact was defined from `at` on, and who said so. Versions are never changed."""

    fact = models.ForeignKey(MadeFact, on_delete=models.CASCADE, related_name="versions")
    number = models.IntegerField()
    options: models.JSONField[Any, Any] = models.JSONField(default=dict)
    by = models.CharField(max_length=120)
    at = models.DateTimeField(default=clock.real_now)

    class Meta:
        db_table = "rules_fact_version"
        constraints: ClassVar = [models.UniqueConstraint(fields=["fact", "number"], name="rules_fact_version_number")]

    def __str__(self) -> str:
        return f"{self.fact_id}@{self.number}"


class Owed(models.Model):
    """Records whose value must be computed anew, as they were touched: appended only, so that writers never wait for
    each other. No foreign key: a trigger writes here, and must not fail."""

    fact_id = models.BigIntegerField()
    record_ids: ArrayField[Any, Any] = ArrayField(models.BigIntegerField())

    class Meta:
        db_table = "rules_fact_owed"
        indexes: ClassVar = [models.Index("fact_id", "id", name="rules_fact_owed_fact")]

    def __str__(self) -> str:
        return f"{len(self.record_ids)} owed to {self.fact_id}"
