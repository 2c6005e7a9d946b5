from __future__ import annotations

from collections.abc import Iterator

import pytest

from perennial.web.places import Place, places, places_for, register_place
from perennial.workspace.actor import Actor
from perennial.workspace.rights import EVERYTHING, NOTHING, Reach, Rights

ADA = Actor("user", 1, "Ada", EVERYTHING)
BEN = Actor("user", 2, "Ben", Rights({"customers.customer": {"view": Reach.OWN}}, frozenset({"import.run"})))
DOV = Actor("user", 3, "Dov", NOTHING)


@pytest.fixture(autouse=True)
def only_these(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    kept = dict(places)
    places.clear()
    yield
    places.clear()
    places.update(kept)


def test_everybody_sees_only_the_places_they_may_enter() -> None:
    register_place(Place("settings", "Settings", "/settings/", group="shape", permission="settings.manage"))
    register_place(Place("customers", "Customers", "/customers/", order=20, permission="view:customers.customer"))
    register_place(Place("import", "Import", "/import/", group="shape", order=10, permission="import.run"))
    register_place(Place("today", "Today", "/", order=10))
    register_place(Place("me", "Me", "/me/", kind="palette"))
    assert [place.key for place in places_for(ADA)] == ["today", "customers", "me", "import", "settings"]
    assert [place.key for place in places_for(BEN, kind="nav")] == ["today", "customers", "import"]
    assert [place.key for place in places_for(DOV, kind="nav")] == ["today"]


@pytest.mark.parametrize(("wrong", "says"), [
    (Place("today", "Again", "/again/"), "declared twice"),
    (Place("other", "Other", "/other/", shortcut="t"), "shortcut"),
    (Place("away", "Away", "https://example.com/"), "needs a path"),
    (Place("away", "Away", "//example.com/"), "needs a path"),
    (Place("other", "Other", "/other/", group="attic"), "unknown group"),
    (Place("other", "Other", "/other/", permission="be.king"), "unknown right"),
    (Place("other", "Other", "/other/", permission="burn:customers.customer"), "unknown right"),
])  # fmt: skip
def test_registration_refuses_what_would_surprise(wrong: Place, says: str) -> None:
    register_place(Place("today", "Today", "/", shortcut="t"))
    with pytest.raises(ValueError, match=says):
        register_place(wrong)
