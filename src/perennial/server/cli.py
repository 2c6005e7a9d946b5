"""`perennial`: the command line. Each command is a file of `commands/`, loaded only when it is called.

A command file holds a typer app of one command or one group. Those that touch data are wrapped so that the
database runs and Django is set up before the file itself is imported; `up` and `demo` are not, to stay light.
"""

from __future__ import annotations

import importlib
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from perennial.foundation.errors import Refused
from perennial.server.environment import WrongSetting, read_environment
from perennial.server.postgres import DatabaseFailed, running
from perennial.server.supervisor import embedded_cluster


@dataclass(frozen=True)
class Entry:
    module: str
    summary: str
    needs_data: bool = True
    is_apart: bool = False  # reads files and no database, with our own code all the same


FOLDER = Path(__file__).parent / "commands"
COMMANDS: dict[str, Entry] = {
    "up": Entry("up", "Run Perennial until it is told to stop.", needs_data=False),
    "demo": Entry("demo", "Run Perennial with a real shop's data.", needs_data=False),
    "migrate": Entry("migrate", "Bring the database up to date."),
    "user": Entry("user", "Create and list users, make sign-in links."),
    "key": Entry("key", "Create, list and revoke keys for programs."),
    "import": Entry("importing", "Import a file as the import page would."),
    "duplicates": Entry("duplicates", "Find records that are the same, in one file or between two.", is_apart=True),
    "predict": Entry("predict", "Learn from a file what is likely, and score another.", is_apart=True),
    "export": Entry("exporting", "Export records into a file as a list would."),
    "load": Entry("loading", "Fill an empty deployment from an archive of everything."),
    "simulate": Entry("simulate", "Make a firm whose truth is known."),
    "rebuild": Entry("rebuild", "Recompute derived state, or check that it would come out the same."),
    "doctor": Entry("doctor", "Look at settings, database, disk, lake and mail, and say what to do."),
    "backup": Entry("backup", "Write everything into one archive."),
    "restore": Entry("restore", "Fill an empty data folder from an archive.", needs_data=False),
    "bench": Entry("bench", "Measure the budgets beside their yardsticks.", needs_data=False),
}


class Commands(TyperGroup):
    """The commands by name; only the one called is imported."""

    def list_commands(self, ctx: Any) -> list[str]:
        return [name for name, entry in COMMANDS.items() if (FOLDER / f"{entry.module}.py").exists()]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        entry = COMMANDS.get(cmd_name)
        if entry is None or cmd_name not in self.list_commands(ctx):
            return None
        is_asked = any(word == cmd_name for word in sys.argv[1:])
        if not is_asked:  # the list of commands: their summaries are enough
            return TyperCommand(cmd_name, short_help=entry.summary, help=entry.summary)
        if entry.needs_data and not entry.is_apart and "--help" not in sys.argv:
            _open_data(ctx)
        elif entry.needs_data:
            _set_up_django()
        module: Any = importlib.import_module(f"perennial.server.commands.{entry.module}")
        command = typer.main.get_command(module.app)
        command.name, command.help = cmd_name, command.help or entry.summary
        return command

    def invoke(self, ctx: Any) -> Any:
        """A refusal is a sentence, not a traceback."""
        try:
            return super().invoke(ctx)
        except (Refused, WrongSetting, DatabaseFailed) as error:
            print(f"perennial: {error}", file=sys.stderr)  # noqa: T201
            raise typer.Exit(1) from None


app = typer.Typer(cls=Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def main() -> None:
    """Perennial grows customers for life."""


def _open_data(ctx: typer.Context) -> None:
    """The database for as long as the command runs, then Django."""
    environment = read_environment()
    if environment.is_embedded:
        ctx.with_resource(running(embedded_cluster(environment)))
    _set_up_django()
    prepare: Any = importlib.import_module("perennial.server.prepare")
    if not prepare.is_migrated():
        prepare.prepare_database()
    jobs: Any = importlib.import_module("perennial.foundation.jobs")
    jobs.prepare_work()


def _set_up_django() -> None:
    importlib.import_module("perennial.server.run").set_up()
