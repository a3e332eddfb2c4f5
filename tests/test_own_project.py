"""A program's own project, made with data files alone: a topic, an age band, a kind of sheet, a language."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pdf_facts
import polib
import pytest
from conftest import REPOSITORY
from PIL import Image

from builder import pseudo
from builder.project import read

POSTER = """\
{% extends "base.html" %}
{% from "parts/head.html" import running, head with context %}
{% from "parts/items.html" import key_message, moments with context %}

{% block running %}{{ running() }}{% endblock %}

{% block sheet %}
{{ head() }}
{{ key_message(page.sections["key-message"]) }}
{{ moments(page.sections["you-can"]) }}
<p class="hang-up">{{ _("Hang this where you say goodbye.") }}</p>
{% endblock %}
"""

KIND = """
poster:
  name: Poster
  audience: family
  sides: 1
  type_steps: [16, 14, 12]
  leading: 8
  wants: [key-message, you-can]
  needs: [key-message, you-can]
"""

LAZ = """\
name: Laz
autonym: Lazuri
script: Latn
direction: ltr
fonts: [Noto Sans]
size: 1
line_height: 1
digits: latin
breaks: space
plural: {count: 2, rule: "n != 1"}
searchable: 0.95
specimen: Lazuri nena.
letters: A B C D E F G H I J K L M N O P R S T U V W Y Z a b c d e f g h i j k l m n o p r s t u v w y z
"""


@pytest.fixture
def own(handouts, tmp_path) -> Path:
    """A new project, as `handouts init` makes it."""
    root = tmp_path / "ours"
    done = handouts("init", root, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Next: cd" in done.stdout
    assert sorted(path.name for path in root.iterdir()) == ["content", "output", "program.yaml", "templates"]
    return root


def run(handouts, root: Path, *arguments: str) -> str:
    done = handouts(*arguments, cwd=root)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def pdfs(root: Path, topic: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(root.glob(f"output/*/{topic}/*.pdf"))}


def test_a_new_topic_checks_and_prints_at_once(own, handouts):
    assert run(handouts, own, "new", "topic", "sleep") == "content/topics/sleep/topic.yaml\n"
    run(handouts, own, "new", "article", "sleep", "7-18m")
    assert run(handouts, own, "check") == "0 errors, 0 warnings\n"
    run(handouts, own, "build", "--topic", "sleep", "--language", "en", "--paper", "letter")
    found = pdfs(own, "sleep")
    assert list(found) == ["7-18m-checklist-letter.pdf", "7-18m-handout-letter.pdf", "7-18m-reminder-letter.pdf"]
    assert "Sleep" in pdf_facts.text(found["7-18m-handout-letter.pdf"])


def test_a_new_article_for_staff_makes_a_guide(own, handouts):
    run(handouts, own, "new", "topic", "sleep")
    run(handouts, own, "new", "article", "sleep", "any-age")
    run(handouts, own, "new", "article", "sleep", "staff")
    assert run(handouts, own, "check") == "0 errors, 0 warnings\n"
    run(handouts, own, "build", "--topic", "sleep", "--language", "en", "--paper", "a4")
    assert list(pdfs(own, "sleep")) == [
        "any-age-checklist-a4.pdf",
        "any-age-handout-a4.pdf",
        "any-age-reflection-a4.pdf",
        "any-age-reminder-a4.pdf",
        "any-age-visit-guide-home-a4.pdf",
    ]


def test_a_new_age_band_is_a_line_of_data(own, handouts):
    ages = own / "content/ages.yaml"
    ages.write_text(ages.read_text("utf-8") + "- {id: 18-20y, first_month: 216, last_month: 251}\n", encoding="utf-8")
    run(handouts, own, "new", "topic", "moving-out")
    run(handouts, own, "new", "article", "moving-out", "18-20y")
    run(handouts, own, "build", "--age", "19y", "--language", "en", "--kind", "handout", "--paper", "letter")
    (pdf,) = pdfs(own, "moving-out").values()
    assert pdf_facts.title(pdf).endswith("18 to 20 years")


def test_a_new_kind_is_a_template_and_a_record(own, handouts):
    kinds = own / "templates/kinds.yaml"
    kinds.write_text(kinds.read_text("utf-8") + KIND, encoding="utf-8")
    (own / "templates/poster.html").write_text(POSTER, encoding="utf-8")
    changed = run(handouts, own, "translate", "sync", "es")
    assert changed == "content/locale/es/ui.po\n"
    ui = polib.pofile(str(own / "content/locale/es/ui.po"), wrapwidth=0)
    for text, said in (("Poster", "Cartel"), ("Hang this where you say goodbye.", "Cuélguelo donde se despidan.")):
        ui.find(text).msgstr = said
    ui.save()
    assert run(handouts, own, "check") == "0 errors, 0 warnings\n"
    run(handouts, own, "build", "--kind", "poster", "--language", "es", "--age", "8m", "--paper", "letter")
    found = pdfs(own, "attachment")
    assert list(found) == ["0-9m-poster-letter.pdf", "7-18m-poster-letter.pdf"]
    said = " ".join(pdf_facts.text(found["7-18m-poster-letter.pdf"]).split())
    assert "Cuélguelo donde se despidan." in said
    assert pdf_facts.pages(found["7-18m-poster-letter.pdf"]) == 1
    assert pdf_facts.violations(found["7-18m-poster-letter.pdf"], "ua1") == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_logo_stands_at_the_end_of_the_title(own, handouts, language):
    logo = Image.new("L", (900, 300), 255)
    logo.paste(0, (20, 20, 880, 280))
    (own / "content/assets").mkdir()
    logo.save(own / "content/assets/logo.png")
    settings = own / "program.yaml"
    ours = (
        settings.read_text("utf-8")
        .replace("\nname: ", "\nname: Riverside")
        .replace("\nlogo: ", "\nlogo: assets/logo.png ")
    )
    settings.write_text(ours, encoding="utf-8")
    run(handouts, own, "build", "--language", language, "--age", "20m", "--kind", "checklist", "--paper", "letter")
    (pdf,) = pdfs(own, "attachment").values()
    ((left, bottom, right, top),) = pdf_facts.pictures(pdf, 0)  # points, from the lower left corner
    width, height = (side * 72 / 25.4 for side in pdf_facts.boxes(pdf)[0]["MediaBox"][2:])
    assert (right - left) / (top - bottom) == pytest.approx(3, abs=0.01)
    assert top > 0.85 * height
    assert (left > width / 2) == (language == "en")
    assert "Figure Alt=Riverside" in pdf_facts.tags(pdf)
    assert pdf_facts.violations(pdf, "ua1") == []


def test_a_new_language_is_a_record_and_po_files(own, handouts):
    (own / "content/languages/lzz.yaml").write_text(LAZ, encoding="utf-8")
    files = run(handouts, own, "translate", "sync", "lzz").split()
    topics = sorted(path.name for path in (own / "content/topics").iterdir())
    assert files == [f"content/locale/lzz/{component}.po" for component in (*topics, "ui")]
    missing = json.loads(run(handouts, own, "list", "--language", "lzz", "--json"))
    assert {row["state"] for row in missing} == {"missing"}
    mirrored = read(own).library.languages["ar-XB"]  # English words: a longer text would not keep the budget
    for path in files:
        po = polib.pofile(str(own / path), wrapwidth=0)
        for entry in po:
            entry.tcomment = "same: English stands in for a language that nobody here writes"
            said = [pseudo.translate(form, mirrored) for form in (entry.msgid, entry.msgid_plural) if form]
            if entry.msgid_plural:
                entry.msgstr_plural = dict(enumerate(said))
            else:
                entry.msgstr = said[0]
        po.save()
    assert run(handouts, own, "check") == "0 errors, 0 warnings\n"
    run(handouts, own, "translate", "sync", "lzz")
    assert run(handouts, own, "translate", "sync", "lzz") == ""
    run(handouts, own, "build", "--language", "lzz", "--age", "20m", "--kind", "handout", "--paper", "letter")
    (pdf,) = pdfs(own, "attachment").values()
    assert pdf_facts.lang(pdf) == "lzz"
    assert "Laz · Lazuri" in " ".join(pdf_facts.text(pdf).split())
    assert "DRAFT" in pdf_facts.text(pdf)  # nobody has approved it


def test_a_project_is_not_made_over_another(own, handouts):
    settings = own / "program.yaml"
    settings.write_text(settings.read_text("utf-8") + "# ours\n", encoding="utf-8")
    done = handouts("init", own, cwd=own)
    assert (done.returncode, done.stdout) == (2, "")
    assert "is not empty" in done.stderr


# --- the wheel ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True)
    (made,) = folder.glob("*.whl")
    return made


@pytest.mark.xdist_group("wheel")
def test_the_wheel_carries_the_starter_project(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert "builder/starter/program.yaml" in names
    assert "builder/starter/templates/kinds.yaml" in names
    assert "builder/starter/content/topics/attachment/7-18m.md" in names
    assert "builder/fonts.sha256" in names
    assert not [name for name in names if name.startswith(("tests/", "output/", "content/", "templates/"))]
    assert not [name for name in names if name.endswith((".pyc", ".pdf"))]


@pytest.mark.xdist_group("wheel")
def test_an_installed_wheel_makes_a_project_and_prints(wheel, tmp_path):
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:  # as an installer unpacks it
        archive.extractall(site)
    environment = {**os.environ, "PYTHONPATH": str(site), "PYTHONSAFEPATH": "1"}
    code = (
        "import sys, builder\nassert builder.__file__.startswith(sys.argv[1]), builder.__file__\n"
        "from builder.cli import main\nmain(sys.argv[2:])"
    )

    def installed(*arguments: str, cwd: Path) -> str:
        command = [sys.executable, "-c", code, str(site), *arguments]
        done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    installed("init", str(tmp_path / "ours"), cwd=tmp_path)
    assert installed("check", cwd=tmp_path / "ours") == "0 errors, 0 warnings\n"
    installed(
        "build",
        "--language",
        "en",
        "--topic",
        "attachment",
        "--age",
        "7-18m",
        "--kind",
        "handout",
        cwd=tmp_path / "ours",
    )
    assert list(pdfs(tmp_path / "ours", "attachment")) == ["7-18m-handout-a4.pdf", "7-18m-handout-letter.pdf"]
