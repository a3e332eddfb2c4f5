"""Commands that are killed at random points leave every file as it was or as it will be, and nothing else behind."""

from __future__ import annotations

import json
import os
import random
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pdf_facts  # noqa: F401 - it prepares the fonts
import pytest
from conftest import REPOSITORY, assemble

from builder import project
from builder.translation import approve

pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks into /proc for orphans")

SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
ENDS = {signal.SIGKILL: {-9}, signal.SIGTERM: {143, -15}, signal.SIGINT: {130, -2}}
_MARK = "HANDOUTS_CRASH"
_SECONDS = 2.0  # for what outlives the command, on a machine that is not busy


@dataclass
class Ended:
    """How a command ended."""

    code: int
    touches: int
    seconds: float
    said: str


@dataclass
class Nursery:
    """A process that forks commands; see crash_nursery.py."""

    process: subprocess.Popen[str]
    place: Path
    token: str = field(default_factory=lambda: secrets.token_hex(8))

    def run(
        self, arguments: list[str], cwd: Path, sent: int = signal.SIGKILL, at: int = 0, after: float = 0.0
    ) -> Ended:
        said = self.place / "said"
        order = {
            "arguments": arguments, "cwd": str(cwd), "signal": int(sent), "at": at, "after": after, "said": str(said),
            "env": {_MARK: self.token, "TMPDIR": str(self.place / "tmp"), "HOME": str(self.place / "home")},
        }  # fmt: skip
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        return Ended(**json.loads(self.process.stdout.readline()), said=said.read_text("utf-8"))

    def orphans(self) -> list[int]:
        """Processes that the commands left behind, after the time that they have to end."""
        busy = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
        until = time.monotonic() + _SECONDS * busy
        while (found := self._alive()) and time.monotonic() < until:
            time.sleep(0.02)
        return found

    def _alive(self) -> list[int]:
        mark = f"{_MARK}={self.token}".encode()
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    if mark in (entry / "environ").read_bytes():
                        found.append(int(entry.name))
                except OSError:
                    continue
        return found


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with tempfile.TemporaryDirectory(prefix="c-") as folder:  # a short name: sockets of workers lie in it
        place = Path(folder)
        for name in ("tmp", "home"):
            (place / name).mkdir()
        pipe = subprocess.PIPE
        command = [sys.executable, Path(__file__).with_name("crash_nursery.py")]
        environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
        with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=environment, cwd=REPOSITORY) as process:
            yield Nursery(process, place)
            assert process.stdin is not None
            process.stdin.close()


# --- projects on which commands have something to do --------------------------------------------


@dataclass(frozen=True)
class Work:
    """A command and the project it changes."""

    arguments: list[str]
    root: Path
    watched: str  # the folder that the command writes


def _small(folder: Path) -> Path:
    """A project of few languages, for every run reads their records."""
    root = assemble(folder / "p")
    for path in (root / "content/languages").iterdir():
        if path.stem not in {"en", "es", "ar", "my"}:
            path.unlink()
    return root


def _build(folder: Path) -> Work:
    root = _small(folder)
    known = Path(os.environ["FONTCONFIG_FILE"]).with_name("fontconfig")  # slow to fill, and no part of what is tested
    if known.is_dir():
        shutil.copytree(known, root / "output/.cache/fontconfig")
    return Work(["build", "--language", "en", "--jobs", "1"], root, "output")


def _sync(folder: Path) -> Work:
    root = _small(folder)
    for tag in ("ar", "my"):
        shutil.copytree(root / "content/locale/es", root / "content/locale" / tag)
        for path in (root / "content/locale" / tag).glob("*.po"):
            path.write_text(path.read_text("utf-8").replace("Language: es", f"Language: {tag}"), encoding="utf-8")
    article = root / "content/topics/hello/7-18m.md"
    article.write_text(
        article.read_text("utf-8").replace("Comes back for a hug.", "Comes back for a big hug."), "utf-8"
    )
    return Work(["translate", "sync", "--as", "wording"], root, "content")


def _translated(folder: Path) -> Path:
    root = _small(folder)
    for path in (root / "content/locale/es").glob("*.po"):
        text = re.sub(r"^# draft: .*\n|^#, fuzzy\n", "", path.read_text("utf-8"), flags=re.MULTILINE)
        path.write_text(text, encoding="utf-8")
    return root


def _import(folder: Path) -> Work:
    root = _translated(folder)
    sent = folder / "sent"
    sent.mkdir()
    for path in (root / "content/locale/es").glob("*.po"):
        shutil.copy(path, sent)
        text = path.read_text("utf-8").replace("niño", "bebé").replace("Niño", "Bebé")
        path.write_text(text, encoding="utf-8")
    files = sorted(map(str, sent.glob("*.po")))
    return Work(["translate", "import", *files], root, "content")


def _approve(folder: Path) -> Work:
    root = _translated(folder)
    loaded = project.read(root)
    assert loaded.library is not None
    code = approve.proof_code(loaded.catalogs["es"], loaded.library, "hello")
    arguments = ["translate", "approve", "es", "--topic", "hello", "--role", "community reviewer", "--proof", code]
    return Work(arguments, root, "content")


