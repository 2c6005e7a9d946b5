"""Brings the database and the static files up to date. Run by the supervisor before the parts, and by `migrate`."""

from __future__ import annotations

from django.conf import settings
from django.core.management import call_command
from django.db import connection

PREPARING = 7_250_001  # advisory lock: two machines on one database take turns


def main() -> None:
    prepare_database()
    prepare_static_files()


def prepare_database(*, verbosity: int = 0) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [PREPARING])
    try:
        call_command("migrate", interactive=False, verbosity=verbosity)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [PREPARING])
        connection.close()


def prepare_static_files() -> None:
    if not settings.DEBUG:
        call_command("collectstatic", interactive=False, verbosity=0)
