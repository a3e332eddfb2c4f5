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
from crash_guest import Edit, Guest, words_after

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
    killed: bool  # whether the signal came while it worked
    said: str


@dataclass
class Nursery:
    """A process that forks commands; see crash_nursery.py."""

    process: subprocess.Popen[str]
    place: Path
    token: str = field(default_factory=lambda: secrets.token_hex(8))

    def run(
        self, work: Work, guest: Guest | None = None, sent: int = signal.SIGKILL, at: int = 0, after: float = 0.0
    ) -> Ended:
        said = self.place / "said"
        said.write_bytes(b"")
        order = {
            "arguments": work.arguments, "cwd": str(work.root), "signal": int(sent), "at": at, "after": after, "said": str(said),
            "env": {_MARK: self.token, "TMPDIR": str(self.place / "tmp"), "HOME": str(self.place / "home")},
        }  # fmt: skip
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        number = int(self.process.stdout.readline())
        visit = guest.begin(number, said) if guest else None
        answer = self.process.stdout.readline()
        if visit:
            visit.join()
        return Ended(**json.loads(answer), said=said.read_text("utf-8"))

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
    guest: Callable[[], Guest | None] = lambda: None  # somebody who uses it meanwhile, and ends it
    picks: bool = False  # it takes sheets that are there, and leaves it to the next build to list them all
    last: str = ""  # the file that is there once everything is


def _small(folder: Path) -> Path:
    """A project of few languages, for every run reads their records."""
    root = assemble(folder / "p")
    for path in (root / "content/languages").iterdir():
        if path.stem not in {"en", "es", "ar", "my"}:
            path.unlink()
    return root


def _with_fonts(root: Path) -> None:
    """Give a project the list of fonts, which is slow to make and no part of what is tested."""
    known = Path(os.environ["FONTCONFIG_FILE"]).with_name("fontconfig")
    if known.is_dir():
        shutil.copytree(known, root / "output/.cache/fontconfig")


def _build(folder: Path) -> Work:
    root = _small(folder)
    _with_fonts(root)
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


def _code(root: Path) -> str:
    """The code of the proof of the words as they are."""
    loaded = project.read(root)
    assert loaded.library is not None
    return approve.proof_code(loaded.catalogs["es"], loaded.library, "hello")


def _approve(folder: Path) -> Work:
    root = _translated(folder)
    code = _code(root)
    arguments = ["translate", "approve", "es", "--topic", "hello", "--role", "community reviewer", "--proof", code]
    return Work(arguments, root, "content")


def _site(folder: Path) -> Work:
    root = _build(folder).root
    build = [sys.executable, "-m", "builder", "--project", root, "build", "--language", "en"]
    subprocess.run(build, cwd=REPOSITORY, check=True, capture_output=True)
    return Work(["site", str(root / "site"), "--drafts", "--language", "en"], root, "site")


_EDITS = (
    Edit("Comes back for a hug.", "Vuelve a pedirle un abrazo."),
    Edit("Looks at your face first.", "Antes que nada mira su cara."),
)


def _web(folder: Path) -> Work:
    root = _translated(folder)
    _with_fonts(root)
    path = root / "content/locale/es/hello.po"
    old = path.read_text("utf-8")
    path.write_text(words_after(old, _EDITS), "utf-8")
    code = _code(root)
    path.write_text(old, "utf-8")
    return Work(["web", "--port", "0", "--edit"], root, ".", lambda: Guest(_EDITS, code), picks=True)


def _init(folder: Path) -> Work:
    root = folder / "new"
    root.mkdir()
    return Work(["init", "."], root, ".", last="program.yaml")


MAKERS: dict[str, Callable[[Path], Work]] = {
    "build": _build,
    "sync": _sync,
    "import": _import,
    "approve": _approve,
    "site": _site,
    "web": _web,
    "init": _init,
}


def tree(work: Work) -> dict[str, bytes]:
    """The files that a command writes, but for the lock and the cache; times are taken out of the manifest."""
    found, root = {}, work.root
    for path in sorted((root / work.watched).rglob("*")):
        name = str(path.relative_to(root))
        if path.is_file() and not name.startswith(("output/.cache", "output/.lock")):
            found[name] = path.read_bytes()
    manifest = found.get("output/manifest.json")
    if manifest:
        raw = json.loads(manifest)
        for record in raw["documents"].values():
            record["stamp"] = record["stamp"][2]
        raw["sources"] = {path: stamp[2] for path, stamp in raw["sources"].items()}
        if work.picks:
            raw = {"documents": raw["documents"]}
            found.pop("output/index.html", None)
        found["output/manifest.json"] = json.dumps(raw, sort_keys=True).encode()
    return found


def litter(nursery: Nursery, root: Path) -> list[str]:
    """Temporary files, in the project or where the system keeps such files."""
    parts = [str(path) for path in root.rglob("*") if ".part-" in path.name or path.name.endswith(".tmp")]
    drafts = [str(path) for path in (root / "output/.cache").glob(".*")]
    return [*parts, *drafts, *(str(path) for path in (nursery.place / "tmp").iterdir())]


