"""Is it ready? Are its parts well?"""

from __future__ import annotations

import io
import logging
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection

from perennial.server.prepare import is_migrated
from perennial.server.wsgi import application

log = logging.getLogger(__name__)
_told: set[str] = set()


def why_not_ready() -> str:
    """Empty when pages are really served; else a sentence why not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        if not is_migrated():
            return "The database is not up to date. Run perennial migrate."
    except DatabaseError:
        return "The database does not answer."
    finally:
        connection.close()
    try:
        status = _status_of(settings.LOGIN_URL)
    except Exception as error:
        if repr(error) not in _told:  # asked every few seconds, said once
            _told.add(repr(error))
            log.exception("The sign-in page fails.")
        status = 500
    return "" if status < 400 else f"The sign-in page answers {status}."


def queue_depths() -> dict[tuple[str, str], int]:
    """Jobs by queue and status, without those that are done with."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT queue_name, status::text, count(*) FROM procrastinate_jobs"
            " WHERE status IN ('todo', 'doing', 'failed') GROUP BY 1, 2"
        )
        return {(queue, status): count for queue, status, count in cursor.fetchall()}


def _status_of(path: str, *, redirects: int = 2) -> int:
    """Ask the application itself, as a browser would: before the first run, signing in leads to setting up."""
    statuses: list[int] = []
    places: list[str] = []
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }

    def start_response(status: str, headers: list[tuple[str, str]], _error: Any = None) -> Any:
        statuses.append(int(status.split(" ", 1)[0]))
        places.extend(value for name, value in headers if name.lower() == "location" and value.startswith("/"))

    body = application(environ, start_response)
    try:
        for _ in body:
            pass
    finally:
        getattr(body, "close", lambda: None)()
    if places and redirects:
        return _status_of(places[0], redirects=redirects - 1)
    return statuses[-1] if statuses else 500
