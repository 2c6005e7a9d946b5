"""Trouble: too much at once, stopping, a database that refuses or is away."""

from __future__ import annotations

import asyncio

import pytest

from perennial.customers.intake import calls, writer
from perennial.customers.intake.app import Intake
from perennial.customers.intake.tests.asking import Answer, answer, basic
from perennial.customers.intake.tests.test_intake import Post, events, track
from perennial.foundation.sql import fetch

pytestmark = pytest.mark.django_db(transaction=True)


def test_too_much_waiting_asks_clients_to_come_again(
    intake: Intake, key: tuple[int, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "MOST_WAITING", 3)

    async def flood() -> list[Answer]:
        return await asyncio.gather(
            *(
                answer(intake, "/v1/batch", {"batch": [track(10 * n), track(10 * n + 1)]}, headers=basic(key[1]))
                for n in range(20)
            )
        )

    answers = asyncio.run(flood())
    assert {each.status for each in answers} == {200, 503}
    assert all(each.headers["retry-after"] for each in answers if each.status == 503)
    assert len(events(key[0])) == 2 * sum(each.status == 200 for each in answers)


def test_stopping_commits_what_waits(key: tuple[int, str]) -> None:
    async def send_and_stop() -> list[Answer]:
        intake = Intake()
        sending = [asyncio.create_task(answer(intake, "/v1/track", track(n), headers=basic(key[1]))) for n in range(30)]
        while not intake.writer._waiting and not any(task.done() for task in sending):
            await asyncio.sleep(0.001)
        await intake.stop()
        return await asyncio.gather(*sending)

    answers = asyncio.run(send_and_stop())
    assert len(events(key[0])) == sum(each.status == 200 for each in answers) > 0


def test_what_only_the_database_refuses_is_found_and_refused_alone(
    post: Post, key: tuple[int, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "why_unsound", lambda raw: None)
    batch = [track(n, properties={"a": "\x00" if n in (3, 17) else n}) for n in range(30)]
    answered = post("batch", {"batch": batch})
    assert (answered.status, answered.body["accepted"]) == (200, 28)
    assert [(each["index"], each["code"]) for each in answered.body["refused"]] == [
        (3, "not_storable"),
        (17, "not_storable"),
    ]
    assert len(events(key[0])) == 28


def test_a_lost_connection_costs_a_pause_and_nothing_else(intake: Intake, post: Post, key: tuple[int, str]) -> None:
    assert post("track", track(1)).status == 200
    fetch(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    assert post("track", track(2)).status == 200
    assert len(events(key[0])) == 2
