"""Compiles the translations with Babel, so that no machine needs GNU gettext. Run as a module by `make setup`."""

from __future__ import annotations

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

SOURCE = Path(__file__).resolve().parent.parent


def compile_translations(source: Path = SOURCE) -> int:
    """Write each .mo that is missing or older than its .po; how many were written."""
    written = 0
    for po in sorted(source.glob("*/locale/*/LC_MESSAGES/django.po")):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime:
            continue
        with po.open("rb") as file:
            catalog = read_po(file, locale=po.parent.parent.name)
        draft = mo.with_name(f".{mo.name}.{os.getpid()}")
        with draft.open("wb") as file:
            write_mo(file, catalog)
        draft.replace(mo)
        written += 1
    return written


if __name__ == "__main__":
    compile_translations()
