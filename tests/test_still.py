"""Nothing changed is said only as long as every file and folder is as it was seen."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from builder import still, store

SAID = ["all", 2, []]


@pytest.fixture
def root(tmp_path) -> Path:
    for path in ("content/a/one.md", "content/a/two.md", "content/b/three.md", "output/en/sheet.pdf", "program.yaml"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("as it was")
    (tmp_path / "output/.cache").mkdir()
    return tmp_path


def keep(root: Path) -> None:
    still.keep(root, SAID, [still.look(root, ["program.yaml", "content"]), still.look(root, ["output", "not-there"])])


CHANGES: dict[str, Callable[[Path], object]] = {
    "a file is written anew": lambda root: (root / "content/a/one.md").write_text("as it was"),
    "a file has other words": lambda root: (root / "program.yaml").write_text("other words"),
    "a file of the same time is longer": lambda root: longer(root / "content/a/one.md"),
    "a file comes": lambda root: (root / "content/b/four.md").write_text("new"),
    "a file goes": lambda root: (root / "content/b/three.md").unlink(),
    "a file has another name": lambda root: (root / "content/a/one.md").rename(root / "content/a/1.md"),
    "a file moves": lambda root: (root / "content/a/one.md").rename(root / "content/b/one.md"),
    "a folder comes": lambda root: (root / "content/c").mkdir(),
    "a folder goes": lambda root: shutil.rmtree(root / "content/b"),
    "a link takes the place of a file": lambda root: linked(root / "content/a/one.md"),
    "a folder takes the place of a file": lambda root: folded(root / "content/a/one.md"),
    "what was built goes": lambda root: (root / "output/en/sheet.pdf").unlink(),
    "half a file is left": lambda root: (root / "output/en/.part-1-0a").write_text("half"),
    "what is remembered is torn": lambda root: (root / "output" / still.FILE).write_bytes(b"[1"),
    "what is remembered is no list of lines": lambda root: (root / "output" / still.FILE).write_bytes(b"[1]\nx"),
}


def longer(path: Path) -> None:
    time = path.stat().st_mtime_ns
    path.write_text("longer than it was")
    os.utime(path, ns=(time, time))


def linked(path: Path) -> None:
    path.rename(path.with_name("two.md"))
    path.symlink_to("two.md")


def folded(path: Path) -> None:
    path.unlink()
    path.mkdir()


def test_all_as_it_was(root):
    assert still.remembered(root) is None
    keep(root)
    assert still.remembered(root) == SAID
    (root / "output/.cache/picture.png").write_text("of the cache")
    (root / "elsewhere").write_text("of no concern")
    assert still.remembered(root) == SAID


@pytest.mark.parametrize("change", CHANGES)
def test_a_change(root, change):
    keep(root)
    CHANGES[change](root)
    assert still.remembered(root) is None


def test_what_was_written_and_is_not_there_as_written_is_never_remembered(root):
    stamp = store.write(root / "output", "en/sheet.pdf", b"as it is")
    written = still.expected("output/en/sheet.pdf", stamp)
    still.keep(root, SAID, [still.look(root, ["output"])], [written])
    assert still.remembered(root) == SAID
    (root / "output/en/sheet.pdf").write_text("in between")
    still.keep(root, SAID, [still.look(root, ["output"])], [written])
    assert still.remembered(root) is None


def test_a_folder_that_nobody_may_look_into_is_never_remembered(root, monkeypatch):
    def refuse(path: str) -> list[str]:
        raise PermissionError(13, "refused", path)

    monkeypatch.setattr(os, "listdir", refuse)
    keep(root)
    assert still.remembered(root) is None


@pytest.mark.parametrize("name", ["two\nlines.md", "not UTF-8 \udcff.md"])
def test_a_strange_name(root, name):
    (root / "content" / name).write_text("x")
    keep(root)
    assert still.remembered(root) == (None if "\n" in name else SAID)
