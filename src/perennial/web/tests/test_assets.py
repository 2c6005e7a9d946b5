from __future__ import annotations

import json
import re

from perennial.web import assets
from perennial.web.assets import CHARTS, HERE, PROGRAMS, SHEETS
from perennial.web.kit.icons import ICONS


def test_every_style_sheet_and_program_is_served_and_none_is_forgotten() -> None:
    served = {name for name in (*SHEETS, *PROGRAMS, *CHARTS) if name.startswith("web/")}
    folder = HERE / "static"
    assert {str(path.relative_to(folder)) for path in folder.rglob("*") if path.suffix in (".css", ".js")} == served


def test_the_lock_file_names_no_registry() -> None:
    lock = json.loads((HERE / "package-lock.json").read_text())
    assert "resolved" not in json.dumps(lock)
    assert all("integrity" in package for name, package in lock["packages"].items() if name)


def test_colours_are_tokens() -> None:
    """A colour outside tokens.css would not turn dark. Black and white on paper are print's own."""
    for path in (HERE / "static" / "web").glob("*.css"):
        if path.name in ("tokens.css", "print.css"):
            continue
        text = re.sub(r"@media print \{.*", "", path.read_text(), flags=re.DOTALL)
        text = re.sub(r"light-dark\([^)]*\)", "", text)
        assert not re.search(r"#[0-9a-f]{3,8}\b(?![^{]*\{)", text), path.name


def test_current_assets_are_not_built_again() -> None:
    assets.build()
    assert assets.is_current()
    assert not assets.build()


def test_every_icon_that_a_room_names_is_in_the_sprite() -> None:
    rooms = HERE.parent
    named = {
        name
        for path in [*rooms.rglob("*.py"), *rooms.rglob("*.html")]
        if "tests" not in path.parts
        for found in re.findall(r'icon="([a-z0-9-]+)"|\{% icon "([a-z0-9-]+)"', path.read_text())
        for name in found
        if name
    }
    assert named <= set(ICONS), f"Add to kit/icons.py: {sorted(named - set(ICONS))}"
