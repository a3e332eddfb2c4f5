"""The commands that make packs: `visit` and `group`. Here are the options, the questions and the prompts, no rule.

A date is never an argument, which a shell's history and the list of processes would keep.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from builder.cli import shell

if TYPE_CHECKING:
    from builder.age import Birth
    from builder.contents import Wish
    from builder.pack import Answers, Desk, Piece, Question, Ready
    from builder.run import Workers
    from builder.visit import Child

_OUTPUT = {"visit": Path("visit-pack.pdf"), "group": Path("group-pack.pdf")}  # neutral: a name says nothing


def _shared(command: Callable[..., None]) -> Callable[..., None]:
    """The options that both packs have."""
    options = [
        click.option("--topic", "topics", multiple=True, help="A topic, such as attachment; may be repeated."),
        click.option("--kind", "kinds", multiple=True, help="A kind of sheet (default: those of program.yaml)."),
        click.option("--staff-language", default="", help="The language of staff pages (default: program.yaml's)."),
        click.option("--edition", default="", help="An edition: normal, large-print, booklet."),
        click.option("--paper", default="", help="A paper: letter, a4 (default: program.yaml's first)."),
        click.option("--sides", type=click.Choice(["1", "2"]), default="2", help="Print on one side or on two."),
        click.option("--drafts", type=click.Choice(["yes", "no"]), help="Print translations that no speaker has read?"),
        click.option("--instead", help="A language for sheets that are missing, or none to leave them out."),
        click.option("--dry-run", is_flag=True, default=False, help="Say what would be printed, and make nothing."),
        click.option(
            "-o", "target", type=click.Path(path_type=Path), help="Where to write the PDF; - is standard output."
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


@click.command()
@click.option("--age", "ages", multiple=True, help="A child's age: 14m, 3y, 2y6m, 6w, or a band; repeat for siblings.")
@click.option("--weeks-early", "early", multiple=True, type=int, help="Weeks born early, 0 to 17; one for each --age.")
@click.option("--children", "counts", multiple=True, type=int, help="How many children of an age (twins: 2).")
@click.option("--use", type=click.Choice(["actual", "corrected"]), help="Overrule which age counts.")
@click.option("--band", "bands", multiple=True, help="Which band, where an age stands in two.")
@click.option(
    "--dates", type=click.Choice(["-", "ask"]), help="Read dates (- is standard input), a line for each child."
)
@click.option("--language", "languages", multiple=True, help="The family's language: es; may be repeated.")
@_shared
@click.pass_context
def visit(
    ctx: click.Context,
    /,
    ages: tuple[str, ...],
    early: tuple[int, ...],
    counts: tuple[int, ...],
    use: str | None,
    bands: tuple[str, ...],
    dates: str | None,
    languages: tuple[str, ...],
    **options: Any,  # noqa: ANN401 - the shared options
) -> None:
    """Make the papers for one visit: a PDF with family sheets, a checklist for each child, the guide, a cover slip.

    Without options it asks. Dates are read as BORN [DUE|-] [VISIT], never as options.
    """
    from builder import pack, visit
    from builder.contents import PackError, settled

    shell.no_core()
    root = shell.root(ctx)
    asking = not (ages or bands or dates) and sys.stdin.isatty()
    births = _births(dates)
    with pack.hands(root, shell.workers(None)) as pool:
        desk = pack.desk(root, () if asking else languages, options["staff_language"])
        library, today = desk.library, _today()
        if asking:
            ages, early, births = _ask_age()
        spans = ages or (() if births else bands)
        if not spans and not births:
            raise PackError("how old is the child? Give --age (14m, 3y), or --dates - with dates on standard input")
        if births and ages:
            raise PackError("either --age or --dates, not both")
        children: tuple[Child, ...] = (
            visit.from_dates(births, use or "")  # type: ignore[arg-type]  # click checked the choice
            if births
            else visit.from_ages(library.ages, spans, early, counts, use or "", today)  # type: ignore[arg-type]  # likewise
        )
        if births and counts:
            children = visit.times(children, counts)
        drafts = options["drafts"]
        if asking and not languages:
            languages, chosen = _ask_language(desk)
            drafts = drafts or chosen
        if asking and not options["topics"]:
            options["topics"] = _ask_topic(desk, children)
        wish = settled(library, _wish(options, languages or library.program.shelf.languages[:1]))
        picked = visit.choices(library, wish, children, bands)
        _tell_bands(picked)
        ready = _answered(
            desk, options | {"drafts": drafts}, lambda answers: visit.prepare(desk, wish, picked, answers)
        )
        _finish(desk, ready, "visit", options, pool, lambda: visit.pieces(desk, ready, picked))


@click.command()
@click.argument("roster", required=False)
@click.option("--families", help='Without a file: "es:8 ar:5 en:2", languages and families.')
@click.option("--age", "age", default="", help="The children's age, where the list tells none: 14m, or a band.")
@click.option("--band", default="", help="The band, where an age stands in two; or in place of --age.")
@click.option("--spares", type=click.IntRange(0, 50), default=0, help="Spare sets of each language and age.")
@click.option("--template", is_flag=True, default=False, help="Print an example of a list (CSV).")
@_shared
@click.pass_context
def group(
    ctx: click.Context,
    /,
    roster: str | None,
    families: str | None,
    age: str,
    band: str,
    spares: int,
    template: bool,
    **options: Any,  # noqa: ANN401 - the shared options
) -> None:
    """Make the papers for a group: ROSTER is a CSV list of languages, ages, families, copies (- is standard input)."""
    from builder import group, pack
    from builder import roster as lists
    from builder.contents import PackError, settled

    if template:
        click.echo(lists.TEMPLATE, nl=False)
        return
    if bool(roster) == bool(families):
        raise PackError('give a list (a CSV file; --template shows one), or --families "es:8 ar:5 en:2"')
    shell.no_core()
    root = shell.root(ctx)
    rows = lists.from_line(families or "") if families else lists.from_csv(*_read(str(roster)))
    rows = lists.with_age(rows, age or band)
    spoken = tuple(dict.fromkeys(row.language for row in rows))
    with pack.hands(root, shell.workers(None)) as pool:
        instead = (options["instead"],) if options["instead"] else ()
        desk = pack.desk(root, () if sys.stdin.isatty() else (*spoken, *instead), options["staff_language"])
        wish = settled(desk.library, _wish(options, spoken))
        found = group.parties(desk.library, wish, rows, band)
        ready = _answered(desk, options, lambda answers: group.prepare(desk, wish, found, spares, answers))
        _finish(desk, ready, "group", options, pool, lambda: group.pieces(desk, ready, found, spares))


# --- from options to values ---------------------------------------------------------------------


def _wish(options: dict[str, Any], languages: Sequence[str]) -> Wish:
    from builder.contents import Wish

    return Wish(
        topics=tuple(dict.fromkeys(options["topics"])), kinds=tuple(dict.fromkeys(options["kinds"])),
        languages=tuple(dict.fromkeys(languages)), staff_language=options["staff_language"],
        edition=options["edition"], paper=options["paper"], both_sides=options["sides"] == "2",
    )  # fmt: skip


def _today() -> date:
    return date.today()  # noqa: DTZ011 - the day on the wall calendar where the program runs


def _read(name: str) -> tuple[bytes, str]:
    from builder.roster import MAX_BYTES

    if name == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1), "standard input"
    with Path(name).open("rb") as file:
        return file.read(MAX_BYTES + 1), name


def _births(dates: str | None) -> tuple[Birth, ...]:
    """The children's dates, from standard input or from the person at the keyboard."""
    from builder import age

    if dates is None:
        return ()
    if dates == "ask":
        lines = [
            " ".join(
                filter(
                    None,
                    (
                        _ask("Born (2026-03-31)"),
                        _ask("Due (or - for on time)", "-"),
                        _ask("Visit", _today().isoformat()),
                    ),
                )
            )
        ]
    else:
        lines = [line for line in sys.stdin.read(4096).splitlines() if line.strip()]
    if not lines:
        raise age.DateError("there is no date on standard input: a line for each child, BORN [DUE|-] [VISIT]")
    return tuple(age.read(line, _today()) for line in lines)


