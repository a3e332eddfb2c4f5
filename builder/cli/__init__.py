"""The command line: thin. It owns the terminal, the working directory and the exit codes, and no logic.

Exit codes: 0 done, 1 problems in the content, 2 wrong use, 3 a worker was ended, 130 and 143 signals. Every command
imports what it needs when it runs, so that `--help` stays quick.
"""

from __future__ import annotations

import json
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from builder.cli import authors, packs, shell, translators, web
from builder.cli.shell import CONTENT, OK, axes, request

if TYPE_CHECKING:
    from builder.build import Report
    from builder.model import OnStale

USAGE, KILLED = 2, 3


class _Group(shell.Group):
    """Turns refusals into one line."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's own signature
        from builder.diagnostics import ProblemsError, RefusalError

        try:
            return super().invoke(ctx)
        except ProblemsError as error:
            shell.print_problems(error.diagnostics)
            sys.exit(CONTENT)
        except RefusalError as error:
            click.echo(f"handouts: {error}", err=True)
            sys.exit(USAGE)
        except KeyboardInterrupt:
            click.echo("handouts: interrupted; what was finished is kept", err=True)
            sys.exit(130)
        except OSError as error:
            click.echo(
                f"handouts: {error.filename or 'the disk'}: {error.strerror}; nothing half-written stays", err=True
            )
            sys.exit(CONTENT)


# \b: Click keeps the lines of the paragraph that it opens
_HELP = """\
Printable sheets for family programs, in many languages.

\b
A first try:   handouts list
               handouts build --topic attachment --age 14m --language es
"""


@click.group(cls=_Group, help=_HELP, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--project",
    "folder",
    type=click.Path(path_type=Path),
    help="The project's folder (default: found upward from here).",
)
@click.version_option(package_name="handouts")
@click.pass_context
def main(ctx: click.Context, folder: Path | None) -> None:
    """Find the project and prepare for the end; `_HELP` is what people read."""
    ctx.obj = folder
    signal.signal(signal.SIGTERM, _terminated)


def _terminated(_signal: int, _frame: object) -> None:
    click.echo("handouts: ended; what is finished stays, and nothing half-written", err=True)
    sys.exit(143)


@main.command("list")
@click.option("--about", help="Only topics about this concern, such as goodbyes.")
@click.option("--languages", "show_languages", is_flag=True, default=False, help="The languages and how far each is.")
@click.option("--json", "as_json", is_flag=True, default=False, help="For programs.")
@axes
@click.pass_context
def list_(
    ctx: click.Context,
    /,
    about: str | None,
    show_languages: bool,
    as_json: bool,
    everything: bool,
    **chosen: tuple[str, ...],
) -> None:
    """Show what can be printed, in which language, and what is missing."""
    from builder import listing

    root = shell.root(ctx)
    if show_languages:
        rows = listing.languages(root)
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1) if as_json else listing.language_table(rows))
        return
    shelf = listing.sheets(root, request(everything, chosen), about)
    if as_json:
        click.echo(json.dumps(shelf, ensure_ascii=False, indent=1))
    else:
        click.echo("\n".join([listing.table(shelf), "", *listing.notes(root)]))


@main.command()
@click.option("--jobs", type=click.IntRange(1, 64), help="Worker processes (default: one for each processor).")
@click.option("--cluster", metavar="ADDRESS", help="Typeset on the workers of a Dask scheduler: tcp://host:8786.")
@click.option("--json", "as_json", is_flag=True, default=False, help="Print the report for programs.")
@click.option(
    "--on-stale",
    type=click.Choice(["last-approved", "draft", "fail"]),
    default="last-approved",
    show_default=True,
    help="What to print of a translation that has moved on since its approval.",
)
@axes
@click.pass_context
def build(
    ctx: click.Context,
    /,
    jobs: int | None,
    cluster: str | None,
    as_json: bool,
    on_stale: OnStale,
    everything: bool,
    **chosen: tuple[str, ...],
) -> None:
    """Make the PDFs: the program's shelf, or what the options choose."""
    from builder.build import build as make

    if jobs and cluster:
        raise click.UsageError(
            "--jobs is for this machine; a cluster's workers say themselves how much they do at once"
        )
    root = shell.root(ctx)
    asked = replace(request(everything, chosen), on_stale=on_stale)
    with shell.progress(quiet=as_json) as progress:
        report = make(root, asked, shell.workers(jobs, cluster), progress)
    if as_json:
        click.echo(json.dumps(_as_record(report), ensure_ascii=False, indent=1))
    else:
        shell.print_problems(report.problems)
        click.echo(_summary(report))
    sys.exit(KILLED if report.killed else OK if report.ok else CONTENT)


main.add_command(packs.visit)
main.add_command(packs.group)


def _summary(report: Report) -> str:
    parts = [f"{len(report.built)} built", f"{report.unchanged} unchanged"]
    if report.missing:
        parts.append(f"{len(report.missing)} not there yet (a translation is missing: see `handouts list`)")
    if report.removed:
        parts.append(f"{len(report.removed)} removed")
    if report.failed:
        parts.append(f"{len(report.failed)} failed")
    return f"{', '.join(parts)} ({report.seconds:.1f} s)"


def _as_record(report: Report) -> dict[str, object]:
    return {
        "built": list(report.built), "unchanged": report.unchanged, "missing": list(report.missing),
        "failed": list(report.failed), "removed": list(report.removed),
        "problems": [problem.as_record() for problem in report.problems], "seconds": round(report.seconds, 3),
    }  # fmt: skip


@main.command()
@click.option("--json", "as_json", is_flag=True, default=False, help="For programs.")
@click.pass_context
def check(ctx: click.Context, as_json: bool) -> None:
    """Find everything that is wrong with the texts, translations, settings and templates."""
    from builder import check as rules
    from builder import project
    from builder.diagnostics import errors, in_order

    found = in_order(rules.check(project.read(shell.root(ctx))))
    if as_json:
        click.echo(json.dumps([problem.as_record() for problem in found], ensure_ascii=False, indent=1))
    else:
        for problem in found:
            click.echo(str(problem))
        wrong = len(errors(found))
        click.echo(f"{wrong} {'error' if wrong == 1 else 'errors'}, {len(found) - wrong} warnings")
    sys.exit(CONTENT if errors(found) else OK)


main.add_command(translators.translate)
main.add_command(translators.kit)
main.add_command(translators.issue)
main.add_command(translators.recall)


@main.group(cls=_Group)
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


main.add_command(authors.new)
main.add_command(authors.watch)
main.add_command(authors.trace)
main.add_command(authors.review)
main.add_command(web.web)
main.add_command(web.site)


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
def init(folder: Path) -> None:
    """Make a new project in FOLDER: settings, templates and the first library."""
    from builder import scaffold

    count = scaffold.project(folder)
    click.echo(f"{count} files in {folder}. Next: cd {folder}, look into program.yaml, then `handouts build`")


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
def schemas(folder: Path) -> None:
    """Write a JSON Schema for each kind of YAML file into FOLDER, for editors that complete and check."""
    from builder import scaffold

    for path in scaffold.schemas(folder):
        click.echo(path)


@main.command()
@click.pass_context
def doctor(ctx: click.Context) -> None:
    """Name everything missing or different on this machine, with the line that mends it."""
    from builder import doctor as clinic

    findings = clinic.examine(ctx.obj or Path.cwd())
    for finding in findings:
        click.echo(str(finding))
    sick = [finding for finding in findings if finding.mend]
    click.echo("All is well." if not sick else f"{len(sick)} to mend.")
    sys.exit(CONTENT if sick else OK)
