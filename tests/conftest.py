"""What tests share: small projects made from the repository's own templates and an overlay of a few files."""

from __future__ import annotations

import fcntl
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from builder import fonts, project, run
from builder.build import Report, Request, build
from builder.project import Project

pytest_plugins = ["web_served"]  # the server and the browser that tests of the pages share

REPOSITORY = Path(__file__).parent.parent
PROJECTS = Path(__file__).parent / "projects"
GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", default=False, help="write golden files anew")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--update-golden") and os.environ.get("CI"):
        raise pytest.UsageError("golden files are read by a person before they change: not in CI")


@pytest.fixture(scope="session")
def repository() -> Path:
    return REPOSITORY


@pytest.fixture
def make_project(tmp_path: Path) -> Callable[..., Path]:
    """Make a project folder: the repository's templates and languages, and an overlay of tests/projects."""

    def make(name: str = "tiny", folder: str = "project") -> Path:
        return assemble(tmp_path / folder, name)

    return make


def assemble(root: Path, name: str = "tiny") -> Path:
    """Write the project `name` into the folder `root`, which must not exist."""
    shutil.copytree(REPOSITORY / "templates", root / "templates")
    shutil.copytree(REPOSITORY / "content" / "languages", root / "content" / "languages")
    shutil.copy(REPOSITORY / "content" / "scripts.yaml", root / "content")
    shutil.copytree(PROJECTS / name, root, dirs_exist_ok=True)
    for folder in (root / "content" / "locale").glob("*"):
        shutil.copy(REPOSITORY / "content" / "locale" / folder.name / "ui.po", folder)
    (root / "output").mkdir(exist_ok=True)
    return root


@pytest.fixture(scope="session")
def shelf() -> Project:
    """The repository's own project, read once."""
    return project.read(REPOSITORY)


@pytest.fixture(scope="session")
def workers() -> Callable[..., object]:
    """What `build` is given to make its workers: two real processes."""

    @contextmanager
    def make(count: int, cache: Path, wanted: int = 2, seconds: float = run.SECONDS) -> Iterator[run.LocalWorkers]:
        cache.mkdir(parents=True, exist_ok=True)
        with run.local(min(count, wanted), str(fonts.configure(cache)), seconds) as local:
            yield local

    return make


Cli = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def handouts() -> Cli:
    """Run the real command in a folder."""

    def call(*arguments: str | Path, cwd: Path, **options: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "builder", *map(str, arguments)]
        return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=300, **options)

    return call


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with the golden file of that name; `--update-golden` writes it."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert path.is_file(), f"{path} is not there: run pytest --update-golden and read it"
        assert text == path.read_text(encoding="utf-8")

    return compare


@pytest.fixture(scope="session")
def printed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Report]:
    """The repository's sheets for 7 to 18 months, in its languages and two pseudo-languages: built once."""
    own = tmp_path_factory.getbasetemp()
    folder = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own  # test processes share what the first one built
    root, report = folder / "printed", folder / "printed.pickle"
    with (folder / "printed.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not report.exists():
            report.write_bytes(pickle.dumps(_print(root)))
        return root, pickle.loads(report.read_bytes())  # noqa: S301 - written above


def _print(root: Path) -> Report:
    shutil.rmtree(root, ignore_errors=True)  # of a build that failed
    for name in ("content", "templates"):
        shutil.copytree(REPOSITORY / name, root / name)
    shutil.copy(REPOSITORY / "program.yaml", root)

    @contextmanager
    def make(count: int, cache: Path) -> Iterator[run.LocalWorkers]:
        # fontconfig's cache is slow to fill: the one that all tests share
        shared = Path(tempfile.gettempdir()) / f"handouts-tests-{os.getuid()}"
        with run.local(min(count, 2), str(fonts.configure(shared))) as local:
            yield local

    languages = ("en", "es", "ar", "zh-Hans", "en-XA", "ar-XB")
    return build(root, Request(languages=languages, ages=("7-18m",)), make)