_TOGETHER = {"output/manifest.json", "output/index.html", "site/site.json"}  # each says what others are


@dataclass
class Bench:
    """A command with its project as it is before, between a guest's steps, and after, to compare a killed one with."""

    nursery: Nursery
    work: Work
    states: list[dict[str, bytes]]
    touches: int
    seconds: float
    heard: int = 0  # steps that a guest was told are done, since the project was new
    ahead: int = 0  # touches of the disk that a run still makes, since some of the work was done

    @classmethod
    def prepare(cls, nursery: Nursery, make: Callable[[Path], Work], folder: Path) -> Bench:
        work = make(folder)
        shutil.copytree(work.root, folder / "pristine")
        states = [tree(work)]
        guest = work.guest()
        if guest:
            guest.seen = lambda: states.append(tree(work))
        ended = nursery.run(work, guest)
        assert ended.code == 0, ended.said
        assert guest is None or guest.left, guest.refused
        states.append(tree(work))
        changed = [state for state, before in zip(states[1:], states, strict=False) if state != before]
        assert len(changed) >= (guest.heard if guest else 1)
        return cls(nursery, work, states, ended.touches, ended.seconds)

    def reset(self) -> None:
        shutil.rmtree(self.work.root)
        shutil.copytree(self.work.root.with_name("pristine"), self.work.root)
        self.heard, self.ahead = 0, self.touches

    def kill(self, chance: random.Random) -> bool:
        """Kill the command once, at a touch of the disk or at a moment; say whether it came to that."""
        sent = chance.choice(SIGNALS)
        at, after = chance.randint(1, self.ahead), 0.0
        if chance.random() >= 0.6:
            at, after = 0, chance.uniform(0.01, self.seconds)
        guest = self.work.guest()
        ended = self.nursery.run(self.work, guest, sent, at, after)
        assert "Traceback" not in ended.said, ended.said
        assert ended.code == 0 or ended.code in ENDS[sent], (ended.code, sent, ended.said)
        assert self.nursery.orphans() == []
        if guest:
            assert ended.killed or guest.left, guest.refused
            assert not any(said.startswith(("500", "it lives on")) for said in guest.refused), guest.refused
            self.heard = max(self.heard, guest.heard)
        now = tree(self.work)
        for name, data in now.items():
            if ".part-" not in name and name not in _TOGETHER:
                possible = [state.get(name) for state in self.states[self.heard :]]
                assert data in possible, f"{name} is neither old nor new after {self.heard} steps"
        assert self.work.last not in now or {name for name in now if ".part-" not in name} == self.states[-1].keys()
        if not ended.killed:
            self.ahead = max(1, ended.touches)
        assert not ended.killed or ended.code != 0 or guest, f"{sent!r} was not heard"
        return ended.killed

    def settle(self) -> None:
        """Run it once more, undisturbed: all is as if nothing had happened."""
        guest = self.work.guest()
        ended = self.nursery.run(self.work, guest)
        assert ended.code == 0, ended.said
        assert guest is None or guest.left, guest.refused
        now, after = tree(self.work), self.states[-1]
        assert {name for name in now if now[name] != after.get(name)} == set()
        assert now.keys() == after.keys()
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
        assert nursery.run(work).code == 0
    assert (work.root / "content/reviews/es.yaml").read_text("utf-8").count("topic: hello") == 1


_NORMAL = {  # fifty kills: how many, and how many together
    "build": (6, 6), "sync": (9, 9), "import": (9, 9), "approve": (9, 9), "site": (5, 5), "web": (6, 2), "init": (6, 3),
}  # fmt: skip
_MANY = {
    "build": 40,
    "sync": 48,
    "import": 60,
    "approve": 60,
    "site": 44,
    "web": 24,
    "init": 58,
}  # for each of the seeds
_SEEDS = range(3)


def test_the_fifty_are_fifty_and_the_thousand_a_thousand():
    assert _NORMAL.keys() == _MANY.keys() == MAKERS.keys()
    assert sum(kills for kills, _ in _NORMAL.values()) == 50
    assert sum(_MANY.values()) * len(_SEEDS) >= 1000


@pytest.mark.parametrize("command", MAKERS)
def test_a_killed_command_leaves_old_or_new_and_the_next_run_finishes(command, nursery, tmp_path):
    bench = Bench.prepare(nursery, MAKERS[command], tmp_path)
    killed(bench, *_NORMAL[command], seed=len(command))


@pytest.mark.slow
@pytest.mark.parametrize("command", MAKERS)
@pytest.mark.parametrize("seed", _SEEDS)
def test_a_thousand_kills(command, seed, nursery, tmp_path):
    bench = Bench.prepare(nursery, MAKERS[command], tmp_path)
    killed(bench, _MANY[command], _NORMAL[command][1], seed=100 + seed)
