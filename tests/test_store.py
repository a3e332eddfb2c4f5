"""Files are written whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from builder import store
from builder.model import DocumentKey
from builder.store import Manifest, Record, Stamp


def test_a_file_is_replaced_whole(tmp_path):
    store.write(tmp_path, "a/b.pdf", b"old")
    stamp = store.write(tmp_path, "a/b.pdf", b"newer")
    assert (tmp_path / "a/b.pdf").read_bytes() == b"newer"
    assert (stamp.size, stamp.sha256) == (5, store.digest(b"newer"))
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b.pdf"]


def test_a_file_is_written_in_parts(tmp_path):
    stamp = store.write(tmp_path, "a.json", (part for part in (b"[", b"1", b"]")))
    assert (tmp_path / "a.json").read_bytes() == b"[1]"
    assert (stamp.size, stamp.sha256) == (3, store.digest(b"[1]"))


def test_parts_that_end_in_an_error_leave_the_old_file(tmp_path):
    def parts() -> Iterator[bytes]:
        yield b"half"
        raise ValueError

    store.write(tmp_path, "a.json", b"old")
    with pytest.raises(ValueError):  # noqa: PT011 - the error is ours
        store.write(tmp_path, "a.json", parts())
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a.json", b"old")]


def hand_over(folder: Path, path: str, data: bytes) -> None:
    store.hand_over(folder / path, data)


class FullFile(io.BytesIO):
    """A file that takes no byte."""

    def __init__(self, handle: int, error: int) -> None:
        super().__init__()
        self.handle, self.error = handle, error

    def write(self, _data) -> int:
        raise OSError(self.error, os.strerror(self.error))

    def close(self) -> None:
        if not self.closed:
            os.close(self.handle)
        super().close()


@pytest.mark.parametrize("writes", [store.write, hand_over])
@pytest.mark.parametrize(
    ("named", "call"),
    [
        *((False, call) for call in ("fsync", "replace", "open", "link", "write")),
        *((True, call) for call in ("fsync", "replace", "open", "write")),  # a draft with a name needs no link
    ],
)
@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO, errno.EDQUOT])
def test_when_the_disk_refuses_the_old_file_stays(tmp_path, monkeypatch, writes, named, call, error):
    if named:
        monkeypatch.delattr(store.os, "O_TMPFILE", raising=False)
    writes(tmp_path, "b.pdf", b"old")

    def refuse(*_arguments, **_options):
        raise OSError(error, os.strerror(error))

    if call == "write":
        monkeypatch.setattr(store.os, "fdopen", lambda handle, _mode: FullFile(handle, error))
    else:
        monkeypatch.setattr(store.os, call, refuse)
    with pytest.raises(OSError, match=os.strerror(error)):
        writes(tmp_path, "b.pdf", b"new")
    monkeypatch.undo()
    assert (tmp_path / "b.pdf").read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_link_is_replaced_not_followed(tmp_path):
    outside = tmp_path / "outside"
    outside.write_bytes(b"precious")
    output = tmp_path / "output"
    output.mkdir()
    (output / "a.pdf").symlink_to(outside)
    store.write(output, "a.pdf", b"sheet")
    assert outside.read_bytes() == b"precious"
    assert not (output / "a.pdf").is_symlink()


def test_the_manifest_comes_back_as_it_was(tmp_path):
    stamp = Stamp(1, 2, "c")
    key = DocumentKey("es", "hello", "7-18m", "handout", "", "normal", "en", "a4")
    record = Record(key, stamp, "f", "i", 2, "draft", "none", "ABCD-EF", 'A "title"')
    manifest = Manifest({"a": stamp, "b/\u00e9": stamp}, {"x.pdf": record, "y.pdf": record})
    store.save(tmp_path, manifest)
    assert store.load(tmp_path) == manifest


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"version": 0}', '{"version": 1}', '{"version": 2}', '{"version": 2, "sources": 3}']
)
def test_a_manifest_that_cannot_be_used_is_as_none(tmp_path, text):
    (tmp_path / store.MANIFEST).write_text(text)
    assert store.load(tmp_path) == Manifest()


def test_a_source_with_the_same_content_counts_as_the_same(tmp_path):
    (tmp_path / "a").write_text("x")
    before = store.stamps(tmp_path, ["a"], {})
    os.utime(tmp_path / "a", ns=(1, 1))
    after = store.stamps(tmp_path, ["a"], before)
    assert before != after
    assert store.same(before, after)
    (tmp_path / "a").write_text("y")
    assert not store.same(before, store.stamps(tmp_path, ["a"], after))


@pytest.fixture
def small_disk(tmp_path) -> Iterator[Path]:
    """A real disk of 300 kB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("only an administrator can mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def fill(path: Path) -> None:
    with path.open("wb", buffering=0) as filler, contextlib.suppress(OSError):
        while True:
            filler.write(bytes(4096))


@pytest.mark.parametrize("writes", [store.write, hand_over])
def test_on_a_disk_that_is_full_the_old_file_stays(small_disk, writes):
    old = os.urandom(100_000)
    writes(small_disk, "a.pdf", old)
    for size in (250_000, 1_000_000):
        with pytest.raises(OSError, match="No space left"):
            writes(small_disk, "a.pdf", bytes(size))
    assert (small_disk / "a.pdf").read_bytes() == old
    assert [path.name for path in small_disk.iterdir()] == ["a.pdf"]


def test_a_build_on_a_disk_that_is_full_is_told_in_one_line_and_harms_nothing(small_disk, make_project, handouts):
    root = make_project()
    assert handouts("build", "--language", "en", "--kind", "reminder", cwd=root).returncode == 0
    built = {path.relative_to(root / "output"): path.read_bytes() for path in (root / "output").rglob("*.pdf")}
    assert built
    for path, data in built.items():
        (small_disk / path).parent.mkdir(parents=True, exist_ok=True)
        (small_disk / path).write_bytes(data)
    (root / "output").rename(root / "elsewhere")
    (root / "output").mkdir()
    subprocess.run(["mount", "--bind", small_disk, root / "output"], check=True)
    try:
        fill(root / "output/filler")
        done = handouts("build", "--language", "en", cwd=root)
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        assert "No space left" in done.stderr.splitlines()[-1]
        assert {path.relative_to(small_disk): path.read_bytes() for path in small_disk.rglob("*.pdf")} == built
        assert list(small_disk.rglob(".part-*")) == []
    finally:
        subprocess.run(["umount", root / "output"], check=True)


# --- changes of content -------------------------------------------------------------------------


@store.edits
def slow_change(root: Path, name: str) -> None:
    """Read a list, think, write it with one line more: what two at once would lose."""
    path = root / "content/list"
    old = path.read_text("utf-8") if path.exists() else ""
    time.sleep(0.05)
    store.write(root, "content/list", f"{old}{name}\n".encode())


@store.edits
def double_change(root: Path) -> None:
    slow_change(root, "inner")
    slow_change(root, "outer")


def test_changes_of_content_wait_for_one_another(tmp_path):
    threads = [threading.Thread(target=slow_change, args=(tmp_path, str(number))) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    double_change(tmp_path)  # one within another does not wait for itself
    assert sorted((tmp_path / "content/list").read_text("utf-8").split()) == [*"012345", "inner", "outer"]


def test_a_change_that_waits_too_long_is_told_who_works(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "_PATIENCE", 0.1)
    with store._held(tmp_path / "output", store._EDITS, 0, ""), pytest.raises(store.BusyError, match="is changing"):
        slow_change(tmp_path, "x")
    slow_change(tmp_path, "y")


def test_a_change_sweeps_what_a_killed_one_left(tmp_path):
    left = tmp_path / "content/locale/es/.part-1-ui.po"
    left.parent.mkdir(parents=True)
    left.write_text("half")
    slow_change(tmp_path, "x")
    assert not left.exists()


def test_the_folder_of_a_process_that_is_gone_is_swept_and_no_other(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    ours = Path(store.workshop())
    (tmp_path / f"{store._WORKSHOP}gone").mkdir()
    (tmp_path / "victim").mkdir()
    (tmp_path / f"{store._WORKSHOP}link").symlink_to(tmp_path / "victim")
    (tmp_path / "somebody-elses").mkdir()
    store.sweep_workshops()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        [ours.name, f"{store._WORKSHOP}link", "somebody-elses", "victim"]
    )
