"""Makes sure that there is a Chromium for the browser tests: installs Debian's when it may, else prints the command."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
COMMAND = "apt-get update && apt-get install -y --no-install-recommends chromium"


def chromium() -> str | None:
    """The program, if there is one."""
    wanted = os.environ.get("CHROMIUM")
    return wanted or next((found for name in NAMES if (found := shutil.which(name))), None)


def main() -> None:
    if chromium():
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Chromium for the browser tests.", file=sys.stderr)  # noqa: T201
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        done = subprocess.run(["/bin/sh", "-c", COMMAND], env=quiet, stdout=subprocess.DEVNULL, check=False)
        if done.returncode == 0 and chromium():
            return
    print(f"No Chromium here: the browser tests are skipped. To run them: sudo sh -c '{COMMAND}'", file=sys.stderr)  # noqa: T201


if __name__ == "__main__":
    main()
