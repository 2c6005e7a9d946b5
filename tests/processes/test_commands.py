from __future__ import annotations

import re
import urllib.request

import pytest

from tests.processes.running import running

pytestmark = pytest.mark.slow


def test_the_commands_that_scripts_rely_on() -> None:
    with running() as it:
        secret = it.command("key", "create", "--name", "shop", "--role", "viewer").splitlines()[-1]
        write_key = it.command("key", "create", "--name", "site", "--intake").splitlines()[-1]
        assert re.fullmatch(r"pk_api_[\w-]{30,}", secret)
        assert re.fullmatch(r"pk_in_[\w-]{30,}", write_key)
        assert answers(f"{it.url}/api/v1/people", secret) == 200
        assert answers(f"{it.url}/api/v1/people", write_key) == 401
        assert secret not in it.command("key", "list")
        it.command("key", "revoke", "1")
        assert answers(f"{it.url}/api/v1/people", secret) == 401

        assert "/password/" in it.command("user", "create", "ben@example.com", "--role", "sales")
        assert "/sign-in/" in it.command("user", "link", "ben@example.com").splitlines()[-1]
        assert "There is no role boss" in refused(it, "key", "create", "--name", "x", "--role", "boss")
        assert "running at" in it.command("doctor")
        assert "came out the same" in it.command("rebuild", "--check")
        assert it.database().is_running(), "a command leaves the database to the one who runs it"


def answers(url: str, secret: str) -> int:
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {secret}"})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return int(error.code)


def refused(it, *words: str) -> str:
    done = it.run(*words)
    assert done.returncode == 1
    return done.stderr
