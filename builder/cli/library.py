"""The commands that everybody types: list, build, check."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from builder.cli import shell
from builder.cli.shell import CONTENT, OK, axes, request

if TYPE_CHECKING:
    from builder.build import Report
    from builder.model import OnStale

KILLED = 3  # an exit code: a worker had to be ended


@click.command("list")
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


@click.command()
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
    from dataclasses import replace

    from builder.build import build as make

    if jobs and cluster:
        raise click.UsageError(
            "--jobs is for this machine; a cluster's workers say themselves how much they do at once"
        )
    root = shell.root(ctx)
    asked = replace(request(everything, chosen), on_stale=on_stale)
    with shell.progress(quiet=as_json) as progress, shell.ahead(cluster) as begin:
        report = make(root, asked, shell.workers(jobs, cluster), progress, begin)
    if as_json:
        click.echo(json.dumps(_as_record(report), ensure_ascii=False, indent=1))
    else:
        shell.print_problems(report.problems)
        click.echo(_summary(report))
    sys.exit(KILLED if report.killed else OK if report.ok else CONTENT)


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


@click.command()
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
