from __future__ import annotations

import typer
from rich.console import Console
from rich.markup import escape

from perennial.server.checks import examine

app = typer.Typer(add_completion=False)


@app.command()
def doctor() -> None:
    """Look at settings, database, disk, jobs, lake and mail; for each what is wrong, and what to do about it."""
    console = Console(highlight=False, soft_wrap=True)
    findings = examine()
    for finding in findings:
        mark = "[green]well [/]" if finding.is_well else "[red]wrong[/]"
        console.print(f"{mark} {finding.about}: {escape(finding.sentence)}")
    if not all(finding.is_well for finding in findings):
        raise typer.Exit(1)
