"""A large library is kept folded, and says the same."""

from __future__ import annotations

import gc
import pickle
import shutil
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from builder import check, load, project
from builder.folded import Folded
from builder.model import Article, Element, Item, Place

ARTICLE = Article(
    "hello", "7-18m", "Out and back", "You are there.",
    (Element("key_message", (Item("K", "Stay near.", facts=("A.1",), place=Place("a.md", 7)),), Place("a.md", 5)),),
    Place("a.md", 1), allow={"attach": "a word of the song"},
)  # fmt: skip


@pytest.fixture
def large(make_project: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with more than so many files of topics."""
    root = make_project()
    shutil.copytree(root / "content/topics/hello", root / "content/topics/there")
    monkeypatch.setattr(load, "_MANY", 3)
    return root


def test_what_is_folded_comes_back_as_it_was():
    folded = Folded({"7-18m": ARTICLE})
    assert folded["7-18m"] == ARTICLE
    assert dict(folded) == {"7-18m": ARTICLE}
    assert ("7-18m" in folded, "staff" in folded, len(folded), folded.get("staff")) == (True, False, 1, None)
    with pytest.raises(KeyError):
        folded["staff"]


def test_a_large_library_says_what_a_small_one_does(large: Path, monkeypatch: pytest.MonkeyPatch):
    folded = project.read(large)
    monkeypatch.undo()
    plain = project.read(large)
    assert isinstance(folded.library.topics[0].articles, Folded)
    assert not isinstance(plain.library.topics[0].articles, Folded)
    assert folded.library == plain.library
    assert {name: dict(units) for name, units in folded.units.items()} == {
        name: dict(units) for name, units in plain.units.items()
    }
    assert check.check(folded) == check.check(plain)


def test_a_folded_article_takes_a_fifth_of_the_memory(shelf: project.Project):
    articles = {f"{topic.id} {band}": each for topic in shelf.library.topics for band, each in topic.articles.items()}
    assert len(articles) > 10
    packed = pickle.dumps(articles)
    assert 5 * memory(lambda: Folded(articles)) < memory(lambda: pickle.loads(packed))  # noqa: S301 - packed above


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
