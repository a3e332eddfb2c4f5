"""The topics for families on paper: what must stand together stands together, and each kind prints its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from conftest import REPOSITORY

from builder import plan
from builder.build import Report, Request, build
from builder.project import Project

pytestmark = pytest.mark.xdist_group("family")

TOPICS = ("trust", "connection", "growing-up")
LARGE = "large-print"


@pytest.fixture(scope="module")
def sheets(tmp_path_factory: pytest.TempPathFactory, workers: Callable[..., object]) -> tuple[Path, Report]:
    """Every English sheet of these topics for Letter, in normal and in large print."""
    root = tmp_path_factory.mktemp("family")
    for name in ("content", "templates"):
        shutil.copytree(REPOSITORY / name, root / name)
    shutil.copy(REPOSITORY / "program.yaml", root)

    chosen = Request(topics=TOPICS, languages=("en",), editions=("normal", LARGE), papers=("letter",), shelf=False)
    return root / "output" / "en", build(root, chosen, workers)


def words(path: Path) -> list[str]:
    """The text of each page, on one line."""
    document = pypdfium2.PdfDocument(path)
    found = [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]
    document.close()
    return found


def test_every_sheet_of_the_topics_is_printed(sheets, shelf: Project):
    _folder, report = sheets
    assert report.failed == ()
    made = {tuple(path.split("/")[1:]) for path in report.built}
    for topic in shelf.library.topics:
        if topic.id in TOPICS:
            for band in plan.bands(shelf.library, topic):
                for kind, _setting in plan.kinds(shelf.library, topic, band):
                    assert (topic.id, f"{band}-{kind.id}-letter.pdf") in made


@pytest.mark.parametrize("edition", ["", f"-{LARGE}"])
def test_changes_never_stand_without_what_to_do_and_whom_to_call(sheets, edition):
    pages = words(sheets[0] / "growing-up" / f"12-17y-checklist{edition}-letter.pdf")
    alone = [page for page in pages if "A change worth asking about" in page]
    assert len(alone) == 1
    for together in ("Others tell you of school trouble", "What to do", "Any talk of self-harm", "Urgent help"):
        assert together in alone[0]


def test_changes_are_on_the_checklist_of_the_oldest_alone(sheets):
    found = [
        path.name for path in sorted(sheets[0].rglob("*.pdf"))
        if any("A change worth asking about" in page for page in words(path))
    ]  # fmt: skip
    assert {name.replace(f"-{LARGE}", "") for name in found} == {"12-17y-checklist-letter.pdf"}


def test_handouts_number_their_steps_and_leave_the_moments_to_the_checklist(sheets):
    handout = " ".join(words(sheets[0] / "growing-up" / "6-11y-handout-letter.pdf"))
    checklist = " ".join(words(sheets[0] / "growing-up" / "6-11y-checklist-letter.pdf"))
    assert "N8 8" in handout  # the numeral beside the code
    assert "After a long day" not in handout
    assert "After a long day" in checklist
    assert "Start with yourself" not in checklist
