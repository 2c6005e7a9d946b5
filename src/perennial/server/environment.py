"""Every setting that Perennial reads from its environment, in one table.

The table `SETTINGS` is the whole list; `docs/guide/settings.md` shows the same rows and a test compares them.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from perennial.server import addresses


@dataclass(frozen=True)
class Setting:
    name: str
    default: str
    meaning: str


SETTINGS: tuple[Setting, ...] = (
    Setting("PERENNIAL_HOME", "./.perennial", "Data folder: database, lake, files, secrets and logs."),
    Setting("HOST", "127.0.0.1", "Address to listen on. Use 0.0.0.0 to be reached from other machines."),
    Setting("PORT", "8000", "Port to listen on."),
    Setting("PUBLIC_URL", "", "Address that people type, such as https://crm.example.com; links in mail use it."),
    Setting("ALLOWED_HOSTS", "", "Host names to answer to, separated by commas, besides PUBLIC_URL and this machine."),
    Setting("DATABASE_URL", "", "A PostgreSQL 15 or newer of your own. Empty: an embedded one in the data folder."),
    Setting("DATABASE_MEMORY", "", "Shared buffers of the embedded database in MB. Empty: chosen by the machine."),
    Setting("DATABASE_ACCOUNT", "", "Account that runs the embedded database when started by root. Empty: chosen."),
    Setting("LAKE_URL", "", "Where the lake keeps its open tables. Empty: the folder lake in the data folder."),
    Setting("LAKE_ENGINE", "duckdb", "What reads the lake: duckdb, in the process that asks, or spark, on a cluster."),
    Setting("SPARK_MASTER", "local[*]", "Spark's address, such as spark://10.0.0.5:7077. local[*]: this machine."),
    Setting("SECRET_KEY", "", "Signs sessions and links. Empty: made once and kept in the data folder."),
    Setting("SMTP_URL", "", "Mail server, as smtp://user:password@host:587?tls=start. Empty: the local outbox."),
    Setting("MAIL_FROM", "Perennial <perennial@localhost>", "Sender of the mail that the system itself writes."),
    Setting("OUTBOUND_ALLOW", "", "Hosts, host:port or networks inside the house that webhooks may call, by commas."),
    Setting("WEB_THREADS", "8", "Threads that answer pages and API calls."),
    Setting("WORKER_JOBS", "2", "Background jobs that run at the same time."),
    Setting("API_REQUESTS_PER_MINUTE", "30000", "Requests that each key may send to the API in a minute."),
    Setting("AUTOMATION_LOG_DAYS", "400", "Days for which the log of automations is kept. 0: for ever."),
    Setting("LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR."),
    Setting(
        "METRICS_TOKEN", "", "Bearer token that /metricsz asks of callers from other machines. Empty: refuse them."
    ),
    Setting("DEVELOPMENT", "", "1: reload on changes, show errors in full. Never on a machine that others reach."),
    Setting("TEST_DATABASE_URL", "", "Tests only: run on this PostgreSQL instead of an embedded one."),
)


LAKE_ENGINES = ("duckdb", "spark")
PERSONAL = ("lake", "files", "outbox", "logs")


@dataclass(frozen=True)
class Environment:
    home: Path
    host: str
    port: int
    public_url: str
    allowed_hosts: tuple[str, ...]
    database_url: str
    database_memory: int | None
    database_account: str
    lake_url: str
    lake_engine: str
    spark_master: str
    secret_key: str
    smtp_url: str
    mail_from: str
    outbound_allow: tuple[str, ...]
    web_threads: int
    worker_jobs: int
    api_requests_per_minute: int
    automation_log_days: int
    log_level: str
    metrics_token: str
    development: bool

    @property
    def is_embedded(self) -> bool:
        return not self.database_url

    @property
    def local_url(self) -> str:
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104
        return self.public_url or f"http://{host}:{self.port}"


class WrongSetting(Exception):
    """A setting holds a value that cannot be used; the message says which and what is expected."""


def read_environment(values: Mapping[str, str] | None = None) -> Environment:
    """The settings in force. Makes nothing on disk."""
    values = os.environ if values is None else values
    text = {setting.name: values.get(setting.name, "").strip() or setting.default for setting in SETTINGS}
    home = Path(text["PERENNIAL_HOME"]).expanduser().absolute()
    return Environment(
        home=home,
        host=text["HOST"],
        port=_number(text, "PORT"),
        public_url=text["PUBLIC_URL"].rstrip("/"),
        allowed_hosts=_names(text["ALLOWED_HOSTS"]),
        database_url=text["DATABASE_URL"],
        database_memory=_number(text, "DATABASE_MEMORY") if text["DATABASE_MEMORY"] else None,
        database_account=text["DATABASE_ACCOUNT"],
        lake_url=text["LAKE_URL"] or str(home / "lake"),
        lake_engine=_one_of(text, "LAKE_ENGINE", LAKE_ENGINES),
        spark_master=text["SPARK_MASTER"],
        secret_key=text["SECRET_KEY"],
        smtp_url=text["SMTP_URL"],
        mail_from=text["MAIL_FROM"],
        outbound_allow=_names(text["OUTBOUND_ALLOW"]),
        web_threads=_number(text, "WEB_THREADS"),
        worker_jobs=_number(text, "WORKER_JOBS"),
        api_requests_per_minute=_number(text, "API_REQUESTS_PER_MINUTE"),
        automation_log_days=_number(text, "AUTOMATION_LOG_DAYS"),
        log_level=text["LOG_LEVEL"].upper(),
        metrics_token=text["METRICS_TOKEN"],
        development=text["DEVELOPMENT"] == "1",
    )


def make_home(home: Path) -> None:
    """Make the data folder if it is missing. One that exists keeps the permissions it has.

    Started by root, the database runs under another account, which must be able to pass through: 0711, not 0700.
    """
    if not home.exists():
        home.mkdir(parents=True)
        home.chmod(0o711 if os.geteuid() == 0 else 0o700)


def keep_private(home: Path) -> None:
    """What we write from now on is ours alone, and so are the folders that hold what we know of people, whoever made
    them and however open: the data folder itself may have to let the database's account pass."""
    os.umask(0o077)
    for folder in (home / name for name in PERSONAL):
        if folder.is_dir() and not folder.is_symlink() and folder.stat().st_uid == os.geteuid():
            folder.chmod(0o700)


def kept_secret(path: Path) -> str:
    """The secret kept in a file, made on first use. Two processes that start together agree on one."""
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        pass
    make_home(path.parent)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48) + "\n")
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text().strip()


def database_address(environment: Environment) -> addresses.Address:
    """Where the database is: the user's own, or the embedded one, which need not be running."""
    if environment.database_url:
        return addresses.parse(environment.database_url)
    kept = environment.home / "postgres" / "address"
    return addresses.parse(kept.read_text().strip()) if kept.exists() else addresses.Address.not_there(environment.home)


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _number(text: Mapping[str, str], name: str) -> int:
    try:
        return int(text[name])
    except ValueError:
        raise WrongSetting(f"{name} is '{text[name]}' but must be a whole number.") from None


def _one_of(text: Mapping[str, str], name: str, words: tuple[str, ...]) -> str:
    if text[name] not in words:
        raise WrongSetting(f"{name} is '{text[name]}' but must be one of: {', '.join(words)}.")
    return text[name]
