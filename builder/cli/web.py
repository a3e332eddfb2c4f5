"""The commands for the screen: `web` serves pages on this computer or in an office."""

from __future__ import annotations

import signal
import socket
import sys
from pathlib import Path

import click

from builder.cli import shell

_OPEN = """\
This lets everybody on the network who has the secret see the library and make packs. What families tell stays in
this process, but it travels unencrypted: put TLS in front of it, for example with Caddy on this computer:

    handouts web --secret-file FILE --name handouts.example.org
    caddy reverse-proxy --from handouts.example.org --to 127.0.0.1:{port} --change-host-header=false
"""

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on; others need a secret.")
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="0: any that is free.")
@click.option("--edit", is_flag=True, default=False, help="Let translations be written and approved.")
@click.option("--secret-file", type=click.Path(path_type=Path, dir_okay=False), help="A file with the login secret.")
@click.option("--name", "names", multiple=True, help="A name under which browsers reach it; may be repeated.")
@click.pass_context
def web(ctx: click.Context, host: str, port: int, edit: bool, secret_file: Path | None, names: tuple[str, ...]) -> None:
    """Serve the same functions as pages: for a visit, for a group, the library, translations."""
    from builder import pack
    from builder.diagnostics import RefusalError

    try:
        from builder.web import serve
        from builder.web.office import Settings
    except ImportError as error:
        raise RefusalError(f'{error.name} is not installed: pip install "handouts[web]"') from error

    secret = secret_file.read_text("utf-8").strip() if secret_file else ""
    serve.check_secret(host, secret)
    shell.no_core()
    root = shell.root(ctx)
    settings = Settings(root, edit, secret, (*_hosts(host), *names), shell.today)
    with pack.hands(root, shell.workers(None)) as pool:
        server, jobs = serve.open_server(settings, host, port, pool)
        try:
            ends = _ends()  # before the address is out: who has read it may end the server
            at = f"http://{'localhost' if serve.loopback(host) else host}:{serve.port_of(server)}/"
            if not serve.loopback(host):
                click.echo(_OPEN.format(port=serve.port_of(server)), err=True)
            click.echo(f"{at}  (Ctrl-C ends it)")
            server.run()
            if ends:
                sys.exit(_code(ends[0]))
        finally:
            server.close()
            jobs.close()


def _hosts(host: str) -> tuple[str, ...]:
    """The names under which a browser may ask for an address."""
    own = ("localhost", "127.0.0.1")
    if host in {*own, "::1"}:
        return own
    return (*own, *({socket.gethostname(), socket.getfqdn()} if host in {"0.0.0.0", "::"} else {host}))  # noqa: S104 - compared, not bound


def _ends() -> list[int]:
    """Let a signal end the server; those that came. A second one, while work is being closed, is obeyed at once."""
    came: list[int] = []

    def end(number: int, _frame: object) -> None:
        for each in _SIGNALS:
            signal.signal(each, signal.SIG_DFL)
        came.append(number)
        raise SystemExit(_code(number))  # which a server that runs takes as its end, without the code

    for number in _SIGNALS:
        signal.signal(number, end)
    return came


def _code(number: int) -> int:
    """The exit code for a signal. Ctrl-C is how a server is meant to end."""
    return 0 if number == signal.SIGINT else 128 + number


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--drafts", is_flag=True, default=False, help="Show sheets that no speaker has read as well, marked so.")
@shell.axes
@click.pass_context
def site(ctx: click.Context, /, folder: Path, drafts: bool, everything: bool, **chosen: tuple[str, ...]) -> None:
    """Write the library into FOLDER as plain files for any web server: pages to read, PDFs, a zip for each language."""
    from builder import site as plain

    request = shell.request(everything, chosen)
    with shell.progress(quiet=False) as progress:
        done = plain.write(shell.root(ctx), folder, request, shell.workers(None), progress, drafts=drafts)
    left_out = f", {done.drafts} drafts left out" if done.drafts else ""
    click.echo(f"{folder}: {done.sheets} sheets to read, {done.pdfs} PDFs{left_out}")
