"""Which files a project is made of, and the odd things a disk can hold."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from builder import sources


def problems(root: Path) -> list[str]:
    return [str(problem) for problem in sources.read(root).problems]


@pytest.fixture
def root(make_project: Callable[..., Path]) -> Path:
    return make_project()


def test_a_project_is_its_settings_content_and_templates(root: Path):
    read = sources.read(root)
    assert read.problems == ()
    assert sorted({path.split("/")[0] for path in read.files}) == ["content", "program.yaml", "templates"]
    assert list(read.files) == sources.paths(root)
    assert read.under("content/topics/", ".md") == ["content/topics/hello/7-18m.md"]


def test_what_is_under_a_folder_is_told_from_what_only_begins_alike():
    paths = [
        "content/a/1.md",
        "content/a/2.md",
        "content/a/x.yaml",
        "content/ab/1.md",
        "content/a.md",
        "content/\U0010ffff.md",
    ]
    read = sources.Sources(dict.fromkeys(reversed(paths), b""))
    assert read.under("content/a/", ".md") == ["content/a/1.md", "content/a/2.md"]
    assert read.under("content/a/") == ["content/a/1.md", "content/a/2.md", "content/a/x.yaml"]
    assert read.under("content/") == sorted(paths)
    assert read.under("", ".md") == sorted(set(paths) - {"content/a/x.yaml"})
    assert read.under("templates/") == []


@pytest.mark.parametrize("name", [".hidden.md", "7-18m.md~", "x.tmp", ".git/config", "_drafts/x.md"])
def test_hidden_and_leftover_files_are_no_sources(root: Path, name: str):
    path = root / "content/topics/hello" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("x")
    assert not any(name in found for found in sources.paths(root))


@pytest.mark.parametrize("target", ["/etc/passwd", "/nothing/here", "/etc", "."])
def test_a_link_is_refused_and_never_followed(root: Path, target: str):
    (root / "content/topics/hello/any-age.md").symlink_to(target)
    assert problems(root) == [
        "content/topics/hello/any-age.md: a link, not a file (put the file itself here) [bad-name]"
    ]


def test_a_pipe_is_refused_without_waiting_for_it(root: Path):
    os.mkfifo(root / "content/topics/hello/any-age.md")
    assert problems(root) == ["content/topics/hello/any-age.md: neither a file nor a folder (remove it) [bad-name]"]


def test_a_name_that_is_not_utf8_is_told_and_left_out(root: Path):
    Path(os.fsdecode(os.fsencode(root) + b"/content/topics/hello/caf\xe9.md")).write_text("x")
    assert problems(root) == ["content/topics/hello/caf\\udce9.md: a name that is not UTF-8 (rename it) [bad-name]"]
    assert not any("caf" in path for path in sources.paths(root))


def test_a_huge_file_is_not_read(root: Path):
    (root / "content/topics/hello/any-age.md").write_bytes(b"x" * (sources.MAX_FILE + 1))
    assert problems(root) == ["content/topics/hello/any-age.md: the file is over 4 MB (make it smaller) [too-big]"]


def test_a_file_that_may_not_be_read_is_told(root: Path, monkeypatch: pytest.MonkeyPatch):
    def refuse(path: str, flags: int) -> int:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(sources.os, "open", refuse)
    assert problems(root)[-1].endswith(
        "cannot be read: Permission denied (ask who set up this computer) [missing-file]"
    )


def test_the_root_is_found_from_any_folder_inside(root: Path):
    assert sources.find(root / "content/topics/hello") == root


def test_no_project_names_the_command_that_makes_one(tmp_path: Path):
    with pytest.raises(sources.NoProjectError, match="`handouts init DIR` makes a project"):
        sources.find(tmp_path)
