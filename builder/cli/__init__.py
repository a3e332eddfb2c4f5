"""The command line: thin. It owns the terminal, the working directory and the exit codes, and no logic.

Exit codes: 0 done, 1 problems in the content, 2 wrong use, 3 a worker was ended, 130 and 143 signals. A command's
module is imported when the command is called, and imports what it needs when it runs: `--help` imports Click alone.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from types import FrameType

# in the order of a working day: module of this package, name in it, what the first help says
_COMMANDS = {
    "list": ("library", "list_", "Show what can be printed, and what is missing."),
    "build": ("library", "build", "Make the PDFs: the program's shelf, or what options choose."),
    "visit": ("packs", "visit", "Make the papers for one visit, in one PDF."),
    "group": ("packs", "group", "Make the papers for a group, from a list of languages."),
    "check": ("library", "check", "Find everything that is wrong with texts and settings."),
    "translate": ("translators", "translate", "Translate, from a new language to an approved sheet."),
    "kit": ("translators", "kit", "Zip what a translator of a language needs."),
    "issue": ("translators", "issue", "Record that built sheets are handed out from today on."),
    "recall": ("translators", "recall", "List the sheets to throw away: changed since handed out."),
    "languages": ("projects", "languages", "The language catalogue."),
    "new": ("authors", "new", "Begin a topic or an article, with a file that teaches."),
    "watch": ("authors", "watch", "Build again whenever a text or a template changes."),
    "trace": ("authors", "trace", "Tell where something on paper comes from."),
    "review": ("authors", "review", "Record that a specialist has reviewed a topic."),
    "web": ("web", "web", "Serve the same functions as pages."),
    "site": ("web", "site", "Write the library as plain files for any web server."),
    "init": ("projects", "init", "Make a new project: settings, templates, first library."),
    "schemas": ("projects", "schemas", "Write JSON Schemas for editors that complete and check."),
    "doctor": ("projects", "doctor", "Name what is missing on this machine, and what mends it."),
}


class _Main(click.Group):
    """Imports a command when it is called, and turns refusals into one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        module, name, _ = _COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(f"builder.cli.{module}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, says) for name, (_, _, says) in _COMMANDS.items()])

    def make_context(self, *rest: Any, **named: Any) -> click.Context:  # noqa: ANN401 - handed on as they come
        with _interruptible():
            return super().make_context(*rest, **named)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's own signature
        with _interruptible():
            return self._invoke(ctx)

    def _invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's own signature
        from builder.cli import shell
        from builder.diagnostics import ProblemsError, RefusalError

        try:
            return super().invoke(ctx)
        except ProblemsError as error:
            shell.print_problems(error.diagnostics)
            sys.exit(shell.CONTENT)
        except RefusalError as error:
            click.echo(f"handouts: {error}", err=True)
            sys.exit(shell.USAGE)
        except OSError as error:
            click.echo(
                f"handouts: {error.filename or 'the disk'}: {error.strerror}; nothing half-written stays", err=True
            )
            sys.exit(shell.CONTENT)


@contextmanager
def _interruptible() -> Iterator[None]:
    """Say what Ctrl-C means whenever it comes: Click alone would say "Aborted!" and exit as if texts were wrong."""
    try:
        yield
    except KeyboardInterrupt:
        click.echo("handouts: interrupted; what was finished is kept", err=True)
        sys.exit(130)


# \b: Click keeps the lines of the paragraph that it opens
_HELP = """\
Printable sheets for family programs, in many languages.

\b
A first try:   handouts list
               handouts build --topic attachment --age 14m --language es
"""


@click.group(cls=_Main, help=_HELP, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--project",
    "folder",
    type=click.Path(),
    help="The project's folder (default: found upward from here).",
)
@click.version_option(package_name="handouts")
@click.pass_context
def main(ctx: click.Context, folder: str | None) -> None:
    """Find the project and prepare for the end; `_HELP` is what people read."""
    ctx.obj = folder
    signal.signal(signal.SIGTERM, _terminated)


def run() -> None:
    """Be the command. Once it is done, a signal ends the process without a word: a traceback would help nobody."""
    try:
        main(prog_name="handouts")
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)


def _terminated(_signal: int, _frame: FrameType | None) -> None:
    click.echo("handouts: ended; what is finished stays, and nothing half-written", err=True)
    sys.exit(143)
