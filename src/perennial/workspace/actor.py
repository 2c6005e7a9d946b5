"""Whoever is acting now, frozen for the length of a request or a job."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from perennial.foundation import clock
from perennial.foundation.sql import fetch
from perennial.workspace.firm import the_firm
from perennial.workspace.models import ApiKey, User
from perennial.workspace.rights import EVERYTHING, NOTHING, Reach, Rights, Verb


@dataclass(frozen=True, slots=True)
class Actor:
    """`kind:id` is what the logs keep; the name is for people.

    An automation or a play acts with the rights, and in the place, of whoever published or started it
    (`on_behalf_of`)."""

    kind: Literal["user", "key", "system", "automation", "play"]
    id: int
    name: str
    rights: Rights = field(default=NOTHING, repr=False)
    team_ids: tuple[int, ...] = ()
    language: str = "en"
    timezone: str = "UTC"
    number_format: str = ""
    absent_ids: tuple[int, ...] = ()  # the users in whose place this one stands while they are away
    on_behalf_of: int | None = None  # the user whose rights an automation or a play has

    @property
    def log_name(self) -> str:
        """How the two logs name this actor: "user:1", "key:7", "system:0"."""
        return f"{self.kind}:{self.id}"

    @property
    def user_id(self) -> int | None:
        """The user that records can be owned by; None for keys and the system."""
        return self.id if self.kind == "user" else self.on_behalf_of

    @property
    def locale(self) -> str:
        """The locale of numbers and dates."""
        return self.number_format or self.language

    def reach(self, object_key: str, verb: Verb) -> Reach:
        return self.rights.reach(object_key, verb)

    def may(self, permission: str) -> bool:
        return self.rights.may(permission)


SYSTEM = Actor("system", 0, "Perennial", rights=EVERYTHING)


_BELONGING = (
    "SELECT user_id, team_id, FALSE FROM workspace_user_teams WHERE user_id = ANY(%s::bigint[])"
    " UNION ALL SELECT deputy_id, user_id, TRUE FROM workspace_absence WHERE deputy_id = ANY(%s::bigint[])"
    " AND starts <= %s AND ends > %s ORDER BY 1, 2"
)


def actor_of_user(user: User) -> Actor:
    """Two statements at most: the user's teams and absent colleagues, and the firm while it is not cached."""
    return actors_of_users([user])[0]


def actors_of_users(users: Sequence[User]) -> list[Actor]:
    """The same for many, with as many statements."""
    firm, ids, now = the_firm(), [user.pk for user in users], clock.real_now()
    teams: dict[int, list[int]] = {}
    absent: dict[int, list[int]] = {}
    for user_id, other, is_absent in fetch(_BELONGING, [ids, ids, now, now]) if ids else ():
        into = absent if is_absent else teams
        into.setdefault(user_id, []).append(other)
    return [
        Actor(
            "user",
            user.pk,
            user.name,
            user.role.rights if user.is_active else NOTHING,
            tuple(teams.get(user.pk, ())),
            user.language or firm.language,
            user.timezone or firm.timezone,
            user.number_format,
            tuple(dict.fromkeys(absent.get(user.pk, ()))),
        )
        for user in users
    ]


def actor_of_key(key: ApiKey) -> Actor:
    return key_actor(key.pk, key.name, key.role.rights if key.role is not None and key.revoked_at is None else NOTHING)


def key_actor(key_id: int, name: str, rights: Rights) -> Actor:
    firm = the_firm()
    return Actor("key", key_id, name, rights, (), firm.language, firm.timezone)
