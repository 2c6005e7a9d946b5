"""Takes pictures of the preview pages and runs axe over them: python -m perennial.web.tests.pictures FOLDER [name …]"""

# ruff: noqa: T201
from __future__ import annotations

import sys
import threading
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

from perennial.web.tests import preview

SIZES = {"wide": (1320, 960), "phone": (390, 844)}
OPTIONS = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}


def take(folder: Path, names: list[str], *, port: int = 8771) -> int:
    """Returns how many serious violations and script errors there were."""
    folder.mkdir(parents=True, exist_ok=True)
    server = preview.serve(port)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    bad = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-background-networking", "--hide-scrollbars"],
        )
        for size, (width, height) in SIZES.items():
            page = browser.new_page(viewport={"width": width, "height": height})
            page.on("console", lambda message: print("   ", message.text) if message.type == "error" else None)
            page.on("pageerror", lambda error: print("   ", error))
            for name in names:
                for theme in ("light", "dark"):
                    bad += _one(page, folder, name=name, theme=theme, size=size, port=port)
        browser.close()
    server.shutdown()
    return bad


def _one(page: Page, folder: Path, *, name: str, theme: str, size: str, port: int) -> int:
    page.goto(f"http://127.0.0.1:{port}/preview/{name}?theme={theme}", wait_until="networkidle")
    page.screenshot(path=str(folder / f"{name}-{size}-{theme}.png"), full_page=True)
    found = Axe().run(page, options=OPTIONS).response["violations"]
    for each in found:
        where, summary = each["nodes"][0]["html"][:150], each["nodes"][0].get("failureSummary", "")[:200]
        print(f"{name} {size} {theme}: {each['impact']} {each['id']} ({len(each['nodes'])}): {where} {summary!r}")
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if overflow > 0:
        print(f"{name} {size}: the page is {overflow} px too wide")
    return sum(each["impact"] in ("serious", "critical") for each in found)


if __name__ == "__main__":
    chosen = sys.argv[2:] or [
        "kit",
        "today",
        "today-done",
        "today-new",
        "customers",
        "customers-empty",
        "customers-none",
        "customer",
        "form",
        "lifecycle",
        "imports",
        "import-file",
        "import-columns",
        "import-check",
        "import-run",
        "import-done",
        "firm",
        "users",
        "roles",
        "role",
        "keys",
        "health",
        "outbox",
        "sign-in",
        "sign-in-wrong",
        "forgotten",
        "sent",
        "invitation",
        "expired",
        "first-run",
        "missing",
        "broken",
    ]
    sys.exit(min(1, take(Path(sys.argv[1]), chosen)))
