"""What tests of the pages share: the real server on a built library, a real browser, and the application without either."""

from __future__ import annotations

import ctypes
import http.client
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode, urlsplit

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

from builder import fonts, run
from builder.build import Request, build
from builder.web import app
from builder.web.jobs import Jobs
from builder.web.office import Office, Settings

REPOSITORY = Path(__file__).parent.parent
_CACHE = Path(tempfile.gettempdir()) / f"handouts-tests-{os.getuid()}"  # fonts are slow to list: once for all tests
TOKEN = re.compile(r'name="token" value="([^"]+)"')
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


_LIBC = ctypes.CDLL(None)


def _end_with_parent() -> None:
    """Ask Linux to end the server when the tests are killed: nobody else would."""
    if sys.platform == "linux":
        _LIBC.prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


def start(root: Path, *options: str, **environment: str) -> tuple[subprocess.Popen[str], str]:
    """The real command on a free port; its process and its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "builder", "--project", str(root), "web", "--port", "0", *options],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **environment},
        preexec_fn=_end_with_parent,  # noqa: PLW1509 - one call into the C library
    )  # fmt: skip
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("http://"), process.communicate(timeout=20)
    return process, line.split()[0].rstrip("/")


def stop(process: subprocess.Popen[str]) -> tuple[int, str]:
    """End a server as Ctrl-C does; its exit code and what it said."""
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=40)
    return process.returncode, out + err


@pytest.fixture(scope="session")
def served(tmp_path_factory, workers) -> Iterator[tuple[Path, str]]:
    """The repository's library with one topic's sheets for 7 to 18 months built, served with --edit: (folder, address)."""
    root = tmp_path_factory.mktemp("served") / "program"
    for name in ("content", "templates"):
        shutil.copytree(REPOSITORY / name, root / name)
    shutil.copy(REPOSITORY / "program.yaml", root)
    languages = ("en", "es", "ar", "zh-Hans")
    asked = Request(languages=languages, topics=("attachment",), ages=("7-18m",), papers=("letter", "half"))
    assert build(root, asked, lambda count, _cache: workers(count, _CACHE)).ok
    process, address = start(root, "--edit")
    yield root, address
    code, said = stop(process)
    assert code == 0
    assert "Traceback" not in said


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's chromium, without its sandbox where it would refuse to run as root."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        options = ["--no-sandbox"] if os.getuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=options)
        yield browser
        browser.close()


@pytest.fixture
def visitor(chromium, served) -> Iterator[Callable[..., Page]]:
    """Open a page as a new visitor: `visitor(interface="es", javascript=False, width=390)`. Outside is out of bounds."""
    contexts, outside, complaints = [], [], []

    def opened(interface: str = "", width: int = 1280, **options: object) -> Page:
        javascript = bool(options.pop("javascript", True))
        context = chromium.new_context(
            base_url=served[1], locale="en-US", java_script_enabled=javascript,
            viewport={"width": width, "height": 900}, **options,
        )  # fmt: skip
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        own = urlsplit(served[1]).netloc
        page.on("request", lambda asked: urlsplit(asked.url).netloc == own or outside.append(asked.url))
        page.on(
            "console", lambda said: complaints.append(said.text) if "Content Security Policy" in said.text else None
        )
        if interface:
            speak(page, interface)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert outside == []
    assert complaints == []


def speak(page: Page, interface: str) -> None:
    """Choose the language of the pages, as their foot does; pseudo-languages stand in no list."""
    page.goto("/")
    token = page.locator("form.interfaces input[name=token]").get_attribute("value")
    done = page.request.post(
        "/interface", form={"token": str(token), "interface": interface, "back": "/"}, headers={"Origin": _origin(page)}
    )
    assert done.ok


def _origin(page: Page) -> str:
    parts = urlsplit(page.url)
    return f"{parts.scheme}://{parts.netloc}"


class Answer(NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")


class Client:
    """A visitor without a browser: keeps the cookie, takes the token from the last page, follows nothing by itself."""

    def __init__(self, address: str) -> None:
        self.netloc = urlsplit(address).netloc
        self.cookie = self.token = ""

    def ask(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Answer:
        own = {"Cookie": self.cookie, "Origin": f"http://{self.netloc}"}
        with closing(http.client.HTTPConnection(self.netloc, timeout=60)) as connection:
            connection.request(method, path, body or None, {**own, **(headers or {})})
            with connection.getresponse() as got:
                answer = Answer(got.status, got.headers, got.read())
        if cookie := answer.headers.get("Set-Cookie"):
            self.cookie = cookie.split(";")[0]
        if answer.headers.get_content_type() == "text/html" and (found := TOKEN.search(answer.text)):
            self.token = found[1]
        return answer

    def get(self, path: str) -> Answer:
        return self.ask("GET", path)

    def post(self, path: str, fields: list[tuple[str, str]], **headers: str) -> Answer:
        body = urlencode([("token", self.token), *fields]).encode()
        return self.ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded", **headers})


@pytest.fixture(scope="module")
def web_pool() -> Iterator[run.LocalWorkers]:
    """Two real workers for the applications of a module."""
    _CACHE.mkdir(exist_ok=True)
    with run.local(2, str(fonts.configure(_CACHE))) as workers:
        yield workers


@pytest.fixture
def office(tmp_path, web_pool) -> Iterator[Callable[..., Office]]:
    """Make the shared state of a server on the small project."""
    made = []

    def make(threads: int = 1, **settings: object) -> Office:
        from conftest import assemble

        root = tmp_path / f"program-{len(made)}"
        office = Office(Settings(assemble(root), **settings), web_pool, Jobs(threads))
        made.append(office)
        return office

    yield make
    for office in made:
        office.jobs.close()


class Visitor:
    """Somebody at the application, without a server between."""

    def __init__(self, office: Office) -> None:
        self.client = app.create(office).test_client()
        self.client.get("/")

    @property
    def token(self) -> str:
        found = TOKEN.search(self.client.get("/visit").text)
        assert found
        return found[1]

    def get(self, path: str, **options):
        return self.client.get(path, **options)

    def post(self, path: str, fields: dict[str, object] | None = None, **headers: str):
        data = {"token": self.token, **(fields or {})}
        return self.client.post(path, data=data, headers={"Origin": "http://localhost", **headers})
