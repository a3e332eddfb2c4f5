"""What translators type: begin a language, keep it up to date, have it read, approve it; and what staff hand out."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from builder.cli import shell

_KINDS = click.Choice(["typo", "wording", "meaning"])


@click.group(cls=shell.Group)
def translate() -> None:
    """Translate, from a new language to an approved sheet."""


@translate.command()
@click.argument("language")
@click.option("--name", default="", help="Its English name, when the catalogue does not have it: Laz.")
@click.option("--autonym", default="", help="What its speakers call it.")
@click.option("--script", default="", help="Four letters of ISO 15924: Latn, Arab, Deva.")
@click.pass_context
def add(ctx: click.Context, language: str, name: str, autonym: str, script: str) -> None:
    """Begin a LANGUAGE: its record, unless the catalogue has it, and files to translate."""
    from builder.translation import begin

    for path in begin.add(shell.root(ctx), begin.Wanted(language, name, autonym, script)):
        click.echo(path)


@translate.command()
@click.argument("language", required=False)
@click.option("--as", "kind", type=_KINDS, help="What the edits of the English text were: a typo keeps approvals.")
@click.option("--role", default="author", show_default=True, help="Who says so: what the person is, never a name.")
@click.pass_context
def sync(ctx: click.Context, language: str | None, kind: str | None, role: str) -> None:
    """Bring the PO files of a language, or of all, up to date with the source.

    What nobody speaks of counts as a change of meaning: the translation becomes stale.
    """
    from builder import translation
    from builder.review import check_role

    check_role(role)
    said = translation.Said(kind, role, shell.today()) if kind else None  # type: ignore[arg-type]  # Choice made sure
    for path in translation.sync(shell.root(ctx), language, said):
        click.echo(path)


@translate.command()
@click.argument("language", required=False)
@click.pass_context
def status(ctx: click.Context, language: str | None) -> None:
    """Count what each language has, or tell what every sheet of one LANGUAGE waits for."""
    from builder import listing
    from builder.translation import progress

    if language:
        click.echo("\n".join(progress.sheets(shell.root(ctx), language)))
    else:
        click.echo(listing.language_table(listing.languages(shell.root(ctx))))


@translate.command()
@click.argument("language", required=False)
@click.pass_context
def check(ctx: click.Context, language: str | None) -> None:
    """Find every slip in the translations of a language, or of all."""
    from builder import check as rules
    from builder import project
    from builder.diagnostics import errors, in_order
    from builder.translation import known

    loaded = project.read(shell.root(ctx))
    if language:
        known(loaded, language)
    folders = tuple(f"content/{part}/{language or ''}" for part in ("locale", "languages", "approved", "reviews"))
    ends = ("/", ".") if language else ("",)
    found = [
        problem
        for problem in in_order(rules.check(loaded))
        if problem.place.file.startswith(tuple(folder + end for folder in folders for end in ends))
    ]
    for problem in found:
        click.echo(str(problem))
    wrong = len(errors(found))
    click.echo(f"{wrong} {'error' if wrong == 1 else 'errors'}, {len(found) - wrong} warnings")
    sys.exit(shell.CONTENT if wrong else shell.OK)


@translate.command()
@click.argument("language")
@click.option("--topic", "topics", multiple=True, help="Only this topic.")
@click.option("-o", "folder", type=click.Path(path_type=Path), default=Path("proofs"), help="Where to write them.")
@click.pass_context
def proof(ctx: click.Context, language: str, topics: tuple[str, ...], folder: Path) -> None:
    """Print what a reviewer reads: English and translation side by side, and a box to sign."""
    from builder.translation.proof import write

    problems = write(shell.root(ctx), language, topics, folder, shell.workers(None))
    shell.print_problems(problems)
    sys.exit(shell.CONTENT if problems else shell.OK)


@translate.command("export")
@click.argument("language")
@click.option("--topic", "topics", multiple=True, help="Only this topic (ui: the headings).")
@click.option("--xlsx", is_flag=True, default=False, help="A spreadsheet; without it, one PO file for each topic.")
@click.option("-o", "target", type=click.Path(path_type=Path), help="The file, or the folder for PO files.")
@click.pass_context
def export(ctx: click.Context, language: str, topics: tuple[str, ...], xlsx: bool, target: Path | None) -> None:
    """Write what a translator works on, to send away."""
    from builder.translation import deliver

    for path in deliver.export(shell.root(ctx), language, topics, target, xlsx=xlsx):
        click.echo(path)


@translate.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--language", default="", help="Of a PO file whose header does not say it.")
@click.option("--dry-run", is_flag=True, default=False, help="Show what would change, and change nothing.")
@click.pass_context
def import_(ctx: click.Context, files: tuple[Path, ...], language: str, dry_run: bool) -> None:
    """Take back spreadsheets and PO files: shows before and after, and refuses what would print wrong."""
    from builder.translation import deliver

    report = deliver.take(shell.root(ctx), files, language, dry_run=dry_run)
    for change in report.changes:
        click.echo(str(change))
    shell.print_problems(report.problems)
    done = "would change" if dry_run else "changed"
    click.echo(f"{len(report.changes)} messages {done}, {len(report.problems)} refused")
    sys.exit(shell.CONTENT if report.problems else shell.OK)


_BANDS = click.option("--age", "bands", multiple=True, help="An age band, such as 7-18m (default: all of the topic).")


@translate.command()
@click.argument("language")
@click.option("--topic", required=True, help="A topic, such as attachment.")
@_BANDS
@click.option("--role", required=True, help='What the person is, never a name: "certified translator".')
@click.option("--proof", "code", required=True, help="The code at the foot of the proof that was read.")
@click.pass_context
def approve(ctx: click.Context, language: str, topic: str, bands: tuple[str, ...], role: str, code: str) -> None:
    """Record that a reviewer approves a topic in a LANGUAGE, for exactly the words of the proof."""
    from builder.translation import approve as approving

    who = approving.Approver(role, code)
    done = approving.approve(shell.root(ctx), language, topic, bands, who, shell.today())
    click.echo(f"content/reviews/{language}.yaml: {topic} {', '.join(done)}: approved by {role}")


@translate.command()
@click.argument("language")
@click.option("--topic", required=True, help="A topic, such as attachment.")
@_BANDS
@click.pass_context
def withdraw(ctx: click.Context, language: str, topic: str, bands: tuple[str, ...]) -> None:
    """Take an approval back: its edition is no longer printed. `handouts recall` then lists its sheets."""
    from builder.translation import approve as approving

    done = approving.withdraw(shell.root(ctx), language, topic, bands)
    click.echo(f"content/reviews/{language}.yaml: {topic} {', '.join(done)}: approval withdrawn")


@click.command()
@click.argument("language")
@click.option("-o", "target", type=click.Path(path_type=Path, dir_okay=False), help="The zip file.")
@click.pass_context
def kit(ctx: click.Context, language: str, target: Path | None) -> None:
    """Zip what a translator of a LANGUAGE needs: spreadsheet, PO files, proof, and what to do with them."""
    from builder.translation.kit import write

    click.echo(write(shell.root(ctx), language, target or Path(f"kit-{language}.zip"), shell.workers(None)))


@click.command()
@shell.axes
@click.pass_context
def issue(ctx: click.Context, /, everything: bool, **axes: tuple[str, ...]) -> None:
    """Record that built sheets are handed out from today on."""
    from builder.translation import issue as issuing

    for row in issuing.issue(shell.root(ctx), shell.request(everything, axes), shell.today()):
        click.echo(f"{row.date} {row.sheet} {row.code}")


@click.command()
@click.pass_context
def recall(ctx: click.Context) -> None:
    """List the sheets to throw away: handed out, and changed since. Exit code 1 when there are any."""
    from builder.translation import issue as issuing

    found = issuing.recall(shell.root(ctx))
    for row in found:
        click.echo(str(row))
    click.echo(f"{len(found)} to throw away" if found else "Everything that was handed out is as it is printed today.")
    sys.exit(shell.CONTENT if found else shell.OK)
