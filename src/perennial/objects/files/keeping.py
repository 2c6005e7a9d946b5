"""Taking a file in, finding it again, and removing what no record ever named."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Collection, Iterable
from datetime import timedelta
from functools import partial
from pathlib import Path, PurePosixPath, PureWindowsPath

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from perennial.foundation import clock
from perennial.foundation.sql import fetch
from perennial.objects.fields import FileLink
from perennial.objects.files.contents import LOOKED_AT, media_type_of
from perennial.objects.files.models import KeptFile
from perennial.workspace.actor import Actor

FOLDER = "kept"  # of the files folder
LARGEST = 15 * 1024 * 1024
WAITS = timedelta(days=1)  # for a record to name it
_UNSHOWN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff/\\]")


def keep_file(chunks: Iterable[bytes], *, name: str, by: Actor) -> FileLink:
    """Keep an upload; a record may name it by its id from now on. Raises ValueError with a sentence."""
    id = uuid.uuid4().hex
    path = path_of(id)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        size, digest, head = _write(path, chunks)
        shown = file_name(name)
        media_type = media_type_of(shown, head)
        KeptFile.objects.create(id=id, name=shown, size=size, media_type=media_type, digest=digest, actor=by.log_name)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return FileLink(id, shown, size, media_type)


def path_of(id: str) -> Path:
    """Where the bytes of a file lie. The id has been checked by its field's type: 32 hex letters."""
    return Path(settings.PERENNIAL_FILES) / FOLDER / id[:2] / id


def place_files(ids: Collection[str]) -> set[str]:
    """The files among these that are there; a record is about to name them, so that they stay."""
    if not ids:
        return set()
    return {
        row[0] for row in fetch("UPDATE objects_file SET is_placed = TRUE WHERE id = ANY(%s) RETURNING id", [list(ids)])
    }


def forget_unplaced() -> int:
    """Remove uploads that no record has named within a day. How many there were."""
    ids = [
        row[0]
        for row in fetch(
            "DELETE FROM objects_file WHERE NOT is_placed AND created_at < %s RETURNING id",
            [clock.real_now() - WAITS],
        )
    ]
    for id in ids:
        path_of(id).unlink(missing_ok=True)
    return len(ids)


def forget_files(ids: Collection[str]) -> None:
    """Remove files for good, once the transaction that is open has ended: of somebody who is erased."""
    found = [row[0] for row in fetch("DELETE FROM objects_file WHERE id = ANY(%s) RETURNING id", [list(ids)])]
    for id in found:
        transaction.on_commit(partial(path_of(id).unlink, missing_ok=True))


def file_name(name: str) -> str:
    """The last part of what the sender calls it, without what could lead elsewhere or read otherwise than written."""
    last = PureWindowsPath(PurePosixPath(name[:2000]).name).name
    shown = _UNSHOWN.sub("", last).strip(". ")
    stem, dot, ending = shown.rpartition(".")
    if len(shown) > 200:
        shown = f"{stem[: 199 - len(ending)]}.{ending}" if dot and len(ending) < 20 else shown[:200]
    return shown or str(_("file"))


def _write(path: Path, chunks: Iterable[bytes]) -> tuple[int, str, bytes]:
    """The size, the SHA-256 and the first bytes."""
    size, digest, head = 0, hashlib.sha256(), b""
    with path.open("xb") as file:
        path.chmod(0o600)
        for chunk in chunks:
            size += len(chunk)
            if size > LARGEST:
                raise ValueError(_("This file is too large: %(most)d MB at most.") % {"most": LARGEST // 2**20})
            if len(head) < LOOKED_AT:
                head += chunk[: LOOKED_AT - len(head)]
            digest.update(chunk)
            file.write(chunk)
    if not size:
        raise ValueError(_("This file is empty."))
    return size, digest.hexdigest(), head
