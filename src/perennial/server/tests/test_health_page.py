from __future__ import annotations

import pytest
from django.test import Client

from perennial.foundation import clock
from perennial.foundation.sql import execute, fetch_one
from perennial.server.models import LoopState
from perennial.server.worker import requeue_left_behind
from perennial.workspace.tests.cast import make_cast

pytestmark = pytest.mark.django_db

JOB = "INSERT INTO procrastinate_jobs (queue_name, task_name, status) VALUES ('default', 'test.job', %s) RETURNING id"


def test_the_health_page_shows_what_stalled_to_those_who_may_look() -> None:
    cast = make_cast()
    now = clock.real_now()
    LoopState.objects.create(name="lake.export", failures=2, last_error="OSError: no space left", last_error_at=now)
    row = fetch_one(JOB, ["failed"])
    assert row is not None
    client = Client()
    assert client.get("/settings/health/").status_code == 302, "a stranger signs in first"

    client.force_login(cast.ada_user)
    page = client.get("/settings/health/").content.decode()
    assert "no space left" in page
    assert "test.job" in page
    assert client.post(f"/settings/health/{row[0]}/again/").status_code == 302
    assert fetch_one("SELECT status::text FROM procrastinate_jobs WHERE id = %s", [row[0]]) == ("todo",)
    assert client.post(f"/settings/health/{row[0]}/again/").status_code == 404

    for user in (cast.ben_user, cast.dov_user):
        client.force_login(user)
        assert client.get("/settings/health/").status_code in (403, 404)
        assert client.post(f"/settings/health/{row[0]}/again/").status_code in (403, 404)


@pytest.mark.django_db(transaction=True)
def test_jobs_that_a_killed_worker_left_are_started_again() -> None:
    execute(JOB, ["doing"])
    execute(JOB, ["todo"])
    assert requeue_left_behind() == 1
    assert fetch_one("SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'") == (0,)
    assert requeue_left_behind() == 0