# --- questions ----------------------------------------------------------------------------------


def _ask(text: str, default: str | None = None) -> str:
    return str(click.prompt(text, default=default, err=True)).strip()


def _ask_age() -> tuple[tuple[str, ...], tuple[int, ...], tuple[Birth, ...]]:
    from builder import age

    told = _ask("How old is the child? (14m, 3y; two children: 8m, 3y; or dates: BORN [DUE|-] [VISIT])")
    if age.looks_like_dates(told):
        return (), (), (age.read(told, _today()),)
    spans = tuple(part.strip() for part in told.split(",") if part.strip())
    found = [age.from_span(span, 0, _today()) for span in spans]
    young = [birth is not None and age.reckon(birth).months < age.CORRECTED_UNTIL for birth in found]
    if not any(young):
        return spans, (), ()
    weeks = int(
        click.prompt(
            "How many weeks early was the (youngest) child born?", default=0, type=click.IntRange(0, 17), err=True
        )
    )
    months = [age.reckon(birth).months if birth else 999 for birth in found]
    return spans, tuple(weeks if number == months.index(min(months)) else 0 for number in range(len(spans))), ()


def _ask_language(desk: Desk) -> tuple[tuple[str, ...], str | None]:
    """The language, with its state beside it: who chooses a draft has answered the question about drafts."""
    from builder.pack import language_states

    states = language_states(desk)
    for tag, state in states.items():
        click.echo(f"  {tag:8} {desk.library.languages[tag].name}{'' if state == 'ready' else f' ({state})'}", err=True)
    told = str(click.prompt("Which language?", default=desk.library.program.shelf.languages[0], err=True))
    tags = tuple(part for part in told.replace(",", " ").split() if part)
    return tags, "yes" if any(states.get(tag, "") == "draft" for tag in tags) else None


