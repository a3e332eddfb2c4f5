"""A library of thousands is mostly kept in a file, and says the same."""

from __future__ import annotations

import errno
import gc
import shutil
import tempfile
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder import check, folded, load, project, sources, spool, store
from builder.model import Article, DocumentKey, Element, Item, Place
from builder.spool import Part, Spool
from builder.store import Manifest, Record, Stamp

ARTICLE = Article(
    "hello", "7-18m", "Out and back", "You are there.",
    (Element("key_message", (Item("K", "Stay near.", facts=("A.1",), place=Place("a.md", 7)),), Place("a.md", 5)),),
    Place("a.md", 1), allow={"attach": "a word of the song"},
)  # fmt: skip
KEY = DocumentKey("es", "hello", "7-18m", "handout", "", "normal", "en", "a4")
RECORD = Record(KEY, Stamp(3, 5, "ab"), "cd", "ef", 2, "ready", "none", "7QK2", "Out and back")
NAMES = st.sampled_from("abcdefgh")


@pytest.mark.parametrize("value", [ARTICLE, RECORD, Stamp(1, 2, "x"), b"\xff\x00", {"a": (1, None)}])
def test_what_is_folded_comes_back_as_it_was(value: object):
    assert folded.unfold(folded.fold(value)) == value


@given(st.lists(st.tuples(st.sampled_from(["set", "get", "del"]), NAMES, st.integers())), st.integers(1, 4))
def test_a_spool_is_a_mapping_wherever_its_values_are(steps: list[tuple[str, str, int]], near: int):
    ours: Spool[int] = Spool(near=near)
    plain: dict[str, int] = {}
    for step, name, number in steps:
        if step == "set":
            plain[name] = ours[name] = number
        elif step == "get":
            assert ours.get(name) == plain.get(name)
            assert (name in ours) is (name in plain)
        elif name in plain:
            del plain[name], ours[name]
        else:
            with pytest.raises(KeyError):
                del ours[name]
        assert len(ours._near) <= near
    assert (list(ours.items()), len(ours)) == (list(plain.items()), len(plain))
    assert ours == plain


def test_threads_share_a_spool():
    ours = Spool(((str(n), n) for n in range(200)), near=3)

    def read(begin: int) -> bool:
        return all(ours[str(n % 200)] == n % 200 for n in range(begin, begin + 400))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(read, range(0, 200, 25)))


def test_few_values_come_to_no_file(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(spool, "_nameless", lambda: pytest.fail("a file was made"))
    ours = Spool({str(n): n for n in range(spool.NEAR)})
    assert sum(ours.values()) == sum(range(spool.NEAR))


def test_no_folder_is_tried_with_a_file_that_has_a_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "gettempdir", lambda: pytest.fail("folders are tried"))
    ours = Spool({str(n): n for n in range(9)}, near=2)
    assert ours._file is not None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("broken", ["_nameless", "pwrite"])
def test_where_no_file_can_be_written_nothing_is_lost(broken: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    def refused(*_: object) -> int:
        raise OSError(errno.ENOSPC, "no room")

    monkeypatch.setattr(*((spool, broken) if broken == "_nameless" else (spool.os, broken)), refused)
    documents = {f"es/hello/{n}.pdf": RECORD for n in range(2 * spool.NEAR)}
    assert Spool(documents, near=2) == documents
    monkeypatch.undo()
    store.save(tmp_path, Manifest({}, documents))
    monkeypatch.setattr(*((spool, broken) if broken == "_nameless" else (spool.os, broken)), refused)
    assert store.load(tmp_path).documents == documents


def test_the_file_is_closed_with_the_spool(monkeypatch: pytest.MonkeyPatch):
    closed: list[int] = []
    monkeypatch.setattr(spool.os, "close", lambda handle, close=spool.os.close: (closed.append(handle), close(handle)))
    ours = Spool({str(n): n for n in range(9)}, near=2)
    handle = ours._file
    assert handle is not None
    del ours
    gc.collect()
    assert closed == [handle]


def test_a_part_holds_what_its_names_say():
    ours = Spool({"hello/7-18m": ARTICLE, "there/7-18m": ARTICLE, "hello/staff": ARTICLE}, near=1)
    part = Part(ours, "hello", ("7-18m",))
    assert dict(part) == {"7-18m": ARTICLE}
    assert ("7-18m" in part, "staff" in part, len(part), part.get("staff")) == (True, False, 1, None)
    with pytest.raises(KeyError):
        part["staff"]


def test_a_large_library_says_what_a_small_one_does(make_project: Callable[..., Path], monkeypatch: pytest.MonkeyPatch):
    root = make_project()
    for name in ("there", "again"):
        shutil.copytree(root / "content/topics/hello", root / f"content/topics/{name}")
    plain = project.read(root)
    monkeypatch.setattr(load, "_AT_HAND", 1)
    monkeypatch.setattr(sources, "_AT_HAND", 1)
    large = project.read(root)
    assert isinstance(large.sources.files, Spool)
    assert large.sources.files._file is not None
    assert plain.sources.files._file is None
    assert large.sources == plain.sources
    assert large.library == plain.library
    assert {name: dict(units) for name, units in large.units.items()} == {
        name: dict(units) for name, units in plain.units.items()
    }
    assert check.check(large) == check.check(plain)


def test_a_manifest_of_many_is_written_and_read_as_one_of_few(tmp_path: Path):
    documents = {f"es/hello/{n}.pdf": RECORD for n in range(2 * spool.NEAR)}
    many = Manifest(Spool({"a": Stamp(1, 2, "x")}), Spool(documents))
    store.save(tmp_path, many)
    written = (tmp_path / store.MANIFEST).read_bytes()
    store.save(tmp_path, Manifest({"a": Stamp(1, 2, "x")}, documents))
    assert (tmp_path / store.MANIFEST).read_bytes() == written
    assert store.load(tmp_path) == many


def test_what_is_not_at_hand_takes_a_tenth_of_the_memory(shelf: project.Project):
    articles = {f"{topic.id} {band}": each for topic in shelf.library.topics for band, each in topic.articles.items()}
    assert len(articles) > 10
    packed = folded.fold(articles)
    assert 10 * memory(lambda: Spool(folded.unfold(packed), near=1)) < memory(lambda: folded.unfold(packed))


def memory(make: Callable[[], object]) -> int:
    """The bytes that what is made holds."""
    tracemalloc.start()
    try:
        made = make()
        gc.collect()
        held = tracemalloc.get_traced_memory()[0]
        del made
        gc.collect()
        return held - tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
