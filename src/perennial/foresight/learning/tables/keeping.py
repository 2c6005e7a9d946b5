"""Models by name, each a folder with what was learnt and its card. Written beside and put in place at once."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from perennial.foresight.learning.report import Report
from perennial.foresight.learning.tables.asking import CannotLearn, listed
from perennial.foresight.learning.tables.model import TableModel
from perennial.foundation.errors import NotFound

_NAME = re.compile(r"[\w][\w .-]{0,79}")
_MODEL, _CARD = "model.json", "card.json"


def checked_name(name: str) -> str:
    if not _NAME.fullmatch(name) or name.endswith((".", " ")):
        raise CannotLearn(_("“%(name)s” cannot be a name. Use up to 80 letters, digits, spaces, points, hyphens.") % {
            "name": name[:100]})  # fmt: skip
    return name


def keep(folder: Path, name: str, model: TableModel, report: Report) -> Path:
    """What had that name before is replaced."""
    place = folder / checked_name(name)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = folder / f".{name}.{os.getpid()}"
    draft.mkdir(mode=0o700)
    try:
        (draft / _MODEL).write_text(json.dumps(model.to_json(), ensure_ascii=False, allow_nan=False))
        (draft / _CARD).write_text(json.dumps(report.to_json(), ensure_ascii=False, indent=1, allow_nan=False))
        if place.exists():
            before = folder / f".{name}.{os.getpid()}.before"
            place.rename(before)
            draft.rename(place)
            shutil.rmtree(before)
        else:
            draft.rename(place)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return place


def kept(folder: Path, name: str) -> TableModel:
    path = folder / checked_name(name) / _MODEL
    if not path.is_file():
        names = sorted(each.parent.name for each in folder.glob(f"*/{_MODEL}") if not each.parent.name.startswith("."))
        sentence = _("There is no model “%(name)s”.") % {"name": name}
        raise NotFound(sentence + (" " + _("There are: %(names)s.") % {"names": listed(names)} if names else ""))
    try:
        data: dict[str, Any] = json.loads(path.read_text())
        return TableModel.from_json(data)
    except (ValueError, KeyError, TypeError) as error:
        raise CannotLearn(_("The model “%(name)s” is damaged. Train it again.") % {"name": name}) from error
