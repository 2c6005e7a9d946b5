"""Gathers what is to be translated, room by room, into `src/perennial/<room>/locale/<language>/LC_MESSAGES/django.po`.

    make messages        # after changing a text; then translate what is empty

Python is read by Babel; templates are first turned into Python by Django's own `templatize`. English needs no
catalogue.
A test (`tests/architecture/test_translations.py`) fails while a text is missing, empty or differs in its placeholders.
"""

from __future__ import annotations

import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

SOURCE = Path(__file__).resolve().parent.parent / "src" / "perennial"
LANGUAGES = ("bs", "kk")
PLURALS = {
    "bs": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);",
    "kk": "nplurals=2; plural=(n!=1);",
}
KEYWORDS = {
    "_": None, "gettext": None, "gettext_lazy": None, "now": None, "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3), "gettext_noop": None,
}  # fmt: skip


def rooms() -> list[Path]:
    return sorted(path.parent for path in SOURCE.glob("*/__init__.py"))


def template_of(room: Path) -> Catalog:
    """All texts of a room, in the order of its files."""
    catalog = Catalog(charset="utf-8")
    files = [*room.rglob("*.py"), *room.rglob("*.html")]
    for path in sorted(file for file in files if "tests" not in file.parts and "migrations" not in file.parts):
        text = path.read_text()
        code = templatize(text, origin=str(path)) if path.suffix == ".html" else text
        for _line, message, comments, context in extract(
            "python", io.BytesIO(code.encode()), KEYWORDS, ("Translators",)
        ):
            catalog.add(message, context=context, locations=[(str(path.relative_to(SOURCE.parent)), 1)],
                        auto_comments=comments)  # fmt: skip
    return catalog


def po_path(room: Path, language: str) -> Path:
    return room / "locale" / language / "LC_MESSAGES" / "django.po"


def read_catalog(room: Path, language: str) -> Catalog:
    path = po_path(room, language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update(room: Path, language: str) -> int:
    """Write the room's catalogue anew: new texts empty, those no longer used gone. How many are empty."""
    wanted, present = template_of(room), read_catalog(room, language)
    fresh = Catalog(locale=language, charset="utf-8", fuzzy=False, project="Perennial")
    for message in wanted:
        if message.id:
            known = present.get(message.id, message.context)
            fresh.add(message.id, known.string if known else None, context=message.context,
                      auto_comments=message.auto_comments)  # fmt: skip
    if len(fresh) == 0:
        return 0
    path = po_path(room, language)
    path.parent.mkdir(parents=True, exist_ok=True)
    body = io.BytesIO()
    write_po(body, fresh, omit_header=True, no_location=True, width=0, sort_output=False)
    head = (f'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n"MIME-Version: 1.0\\n"\n'
            f'"Content-Type: text/plain; charset=UTF-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
            f'"Plural-Forms: {PLURALS[language]}\\n"\n\n')  # fmt: skip
    path.write_bytes(head.encode() + body.getvalue())
    return sum(1 for message in fresh if message.id and not any(_strings(message.string)))


def _strings(string: object) -> list[str]:
    return [str(each) for each in string] if isinstance(string, list | tuple) else [str(string or "")]


def main() -> None:
    for room in rooms():
        for language in LANGUAGES:
            empty = update(room, language)
            if empty:
                print(f"{room.name} {language}: {empty} texts to translate")  # noqa: T201


if __name__ == "__main__":
    main()
