"""What `perennial doctor` looks at. Each check is a sentence about one thing, and what to do when it is not well."""

from __future__ import annotations

import os
import shutil
import smtplib
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from django.db import DatabaseError, connection

from perennial.lake.engines.spark_session import what_is_missing
from perennial.lake.place import left_behind
from perennial.server.environment import SETTINGS, database_address
from perennial.server.health import queue_depths
from perennial.server.home_lock import running
from perennial.server.models import LoopState
from perennial.server.prepare import is_migrated
from perennial.server.supervisor import embedded_cluster

LEAST_SERVER = 150000
LEAST_DISK = 2_000_000_000
OURS = tuple(setting.name for setting in SETTINGS)


@dataclass(frozen=True)
class Finding:
    about: str
    is_well: bool
    sentence: str


def examine() -> list[Finding]:
    return [check() for check in CHECKS]


def check_settings() -> Finding:
    odd = sorted(
        name
        for name in os.environ
        if name.startswith("PERENNIAL_") and name not in OURS and name != "PERENNIAL_LIFELINE"
    )
    if odd:
        return Finding(
            "settings", False, f"{', '.join(odd)} is not a setting. See docs/guide/settings.md for the list."
        )
    if settings.ENVIRONMENT.development and settings.ENVIRONMENT.public_url:
        return Finding("settings", False, "DEVELOPMENT is on at a public address. Unset it: errors show the source.")
    public = settings.ENVIRONMENT.public_url
    if public and not public.startswith("https://"):
        return Finding("settings", False, f"{public} is not encrypted. Put a proxy with TLS before it and use https.")
    return Finding("settings", True, "all are known and fit together.")


def check_home() -> Finding:
    open_files = [
        path.name
        for path in (settings.PERENNIAL_HOME / "secret_key", *(settings.PERENNIAL_HOME / "postgres").glob("*"))
        if path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o077 and path.name != "owner_made"
    ]
    if open_files:
        return Finding("data folder", False, f"Others can read {', '.join(open_files)}. Run chmod 600 on them.")
    return Finding("data folder", True, f"{settings.PERENNIAL_HOME}; its secrets are readable by you alone.")


def check_disk() -> Finding:
    free = shutil.disk_usage(_existing(settings.PERENNIAL_HOME)).free
    sentence = f"{free / 1e9:.1f} GB free."
    if free < LEAST_DISK:
        return Finding("disk", False, f"{sentence} Free some, or move the data folder with PERENNIAL_HOME.")
    return Finding("disk", True, sentence)


def check_database() -> Finding:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('server_version_num')::int, pg_database_size(current_database())")
            version, size = cursor.fetchone()
    except (DatabaseError, psycopg.Error) as error:
        return Finding("database", False, f"It does not answer: {str(error).strip()} Check DATABASE_URL.")
    shown = f"PostgreSQL {version // 10000}, {database_address(settings.ENVIRONMENT).shown}, {size / 1e6:,.0f} MB."
    if version < LEAST_SERVER:
        return Finding("database", False, f"{shown} It must be 15 or newer.")
    if settings.ENVIRONMENT.is_embedded and (cluster := embedded_cluster(settings.ENVIRONMENT)).is_elsewhere:
        shown += f" Its files are in {cluster.data}, which its account can reach."
    return Finding("database", True, shown)


def check_migrations() -> Finding:
    if not is_migrated():
        return Finding("migrations", False, "The database is older than the program. Run perennial migrate.")
    return Finding("migrations", True, "the database is up to date.")


def check_process() -> Finding:
    found = running(settings.PERENNIAL_HOME)
    if found is None:
        return Finding("process", True, "Perennial is not running here. perennial up starts it.")
    return Finding("process", True, f"running at {found.url} (process {found.pid}).")


def check_jobs() -> Finding:
    failed = sum(count for (_, status), count in queue_depths().items() if status == "failed")
    if failed:
        return Finding("jobs", False, f"{failed} have failed for good. The health page lists them with their reasons.")
    return Finding("jobs", True, "none has failed.")


def check_loops() -> Finding:
    stalled = [state for state in LoopState.objects.all() if state.is_stalled]
    if stalled:
        told = "; ".join(f"{state.name}: {state.last_error.splitlines()[0]}" for state in stalled)
        return Finding("loops", False, f"These fail and are tried again: {told}. The log of the worker tells more.")
    return Finding("loops", True, "none is stalled.")


def check_lake() -> Finding:
    url = settings.LAKE_URL
    if "://" in url and not url.startswith("file://"):
        return Finding("lake", True, f"at {url}; its lag is on the health page.")
    folder = Path(url.removeprefix("file://"))
    if not os.access(_existing(folder), os.W_OK):
        return Finding("lake", False, f"{folder} cannot be written. Change its owner, or set LAKE_URL.")
    others = left_behind()
    if others:
        names = ", ".join(str(each) for each in others)
        return Finding("lake", True, f"in {folder}. Of other databases, and yours to delete: {names}.")
    return Finding("lake", True, f"in {folder}.")


def check_engine() -> Finding:
    if settings.LAKE_ENGINE == "duckdb":
        return Finding("engine", True, "DuckDB reads the lake, in the process that asks.")
    master = settings.SPARK_MASTER
    java = Path(os.environ.get("JAVA_HOME", "")) / "bin" / "java"
    if not (java.is_file() or shutil.which("java")):
        return Finding("engine", False, "Spark needs Java 17 or newer. Install it, or set JAVA_HOME.")
    missing = what_is_missing(master)
    if missing is not None:
        return Finding("engine", False, missing)
    if str(settings.PERENNIAL_HOME / "lake") == settings.LAKE_URL and master.startswith("spark://"):
        return Finding("engine", True, f"Spark at {master}. Its workers must see {settings.LAKE_URL} under this name.")
    return Finding("engine", True, f"Spark at {master} reads the lake.")


def check_mail() -> Finding:
    address = settings.ENVIRONMENT.smtp_url
    if not address:
        return Finding("mail", True, "no server is set; mail stays in the outbox. Set SMTP_URL to send it.")
    shown = urlsplit(address).hostname or ""
    try:
        program = smtplib.SMTP_SSL if settings.EMAIL_USE_SSL else smtplib.SMTP
        with program(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=10) as server:
            if settings.EMAIL_USE_TLS:
                server.starttls()
            if settings.EMAIL_HOST_USER:
                server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
    except (smtplib.SMTPException, OSError) as error:
        return Finding("mail", False, f"{shown} does not take mail from us: {error}. Check SMTP_URL.")
    return Finding("mail", True, f"{shown} takes our mail.")


CHECKS: tuple[Callable[[], Finding], ...] = (
    check_settings,
    check_home,
    check_disk,
    check_database,
    check_migrations,
    check_process,
    check_jobs,
    check_loops,
    check_lake,
    check_engine,
    check_mail,
)


def _existing(path: Path) -> Path:
    return next(part for part in (path, *path.parents) if part.exists())
