"""Passwords, tokens and keys, and the rights behind them."""

from __future__ import annotations

import pytest

from perennial.foundation.errors import Conflict, Invalid
from perennial.workspace.access import actor_by_secret, token_for, user_by_password, user_by_token
from perennial.workspace.actor import actor_of_key, actor_of_user
from perennial.workspace.keys import create_key, revoke_key
from perennial.workspace.models import ApiKey, Mail, Role, User
from perennial.workspace.rights import Reach, Rights
from perennial.workspace.staff import change_password, change_role, deactivate_user, invite_user, send_reset
from perennial.workspace.tests.cast import PASSWORD, make_cast

pytestmark = pytest.mark.django_db


def test_the_right_password_signs_in_and_nothing_else_does() -> None:
    cast = make_cast()
    assert user_by_password(" ADA@example.com ", PASSWORD) == cast.ada_user
    assert user_by_password("ada@example.com", "wrong") is None
    assert user_by_password("nobody@example.com", PASSWORD) is None
    deactivate_user(cast.ben_user)
    assert user_by_password("ben@example.com", PASSWORD) is None


def test_a_token_is_for_one_purpose_and_ends_with_the_password() -> None:
    cast = make_cast()
    token = token_for(cast.ben_user, "reset")
    assert user_by_token(token, "reset", max_age_seconds=60) == cast.ben_user
    assert user_by_token(token, "invitation", max_age_seconds=60) is None
    assert user_by_token(token + "x", "reset", max_age_seconds=60) is None
    assert user_by_token(token, "reset", max_age_seconds=-1) is None
    change_password(cast.ben_user, "another long password")
    assert user_by_token(token, "reset", max_age_seconds=60) is None


def test_a_key_is_stored_hashed_and_ends_when_it_is_revoked() -> None:
    cast = make_cast()
    key, secret = create_key("Shop", role=Role.objects.get(key="viewer"), by=cast.ada)
    assert secret not in str(ApiKey.objects.filter(pk=key.pk).values())
    assert actor_by_secret(secret) == actor_of_key(key)
    assert ApiKey.objects.get(pk=key.pk).last_used_at is not None
    _intake, write_key = create_key("Site", role=None, by=cast.ada)
    assert actor_by_secret(write_key) is None
    assert actor_of_key(key).reach("customers.person", "view") is Reach.ALL
    assert actor_of_key(key).reach("customers.person", "edit") is Reach.NONE
    Role.objects.filter(key="viewer").update(rights_json={})
    found = actor_by_secret(secret)
    assert found is not None
    assert found.reach("customers.person", "view") is Reach.NONE  # from the next request on
    revoke_key(key)
    assert actor_by_secret(secret) is None


def test_the_last_administrator_cannot_leave() -> None:
    cast = make_cast()
    with pytest.raises(Conflict):
        deactivate_user(cast.ada_user)
    with pytest.raises(Conflict):
        change_role(cast.ada_user, Role.objects.get(key="viewer"))
    change_role(cast.ben_user, Role.objects.get(key="administrator"))
    change_role(cast.ada_user, Role.objects.get(key="viewer"))
    assert User.objects.get(pk=cast.ada_user.pk).role.key == "viewer"


def test_a_reset_tells_nobody_whether_the_address_is_known() -> None:
    make_cast()
    send_reset("nobody@example.com", base_url="http://localhost")
    assert Mail.objects.count() == 0
    send_reset("BEN@example.com", base_url="http://localhost")
    assert "http://localhost/password/" in Mail.objects.get().body


def test_an_invitation_is_a_mail_with_a_link() -> None:
    make_cast()
    user = invite_user("eve@example.com", name="Eve", role=Role.objects.get(key="sales"), base_url="http://localhost")
    assert "/invitation/" in Mail.objects.get(to="eve@example.com").body
    assert user_by_password("eve@example.com", "") is None
    assert actor_of_user(user).reach("customers.person", "edit") is Reach.TEAM


@pytest.mark.parametrize("password", ["short", "12345678901", "password123"])
def test_a_weak_password_is_refused_with_a_sentence(password: str) -> None:
    cast = make_cast()
    with pytest.raises(Invalid) as refusal:
        change_password(cast.ben_user, password)
    assert refusal.value.fields["password"]


def test_unknown_rights_grant_nothing() -> None:
    rights = Rights.from_json(
        {"objects": {"*": {"view": "everything", "fly": "all", "edit": "own"}}, "permissions": []}
    )
    assert rights.reach("customers.person", "view") is Reach.NONE
    assert rights.reach("customers.person", "edit") is Reach.OWN
    assert not rights.may("users.manage")
    assert Rights.from_json(rights.to_json()) == rights
