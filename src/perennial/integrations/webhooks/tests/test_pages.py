"""The pages of webhooks: a secret shown once, deliveries with what became of them, and nobody there who may not."""

from __future__ import annotations

import re

import pytest
from django.test import Client, override_settings

from perennial.customers.objects import PERSON
from perennial.foundation.sql import execute, fetch
from perennial.integrations.models import Receiver
from perennial.integrations.webhooks.tests.receiving import receiving
from perennial.objects.running import run_action
from perennial.objects.writing import create_record
from perennial.timeline.outbox.sending import send_due
from perennial.workspace.models import Role
from perennial.workspace.rights import Reach, Rights, same_for_all
from perennial.workspace.tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db
HOME = "/settings/webhooks/"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def page_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@override_settings(OUTBOUND_ALLOW=("127.0.0.1",))
def test_a_receiver_is_made_called_looked_at_and_sent_to_again(cast: Cast) -> None:
    cleo = create_record(PERSON, {"name": "Cleo"}, by=cast.ada)
    ada = page_of(cast.ada_user)
    with receiving(503) as outside:
        assert "No receiver yet" in ada.get(HOME).content.decode()
        wrong = ada.post(f"{HOME}new/", {"name": "", "url": "http://10.0.0.1/"})
        assert wrong.status_code == 422
        assert "inside the house" in wrong.content.decode()
        made = ada.post(f"{HOME}new/", {"name": "Shop <b>", "url": outside.url})
        secret = re.search(r"whsec_[\w+/=]+", made.content.decode())
        assert secret is not None
        assert made["Cache-Control"].startswith("max-age=0")
        receiver = Receiver.objects.get()
        here = f"{HOME}{receiver.pk}/"
        assert "whsec_" not in ada.get(here).content.decode()
        dialog = ada.get(f"/o/customers.person/{cleo}/do/integrations.call_webhook/").content.decode()
        assert "Shop &lt;b&gt;" in dialog
        sent = ada.post(
            f"/o/customers.person/{cleo}/do/integrations.call_webhook/", {"_sent": "1", "webhook": receiver.pk}
        )
        assert sent.status_code == 302
        send_due()
        shown = ada.get(f"{here}?state=open").content.decode()
        assert "503" in shown
        assert "Cleo" in shown
        assert "1 needs a look" in ada.get(HOME).content.decode()
        (delivery,) = (id for (id,) in fetch("SELECT id FROM timeline_delivery"))
        assert ada.get(f"{here}{delivery}/again/").status_code == 405
        assert ada.post(f"{here}{delivery}/explode/").status_code == 404
        assert ada.post(f"{here}{delivery}/again/").status_code == 204
        send_due()
    assert fetch("SELECT state, settled_by FROM timeline_delivery") == [("done", f"user:{cast.ada_user.pk}")]
    assert len(outside.got) == 2
    for path in ("edit/", "secret/"):
        assert ada.get(f"{here}{path}").status_code == 200
    assert "whsec_" in ada.post(f"{here}secret/").content.decode()
    assert ada.post(f"{here}switch/").status_code == 204
    assert "switched off" in ada.get(here).content.decode()
    assert ada.post(f"{here}edit/", {"name": "Other", "url": outside.url}).status_code == 302
    assert ada.post(f"{here}forget/").status_code == 204
    assert ada.post(f"{here}retire/").status_code == 204
    assert ada.get(here).status_code == 404


def test_whoever_may_not_manage_webhooks_finds_none_and_titles_need_a_right_of_their_own(cast: Cast) -> None:
    cleo = create_record(PERSON, {"name": "Cleo"}, by=cast.ada)
    receiver = Receiver.objects.create(name="Shop", url="http://127.0.0.1:1099/", secret="", created_by="user:1")
    with override_settings(OUTBOUND_ALLOW=("127.0.0.1",)):
        run_action("integrations.call_webhook", [cleo], {"webhook": receiver.pk}, by=cast.ada, on="customers.person")
    execute("UPDATE timeline_delivery SET state = 'doubt'")
    (delivery,) = (id for (id,) in fetch("SELECT id FROM timeline_delivery"))
    here = f"{HOME}{receiver.pk}/"
    for user in (cast.ben_user, cast.dov_user):
        client = page_of(user)
        for path in (HOME, f"{HOME}new/", here, f"{here}edit/", f"{here}secret/"):
            assert client.get(path).status_code == 404
        for path in ("switch/", "secret/", "forget/", "retire/", f"{delivery}/again/", f"{delivery}/leave/"):
            assert client.post(here + path).status_code == 404
    role = Role.objects.create(key="integrator", name="Integrator", rights_json=Rights(
        same_for_all(view=Reach.NONE), frozenset({"webhooks.manage"})).to_json())  # fmt: skip
    cast.ben_user.role = role
    cast.ben_user.save()
    shown = page_of(cast.ben_user).get(here).content.decode()
    assert "in doubt" in shown
    assert "Cleo" not in shown
    assert page_of(cast.ben_user).post(f"{HOME}{receiver.pk + 1}/{delivery}/again/").status_code == 404
    assert page_of(cast.ben_user).post(f"{here}{delivery}/leave/").status_code == 204
    assert fetch("SELECT state FROM timeline_delivery") == [("dropped",)]