def _ask_topic(desk: Desk, children: Sequence[Child]) -> tuple[str, ...]:
    from builder import visit

    names = visit.topics_for(desk.library, children)
    if len(names) < 2:
        return ()
    return tuple(_ask(f"Which topic? ({', '.join(names)})", names[0]).replace(",", " ").split())


def _answered(desk: Desk, options: dict[str, Any], prepare: Callable[[Answers], Ready]) -> Ready:
    """Ask what is open about drafts and missing languages, on a terminal; elsewhere refuse, naming the options."""
    from builder import pack

    drafts = options["drafts"]
    answers = pack.Answers(None if drafts is None else drafts == "yes", options["instead"])
    ready = prepare(answers)
    if ready.questions and not sys.stdin.isatty():
        raise pack.unanswered(ready.questions)
    while ready.questions:
        answers = _reply(ready.questions[0], answers, desk)
        ready = prepare(answers)
    return ready


def _reply(question: Question, answers: Answers, desk: Desk) -> Answers:
    from dataclasses import replace

    click.echo(f"Note: {question.text}.", err=True)
    if question.about == "drafts":
        return replace(answers, drafts=click.confirm("Print them, marked DRAFT?", default=False, err=True))
    choice = click.Choice([*sorted(desk.languages & set(desk.library.languages)), "none"])
    return replace(answers, instead=click.prompt("Which language instead?", default="none", type=choice, err=True))


def _tell_bands(picked: Sequence[Any]) -> None:
    for choice in picked:
        if choice.others:
            others = ", ".join(choice.others)
            click.echo(f"{choice.topic}: {choice.band} chosen; {others} fits as well (--band chooses)", err=True)


# --- the end ------------------------------------------------------------------------------------


def _finish(
    desk: Desk, ready: Ready, what: str, options: dict[str, Any], pool: Workers, pieces: Callable[[], tuple[Piece, ...]]
) -> None:
    """Say how much paper, build what is missing, write the pack where the person said."""
    from builder import pack, store

    about = "" if ready.certain else "at least "
    click.echo(f"{about}{ready.leaves} {'sheet' if ready.leaves == 1 else 'sheets'} of paper", err=True)
    if options["dry_run"]:
        for key, count in ready.counts.items():
            parts = (key.language, key.topic, key.band, key.kind, key.setting, key.edition)
            click.echo(f"{count:4} x {' '.join(part for part in parts if part)}")
        return
    target = _target(options["target"], _OUTPUT[what])
    with shell.progress(quiet=False) as progress:
        desk.ensure(ready.counts, pack.lent(pool), progress)
    data = pack.assemble(desk, ready.wish, pieces(), pool)
    if target is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    store.hand_over(target, data)
    click.echo(target)


def _target(given: Path | None, neutral: Path) -> Path | None:
    """Where the pack goes; None is standard output. A folder gets the neutral name."""
    if given == Path("-"):
        return None
    target = given or neutral
    return target / neutral.name if target.is_dir() else target
