"""Files are written whole or not at all."""

from __future__ import annotations

import errno
import os

import pytest

from builder import store
from builder.store import Manifest, Outcome, Record, Stamp


def test_a_file_is_replaced_whole(tmp_path):
    store.write(tmp_path, "a/b.pdf", b"old")
    stamp = store.write(tmp_path, "a/b.pdf", b"newer")
    assert (tmp_path / "a/b.pdf").read_bytes() == b"newer"
    assert (stamp.size, stamp.sha256) == (5, store.digest(b"newer"))
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b.pdf"]


@pytest.mark.parametrize("call", ["fsync", "replace", "open"])
@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO])
def test_when_the_disk_refuses_the_old_file_stays(tmp_path, monkeypatch, call, error):
    store.write(tmp_path, "b.pdf", b"old")

    def refuse(*_arguments, **_options):
        raise OSError(error, os.strerror(error))

    monkeypatch.setattr(store.os, call, refuse)
    with pytest.raises(OSError, match=os.strerror(error)):
        store.write(tmp_path, "b.pdf", b"new")
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
    record = Record({"topic": "t"}, stamp, "f", "i", 2, "draft", "none", "ABCD-EF", "Title")
    manifest = Manifest("e", {"a": stamp}, {"x.pdf": record}, {"shelf": Outcome(("x.pdf",), ())})
    store.save(tmp_path, manifest)
    assert store.load(tmp_path) == manifest


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version": 0}', '{"version": 1}', '{"version": 1, "sources": 3}'])
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
