"""Verbs on users: setting up the firm, inviting, changing role and teams, passwords, leaving."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from perennial.foundation.errors import Conflict, Invalid
from perennial.workspace import access
from perennial.workspace.firm import the_firm
from perennial.workspace.mail import write_mail
from perennial.workspace.models import Role, Team, User


def create_user(email: str, *, name: str, role: Role, password: str | None = None, teams: Iterable[Team] = ()) -> User:
    """A user; without a password they can come in only by an invitation or sign-in link."""
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise Invalid({"email": _("This is not an e-mail address.")}) from None
    if User.objects.filter(email=email).exists():
        raise Conflict(_("Somebody with this e-mail address is here already."))
    if password is not None:
        check_new_password(password)
    with transaction.atomic():
        user = User.objects.create(
            email=email, name=name.strip()[:120] or email.split("@", 1)[0], role=role, password=make_password(password)
        )
        user.teams.set(teams)
    return user


def invite_user(email: str, *, name: str, role: Role, teams: Iterable[Team] = (), base_url: str) -> User:
    """Create the user and write them the mail with which they choose a password."""
    with transaction.atomic():
        user = create_user(email, name=name, role=role, teams=teams)
        link = f"{base_url}/invitation/{access.token_for(user, 'invitation')}/"
        write_mail(
            user.email,
            subject=gettext("You are invited to %(firm)s") % {"firm": the_firm().name},
            body=gettext(
                "Hello %(name)s,\n\nopen this link to choose a password and come in. It is good for 7 days.\n\n"
                "%(link)s\n"
            )
            % {"name": user.name, "link": link},
        )
    return user


def send_reset(email: str, *, base_url: str) -> None:
    """Write a reset link to the user with this address, if there is one; the caller cannot tell which."""
    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if user is None:
        return
    link = f"{base_url}/password/{access.token_for(user, 'reset')}/"
    write_mail(
        user.email,
        subject=gettext("Choose a new password"),
        body=gettext(
            "Hello %(name)s,\n\nopen this link to choose a new password. It is good for 2 hours. If you did not "
            "ask for it, do nothing.\n\n%(link)s\n"
        )
        % {"name": user.name, "link": link},
    )


def change_password(user: User, password: str) -> None:
    check_new_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])


def check_new_password(password: str, user: User | None = None) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid({"password": " ".join(error.messages)}) from None


def change_role(user: User, role: Role) -> None:
    """Refused for the last administrator, who could not be brought back by anybody."""
    with transaction.atomic():
        if role.key != "administrator":
            _keep_an_administrator(user)
        User.objects.filter(pk=user.pk).update(role=role)


def deactivate_user(user: User) -> None:
    """The user can no longer come in; what they did stays theirs."""
    with transaction.atomic():
        _keep_an_administrator(user)
        User.objects.filter(pk=user.pk).update(is_active=False)


def _keep_an_administrator(leaving: User) -> None:
    # Locked, so that two administrators cannot remove each other at the same moment.
    administrators = list(
        User.objects.select_for_update().filter(role__key="administrator", is_active=True).values_list("pk", flat=True)
    )
    if administrators == [leaving.pk]:
        raise Conflict(_("This is the last administrator. Make somebody else administrator first."))
