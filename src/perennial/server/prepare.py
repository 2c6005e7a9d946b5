"""Brings the database and the static files up to date. Run by the supervisor before the parts, and by `migrate`."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from perennial.server import demo
from perennial.server.translations import compile_translations
from perennial.web.assets import build
from perennial.workspace.ready_made import install_roles

PREPARING = 7_250_001  # advisory lock: two machines on one database take turns
_known_migrated: list[bool] = []


def main(*options: str) -> None:
    compile_translations()
    if not is_migrated():
        prepare_database()
    if not settings.DEBUG:
        build()
    prepare_static_files()
    if "--demo" in options:
        demo.prepare()


def is_migrated() -> bool:
    """Whether every migration has been run. Once true it stays so for this process."""
    if not _known_migrated:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        _known_migrated.append(True)
    return True


def prepare_database(*, verbosity: int = 0) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [PREPARING])
    try:
        call_command("migrate", interactive=False, verbosity=verbosity)
        install_roles()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [PREPARING])
        connection.close()


def prepare_static_files() -> None:
    if settings.DEBUG:
        return
    newest = max((path.stat().st_mtime for folder in _static_folders() for path in folder.rglob("*")), default=0.0)
    stamp = settings.STATIC_ROOT / "stamp"
    if not stamp.exists() or stamp.read_text() != str(newest):
        call_command("collectstatic", interactive=False, verbosity=0, clear=settings.STATIC_ROOT.exists())
        stamp.write_text(str(newest))


def _static_folders() -> list[Path]:
    own = [settings.SOURCE / room / "static" for room in settings.ROOMS]
    return [folder for folder in (*own, *map(Path, settings.STATICFILES_DIRS)) if folder.exists()]
