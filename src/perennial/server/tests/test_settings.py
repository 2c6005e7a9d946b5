from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from perennial.server.environment import SETTINGS, WrongSetting, keep_private, kept_secret, read_environment

ROOT = Path(__file__).resolve().parents[4]


def test_the_guide_lists_every_setting_with_its_default_and_meaning() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \| (.*?) \|$", (ROOT / "docs/guide/settings.md").read_text(), re.MULTILINE)
    expected = [(s.name, f"`{s.default}`" if s.default else "", s.meaning) for s in SETTINGS]
    assert rows == expected


def test_every_setting_is_read_from_the_environment() -> None:
    environment = read_environment(
        {"PORT": "9000", "PERENNIAL_HOME": "/tmp/x", "PUBLIC_URL": "https://crm.example.com/"}
    )
    assert (environment.port, str(environment.home)) == (9000, "/tmp/x")
    assert environment.local_url == "https://crm.example.com"
    assert environment.is_embedded


def test_a_value_that_cannot_be_used_is_named() -> None:
    with pytest.raises(WrongSetting, match="PORT is 'eighty'"):
        read_environment({"PORT": "eighty"})


def test_a_secret_is_made_once_and_private(tmp_path: Path) -> None:
    path = tmp_path / "home" / "secret_key"
    first = kept_secret(path)
    assert kept_secret(path) == first
    assert len(first) >= 50
    assert path.stat().st_mode & 0o077 == 0


def test_no_module_but_the_table_reads_the_environment() -> None:
    """Else a setting could be missing from the table. `server` passes on and cleans what programs inherit."""
    reading = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "src" / "perennial").rglob("*.py")
        if not {"tests", "server"} & set(path.parts) and re.search(r"os\.environ|os\.getenv", path.read_text())
    ]
    assert reading in ([], ["src/perennial/web/packages.py"]), "the set-up of front-end libraries runs without Django"


def test_what_is_known_of_people_is_for_our_account_alone(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    lake.mkdir()
    lake.chmod(0o755)
    before = os.umask(0o022)
    try:
        keep_private(tmp_path)
        (tmp_path / "files").mkdir()
        (tmp_path / "files" / "people.csv").touch()
    finally:
        os.umask(before)
    for path in (lake, tmp_path / "files", tmp_path / "files" / "people.csv"):
        assert path.stat().st_mode & 0o077 == 0
