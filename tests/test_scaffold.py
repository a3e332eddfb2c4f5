"""New projects, topics and articles are valid and teach their own format."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from builder import check, project, scaffold, store
from builder.diagnostics import errors


def mistakes(root: Path) -> list[str]:
    return [str(problem) for problem in errors(check.check(project.read(root)))]


def files(root: Path) -> dict[str, bytes]:
    """What a folder holds, but for locks."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and not path.name.startswith(".lock")
    }


def test_a_new_project_has_no_mistakes(tmp_path: Path):
    count = scaffold.project(tmp_path / "new")
    assert count > 50
    assert mistakes(tmp_path / "new") == []


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(scaffold.ScaffoldError, match="is not empty: choose a new folder"):
        scaffold.project(tmp_path)


def test_a_folder_in_which_a_project_was_begun_is_finished(tmp_path: Path):
    scaffold.project(tmp_path / "whole")
    begun = tmp_path / "begun"
    for path in ("content/ages.yaml", "templates/base.html"):
        (begun / path).parent.mkdir(parents=True)
        (begun / path).write_bytes((tmp_path / "whole" / path).read_bytes())
    (begun / "content/.part-1-0a").write_text("half")
    scaffold.project(begun)
    assert files(begun) == files(tmp_path / "whole")


def test_what_is_somebodys_own_is_no_project_that_was_begun(tmp_path: Path):
    (tmp_path / "content").mkdir()
    (tmp_path / "content/ages.yaml").write_text("mine")
    (tmp_path / "file").write_text("mine")
    (tmp_path / "links").mkdir()
    (tmp_path / "links/content").symlink_to(scaffold.starter() / "content")
    before = files(tmp_path)
    for folder, said in (
        (tmp_path, "not empty"),
        (tmp_path / "file", "not a folder"),
        (tmp_path / "links", "not empty"),
    ):
        with pytest.raises(scaffold.ScaffoldError, match=f"is {said}: choose a new"):
            scaffold.project(folder)
    assert files(tmp_path) == before


def test_the_settings_are_written_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    written: list[str] = []
    write = store.write

    def noted(root: Path, path: str, data: bytes) -> store.Stamp:
        written.append(path)
        return write(root, path, data)

    monkeypatch.setattr(store, "write", noted)
    assert scaffold.project(tmp_path / "new") == len(written)
    assert written[-1] == "program.yaml"


@pytest.mark.parametrize("band", ["7-18m", "any-age", "12-17y"])
def test_a_new_topic_with_a_new_article_has_no_mistakes(make_project: Callable[..., Path], band: str):
    root = make_project()
    assert scaffold.topic(root, "bed-time") == "content/topics/bed-time/topic.yaml"
    assert scaffold.article(root, "bed-time", band) == f"content/topics/bed-time/{band}.md"
    assert mistakes(root) == []


def test_a_new_text_for_staff_has_no_mistakes(make_project: Callable[..., Path]):
    root = make_project()
    path = scaffold.article(root, "hello", "staff")
    assert mistakes(root) == []
    text = (root / path).read_text(encoding="utf-8")
    assert "## Do together" in text  # for home visits, the first setting of a guide
    assert "## Schedule" not in text  # for groups, which most topics are not written for


@pytest.mark.parametrize("name", ["", "Bed time", "../x", "a/b", "-a", "a" * 65, "h\u00e9", "a\n"])
def test_a_name_that_cannot_stand_in_an_address_is_refused(make_project: Callable[..., Path], name: str):
    with pytest.raises(scaffold.ScaffoldError, match="small letters, digits and hyphens"):
        scaffold.topic(make_project(), name)


@pytest.mark.parametrize(
    ("topic", "band", "message"),
    [
        ("helo", "7-18m", r'there is no topic "helo" \(did you mean "hello"\?\): `handouts new topic helo` begins one'),
        ("hello", "7-19m", r'there is no age band "7-19m" \(did you mean "7-18m"\?\)'),
        ("hello", "../../x", "there is no age band"),
        ("hello", "7-18m", "content/topics/hello/7-18m.md is there already"),
    ],
)
def test_an_article_that_cannot_be_begun_says_why(
    make_project: Callable[..., Path], topic: str, band: str, message: str
):
    with pytest.raises(scaffold.ScaffoldError, match=message):
        scaffold.article(make_project(), topic, band)


def test_nothing_is_begun_in_a_project_that_cannot_be_read(make_project: Callable[..., Path]):
    root = make_project()
    (root / "content/ages.yaml").write_text("")
    with pytest.raises(scaffold.ScaffoldError, match="`handouts check` says why"):
        scaffold.article(root, "hello", "7-18m")


def test_schemas_are_written_for_editors(tmp_path: Path):
    names = {path.name for path in scaffold.schemas(tmp_path / "schemas")}
    assert {"program.schema.json", "ages.schema.json", "languages.schema.json"} <= names


def test_an_article_begins_without_the_parts_of_few_topics(make_project: Callable[..., Path]):
    root = make_project()
    scaffold.topic(root, "bed-time")
    text = (root / scaffold.article(root, "bed-time", "7-18m")).read_text()
    assert "## You can try" in text
    assert "## Steps" not in text
    assert "## Changes" not in text