def _site(folder: Path) -> Work:
    root = _build(folder).root
    build = [sys.executable, "-m", "builder", "--project", root, "build", "--language", "en"]
    subprocess.run(build, cwd=REPOSITORY, check=True, capture_output=True)
    return Work(["site", str(root / "site"), "--drafts", "--language", "en"], root, "site")


MAKERS: dict[str, Callable[[Path], Work]] = {
    "build": _build,
    "sync": _sync,
    "import": _import,
    "approve": _approve,
    "site": _site,
}


def tree(root: Path, folder: str) -> dict[str, bytes]:
    """The files of a folder, but for the lock and the cache; times are taken out of the manifest."""
    found = {}
    for path in sorted((root / folder).rglob("*")):
        name = str(path.relative_to(root))
        if path.is_file() and not name.startswith(("output/.cache", "output/.lock")):
            found[name] = path.read_bytes()
    manifest = found.get("output/manifest.json")
    if manifest:
        raw = json.loads(manifest)
        for record in raw["documents"].values():
            record["stamp"] = record["stamp"][2]
        raw["sources"] = {path: stamp[2] for path, stamp in raw["sources"].items()}
        found["output/manifest.json"] = json.dumps(raw, sort_keys=True).encode()
    return found


def litter(nursery: Nursery, root: Path) -> list[str]:
    """Temporary files, in the project or where the system keeps such files."""
    parts = [str(path) for path in root.rglob("*") if ".part-" in path.name or path.name.endswith(".tmp")]
    drafts = [str(path) for path in (root / "output/.cache").glob(".*")]
    return [*parts, *drafts, *(str(path) for path in (nursery.place / "tmp").iterdir())]


@dataclass
class Bench:
    """A command with its project before and after, to compare a killed one with."""

    nursery: Nursery
    work: Work
    before: dict[str, bytes]
    after: dict[str, bytes]
    touches: int
    seconds: float

    @classmethod
    def prepare(cls, nursery: Nursery, make: Callable[[Path], Work], folder: Path) -> Bench:
        work = make(folder)
        shutil.copytree(work.root, folder / "pristine")
        before = tree(work.root, work.watched)
        ended = nursery.run(work.arguments, work.root)
        assert ended.code == 0, ended.said
        after = tree(work.root, work.watched)
        assert after != before
        return cls(nursery, work, before, after, ended.touches, ended.seconds)

    def reset(self) -> None:
        shutil.rmtree(self.work.root)
        shutil.copytree(self.work.root.with_name("pristine"), self.work.root)

    def kill(self, chance: random.Random) -> bool:
        """Kill the command once, at a touch of the disk or at a moment; say whether it came to that."""
        sent = chance.choice(SIGNALS)
        if chance.random() < 0.6:
            ended = self.nursery.run(self.work.arguments, self.work.root, sent, at=chance.randint(1, self.touches))
        else:
            ended = self.nursery.run(
                self.work.arguments, self.work.root, sent, after=chance.uniform(0.01, self.seconds)
            )
        assert "Traceback" not in ended.said, ended.said
        assert ended.code == 0 or ended.code in ENDS[sent], (ended.code, sent, ended.said)
        assert self.nursery.orphans() == []
        for name, data in tree(self.work.root, self.work.watched).items():
            if ".part-" not in name and name not in {"output/manifest.json", "output/index.html", "site/site.json"}:
                assert data in {self.before.get(name), self.after.get(name)}, f"{name} is neither old nor new"
        return ended.code != 0

    def settle(self) -> None:
        """Run it once more, undisturbed: all is as if nothing had happened."""
        ended = self.nursery.run(self.work.arguments, self.work.root)
        assert ended.code == 0, ended.said
        now = tree(self.work.root, self.work.watched)
        assert {name for name in now if now[name] != self.after.get(name)} == set()
        assert now.keys() == self.after.keys()
        assert litter(self.nursery, self.work.root) == []
        assert self.nursery.orphans() == []


def killed(bench: Bench, kills: int, together: int, seed: int) -> None:
    """Kill a command so many times, `together` times in a row before each undisturbed run."""
    chance = random.Random(seed)
    done = 0
    while done < kills:
        bench.reset()
        for _ in range(min(together, kills - done)):
            done += bench.kill(chance)
        bench.settle()


def test_the_same_approval_twice_is_one(nursery, tmp_path):
    work = _approve(tmp_path)
    for _ in range(2):
        assert nursery.run(work.arguments, work.root).code == 0
    assert (work.root / "content/reviews/es.yaml").read_text("utf-8").count("topic: hello") == 1


_NORMAL = {"build": (6, 6), "sync": (12, 12), "import": (12, 12), "approve": (12, 12), "site": (8, 4)}


@pytest.mark.parametrize("command", MAKERS)
def test_a_killed_command_leaves_old_or_new_and_the_next_run_finishes(command, nursery, tmp_path):
    bench = Bench.prepare(nursery, MAKERS[command], tmp_path)
    killed(bench, *_NORMAL[command], seed=len(command))


@pytest.mark.slow
@pytest.mark.parametrize("command", MAKERS)
@pytest.mark.parametrize("seed", range(4))
def test_a_thousand_kills(command, seed, nursery, tmp_path):
    bench = Bench.prepare(nursery, MAKERS[command], tmp_path)
    killed(bench, 50, 10, seed=100 + seed)
