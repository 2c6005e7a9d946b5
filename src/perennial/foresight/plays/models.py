"""The rows of plays: what each is, who entered it, who was left out by a person, and what each look said."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from perennial.foresight.plays.assignment import CONTROL_SHARE, new_key
from perennial.foundation import clock
from perennial.workspace.models import User


class Play(models.Model):
    """`rule` says who is eligible, `acts` what is done with those who are treated: actions by their keys, in order. Who
    is eligible enters by itself, or, where it `is_by_hand`, when somebody says so for them.

    `metric` counts the outcome within `horizon_days` of entering. `worth` is what one more of it brings where the
    metric is not money itself; `prior` is the effect that is hoped for, in units of the metric, and `planned` how many
    people have to be measured to see one of that size. Plays of the same `pool` share nobody while a horizon lasts.
    `cap` is up to which an amount counts. `draw_key` decides who is a control, and is shown to nobody.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Not started")
        RUNNING = "running", _("Running")
        PAUSED = "paused", _("Paused")

    key = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=400, blank=True)
    object_key = models.CharField(max_length=80)
    rule: models.JSONField[Any, Any] = models.JSONField()
    acts: models.JSONField[Any, Any] = models.JSONField()
    metric = models.CharField(max_length=80)
    owner = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    is_by_hand = models.BooleanField(default=False)
    capacity = models.IntegerField(null=True)  # people treated in a week; NULL: as many as there are
    cost = models.DecimalField(max_digits=12, decimal_places=2, default=0)  # of acting once, in the firm's currency
    worth = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    horizon_days = models.IntegerField()
    control_share = models.FloatField(default=CONTROL_SHARE)
    prior = models.FloatField()
    pool = models.CharField(max_length=40, blank=True)
    draw_key = models.CharField(max_length=32, default=new_key)
    planned = models.IntegerField(null=True)
    cap = models.FloatField(null=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    paused_why = models.CharField(max_length=400, blank=True)
    started_by = models.CharField(max_length=40, blank=True)  # by whose rights it acts
    started_at = models.DateTimeField(null=True)
    enrolled_at = models.DateTimeField(null=True)  # when it was last looked who is eligible
    looked_on = models.DateField(null=True)
    version = models.IntegerField(default=1)
    made_by = models.CharField(max_length=40)
    created_at = models.DateTimeField(default=clock.real_now)
    changed_at = models.DateTimeField(default=clock.real_now)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "foresight_play"
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(horizon_days__gte=1), name="foresight_play_horizon"),
            models.CheckConstraint(
                condition=models.Q(control_share__gt=0, control_share__lte=0.5), name="foresight_play_control"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Enrolment(models.Model):
    """Somebody who entered a play, once and for good in the arm they were drawn into. Times are business time."""

    class State(models.TextChoices):
        CONTROL = "control", _("Control group")
        WAITING = "waiting", _("Waiting for their turn")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Could not be done")

    play = models.ForeignKey(Play, on_delete=models.CASCADE, related_name="+", db_index=False)
    record_id = models.BigIntegerField()
    is_control = models.BooleanField()
    rank = models.FloatField()  # whose turn comes first: what is at stake with them
    state = models.CharField(max_length=8, choices=State.choices)
    entered_at = models.DateTimeField()
    until = models.DateTimeField()
    acted_at = models.DateTimeField(null=True)
    code = models.CharField(max_length=40, blank=True)
    sentence = models.CharField(max_length=400, blank=True)

    class Meta:
        db_table = "foresight_enrolment"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["record_id", "play"], name="foresight_enrolled_once"),
            models.CheckConstraint(
                condition=models.Q(is_control=True, state="control", acted_at=None)
                | (models.Q(is_control=False) & ~models.Q(state="control")),
                name="foresight_control_untouched",
            ),
        ]
        indexes: ClassVar = [
            models.Index("play", models.F("rank").desc(), "id", name="foresight_waiting",
                         condition=models.Q(state="waiting")),
            models.Index(fields=["play", "acted_at"], name="foresight_acted", condition=~models.Q(acted_at=None)),
            models.Index(fields=["play", "until"], name="foresight_until"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.record_id} in {self.play_id}"


class Decline(models.Model):
    """A person said that a play is not for this record, and why. It does not enter any more."""

    class Reason(models.TextChoices):
        DONE = "done", _("It was done already")
        WRONG_TIME = "wrong_time", _("It is the wrong time")
        NOT_WANTED = "not_wanted", _("They do not want this")
        WRONG_PERSON = "wrong_person", _("It does not fit them")
        OTHER = "other", _("Something else")

    play = models.ForeignKey(Play, on_delete=models.CASCADE, related_name="+", db_index=False)
    record_id = models.BigIntegerField()
    reason = models.CharField(max_length=16, choices=Reason.choices)
    note = models.CharField(max_length=400, blank=True)
    by = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        db_table = "foresight_decline"
        constraints: ClassVar = [models.UniqueConstraint(fields=["record_id", "play"], name="foresight_declined_once")]
        indexes: ClassVar = [models.Index(fields=["play", "reason"], name="foresight_declined")]

    def __str__(self) -> str:
        return f"{self.record_id} not in {self.play_id}"


class Look(models.Model):
    """What was known of a play's effect on a day, of those whose horizon was over. Looks are never changed.

    `low` and `high` hold at every look; `end_low` and `end_high` only at the planned end (`is_end`)."""

    play = models.ForeignKey(Play, on_delete=models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    at = models.DateTimeField()
    treated = models.IntegerField()
    control = models.IntegerField()
    acts = models.IntegerField()
    treated_mean = models.FloatField()
    control_mean = models.FloatField()
    effect = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    end_low = models.FloatField(null=True)
    end_high = models.FloatField(null=True)
    explained = models.FloatField(null=True)
    net = models.FloatField(null=True)
    net_low = models.FloatField(null=True)
    net_high = models.FloatField(null=True)
    verdict = models.CharField(max_length=8)
    is_end = models.BooleanField(default=False)

    class Meta:
        db_table = "foresight_look"
        constraints: ClassVar = [models.UniqueConstraint(fields=["play", "day"], name="foresight_look_day")]

    def __str__(self) -> str:
        return f"{self.play_id} on {self.day}"
