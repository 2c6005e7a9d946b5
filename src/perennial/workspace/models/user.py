from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from perennial.foundation import clock
from perennial.workspace.models.role import Role


class Team(models.Model):
    name = models.CharField(max_length=80, unique=True)

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> models.QuerySet[User]:
        """With the role: every page asks for it."""
        return super().get_queryset().select_related("role")

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person who signs in, by e-mail address (kept in lower case) and password (Argon2)."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="users")
    teams = models.ManyToManyField(Team, blank=True, related_name="members")
    language = models.CharField(max_length=8, blank=True)  # "": the firm's
    timezone = models.CharField(max_length=64, blank=True)  # "": the firm's
    number_format = models.CharField(max_length=8, blank=True)  # a locale for numbers and dates; "": the language's
    theme = models.CharField(max_length=5, default="auto")  # auto, light, dark
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.real_now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name or self.email
