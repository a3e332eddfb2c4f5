"""Commands for those who write and review: begin, watch, trace, record a review."""

from __future__ import annotations

import sys

import click

from builder.cli import shell
from builder.cli.shell import axes, request


@click.group()
def new() -> None:
    """Begin a topic or an article with a file that teaches the format."""


@new.command("topic")
@click.argument("name")
@click.pass_context
def new_topic(ctx: click.Context, name: str) -> None:
    """Begin a topic: content/topics/NAME/topic.yaml."""
    from builder import scaffold

    click.echo(scaffold.topic(shell.root(ctx), name))


@new.command("article")
@click.argument("topic")
@click.argument("band")
@click.pass_context
def new_article(ctx: click.Context, topic: str, band: str) -> None:
    """Begin an article of a TOPIC for an age BAND, such as 7-18m (or any-age, or staff)."""
    from builder import scaffold

    click.echo(scaffold.article(shell.root(ctx), topic, band))


@click.command()
@click.option("--open/--no-open", "show", default=None, help="Show the first sheet (default: on a terminal).")
@axes
@click.pass_context
def watch(ctx: click.Context, /, show: bool | None, everything: bool, **chosen: tuple[str, ...]) -> None:
    """Build again whenever a text, a translation or a template changes, until Ctrl-C."""
    from builder import watch as watching

    root = shell.root(ctx)
    opened = not (sys.stdout.isatty() if show is None else show)
    click.echo("Watching. Ctrl-C ends it.", err=True)
    for report in watching.watch(root, request(everything, chosen), shell.workers(None)):
        shell.print_problems(report.problems)
        for path in report.built:
            click.echo(f"output/{path}")
        click.echo(f"{len(report.built)} built, {report.unchanged} unchanged ({report.seconds:.1f} s)", err=True)
        if report.built and not opened:
            click.launch(str(root / "output" / report.built[0]))
            opened = True


@click.command()
@click.argument("question", required=False)
@click.option("--unused", is_flag=True, default=False, help="The facts that no sheet uses, and why.")
@click.pass_context
def trace(ctx: click.Context, question: str | None, unused: bool) -> None:
    """Tell where something comes from: a fact, an item code, a version code, a printed PDF, words of a sentence.

    The answer names the line it is written on, what it rests on, the sheets that carry it, and who approved it.
    """
    from builder import trace as tracing

    if unused:
        click.echo("\n".join(tracing.unused(shell.root(ctx))))
        return
    if not question:
        raise click.UsageError("say what to trace, such as 003.B.i3, or --unused")
    click.echo(str(tracing.trace(shell.root(ctx), question)))


@click.command()
@click.argument("topic")
@click.option("--age", "bands", multiple=True, help="An age band, such as 12-17y (default: all of the topic).")
@click.option("--role", required=True, help='What the person is, never a name: "child psychologist".')
@click.pass_context
def review(ctx: click.Context, topic: str, bands: tuple[str, ...], role: str) -> None:
    """Record that a specialist has reviewed a TOPIC, for exactly the words it has now."""
    from datetime import UTC, datetime

    from builder import review as reviewing

    done = reviewing.record(shell.root(ctx), topic, bands, role, datetime.now(UTC).astimezone().date())
    click.echo(f"content/reviews/en.yaml: {topic} {', '.join(done)}: reviewed by {role}")
