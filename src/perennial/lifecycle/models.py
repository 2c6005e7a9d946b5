from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from perennial.customers.models import Customer


def _day() -> models.DateField[Any, Any]:
    """The day, in the firm's zone, on which somebody last came into a stage or left it."""
    return models.DateField(null=True)


class State(models.Model):
    """Where a customer is: one row for each, derived, written by `writing` alone. Facts and needs are read from it.

    `tag` is the definition and the zone it was computed by, `next_flip_at` when the passing of time alone changes
    something, `worth` the net spending of the last 365 days, `worth_before` that of the 365 days up to the latest
    order: what a quiet customer bought before falling silent.
    """

    customer = models.OneToOneField(Customer, on_delete=models.CASCADE, primary_key=True, related_name="+")
    stage = models.CharField(max_length=12, choices=Customer.Stage.choices)
    stage_since = models.DateTimeField()
    previous_stage = models.CharField(max_length=12, null=True)
    standing = models.CharField(max_length=8, null=True, choices=Customer.Standing.choices)
    standing_since = models.DateTimeField(null=True)
    orders = models.IntegerField(default=0)
    order_days = models.IntegerField(default=0)
    first_order_at = models.DateTimeField(null=True)
    last_order_at = models.DateTimeField(null=True)
    usual_gap_days = models.DecimalField(max_digits=8, decimal_places=1, null=True)
    gap_spread_days = models.DecimalField(max_digits=8, decimal_places=1, null=True)
    quiet_at = models.DateTimeField(null=True)
    lapsed_at = models.DateTimeField(null=True)
    next_flip_at = models.DateTimeField(null=True)
    worth = models.DecimalField(max_digits=18, decimal_places=4, default=0)
    worth_before = models.DecimalField(max_digits=18, decimal_places=4, default=0)
    entered_reach = _day()
    entered_acquisition = _day()
    entered_conversion = _day()
    entered_retention = _day()
    entered_loyalty = _day()
    left_reach = _day()
    left_acquisition = _day()
    left_conversion = _day()
    left_retention = _day()
    left_loyalty = _day()
    tag = models.CharField(max_length=160)

    class Meta:
        indexes: ClassVar = [
            models.Index("next_flip_at", condition=Q(next_flip_at__isnull=False), name="lifecycle_state_flip"),
            models.Index("tag", name="lifecycle_state_tag"),
            # Needs: the quiet by what they were worth; those whose first order waits for a second, by when it was.
            models.Index(
                F("worth_before").desc(), "customer", condition=Q(standing="quiet"), name="lifecycle_state_quiet"
            ),
            models.Index("last_order_at", "customer", condition=Q(order_days=1), name="lifecycle_state_once"),
            # Lists that open from the numbers of the page: who came into a stage or left it, the latest first.
            *(
                models.Index(
                    F(f"{how}_{stage}").desc(nulls_last=True),
                    F("customer").desc(),
                    condition=Q(**{f"{how}_{stage}__isnull": False}),
                    name=f"lifecycle_{how[:4]}_{stage}",
                )
                for how in ("entered", "left")
                for stage in Customer.Stage.values
            ),
        ]


class Overdue(models.Model):
    """How far past their own rhythm customers who bought are; written by `overdue` alone. `ratio` is the gaps since the
    last order, in steps, and `flips_at` when the next step comes."""

    customer = models.OneToOneField(Customer, on_delete=models.CASCADE, primary_key=True, related_name="+")
    due_at = models.DateTimeField()
    ratio = models.DecimalField(max_digits=4, decimal_places=1)
    flips_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index("ratio", "customer", name="lifecycle_overdue_ratio"),
            models.Index("due_at", "customer", name="lifecycle_overdue_due"),
            models.Index("flips_at", condition=Q(flips_at__isnull=False), name="lifecycle_overdue_flip"),
        ]


class Transition(models.Model):
    """An instant at which stage or standing became another. Rebuildable; `is_told` once the log has its event."""

    class Aspect(models.TextChoices):
        STAGE = "stage", _("Stage")
        STANDING = "standing", _("Standing")

    pk = models.CompositePrimaryKey("customer", "aspect", "at")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+", db_index=False)
    aspect = models.CharField(max_length=8, choices=Aspect.choices)
    at = models.DateTimeField()
    old = models.CharField(max_length=12, null=True)
    new = models.CharField(max_length=12, null=True)
    reason = models.CharField(max_length=20)
    details: models.JSONField[Any, Any] = models.JSONField(default=dict)
    definition = models.CharField(max_length=80)
    is_told = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index("at", "customer", condition=Q(is_told=False), name="lifecycle_transition_untold"),
        ]


class Tally(models.Model):
    """Small counts that the pages read, kept by triggers on the state, so that no page counts a million rows.

    `measure` is now (`part` is the standing), since (`part` is the stage before, `day` when this one began), entered or
    left.
    """

    id = models.BigAutoField(primary_key=True)
    measure = models.CharField(max_length=8)
    stage = models.CharField(max_length=12)
    part = models.CharField(max_length=12, default="")
    day = models.DateField()
    customers = models.BigIntegerField(default=0)
    worth = models.DecimalField(max_digits=22, decimal_places=4, default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["measure", "stage", "part", "day"], name="lifecycle_tally_key"),
        ]


class Pace(models.Model):
    """How many days those who moved on from a stage had spent in it; `days` is what three quarters of them needed."""

    stage = models.CharField(max_length=12, primary_key=True)
    moved_on = models.IntegerField()
    half_days = models.IntegerField()
    days = models.IntegerField()
    measured_at = models.DateTimeField()
