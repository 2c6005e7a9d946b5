"""What was learnt, under its version, and what it says of each record."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from perennial.customers.models import Customer
from perennial.foundation import clock


class Trained(models.Model):
    """A version of what was learnt for a prediction; at most one is in use. `fingerprint` is of the data it was learnt
    from and `definition` of its rules and features: the same data, definition and seed give the same version again.

    `kind` is "rule" where only the simple rule tells something. `asked` are the instants, `report` is everything that
    the model card shows, `later` how it did on the latest instant beside the simple rule, neither having seen it,
    `bands` the chances that were stated there beside what happened, in ten parts. `usual` is how features and scores
    were spread, by which drift is told.
    """

    class State(models.TextChoices):
        IN_USE = "in_use", _("In use")
        REPLACED = "replaced", _("Replaced by a later version")
        REFUSED = "refused", _("Not good enough to be used")

    class Kind(models.TextChoices):
        MODEL = "model", _("Model")
        RULE = "rule", _("Simple rule")

    prediction = models.CharField(max_length=80)
    version = models.IntegerField()
    state = models.CharField(max_length=8, choices=State.choices)
    kind = models.CharField(max_length=5, choices=Kind.choices)
    why = models.TextField(blank=True)  # the judgement, in the language of the firm
    days = models.IntegerField()  # of the horizon
    seed = models.IntegerField()
    definition = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)
    rows = models.IntegerField()
    outcomes = models.IntegerField()
    asked: models.JSONField[Any, Any] = models.JSONField(default=list)
    model: models.JSONField[Any, Any] = models.JSONField(null=True)
    report: models.JSONField[Any, Any] = models.JSONField(default=dict)
    later: models.JSONField[Any, Any] = models.JSONField(default=dict)
    bands: models.JSONField[Any, Any] = models.JSONField(default=list)
    usual: models.JSONField[Any, Any] = models.JSONField(default=dict)
    seconds = models.FloatField(default=0)
    trained_at = models.DateTimeField(default=clock.real_now)

    class Meta:
        db_table = "foresight_trained"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["prediction", "version"], name="foresight_trained_version"),
            models.UniqueConstraint(
                fields=["prediction"], condition=Q(state="in_use"), name="foresight_trained_one_in_use"
            ),
        ]


class Score(models.Model):
    """What the version in use says of a customer, in percent. Between `low` and `high` lay nine of ten shares that came
    true where such a chance had been stated; `reasons` are at most five, the weightiest first: the feature, how much it
    adds to the log-odds, and its value then."""

    customer = models.OneToOneField(Customer, on_delete=models.CASCADE, primary_key=True, related_name="+")
    score = models.DecimalField(max_digits=4, decimal_places=1)
    low = models.DecimalField(max_digits=4, decimal_places=1)
    high = models.DecimalField(max_digits=4, decimal_places=1)
    reasons: models.JSONField[Any, Any] = models.JSONField(default=list)
    version = models.IntegerField()

    class Meta:
        abstract = True


class Leaving(Score):
    class Meta:
        db_table = "foresight_leaving"
        indexes: ClassVar = [models.Index("score", "customer", name="foresight_leaving_score")]


class Conversion(Score):
    class Meta:
        db_table = "foresight_conversion"
        indexes: ClassVar = [models.Index("score", "customer", name="foresight_conversion_score")]


class Standing(models.Model):
    """How a prediction stands: when it was trained and everybody scored, how far the world has drifted since, and what
    went wrong last. One row without a name has in `days` the horizon that the firm has chosen."""

    prediction = models.CharField(max_length=80, primary_key=True)
    days = models.IntegerField(null=True)
    trained_at = models.DateTimeField(null=True)
    scored_at = models.DateTimeField(null=True)
    scored_for = models.DateTimeField(null=True)  # the instant, by the business clock
    scored = models.IntegerField(default=0)
    drift = models.FloatField(null=True)
    failed = models.TextField(blank=True)

    class Meta:
        db_table = "foresight_standing"
