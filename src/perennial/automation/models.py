"""Rows of automations: what was built, what was published, who is on the way, and what happened at each step.

Runs and the log of their steps are many: they are written set-based, refer by plain ids, and are found by the indexes
named here. A run that moves has `due_at`, when it is next looked at, or waits for something only (`awaits`).
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from perennial.foundation import clock


class Automation(models.Model):
    """`draft` is what is being built, `published` the version by which records enter. `next_at` is when a trigger of
    time is next due."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Not published")
        ON = "on", _("Running")
        PAUSED = "paused", _("Paused")

    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    object_key = models.CharField(max_length=80)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    draft: models.JSONField[Any, Any] = models.JSONField(default=dict)
    published = models.ForeignKey("AutomationVersion", on_delete=models.PROTECT, null=True, related_name="+")
    version = models.IntegerField(default=1)  # rises with every change, for those who change it at the same time
    paused_why = models.CharField(max_length=400, blank=True)
    secret = models.CharField(max_length=64, blank=True)  # digest of the key in the address of a webhook
    next_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    made_by = models.CharField(max_length=40)
    created_at = models.DateTimeField(default=clock.real_now)
    changed_at = models.DateTimeField(default=clock.real_now)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["next_at"], name="automation_next", condition=Q(next_at__isnull=False))
        ]

    def __str__(self) -> str:
        return self.name


class AutomationVersion(models.Model):
    """What was published, by whose rights it runs, and what it was said to be for. Never changed."""

    automation = models.ForeignKey(Automation, on_delete=models.CASCADE, related_name="versions")
    number = models.IntegerField()
    definition: models.JSONField[Any, Any] = models.JSONField()
    note = models.CharField(max_length=400, blank=True)
    published_by = models.CharField(max_length=40)
    published_at = models.DateTimeField(default=clock.real_now)

    class Meta:
        db_table = "automation_version"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["automation", "number"], name="automation_version_number")
        ]


class Run(models.Model):
    """One record on its way. `entry_key` forbids a second entry of the same kind; NULL forbids none."""

    class State(models.TextChoices):
        MOVING = "moving", _("On its way")
        DONE = "done", _("Reached the end")
        GOAL = "goal", _("Reached the goal")
        STOPPED = "stopped", _("Stopped")
        FAILED = "failed", _("Failed")
        REFUSED = "refused", _("Not let in")

    automation_id = models.BigIntegerField()
    version_id = models.BigIntegerField()
    record_id = models.BigIntegerField()
    state = models.CharField(max_length=8, default=State.MOVING)
    step = models.CharField(max_length=40)
    phase = models.CharField(max_length=8, default="")
    awaits = models.CharField(max_length=200, default="")
    due_at = models.DateTimeField(null=True)
    since = models.DateTimeField()  # when it came to its step
    until = models.DateTimeField(null=True)  # when what it waits for comes too late
    attempt = models.SmallIntegerField(default=0)
    entry_key = models.CharField(max_length=200, null=True)
    context: models.JSONField[Any, Any] = models.JSONField(default=dict)
    depth = models.SmallIntegerField(default=0)
    parent_id = models.BigIntegerField(null=True)  # the run that waits for this one
    entered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "automation_run"
        indexes: ClassVar = [
            # Those who are due, of each automation by itself, so that a crowd in one keeps nobody else waiting.
            models.Index(fields=["automation_id", "due_at", "id"], name="automation_run_due",
                         condition=Q(state="moving", due_at__isnull=False)),
            models.Index(fields=["record_id", "awaits"], name="automation_run_awaits",
                         condition=Q(state="moving") & ~Q(awaits="")),
            models.Index(fields=["automation_id", "-id"], name="automation_run_latest"),
            models.Index(fields=["automation_id", "state", "step"], name="automation_run_step",
                         condition=Q(state="moving") | Q(state="failed")),
            models.Index(fields=["parent_id"], name="automation_run_parent", condition=Q(parent_id__isnull=False)),
        ]  # fmt: skip
        constraints: ClassVar = [
            # Finds the runs of a record too.
            models.UniqueConstraint(fields=["record_id", "automation_id", "entry_key"], name="automation_run_entry")
        ]


class StepLog(models.Model):
    """What happened to a run at a step. `code` is "done", "waits", or why not."""

    run_id = models.BigIntegerField()
    step = models.CharField(max_length=40)
    attempt = models.SmallIntegerField()
    code = models.CharField(max_length=40)
    sentence = models.CharField(max_length=400)
    at = models.DateTimeField()

    class Meta:
        db_table = "automation_step_log"
        indexes: ClassVar = [models.Index(fields=["run_id", "id"], name="automation_step_log_run")]


class Tally(models.Model):
    """How many passed a step of an automation on a day, and how: counted as they pass, so that no page counts runs."""

    pk = models.CompositePrimaryKey("automation_id", "day", "step", "code")
    automation_id = models.BigIntegerField()
    day = models.DateField()
    step = models.CharField(max_length=40)
    code = models.CharField(max_length=40)
    count = models.BigIntegerField(default=0)

    class Meta:
        db_table = "automation_tally"


class Effect(models.Model):
    """What an automation did is known by its cause, and how many automations had led to it."""

    cause = models.UUIDField(primary_key=True)
    automation_id = models.BigIntegerField()
    depth = models.SmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        db_table = "automation_effect"
        indexes: ClassVar = [models.Index(fields=["at"], name="automation_effect_at")]


class Approval(models.Model):
    """Somebody is asked, or was."""

    run_id = models.BigIntegerField()
    automation_id = models.BigIntegerField()
    step = models.CharField(max_length=40)
    object_key = models.CharField(max_length=80)
    record_id = models.BigIntegerField()
    question = models.CharField(max_length=300)
    user_id = models.BigIntegerField(null=True)
    team_id = models.BigIntegerField(null=True)
    asked_at = models.DateTimeField()
    until = models.DateTimeField()
    is_approved = models.BooleanField(null=True)
    reason = models.CharField(max_length=400, blank=True)
    decided_by = models.CharField(max_length=40, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "automation_approval"
        indexes: ClassVar = [
            models.Index(fields=["user_id", "until"], name="automation_asked_user", condition=Q(decided_at=None)),
            models.Index(fields=["team_id", "until"], name="automation_asked_team", condition=Q(decided_at=None)),
            models.Index(fields=["run_id"], name="automation_approval_run"),
            models.Index(fields=["record_id"], name="automation_approval_record", condition=Q(decided_at=None)),
        ]
