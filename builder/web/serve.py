"""The server: where it listens and what it bears.

waitress reads and writes all connections in one thread, so a stalled client costs a buffer and no worker; it is shut
out after five quiet seconds. Pages are made by a fixed number of threads, packs by two more.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import Protocol

import waitress
from waitress.server import MultiSocketServer

from builder.diagnostics import RefusalError
from builder.run import Workers
from builder.web import access, app
from builder.web.jobs import LARGEST, Jobs
from builder.web.office import Office, Settings

THREADS = 24  # of which at most twelve tell how far work is
MAKERS = 2
CONNECTIONS = 1000
QUIET = 5  # seconds
_HEADER = 32 * 1024  # bytes


class Server(Protocol):
    """What listens."""

    def run(self) -> None:
        """Serve until a signal ends it."""

    def close(self) -> None:
        """Listen no more."""


class ServeError(RefusalError):
    """An address that cannot be served; the message says why."""


def loopback(host: str) -> bool:
    """Whether only this computer reaches an address."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def check_secret(host: str, secret: str) -> None:
    """Raises ServeError when a server for others would stand open."""
    if secret and len(secret) < access.LEAST_SECRET:
        raise ServeError(f"the login secret has {len(secret)} characters: at least {access.LEAST_SECRET}")
    if not loopback(host) and not secret:
        raise ServeError(
            f"--host {host} lets others in, and there is no login secret: put one of at least {access.LEAST_SECRET}"
            " characters into a file that only you can read, and name it with --secret-file"
        )


def open_server(settings: Settings, host: str, port: int, workers: Workers) -> tuple[Server, Jobs]:
    """A server that listens, and its work; `run` it, then close both. Raises ServeError when the port is taken."""
    jobs = Jobs(MAKERS)
    office = Office(settings, workers, jobs)
    try:
        server = waitress.create_server(
            app.create(office), host=host, port=port, threads=THREADS, ident=None, connection_limit=CONNECTIONS,
            channel_timeout=QUIET, cleanup_interval=1, asyncore_use_poll=True, max_request_header_size=_HEADER,
            max_request_body_size=access.MAX_BODY + 4096, inbuf_overflow=2 * access.MAX_BODY,
            outbuf_high_watermark=2 * LARGEST, clear_untrusted_proxy_headers=True,
        )  # fmt: skip
    except (OSError, ValueError) as error:
        jobs.close()
        reason = getattr(error, "strerror", None) or str(error)
        raise ServeError(f"cannot listen on {host}:{port}: {reason}; try --port {port + 1}") from error
    return server, jobs


def port_of(server: Server) -> int:
    """The port that a server listens on, also when it was left to the system."""
    if isinstance(server, MultiSocketServer):  # a name such as localhost has an address for each protocol
        return int(server.effective_listen[0][1])
    return int(server.effective_port)  # type: ignore[attr-defined]  # waitress publishes no types
