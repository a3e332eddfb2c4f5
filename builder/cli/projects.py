"""The commands around a project: its language catalogue, a new one, schemas for editors, the state of this machine."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from builder.cli import shell
from builder.cli.shell import CONTENT, OK


@click.group(cls=shell.Group)
def languages() -> None:
    """The language catalogue."""


@languages.command()
@click.argument("tags", nargs=-1)
@click.option(
    "-o", "folder", type=click.Path(path_type=Path), default=Path("specimens"), help="Where to write the pages."
)
@click.pass_context
def specimen(ctx: click.Context, tags: tuple[str, ...], folder: Path) -> None:
    """Print a page that proves a language's record: fonts, direction, breaks, digits."""
    from builder import specimens

    problems = specimens.write(shell.root(ctx), tags, folder, shell.workers(None))
    shell.print_problems(problems)
    sys.exit(CONTENT if problems else OK)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
def init(folder: Path) -> None:
    """Make a new project in FOLDER: settings, templates and the first library."""
    from builder import scaffold

    count = scaffold.project(folder)
    click.echo(f"{count} files in {folder}. Next: cd {folder}, look into program.yaml, then `handouts build`")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
def schemas(folder: Path) -> None:
    """Write a JSON Schema for each kind of YAML file into FOLDER, for editors that complete and check."""
    from builder import scaffold

    for path in scaffold.schemas(folder):
        click.echo(path)


@click.command()
@click.pass_context
def doctor(ctx: click.Context) -> None:
    """Name everything missing or different on this machine, with the line that mends it."""
    from builder import doctor as clinic

    findings = clinic.examine(shell.folder(ctx))
    for finding in findings:
        click.echo(str(finding))
    sick = [finding for finding in findings if finding.mend]
    click.echo("All is well." if not sick else f"{len(sick)} to mend.")
    sys.exit(CONTENT if sick else OK)
