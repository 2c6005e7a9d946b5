"""What is kept beside records. `object_key` is the kind that the record is written as, never a union."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from perennial.foundation import clock
from perennial.foundation.text import fold, grams
from perennial.workspace.models import User


class Comment(models.Model):
    """Said about a record. `mentions` are the users it calls by name."""

    object_key = models.CharField(max_length=80)
    record_id = models.BigIntegerField()
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    actor = models.CharField(max_length=40, default="")  # `Actor.log_name`: programs say things too
    text = models.TextField()
    mentions: ArrayField[Any, Any] = ArrayField(models.BigIntegerField(), default=list)
    created_at = models.DateTimeField(default=clock.real_now)
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    grams: ArrayField[Any, Any] = ArrayField(models.IntegerField(), default=list)  # of the text, by which it is found

    class Meta:
        app_label = "objects"
        db_table = "objects_comment"
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(text=""), name="objects_comments_say_something")]
        indexes: ClassVar = [
            models.Index("object_key", "record_id", F("id").desc(), condition=Q(deleted_at=None),
                         name="objects_comment_about"),
            GinIndex("grams", name="objects_comment_grams"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.text[:80]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """What search finds goes with the text."""
        self.grams = grams(fold(self.text))
        if kwargs.get("update_fields") is not None and "text" in kwargs["update_fields"]:
            kwargs["update_fields"] = {*kwargs["update_fields"], "grams"}
        super().save(*args, **kwargs)


class Follower(models.Model):
    """Somebody who is told of a record's changes and comments."""

    pk = models.CompositePrimaryKey("object_key", "record_id", "user_id")
    object_key = models.CharField(max_length=80)
    record_id = models.BigIntegerField()
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    is_off = models.BooleanField(default=False)  # said no: mentions and comments do not make them follow again
    since = models.DateTimeField(default=clock.real_now)

    class Meta:
        app_label = "objects"
        db_table = "objects_follower"


class Favourite(models.Model):
    """A record that somebody keeps at hand."""

    pk = models.CompositePrimaryKey("user_id", "object_key", "record_id")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    object_key = models.CharField(max_length=80)
    record_id = models.BigIntegerField()
    created_at = models.DateTimeField(default=clock.real_now)

    class Meta:
        app_label = "objects"
        db_table = "objects_favourite"


class Viewed(models.Model):
    """When somebody last looked at a record; the oldest give way."""

    pk = models.CompositePrimaryKey("user_id", "object_key", "record_id")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    object_key = models.CharField(max_length=80)
    record_id = models.BigIntegerField()
    at = models.DateTimeField(default=clock.real_now)

    class Meta:
        app_label = "objects"
        db_table = "objects_viewed"
        indexes: ClassVar = [models.Index("user", F("at").desc(), name="objects_viewed_last")]


class MailChoice(models.Model):
    """How somebody wants to be mailed what they were told. Without a row: not at all."""

    class Mode(models.TextChoices):
        NEVER = "never"
        AT_ONCE = "at_once"
        DAILY = "daily"

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="+")
    mode = models.CharField(max_length=8, choices=Mode.choices, default=Mode.NEVER)
    last_id = models.BigIntegerField(default=0)  # the newest notification that needs no mail any more
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "objects"
        db_table = "objects_mail_choice"
